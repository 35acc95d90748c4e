"""The event trail cannot be touched: each attack is denied or detected."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests.machine.models import Lantern
from workflow import append_only, fire
from workflow.checkpoints import checkpoint_problems, write_checkpoint
from workflow.models import Event, EventNote, StreamHead
from workflow.verification import verify


@pytest.fixture
def lit(lantern, keeper):
    fire(lantern, "light", actor=keeper, key="k1", data={"flame": 1})
    fire(lantern, "put_out", actor=keeper, key="k2", data={"reason": "Wind"})
    return lantern


def problems():
    return [problem for result in verify() for problem in result.problems]


def untriggered(sql, params=()):
    """Run an attack with the triggers dropped, as somebody with full rights over the file could."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for rule in append_only.rules():
            table = rule.model._meta.db_table
            for verb in ("update", "delete", "truncate", "replace"):
                on_table = f'ON "{table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{verb}" {on_table}')
        cursor.execute(sql, params)
    append_only.install(connection)


def test_a_lived_history_verifies(lit):
    assert problems() == []


@pytest.mark.parametrize(
    "attack",
    [
        lambda: Event.objects.update(verb="turn"),
        lambda: Event.objects.all().delete(),
        lambda: Event.objects.filter(seq=1).update(data={}),
        lambda: connection.cursor().execute("DELETE FROM workflow_event"),
        lambda: connection.cursor().execute("UPDATE workflow_event SET hash = hash"),
    ],
)
def test_the_database_refuses_to_change_or_delete_events(lit, attack):
    with pytest.raises(DatabaseError), transaction.atomic():
        attack()
    assert problems() == []


def test_insert_or_replace_is_refused(lit):
    if connection.vendor != "sqlite":
        with pytest.raises(DatabaseError), transaction.atomic():
            connection.cursor().execute("TRUNCATE workflow_event CASCADE")
        return
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(
            "INSERT OR REPLACE INTO workflow_event SELECT * FROM workflow_event WHERE seq = 1"
        )
    assert problems() == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE workflow_event SET target = 'broken' WHERE seq = 1",
        "UPDATE workflow_event SET occurred_at = '2020-01-01 00:00:00' WHERE seq = 1",
        "UPDATE workflow_event SET system = 'x', actor_id = NULL WHERE seq = 2",
    ],
)
def test_an_edited_event_is_found(lit, sql):
    untriggered(sql)
    assert any("content was changed" in problem for problem in problems())


def test_a_removed_last_event_is_found(lit):
    untriggered("DELETE FROM workflow_intent WHERE event_id = (SELECT MAX(id) FROM workflow_event)")
    untriggered("DELETE FROM workflow_event WHERE seq = 2")
    assert any("head does not match" in problem for problem in problems())


def test_a_state_changed_behind_the_door_is_found(lit):
    Lantern.objects.filter(pk=lit.pk).update(state="bright")
    assert any("its events lead to dark" in problem for problem in problems())


def test_a_changed_note_is_found_and_an_erased_one_is_not(lit):
    EventNote.objects.update(text="Something else")
    assert any("its note was changed" in problem for problem in problems())
    EventNote.objects.update(text="", erased_at="2024-01-01T00:00:00Z")
    assert problems() == []


def test_a_rewritten_chain_is_found_by_the_checkpoint(lit, settings, tmp_path):
    settings.CHECKPOINT_DIR = str(tmp_path)
    write_checkpoint(Event.objects.get(seq=1).recorded_at)
    assert checkpoint_problems() == (1, [])
    untriggered("UPDATE workflow_event SET hash = 'forged' WHERE seq = 2")
    StreamHead.objects.update(hash="forged")
    count, found = checkpoint_problems()
    assert count == 1
    assert found


def test_a_forged_checkpoint_is_found(lit, settings, tmp_path):
    settings.CHECKPOINT_DIR = str(tmp_path)
    write_checkpoint(Event.objects.get(seq=1).recorded_at)
    settings.CHECKPOINT_KEY = "another key"
    assert checkpoint_problems()[1]


def test_missing_triggers_are_found(lit):
    with connection.cursor() as cursor:
        on_table = "ON workflow_event" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER workflow_event_no_update {on_table}")
    assert append_only.missing(connection) == ["workflow_event_no_update"]


def test_a_latch_that_was_taken_away_is_found(lit):
    latched = append_only.latches()[0]
    on_table = f'ON "{latched.model._meta.db_table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{latched.name}" {on_table}')
    assert append_only.missing(connection) == [latched.name]
