"""A press that meets a busy database is answered: nothing was changed, press again."""

import sqlite3

import pytest
from django.db import OperationalError

from config.errors import is_busy
from tests.worlds.disbursements import grant_world
from workflow import door

pytestmark = pytest.mark.django_db


class Deadlock(Exception):
    """What PostgreSQL says to one of two who wait for each other."""

    sqlstate = "40P01"


class Gone(Exception):
    """What PostgreSQL says when it is shut down."""

    sqlstate = "57P01"


def raised(error, cause=None):
    """A database error as a backend raises it."""
    error.__cause__ = cause
    return error


@pytest.mark.long
def test_a_press_that_meets_a_locked_database_reads_that_nothing_was_changed(client, settings, monkeypatch):
    settings.REQUIRE_SECOND_FACTOR = False
    money = grant_world(14_000_00)
    money.activate()
    order = money.ordered(1)
    client.force_login(money.member("preparer"))
    client.raise_request_exception = False

    def locked(*args, **kwargs):
        raise raised(OperationalError("database is locked"), sqlite3.OperationalError("database is locked"))

    url = f"/act/disbursements.paymentorder/{order.pk}/submit/"
    pressed = {"withholding": "0", "fee": "0", "key": "one-intent"}
    with monkeypatch.context() as busy:
        busy.setattr(door, "_change", locked)
        answer = client.post(url, pressed)
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert "Nothing was changed, press again" in answer.content.decode()
    order.refresh_from_db()
    assert order.state == "draft"
    assert client.post(url, pressed).status_code == 302
    order.refresh_from_db()
    assert order.state == "submitted"


def test_only_what_the_database_undid_is_called_busy():
    assert is_busy(raised(OperationalError("deadlock detected"), Deadlock()))
    assert not is_busy(raised(OperationalError("terminating connection"), Gone()))
    assert not is_busy(raised(OperationalError("no such table: is_locked"), sqlite3.OperationalError("x")))
    assert not is_busy(ValueError("database is locked"))
