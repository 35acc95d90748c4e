"""Settings of the test run: the product's own, plus one small machine that only the tests know."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.machine"]
SMS_BACKEND = "workflow.sms.MemoryBackend"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Sentences are asserted as they are written in the code. Our catalogues are checked by `make check`, and the
# browser tests look at the product's own settings in each language.
LOCALE_PATHS = []
# A long work that goes wrong unexpectedly is seen where it happens.
JOBS_RAISE = True
