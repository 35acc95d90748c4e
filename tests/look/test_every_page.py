"""Every page that the links of the demo lead each role to: accessible, narrow enough, quick, and there."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

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


@dataclass
class Claims:
    """What is looked at once in the whole run, and who took it: the processes of a run share a folder."""

    folder: Path = field(default_factory=lambda: databases.of_this_run().folder / "looked-at")
    taken: list[Path] = field(default_factory=list)

    def take(self, name: str) -> bool:
        """Take a pattern; tell whether nobody took it before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        mark = self.folder / hashlib.sha256(name.encode()).hexdigest()
        try:
            mark.touch(exist_ok=False)
        except FileExistsError:
            return False
        self.taken.append(mark)
        return True

    def give_back(self) -> None:
        """Leave what was taken to the next try."""
        for mark in self.taken:
            mark.unlink()


@pytest.mark.parametrize("person", PERSONS)
def test_every_page_that_links_lead_to(live: Site, visitor: Visitor, person: str) -> None:
    user = None if person == "a stranger" else f"{person}@{DOMAIN}"
    claims = Claims()
    try:
        findings = crawl(live, visitor, user, claims.take)
        assert findings == [], "\n".join(["", *findings])
    except BaseException:
        claims.give_back()
        raise
