"""What lies on a juror's desk: the files to mark, in the order in which they are due, and how far each is.

Querysets and small rows; the pages are in `scoring/views/desk.py`. Everything here is the juror's own.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import (
    Case,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    JSONField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from programmes.localised import columns
from programmes.models import Track
from scoring.models import Criterion, JurorEngagement, JuryAssignment, Mark, PitchTurn, RedactedCopy
from scoring.models.sheets import EDITABLE

TO_DO = Q(state__in=["assigned", "opened"]) | Q(state="done", sheet_now__state__in=EDITABLE)

SHOWN = (
    *("state", "state_since", "round__closes_at", *columns("round__grid__title")),
    *("application__case__number", "application__track"),
)
BEGUN_FIRST = Case(When(state="opened", then=Value(0)), default=Value(1))


class Summary(NamedTuple):
    """How far a juror is: files to do, files in all, the nearest date; named: some round shows names."""

    todo: int
    total: int
    due: datetime | None
    named: bool = False

    @property
    def done(self) -> int:
        return self.total - self.todo


class Places(NamedTuple):
    """A person's places in juries: keys of those that are scoring; invited: some invitation waits."""

    scoring: list[int]
    invited: bool


def places(user: Any) -> Places:
    """Return the user's places in juries: what lies on the desk hangs on those that are scoring.

    Read first, by themselves: joined to the files they made the database plan longer than it reads.
    """
    own = JurorEngagement.objects.filter(user=user.pk, state__in=["accepted", "invited"]).order_by()
    rows = list(own.values_list("pk", "state", "session__state"))
    return Places(
        scoring=[pk for pk, state, session in rows if (state, session) == ("accepted", "scoring")],
        invited=any(state == "invited" for _pk, state, _session in rows),
    )


def seats(user: Any) -> list[int]:
    """Return the keys of the user's places in juries that are scoring."""
    return places(user).scoring


def files(held: Sequence[int]) -> "QuerySet[JuryAssignment]":
    """Return the files of the seats held, with title, marks given and marks asked, in the columns shown."""
    given = (
        Mark.objects.filter(sheet__assignment=OuterRef("pk"))
        .exclude(sheet__state="voided")
        .filter(Q(value__isnull=False) | Q(abstained=True))
        .order_by()
        .values("sheet__assignment")
        .annotate(n=Count("pk"))
        .values("n")
    )
    asked = (
        Criterion.objects.filter(grid=OuterRef("round__grid"))
        .order_by()
        .values("grid")
        .annotate(n=Count("pk"))
        .values("n")
    )
    turns = PitchTurn.objects.filter(round=OuterRef("round"), application=OuterRef("application")).order_by()
    latest = RedactedCopy.objects.confirmed().filter(application=OuterRef("application")).order_by("-version")
    return (
        JuryAssignment.objects.filter(engagement__in=held, state__in=["assigned", "opened", "done"])
        .select_related(None)
        .select_related("application__case", "round__grid")
        .only(*SHOWN)
        # by itself: one table more in this query, and PostgreSQL plans it three times as long
        .prefetch_related(Prefetch("application__track", Track.objects.only(*columns("title"))))
        .annotate(
            title=Subquery(latest.values("title")[:1], output_field=JSONField()),
            given=Coalesce(Subquery(given, output_field=IntegerField()), Value(0)),
            asked=Coalesce(Subquery(asked, output_field=IntegerField()), Value(0)),
            turn=Subquery(turns.values("place")[:1]),
            turn_at=Subquery(turns.values("starts_at")[:1]),
        )
    )


def todo(held: Sequence[int]) -> "QuerySet[JuryAssignment]":
    """Return the files that still need the juror: nearest date, turn of a pitch, begun ones first."""
    return (
        _with_sheet(files(held))
        .filter(TO_DO)
        .order_by(
            F("round__closes_at").asc(nulls_last=True), F("turn").asc(nulls_last=True), BEGUN_FIRST, "pk"
        )
    )


def done(held: Sequence[int]) -> "QuerySet[JuryAssignment]":
    """Return the files that the juror handed in, newest first."""
    handed_in = files(held).filter(state="done").exclude(sheets__state__in=EDITABLE)
    return handed_in.order_by("-state_since", "-pk")


def waiting(user: Any) -> int:
    """Return how many files still need this juror: two short queries."""
    mine = JuryAssignment.objects.filter(engagement__in=seats(user)).order_by()
    return _with_sheet(mine).filter(TO_DO).count()


def _with_sheet(rows: "QuerySet[JuryAssignment]") -> "QuerySet[Any]":
    """Join the sheet that counts, one at most: it adds no row. A file that came back has void ones too."""
    return rows.annotate(sheet_now=FilteredRelation("sheets", condition=~Q(sheets__state="voided")))


def summary(held: Sequence[int]) -> Summary:
    """Return how far a juror is over all seats held: one query."""
    rows = (
        JuryAssignment.objects.filter(engagement__in=held, state__in=["assigned", "opened", "done"])
        .order_by()
        .values_list("pk", "round__closes_at", "round__names_hidden", "state", "sheets__state")
    )
    counts: Counter[str] = Counter()
    seen: set[int] = set()
    dates = []
    named = False
    for pk, due, hidden, state, sheet in rows:
        if sheet == "voided" and state != "assigned":
            continue
        if pk in seen:
            continue
        seen.add(pk)
        waits = state != "done" or sheet in EDITABLE
        counts["todo" if waits else "done"] += 1
        named = named or not hidden
        if waits and due is not None:
            dates.append(due)
    return Summary(counts["todo"], counts["todo"] + counts["done"], min(dates, default=None), named)


def next_after(user: Any, current: JuryAssignment) -> int | None:
    """Return the file to go on with: the next of the lot, else the first that waits; None at the end."""
    found: Any = todo(seats(user))
    rows = list(found.values_list("pk", "turn"))
    own = PitchTurn.objects.filter(round=current.round_id, application=current.application_id)
    here = own.values_list("place", flat=True).first()
    waiting = [pk for pk, _turn in rows if pk != current.pk]
    if here is not None:
        later = [pk for pk, turn in rows if turn is not None and turn > here]
    else:
        later = [pk for pk in waiting if pk > current.pk]
    return next(iter(later or waiting), None)
