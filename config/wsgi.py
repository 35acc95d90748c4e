"""WSGI entrance for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# What is loaded now stays: workers share its pages with the process that they come from, and nobody looks
# through it for cycles again.
gc.collect()
gc.freeze()
