"""The test mechanism itself: real databases are fresh, separate, committed and dropped whole."""

import os

import pytest

from tests import databases, requirements

COUNT = "from django.contrib.sessions.models import Session as S; print(S.objects.count())"
ADD = (
    "from django.contrib.sessions.models import Session as S; from django.utils import timezone as t;"
    "S.objects.create(session_key='{}', session_data='', expire_date=t.now())"
)


def test_each_copy_is_fresh_and_sees_what_other_processes_committed(engine, real_database):
    one, two = real_database(engine), real_database(engine)
    writers = [one.start("manage.py", "shell", "-c", ADD.format(number)) for number in range(3)]
    for writer in writers:
        _out, error = writer.communicate(timeout=300)
        assert writer.returncode == 0, error
    assert one.rows("SELECT count(*) FROM django_session") == [(3,)]
    assert one.rows("SELECT count(*) FROM django_session WHERE session_key = %s", "1") == [(1,)]
    assert two.manage("shell", "--verbosity", "0", "-c", COUNT).stdout.strip() == "0"


def test_a_copy_has_the_append_only_triggers(engine, real_database):
    database = real_database(engine)
    catalogue = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger'",
        "postgres": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal",
    }
    assert database.rows(catalogue[engine])[0][0] > 0


@pytest.mark.postgres
def test_a_copy_on_postgresql_is_gone_after_its_block(tmp_path):
    requirements.need_postgres()
    folder = tmp_path / "run"
    folder.mkdir()
    templates = databases.Templates(f"{os.getpid()}x", folder)
    module = os.environ["DJANGO_SETTINGS_MODULE"]
    with templates.copy("postgres", tmp_path / "copy", recipe="bare", settings_module=module) as database:
        assert database.name in databases._postgres_names(database.name)
    assert not databases._postgres_names(database.name)
    templates.drop()
    assert not databases._postgres_names(templates._prefix())


def test_a_command_that_fails_shows_what_it_said(real_database):
    with pytest.raises(databases.CommandFailed, match="Unknown command: 'nonsense'"):
        real_database("sqlite").manage("nonsense")
