"""Rows of the lists of applications: plain values, read for the shown columns and for one page.

A list shows a dozen values of each file; making five records of fifty for them took a quarter of the page.
"""

from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications.models import Application, ApplicationMember, Flag, PieceRequest
from applications.models.case import case_address
from programmes.localised import columns, reading_order
from programmes.money import Money
from workflow.lists import KeyedRows

ALWAYS = (
    "pk",
    "title",
    "sector",
    "organisation_name",
    "language",
    "state",
    "state_since",
    "submitted_at",
    "requested_minor",
    "awarded_minor",
    "case__number",
    "call__currency",
)
TEXTS = {"site": "case__site__name", "track": "track__title", "call": "call__title"}
"""Columns that show a text in the reader's language, with where it is written."""


def desk_rows(shown: Collection[str]) -> "QuerySet[Any, Any]":
    """Return the queryset that reads what columns show, by name, as values. Limited by key later."""
    texts = [name for column, text in TEXTS.items() if column in shown for name in columns(text)]
    session = ["session__number"] if "session" in shown else []
    counted = _counted(shown)
    return Application.objects.annotate(**counted).values(*ALWAYS, *texts, *session, *counted)


def _counted(shown: Collection[str]) -> dict[str, Any]:
    flags = Flag.objects.filter(application=OuterRef("pk"), resolved_at__isnull=True).order_by()
    open_flags = flags.values("application").annotate(count=Count("pk")).values("count")
    members = ApplicationMember.objects.filter(application=OuterRef("pk")).order_by()
    persons = members.values("application").annotate(count=Count("pk")).values("count")
    asked = PieceRequest.objects.filter(application=OuterRef("pk"), answered_at__isnull=True)
    found: dict[str, tuple[str, Any]] = {
        "flags": ("open_flags", Coalesce(Subquery(open_flags), 0)),
        "asked": ("piece_due", Subquery(asked.values("due_at")[:1])),
        "members": ("member_count", Coalesce(Subquery(persons), 0)),
    }
    return dict(annotation for column, annotation in found.items() if column in shown)


class DeskRow(SimpleNamespace):
    """One file as a list shows it; it has what the shown columns ask for."""

    number: str

    def get_absolute_url(self) -> str:
        """The page of its case."""
        return case_address(self.number)


class DeskRows(KeyedRows):
    """Rows of a list of applications, as `DeskRow`."""

    def fetch(self, keys: Sequence[Any]) -> list[Any]:
        """Read rows by key, in the order of the keys."""
        make = _maker()
        found = {values["pk"]: make(values) for values in self.rows.filter(pk__in=keys).order_by()}
        return [found[key] for key in keys if key in found]


def _maker() -> Callable[[dict[str, Any]], DeskRow]:
    """Return what makes a row of values, in the language of the reader."""
    places = {
        column: [f"{text}_{language}" for language in reading_order()] for column, text in TEXTS.items()
    }
    money = lru_cache(maxsize=2048)(Money)

    def make(values: dict[str, Any]) -> DeskRow:
        currency, requested, awarded = (
            values["call__currency"],
            values["requested_minor"],
            values["awarded_minor"],
        )
        row = DeskRow(
            **values,
            number=values["case__number"],
            session_number=values.get("session__number"),
            requested=None if requested is None else money(requested, currency),
            awarded=None if awarded is None else money(awarded, currency),
        )
        for column, names in places.items():
            if names[0] in values:
                setattr(row, column, next((text for name in names if (text := values[name])), ""))
        return row

    return make
