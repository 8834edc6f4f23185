"""What who runs the service needs: backups, restoring, checks.

`backup` writes one archive of a site and `restore` puts a site back from it, to the end whenever
it is killed. `doctor` checks the server and the index. Nothing here answers a question.
"""
