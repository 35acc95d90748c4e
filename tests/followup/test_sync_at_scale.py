"""The short form of `benchmarks/field_sync.py`: several phones at once in front of a real server."""

import pytest

from benchmarks.field_sync import Load, Workers, a_photo, inside
from tests.servers import serve

COACHES, VISITS, PHOTOS = 3, 1, 2


@pytest.mark.slow
def test_phones_that_come_back_at_once_lose_nothing_and_the_server_stays_small(real_database, engine):
    database = real_database(engine)
    phones = inside(database.environment(), "prepare", COACHES, VISITS)
    with serve(database, WEB_CONCURRENCY="2") as site:
        load = Load(site.url, a_photo(), PHOTOS)
        with Workers() as workers:
            load.run(phones)
    visits = COACHES * VISITS
    assert inside(database.environment(), "stored") == {
        "reports": visits,
        "applied": visits,
        "submitted": visits,
        "files": visits * PHOTOS,
        "arrived": visits * PHOTOS,
    }
    assert set(load.statuses) <= {"200", "201"}
    assert workers.most < workers.first + 160, "MB that a process grew by"
