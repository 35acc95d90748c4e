"""A slip used by several processes at once, on both engines."""

from collections.abc import Callable, Iterable

import pytest

from applications import throttle
from tests.databases import RealDatabase

pytestmark = pytest.mark.slow
MODULE = "tests.applications.press_slip"
PROCESSES = 4


def prepared(database: RealDatabase) -> list[str]:
    return database.python("-m", MODULE, "prepare").stdout.split()


def pressed(database: RealDatabase, presses: Iterable[list[str]]) -> list[int]:
    """What each process says that it did, after all began at the same moment."""
    return [said for (said,) in database.race(MODULE, *presses)]


def test_many_guesses_at_once_are_not_more_guesses(
    real_database: Callable[..., RealDatabase], engine: str
) -> None:
    database = real_database(engine)
    number, pin, *_claims = prepared(database)
    looked_at = pressed(database, [["guess", number, pin]] * PROCESSES)
    assert sum(looked_at) == throttle.OF_A_CASE.failures


def test_a_case_that_four_accounts_claim_at_once_has_one_owner(
    real_database: Callable[..., RealDatabase], engine: str
) -> None:
    database = real_database(engine)
    _number, _pin, *claims = prepared(database)
    done = pressed(database, [["claim", claim] for claim in claims])
    assert sum(done) == 1
    owners = database.rows(
        "SELECT u.email FROM accounts_user u JOIN applications_person p ON p.user_id = u.id"
        " WHERE u.email LIKE %s AND EXISTS"
        " (SELECT 1 FROM applications_application a WHERE a.applicant_id = p.id)",
        "owner%",
    )
    assert len(owners) == 1
    assert database.rows("SELECT COUNT(*) FROM workflow_event WHERE verb = %s", "claim") == [(1,)]
