# nginx as deploy/nginx/ has it, for compose.yaml: other ports, and the assistant in a container.
FROM nginxinc/nginx-unprivileged:1.28-alpine
ARG SERVER_NAME=assistant.exemple.fr
COPY deploy/nginx/assistant-proxy.conf deploy/nginx/assistant-identity.conf /etc/nginx/snippets/
COPY deploy/nginx/assistant.conf deploy/docker/nginx.sed /tmp/
USER 0
RUN sed -f /tmp/nginx.sed -e "s/assistant\.exemple\.fr/$SERVER_NAME/g" /tmp/assistant.conf \
        > /etc/nginx/conf.d/default.conf \
    && rm /tmp/assistant.conf /tmp/nginx.sed
USER 101
EXPOSE 8080 8443
