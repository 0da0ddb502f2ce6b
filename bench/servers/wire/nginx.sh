#!/bin/sh
# Becomes nginx, in one process, so that its processor time is all there is. $DIRECTORY takes its files; $JSON is its answer.
cat >"$DIRECTORY/nginx.conf" <<END
daemon off;
master_process off;
pid nginx.pid;
error_log stderr;

events {
  worker_connections 1024;
}

http {
  access_log off;
  server_tokens off;
  keepalive_requests 1000000000;
  default_type application/json;

  server {
    listen 127.0.0.1:$PORT;
    location = /json {
      return 200 '$JSON';
    }
  }
}
END
exec nginx -p "$DIRECTORY" -c "$DIRECTORY/nginx.conf"
