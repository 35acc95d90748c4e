"""Eight senders at once: one report under one identifier, and every report under identifiers of their own."""

import json

import pytest

from tests.followup.press_sync import THREADS, VISITS


@pytest.mark.slow
def test_raced_reports_are_kept_once_and_none_is_lost(real_database, engine):
    database = real_database(engine)
    told = json.loads(database.python("-m", "tests.followup.press_sync").stdout)
    assert told["problems"] == []
    assert told["answered"] == {"new": VISITS, "again": VISITS * (THREADS - 1)}
    assert (told["reports"], told["files"]) == (VISITS, VISITS)
    assert told["contested"] == {"applied": 1, "conflict": THREADS - 1}
    assert "Every promise holds." in database.manage("verify").stdout
