"""What a list page costs: as many queries for one row as for fifty, twelve at most, on every list."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.lists.world import ListWorld
from tests.permissions.matrix import every_url
from workflow.lists import ListView

# pytest-django makes no database for a fixture alone
pytestmark = [pytest.mark.django_db, pytest.mark.long]
MOST_QUERIES = 12
FEW, MANY = 1, 50


@dataclass(frozen=True)
class Page:
    """A list page: who reads it, how many queries it takes, and what it is of (programme, bank, round)."""

    name: str
    role: str
    queries: int
    of: str = "programme"

    def path(self, lists: ListWorld) -> str:
        """Its address in the world."""
        about = {
            "programme": lambda: lists.world.programme.code,
            "bank": lambda: lists.bank.pk,
            "ranking": lambda: lists.ranking.pk,
            "round": lambda: lists.ranking.round_id,
            "grant": lambda: lists.grant.pk,
        }
        return reverse(self.name, args=[about[self.of]()])


PAGES = (
    Page("programmes:calls", "manager", 8),
    Page("programmes:sessions", "manager", 8),
    Page("programmes:mailings", "manager", 8),
    Page("applications:people", "field_agent", 11),
    Page("applications:list", "auditor", 9),
    Page("applications:screening", "screening_officer", 10),
    Page("applications:duplicates", "screening_officer", 8),
    Page("applications:openings", "protection_officer", 8),
    Page("applications:erasures", "protection_officer", 8),
    Page("applications:appeals", "appeal_officer", 8),
    Page("scoring:ranking", "jury_secretary", 12, of="ranking"),
    Page("scoring:assignments", "jury_secretary", 10, of="round"),
    Page("disbursements:grants", "auditor", 11),
    Page("disbursements:tranches", "auditor", 9),
    Page("disbursements:orders", "auditor", 9),
    Page("disbursements:batches", "auditor", 8),
    Page("disbursements:statements", "reconciler", 9),
    Page("disbursements:bank_lines", "reconciler", 9),
    Page("disbursements:destinations", "auditor", 8),
    Page("disbursements:suppliers", "preparer", 8),
    Page("disbursements:procurements", "auditor", 8),
    Page("disbursements:justifications", "auditor", 8),
    Page("disbursements:recoveries", "auditor", 8),
    Page("disbursements:cash_advances", "auditor", 8),
    Page("disbursements:journal", "auditor", 11),
    Page("disbursements:account", "auditor", 11, of="bank"),
    Page("disbursements:journal_lines", "auditor", 9),
    Page("disbursements:donor_statement", "auditor", 11),
    Page("disbursements:statement", "auditor", 11, of="grant"),
    Page("followup:visits", "supervisor", 9),
    Page("followup:late_visits", "supervisor", 9),
    Page("followup:enterprises", "supervisor", 9),
    Page("followup:actions", "supervisor", 9),
    Page("followup:alerts", "supervisor", 9),
    Page("followup:support_sessions", "supervisor", 9),
    Page("followup:enrolments", "supervisor", 9),
    Page("followup:cohorts", "supervisor", 8),
    Page("followup:outcomes", "supervisor", 9),
)


@dataclass(frozen=True)
class Taken:
    """What a page took: its queries, and how many rows it showed."""

    queries: tuple[str, ...]
    rows: int


def take(lists: ListWorld, page: Page) -> Taken:
    """Open a page twice as its reader, the second time with open eyes."""
    client = Client()
    client.force_login(lists.world.member(page.role))
    client.get(page.path(lists))
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page.path(lists))
    assert answer.status_code == 200, page.name
    rows = len(answer.context["table"].page.object_list)
    return Taken(tuple(query["sql"] for query in captured.captured_queries), rows)


@pytest.fixture(scope="module")
def taken(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[dict[str, tuple[Taken, Taken]]]:
    """Every page with one case and with fifty, taken once for all questions and then undone."""
    folder: Path = tmp_path_factory.mktemp("lists")
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        override_settings(MEDIA_ROOT=folder, REQUIRE_SECOND_FACTOR=False),
    ):
        lists = ListWorld()
        lists.add_cases(FEW)
        few = {page.name: take(lists, page) for page in PAGES}
        lists.add_cases(MANY - FEW)
        yield {page.name: (few[page.name], take(lists, page)) for page in PAGES}
        transaction.set_rollback(True)


def every_list_page() -> set[str]:
    """The names of the URLs that show a list."""
    found = set()
    for name, _path, pattern in every_url():
        view: Any = getattr(pattern.callback, "view_class", None)
        if isinstance(view, type) and issubclass(view, ListView):
            found.add(name)
    return found


def test_every_list_page_is_in_the_table():
    assert {page.name for page in PAGES} == every_list_page()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_list_costs_the_same_for_1_row_and_for_50(taken, page):
    few, many = taken[page.name]
    assert 0 < few.rows < 20
    assert many.rows >= MANY - 1
    assert len(few.queries) == len(many.queries), "\n".join(sorted(many.queries))
    assert len(many.queries) == page.queries, "\n".join(sorted(many.queries))


def test_no_list_is_allowed_more_queries_than_the_bar():
    assert [page.name for page in PAGES if page.queries > MOST_QUERIES] == []
