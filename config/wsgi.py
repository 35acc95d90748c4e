"""WSGI entrance for gunicorn."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()
# Pages are loaded here rather than by the first request: workers share the memory of the process that they
# come from, and nobody looks through what is loaded now for cycles again.
import_module(settings.ROOT_URLCONF)
gc.collect()
gc.freeze()
