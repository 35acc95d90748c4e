"""How gunicorn serves Jalon: `gunicorn -c config/gunicorn.py`. Every number can come from the environment."""

import os

wsgi_app = "config.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
worker_class = "gthread"
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
timeout = 60
graceful_timeout = 30
max_requests = 5000
max_requests_jitter = 500
# The control socket would lie in the home directory, where any process of the account can talk to it.
control_socket_disable = True
# Paths without their query: a search for a name stays out of the log. Off unless asked for.
accesslog = os.environ.get("ACCESS_LOG") or None
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(M)sms"
errorlog = "-"
