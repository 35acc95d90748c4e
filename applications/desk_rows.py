"""Rows of the lists of applications: plain values, read for the shown columns and for one page.

A list shows a dozen values of each file; making five records of fifty for them took a quarter of the page.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from applications.models import Application, ApplicationMember, Flag, PieceRequest
from applications.models.case import case_address
from programmes.money import Money
from programmes.named_rows import NamedRows

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
    "call_id",
    "case__number",
)
MORE = {"site": "case__site_id", "track": "track_id", "session": "session__number"}
"""Columns that show more than that, with where it is read."""


@lru_cache(maxsize=64)
def desk_rows(shown: frozenset[str]) -> "QuerySet[Any, Any]":
    """Return the queryset that reads what columns show, by name, as values. Limited by key later."""
    counted = _counted(shown)
    more = [name for column, name in MORE.items() if column in shown]
    return Application.objects.annotate(**counted).values(*ALWAYS, *more, *counted)


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


class DeskRows(NamedRows):
    """Rows of a list of applications, as `DeskRow`."""

    def fetch(self, keys: Sequence[Any]) -> list[Any]:
        """Read rows by key, in the order of the keys."""
        read = list(self.rows.filter(pk__in=keys).order_by())
        make = self._maker(read)
        found = {values["pk"]: make(values) for values in read}
        return [found[key] for key in keys if key in found]

    def _maker(self, read: Sequence[Mapping[str, Any]]) -> Callable[[Mapping[str, Any]], DeskRow]:
        """Return what makes a row of values; read: those of all rows, with the keys that are named."""
        calls, money = self.parts.calls, lru_cache(maxsize=2048)(Money)
        named = [
            (column, key, names({values[key] for values in read}))
            for column, key, names in (
                ("site", MORE["site"], self.parts.site_names),
                ("track", MORE["track"], self.parts.track_names),
            )
            if read and key in read[0]
        ]

        def make(values: Mapping[str, Any]) -> DeskRow:
            call = calls[values["call_id"]]
            requested, awarded = values["requested_minor"], values["awarded_minor"]
            return DeskRow(
                **values,
                **{column: known.get(values[key], "") for column, key, known in named},
                number=values["case__number"],
                call=call.title,
                session_number=values.get("session__number"),
                requested=None if requested is None else money(requested, call.currency),
                awarded=None if awarded is None else money(awarded, call.currency),
            )

        return make
