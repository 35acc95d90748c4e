"""The page for readers says what the matrix proves."""

from tests.permissions.matrix import EVERY_MEMBER, Who
from tests.permissions.page import TARGET, in_words, page


def test_the_page_is_fresh():
    written = TARGET.read_text(encoding="utf-8")
    assert written == page(), "run scripts/who_can_read_what.py"


def test_stands_are_said_in_words():
    assert in_words(Who(f"{EVERY_MEMBER} system_administrator")) == (
        "every role of the programme, system administrator"
    )
    assert in_words(Who("coach@own manager donor@any #auditor")) == (
        "coach (own), programme manager, donor of any programme, the person concerned"
    )
    nearly_all = EVERY_MEMBER.replace("donor ", "")
    assert in_words(Who(nearly_all)) == "every role of the programme but donor"
