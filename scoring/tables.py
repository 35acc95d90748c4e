"""Columns of the ranking, and of the list of who has which file."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from scoring import explanation
from scoring.models import AssignmentState, JuryAssignment, RankedApplication
from workflow import display, listing


class ScoreColumn(listing.tables.Column):
    """A mark with two decimals."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("attrs", listing.NUMERIC)
        super().__init__(**options)

    def render(self, value: Decimal) -> Any:
        """Return the mark."""
        return display.number(value, 2)

    def value(self, value: Decimal) -> Decimal:
        """Return the mark for a file."""
        return value


class FailureColumn(listing.tables.Column):
    """What a file did not meet, in words."""

    def render(self, value: list[Mapping[str, Any]], record: RankedApplication) -> str:
        """Return the sentences."""
        return " ".join(explanation.failure_text(failure) for failure in value)


class TieColumn(listing.tables.Column):
    """How a tie was decided, in words."""

    def render(self, value: str) -> str:
        """Return the words."""
        return explanation.tie_text(value)


class AdviceColumn(listing.tables.Column):
    """A figure of the advice on a file, with `decimals`; percent for a part of one."""

    def __init__(self, *, name: str, decimals: int = 2, percent: bool = False, **options: Any) -> None:
        options.setdefault("attrs", listing.NUMERIC)
        super().__init__(accessor=f"advised__{name}", orderable=False, **options)
        self.decimals, self.percent = decimals, percent

    def render(self, value: float) -> Any:
        """Return the figure."""
        if self.percent:
            return display.isolated(display.percent_text(Decimal(repr(100 * value))))
        return display.number(Decimal(repr(value)), self.decimals)

    def export(self, value: float) -> list[Any]:
        """Return the figure as a number."""
        return [round(value, 4)]


def _case_url(line: RankedApplication) -> str:
    return line.application.get_absolute_url()


class RankingTable(listing.ListTable):
    """Lines of a ranking."""

    rank = listing.NumberColumn(verbose_name=gettext_lazy("Rank"), order_by="position")
    number = listing.RefColumn(
        verbose_name=gettext_lazy("File"),
        accessor="application__case__number",
        url=_case_url,
        order_by="application__case__number",
    )
    site = listing.tables.Column(
        verbose_name=gettext_lazy("Site"), accessor="application__case__site", orderable=False
    )
    score = ScoreColumn(verbose_name=gettext_lazy("Mark"))
    sheets = listing.NumberColumn(verbose_name=gettext_lazy("Sheets"))
    requested = listing.MoneyColumn(
        verbose_name=gettext_lazy("Asked for"),
        accessor="application__requested",
        order_by="application__requested_minor",
    )
    median = AdviceColumn(name="median", verbose_name=gettext_lazy("Median"))
    spread = AdviceColumn(name="spread", verbose_name=gettext_lazy("Spread"))
    adjusted = AdviceColumn(name="adjusted", verbose_name=gettext_lazy("Adjusted for severity"))
    chance = AdviceColumn(name="chance", percent=True, verbose_name=gettext_lazy("Chance to be funded"))
    decided_by = TieColumn(verbose_name=gettext_lazy("Tie decided by"), orderable=False)
    failures = FailureColumn(verbose_name=gettext_lazy("Out of the running"), orderable=False)
    caption = gettext_lazy("Ranking")
    default_columns = (
        "rank",
        "number",
        "site",
        "score",
        "sheets",
        "requested",
        "spread",
        "chance",
        "decided_by",
        "failures",
    )


def _assignment_url(pair: JuryAssignment) -> str:
    return reverse("scoring:assignment", args=[pair.pk])


def _assignment_word(state: str) -> tuple[Any, str]:
    return AssignmentState(state).label, JuryAssignment.MEANINGS[state]


class AssignmentTable(listing.ListTable):
    """Files with their jurors, one row for each pair."""

    number = listing.RefColumn(
        verbose_name=gettext_lazy("File"),
        accessor="application__case__number",
        url=_assignment_url,
        order_by="application__case__number",
    )
    juror = listing.tables.Column(
        verbose_name=gettext_lazy("Juror"),
        accessor="engagement__user",
        order_by="engagement__user__full_name",
    )
    state = listing.StateColumn(verbose_name=gettext_lazy("State"), words=_assignment_word)
    since = listing.DateColumn(verbose_name=gettext_lazy("Since"), accessor="state_since")
    site = listing.tables.Column(
        verbose_name=gettext_lazy("Site"),
        accessor="application__case__site",
        order_by="application__case__site__code",
    )
    caption = gettext_lazy("Who has which file")
