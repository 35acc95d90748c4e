"""Settings: every value that differs between machines comes from the environment.

`JALON_ENV` is `development` (default: safe on a laptop, nothing to configure) or
`production` (refuses to start without its secrets, see `workflow/boot.py`). The table of all
variables is in `docs/production.md`.
"""

import gc
import os
import sys
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

# Read by numpy when it loads: every worker is a process of its own, and threads of the linear algebra that
# fight over the same cores made a small fit a hundred times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Looking for cycles took a sixth of the start, and models, forms and URLs stay: see `config/apps.py`.
gc.disable()
gc.set_threshold(10_000, 5, 5)

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

ENVIRONMENT = env.str("JALON_ENV", default="development")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.bool("DEBUG", default=False)

# Secrets. The development values are public on purpose; production refuses them.
INSECURE_SECRET_KEY = "development-only-" + "x" * 48
INSECURE_VAULT_KEY = "ZGV2ZWxvcG1lbnQtb25seS12YXVsdC1rZXktMzJieXQ="
INSECURE_INDEX_KEY = "ZGV2ZWxvcG1lbnQtb25seS1pbmRleC1rZXktMzJieXQ="
INSECURE_CHECKPOINT_KEY = "development-only-checkpoint-key"
CHECKPOINT_DIR = Path(env.str("CHECKPOINT_DIR", default=str(BASE_DIR / "var" / "checkpoints")))
SECRET_KEY = env.str("SECRET_KEY", default=INSECURE_SECRET_KEY)
# Comma-separated base64 keys of 32 bytes; the first one writes, all of them read.
VAULT_KEYS = env.list("VAULT_KEYS", default=[INSECURE_VAULT_KEY])
VAULT_INDEX_KEY = env.str("VAULT_INDEX_KEY", default=INSECURE_INDEX_KEY)
CHECKPOINT_KEY = env.str("CHECKPOINT_KEY", default=INSECURE_CHECKPOINT_KEY)

LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOCAL_HOSTS)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_tasks",
    "django_tasks_db",
    "rules.apps.AutodiscoverRulesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "workflow",
    "accounts",
    "documents",
    "programmes",
    "applications",
    "scoring",
    "disbursements",
    "followup",
    "reporting",
    "demo",
    "config",  # last: when it is ready, everything is
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.compression.TextGZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "workflow.access.OddBytesMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.language.LanguageMiddleware",
    "programmes.scope.TimeZoneMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "workflow.access.DefaultDenyMiddleware",
    "accounts.second_factor.SecondFactorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.sign_in",
            ],
            "libraries": {"i18n": "workflow.written_sentences"},
        },
    }
]
SILENCED_SYSTEM_CHECKS = ["templates.W003"]  # the library i18n is replaced on purpose, see above
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        " PRAGMA cache_size=-8000; PRAGMA temp_store=MEMORY;"
    ),
}
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'jalon.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    # django-tables2 loads Django's PostgreSQL fields, and with them the driver, wherever it finds them.
    sys.modules["django.contrib.postgres.fields"] = None  # type: ignore[assignment]
