"""Production refuses to start with a sentence when something would make it unsafe."""

import base64
import subprocess
import sys
from types import SimpleNamespace

import pytest
from django.conf import settings

from tests.config.production import PRODUCTION, production_environment
from workflow import boot


def start(command: str = "check", **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Run one management command as a production server would."""
    return subprocess.run(
        [sys.executable, "manage.py", *command.split()],
        cwd=settings.BASE_DIR,
        env=production_environment(**changes),
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_starts_and_its_deploy_check_has_nothing_to_say():
    result = start("check --deploy --fail-level WARNING")
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY is missing"),
        ({"VAULT_KEYS": None, "VAULT_INDEX_KEY": ""}, "VAULT_KEYS is missing"),
        ({"DEBUG": "yes"}, "DEBUG is on"),
        ({"DATABASE_URL": None, "WEB_CONCURRENCY": "2"}, "SQLite serves one web worker"),
    ],
)
def test_an_unsafe_production_server_stops_with_a_sentence(changes, sentence):
    result = start(**changes)
    assert result.returncode != 0
    assert "Jalon does not start." in result.stderr
    assert sentence in result.stderr


def test_the_web_server_itself_refuses_not_only_the_commands():
    result = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=settings.BASE_DIR,
        env=production_environment(CHECKPOINT_KEY=None),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "CHECKPOINT_KEY is missing" in result.stderr


def configured(**changes: object) -> SimpleNamespace:
    """Production settings as `boot` sees them."""
    values = {
        "ENVIRONMENT": "production",
        "PRODUCTION": True,
        "DEBUG": False,
        "SECRET_KEY": PRODUCTION["SECRET_KEY"],
        "VAULT_KEYS": [PRODUCTION["VAULT_KEYS"]],
        "VAULT_INDEX_KEY": PRODUCTION["VAULT_INDEX_KEY"],
        "CHECKPOINT_KEY": PRODUCTION["CHECKPOINT_KEY"],
        "ALLOWED_HOSTS": ["jalon.example.org"],
        "PUBLIC_URL": PRODUCTION["PUBLIC_URL"],
        "PHONE_SIGN_IN": False,
        "SMS_BACKEND": "workflow.sms.ConsoleBackend",
        "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
        "LOCAL_HOSTS": settings.LOCAL_HOSTS,
    }
    values |= {name: getattr(settings, name) for name in boot.SECRETS.values()}
    return SimpleNamespace(**values | changes)


def sqlite(**options: str) -> dict[str, dict[str, object]]:
    return {"default": {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": options}}


A_KEY = PRODUCTION["VAULT_KEYS"]
SOUND_PRAGMAS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
IMMEDIATE = {"transaction_mode": "IMMEDIATE"}
SOUND_SQLITE = sqlite(transaction_mode="IMMEDIATE", init_command=SOUND_PRAGMAS)


def test_a_complete_production_configuration_has_no_fault():
    assert boot.faults(configured(), {"WEB_CONCURRENCY": "4"}) == []


@pytest.mark.parametrize(
    ("changes", "environ", "sentence"),
    [
        ({"SECRET_KEY": settings.INSECURE_SECRET_KEY}, {}, "SECRET_KEY is missing"),
        ({"SECRET_KEY": "short"}, {}, "at least 50 characters"),
        ({"VAULT_KEYS": []}, {}, "VAULT_KEYS is missing"),
        ({"VAULT_KEYS": [A_KEY, settings.INSECURE_VAULT_KEY]}, {}, "VAULT_KEYS is missing"),
        ({"VAULT_KEYS": [base64.b64encode(b"short").decode()]}, {}, "32 random bytes"),
        ({"VAULT_KEYS": ["not base64!"]}, {}, "32 random bytes"),
        ({"VAULT_INDEX_KEY": A_KEY}, {}, "VAULT_INDEX_KEY repeats a key of VAULT_KEYS"),
        ({"CHECKPOINT_KEY": settings.INSECURE_CHECKPOINT_KEY}, {}, "CHECKPOINT_KEY is missing"),
        ({"CHECKPOINT_KEY": PRODUCTION["SECRET_KEY"]}, {}, "CHECKPOINT_KEY repeats a key of SECRET_KEY"),
        ({"DEBUG": True}, {}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": settings.LOCAL_HOSTS}, {}, "ALLOWED_HOSTS is missing"),
        ({"ALLOWED_HOSTS": ["*"]}, {}, "ALLOWED_HOSTS is missing"),
        ({"PUBLIC_URL": "http://jalon.example.org"}, {}, "PUBLIC_URL is missing"),
        ({"PHONE_SIGN_IN": True}, {}, "SMS_BACKEND only prints"),
        ({"ENVIRONMENT": "prod", "PRODUCTION": False}, {}, 'JALON_ENV is "prod"'),
        ({"DATABASES": SOUND_SQLITE}, {"WEB_CONCURRENCY": "3"}, "SQLite serves one web worker"),
        ({"DATABASES": sqlite(init_command=SOUND_PRAGMAS)}, {}, "transaction_mode"),
        ({"DATABASES": sqlite(**IMMEDIATE, init_command="PRAGMA synchronous=FULL;")}, {}, "journal_mode=WAL"),
        ({"DATABASES": sqlite(**IMMEDIATE, init_command="PRAGMA journal_mode=WAL")}, {}, "=FULL"),
    ],
)  # fmt: skip
def test_each_fault_has_its_sentence(changes, environ, sentence):
    found = boot.faults(configured(**changes), environ)
    assert len(found) == 1, found
    assert sentence in found[0]


def test_a_laptop_needs_no_secret_but_a_sound_sqlite():
    laptop = configured(
        ENVIRONMENT="development", PRODUCTION=False, SECRET_KEY=settings.INSECURE_SECRET_KEY,
        DATABASES=SOUND_SQLITE,
    )  # fmt: skip
    assert boot.faults(laptop, {}) == []
    laptop.DATABASES = sqlite()
    assert len(boot.faults(laptop, {})) == 3
