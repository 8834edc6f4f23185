# deploy/nginx/assistant.conf for a container: ports anybody may listen to, the assistant elsewhere.
s/listen 80\([ ;]\)/listen 8080\1/
s/listen \[::\]:80\([ ;]\)/listen [::]:8080\1/
s/listen 443 /listen 8443 /
s/listen \[::\]:443 /listen [::]:8443 /
s/server 127\.0\.0\.1:7860;/server assistant:7860;/
s#/var/log/nginx/assistant\.log#/dev/stdout#
s#/var/log/nginx/assistant\.error\.log#/dev/stderr#