else:
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Sign-in throttles count in the cache: all workers must share it. Production keeps it in the database.
CACHES = {
    "default": env.cache_url("CACHE_URL", default="dbcache://jalon_cache" if PRODUCTION else "locmemcache://")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Applicants may sign up by themselves; staff come in by invitation whatever this says.
SIGN_UP_OPEN = env.bool("SIGN_UP_OPEN", default=True)
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=PRODUCTION)
# Countries whose phone numbers may be written without their country code.
PHONE_REGIONS = env.list("PHONE_REGIONS", default=["MA", "LY", "ML"])
SMS_BACKEND = env.str("SMS_BACKEND", default="workflow.sms.ConsoleBackend")
# For workflow.sms_gateway.GatewayBackend.
SMS_GATEWAY_URL = env.str("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_AUTHORIZATION = env.str("SMS_GATEWAY_AUTHORIZATION", default="")
SMS_GATEWAY_BODY = env.json("SMS_GATEWAY_BODY", default={"to": "{number}", "text": "{text}"})
SMS_GATEWAY_FORM = env.bool("SMS_GATEWAY_FORM", default=False)
# Sign-in by phone needs somebody who carries text messages: off in production until one is named.
PHONE_SIGN_IN = env.bool(
    "PHONE_SIGN_IN", default=not PRODUCTION or SMS_BACKEND != "workflow.sms.ConsoleBackend"
)
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignUpExtras"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Whoever signs in stays signed in on this device for SESSION_SECONDS; nobody is asked to "remember".
ACCOUNT_SESSION_REMEMBER = True
# Many visitors share one address: a whole country behind its mobile operator, a class in a training room.
# What protects an account counts by account or number; the limits by address only stop floods.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "60/m/ip,5/300s/key",
    "signup": "120/m/ip",
    "ask_question": "5/h/ip,300/d/key",
    "phone_code": "1/30s/key,5/h/key,10/d/key,120/m/ip",
}
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
MFA_ADAPTER = "accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Jalon"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
GOOGLE_CLIENT_ID = env.str("GOOGLE_CLIENT_ID", default="")
if GOOGLE_CLIENT_ID:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.google"]
    SOCIALACCOUNT_ADAPTER = "accounts.google.GoogleAdapter"
    SOCIALACCOUNT_PROVIDERS = {
        "google": {
            "APPS": [{"client_id": GOOGLE_CLIENT_ID, "secret": env.str("GOOGLE_CLIENT_SECRET")}],
            "OAUTH_PKCE_ENABLED": True,
        }
    }
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "files")))
# Files lie in MEDIA_ROOT or, with FILES_BUCKET, in an S3-compatible bucket (account: AWS_* variables).
FILES_BUCKET = env.str("FILES_BUCKET", default="")
STORAGES = {
    "default": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": FILES_BUCKET,
            "endpoint_url": env.str("FILES_ENDPOINT", default=None),
            "default_acl": "private",
            "file_overwrite": False,
        },
    }
    if FILES_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "config.static_files.HashedStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# A laptop serves style sheets from where they are written; production from what collectstatic gathered.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not PRODUCTION
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="")  # "host:port" or "unix:/path" of a virus scanner
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# Files of lists with more rows than this leave only after a second person agreed; 0 is no limit.
EXPORT_ROW_LIMIT = env.int("EXPORT_ROW_LIMIT", default=1000)
DJANGO_TABLES2_TEMPLATE = "components/table.html"
# The living style page shows every component; it holds no data.
STYLEGUIDE = env.bool("STYLEGUIDE", default=not PRODUCTION)
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# EMAIL_URL such as smtp+tls://user:password@host:587 sets host, port and account; EMAIL_BACKEND may
# then name another way out (a provider through anymail).
MAIL = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = env.str("EMAIL_BACKEND", default=MAIL["EMAIL_BACKEND"])
EMAIL_HOST, EMAIL_PORT = MAIL["EMAIL_HOST"], MAIL["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL["EMAIL_HOST_USER"], MAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL.get("EMAIL_USE_TLS", False), MAIL.get("EMAIL_USE_SSL", False)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Jalon <jalon@localhost>")

# Web hardening. Production stands behind PROXY_COUNT reverse proxies, the outermost of which ends TLS.
PROXY_COUNT = env.int("PROXY_COUNT", default=1 if PRODUCTION else 0)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXY_COUNT
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PROXY_COUNT else None
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
SESSION_ENGINE = "accounts.sessions"
# A week: a session must not die under a half-filled form or between two visits without network.
SESSION_COOKIE_AGE = env.int("SESSION_SECONDS", default=7 * 24 * 3600)
if PRODUCTION:
    # Browsers take a cookie of this name only over TLS, from this very host, for the whole site.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its check marks and arrows as data images
        "object-src": [NONE],
        "base-uri": [NONE],
        # Browsers follow the rule through redirects: the button to Google is a form.
        "form-action": [SELF, *(["https://accounts.google.com"] if GOOGLE_CLIENT_ID else [])],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "config.logs.LeanFormatter" if PRODUCTION else "logging.Formatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {
        "handlers": ["console"],
        "level": env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING"),
    },
    "loggers": {
        # Django would mail errors with the request's data and local variables to ADMINS.
        "django": {"handlers": [], "level": "INFO" if PRODUCTION else "WARNING", "propagate": True},
        # Scanners ask for hosts that are not ours all day: they get their 400, the log is not for them.
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": True},
        "pikepdf": {"level": "WARNING"},
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
    },
}
