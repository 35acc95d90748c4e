"""Many rows in one statement are the rows that instances would have written."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError

from workflow import many_rows
from workflow.models import EventNote, Notice

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NAMES = [field.attname for field in Notice._meta.concrete_fields if not field.primary_key]
WRITES = r"""
import django.db
from django.utils.timezone import now
from workflow import many_rows
from workflow.models import Notice
names = [field.attname for field in Notice._meta.concrete_fields if not field.primary_key]
def row(**given):
    made = Notice(stream="case:1", template="t", recipient_kind="user", recipient_id="1", **given)
    return [getattr(made, name) for name in names]
many_rows.insert(Notice, names, [row(created_at=now(), error="a\\b\\N"), row(created_at=now())])
try:
    many_rows.insert(Notice, names, [row(created_at=None)])
except django.db.IntegrityError:
    print("refused")
"""


def a_notice(**given):
    made = Notice(stream="case:1", template="t", recipient_kind="user", recipient_id="1", **given)
    return [getattr(made, name) for name in NAMES]


def test_they_are_the_rows_that_instances_would_have_written():
    Notice.objects.create(
        stream="case:1",
        template="t",
        recipient_kind="user",
        recipient_id="1",
        context={"é": [1, None]},
        created_at=MOMENT,
    )
    many_rows.insert(Notice, NAMES, [a_notice(context={"é": [1, None]}, created_at=MOMENT)] * 3)
    rows = list(Notice.objects.values_list(*NAMES))
    assert len(rows) == 4
    assert all(row == rows[0] for row in rows)


@pytest.mark.parametrize("text", ["a\tb\nc\\d\r", "\\N", "\\.", '"é", \u202eلا', ""])
def test_text_arrives_as_it_was(text):
    many_rows.insert(Notice, NAMES, [a_notice(context={"a": text}, created_at=MOMENT, error=text)])
    made = Notice.objects.get()
    assert (made.context, made.error) == ({"a": text}, text)


def test_it_takes_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        many_rows.insert(Notice, NAMES, [a_notice(created_at=MOMENT) for _number in range(50)])
    assert Notice.objects.count() == 50


def test_constraints_hold():
    with pytest.raises(IntegrityError):
        many_rows.insert(Notice, NAMES, [a_notice(created_at=None)])


def test_a_field_that_is_forgotten_is_named():
    with pytest.raises(ValueError, match="salt"):
        many_rows.insert(EventNote, ["text", "erased_at"], [])


def test_they_are_written_on_either_engine_and_refused_in_the_same_words(engine, real_database):
    database = real_database(engine)
    said = database.manage("shell", "--verbosity", "0", "-c", WRITES).stdout
    assert said.split() == ["refused"]
    rows = database.rows("SELECT error, context, event_id, attempts FROM workflow_notice ORDER BY id")
    assert [row[0] for row in rows] == [r"a\b\N", ""]
    assert {row[2:] for row in rows} == {(None, 0)}
