"""Every page that the links of the demo lead each role to: accessible, narrow enough, quick, and there."""

import hashlib

import pytest

from demo.loading.staff import DOMAIN
from tests import databases
from tests.browser import Visitor
from tests.look.crawler import crawl
from tests.servers import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PERSONS = (
    "manager",
    "coach-1",
    "jury-secretary",
    "beneficiary",
    "preparer",
    "field-agent",
    "applicant",
    "screening-officer",
    "juror-1",
    "verifier",
    "a stranger",
    "approver",
    "supervisor",
    "applicant-2",
    "releaser",
    "reconciler",
    "jury-chair",
    "protection-officer",
    "beneficiary-2",
    "appeal-officer",
    "auditor",
    "donor",
)


def claim(name: str) -> bool:
    """Take what is looked at once in the whole run; tell whether no other process took it before."""
    folder = databases.of_this_run().folder / "looked-at"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        (folder / hashlib.sha256(name.encode()).hexdigest()).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


@pytest.mark.parametrize("person", PERSONS)
def test_every_page_that_links_lead_to(live: Site, visitor: Visitor, person: str) -> None:
    user = None if person == "a stranger" else f"{person}@{DOMAIN}"
    findings = crawl(live, visitor, user, claim)
    assert findings == [], "\n".join(["", *findings])
