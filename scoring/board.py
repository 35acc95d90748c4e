"""The progress of a round as rows: how each juror and each file stands, counted in the database.

What the counts mean (pace, who is to be chased) is in `scoring/progress.py`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy

from applications.models import Application
from scoring import discrepant, progress
from scoring.models import JurorEngagement, JurorReminder, JuryAssignment, Mark, Round, Scoresheet, Stage
from scoring.models.jury import DRAWN_IN, LIVE
from scoring.models.sheets import COUNTED

OUTLOOKS: Mapping[str, tuple[Any, str]] = {
    progress.DONE: (gettext_lazy("All handed in"), "done"),
    progress.ON_TIME: (gettext_lazy("On the way"), "doing"),
    progress.BEHIND: (gettext_lazy("Too slow to end in time"), "waiting"),
    progress.NOT_BEGUN: (gettext_lazy("Not begun"), "waiting"),
    progress.LATE: (gettext_lazy("Late"), "blocked"),
    progress.UNDATED: (gettext_lazy("No deadline"), "neutral"),
}
"""How a juror stands, in words, with the meaning for the dot."""

DONE = Q(state="done")
TO_HAND_IN = ("assigned", "opened")


class JurorLine(NamedTuple):
    """A juror on the board. abstained: sheets with an abstention; reminded: the day of the last reminder."""

    engagement: JurorEngagement
    load: progress.Load
    outlook: str
    ends_on: date | None
    abstained: int = 0
    reminded: date | None = None

    @property
    def word(self) -> str:
        """How the juror stands; the state of the invitation where the juror does not take part."""
        if self.engagement.state != "accepted":
            return str(self.engagement.get_state_display())
        return str(OUTLOOKS[self.outlook][0])

    @property
    def meaning(self) -> str:
        """What that means to a reader."""
        return self.engagement.meaning if self.engagement.state != "accepted" else OUTLOOKS[self.outlook][1]

    @property
    def is_to_chase(self) -> bool:
        """Whether somebody should ask after this juror."""
        return self.engagement.state == "accepted" and self.outlook in progress.TO_CHASE


class FileLine(NamedTuple):
    """A file on the board: how many sheets it lacks, and with whom the others are.

    wanted: jurors it is to have.
    """

    application: Application
    to_open: int
    opened: int
    handed_in: int
    aside: int
    wanted: int
    abstained: int
    waits_for: list[str]

    @property
    def live(self) -> int:
        """How many jurors have it."""
        return self.to_open + self.opened + self.handed_in

    @property
    def missing(self) -> int:
        """How many marks it lacks."""
        return max(self.wanted - self.handed_in, 0)


def span_of(held: Round, at: datetime) -> progress.Span:
    """Return the days of a round in its programme's time zone."""
    zone = held.session.call.programme.zone
    given = held.draws.aggregate(first=Min("made_at"))["first"]
    begun = max((moment for moment in (given, held.opens_at) if moment is not None), default=at)
    day = timezone.localtime
    return progress.Span(
        given=min(day(begun, zone).date(), day(at, zone).date()),
        today=day(at, zone).date(),
        due=None if held.closes_at is None else day(held.closes_at, zone).date(),
    )


class Counted(NamedTuple):
    """What one look at the assignments of a round tells: loads by engagement, all of them by state."""

    loads: dict[int, progress.Load]
    states: dict[str, int]


def counted(held: Round, at: datetime) -> Counted:
    """Return how many assignments every juror has or had in a round: two queries, each over one index alone.

    They count a column of the index: counting keys would fetch every row.
    """
    rows = JuryAssignment.objects.filter(round=held).order_by()
    by_juror: dict[int, dict[str, int]] = {}
    states: dict[str, int] = {}
    for key, state, count in rows.values_list("engagement", "state").annotate(n=Count("engagement")):
        by_juror.setdefault(key, {})[state] = count
        states[state] = states.get(state, 0) + count
    since = at - timedelta(days=progress.WEEK)
    done = rows.filter(state="done", state_since__gt=since)
    lately = dict(done.values_list("engagement").annotate(n=Count("engagement")))
    loads = {}
    for key, own in by_juror.items():
        aside = own.get("recused", 0) + own.get("declined", 0)
        load = progress.Load(
            own.get("assigned", 0), own.get("opened", 0), own.get("done", 0), aside, lately.get(key, 0)
        )
        if load.files or load.aside:
            loads[key] = load
    return Counted(loads, states)


def jurors(
    held: Round, found: Mapping[int, progress.Load], span: progress.Span, most: int | None = None
) -> list[JurorLine]:
    """Return the lines of jurors, those to be chased first; most: how many of them."""
    order = sorted(found, key=lambda key: (*progress.severity(found[key], span), key))[:most]
    named = JurorEngagement.objects.select_related(None).select_related("user")
    people = named.only("state", "session", "user__full_name").in_bulk(order)
    abstained = _abstentions(held, "engagement", order)
    reminded = dict(
        JurorReminder.objects.filter(round=held, engagement__in=order)
        .order_by("on")
        .values_list("engagement", "on")
    )
    return [
        JurorLine(
            engagement=people[key],
            load=found[key],
            outlook=progress.outlook(found[key], span),
            ends_on=progress.ends_on(found[key], span),
            abstained=abstained.get(key, 0),
            reminded=reminded.get(key),
        )
        for key in order
    ]


class BoardFiles:
    """The files of a round, those that lack most marks first: counted in the database, read a page at a time.

    Files that no juror has yet come first, then the others by how many marks they have. short: only files
    that lack marks. named: whether the line says with which jurors the file is.
    """

    def __init__(self, held: Round, *, short: bool = False, named: bool = False) -> None:
        self.held, self.named = held, named
        self.extra = set(discrepant.extra_in(held))
        own = JuryAssignment.objects.filter(round=held, application=OuterRef("pk"))
        wanted = Application.objects.filter(
            session=held.session_id, state__in=DRAWN_IN[Stage(held.grid.stage)]
        )
        self.ungiven = wanted.exclude(Exists(own)).order_by("pk")
        self.given = (
            JuryAssignment.objects.filter(round=held)
            .order_by()
            .values("application")
            .annotate(
                handed_in=Count("application", filter=DONE),
                live=Count("application", filter=Q(state__in=LIVE)),
            )
        )
        self.lacks = Q(handed_in__lt=held.grid.jurors)
        if self.extra:
            self.lacks |= Q(handed_in=held.grid.jurors, application__in=self.extra)
        self.short = short

    @cached_property
    def counts(self) -> tuple[int, int, int]:
        """How many files no juror has, how many some juror has or had, and how many of these lack marks."""
        found = self.given.aggregate(
            files=Count("application"), short=Count("application", filter=self.lacks)
        )
        return self.ungiven.count(), found["files"], found["short"]

    def count(self) -> int:
        """How many there are."""
        none, given, short = self.counts
        return none + (short if self.short else given)

    def count_short(self) -> int:
        """How many files of the round lack marks."""
        none, _given, short = self.counts
        return none + short

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[FileLine]:
        """The lines of a page."""
        none = self.counts[0]
        start, stop = part.start or 0, self.count() if part.stop is None else part.stop
        keys = list(self.ungiven.values_list("pk", flat=True)[start:stop]) if start < none else []
        if stop > none:
            given = self.given.filter(self.lacks) if self.short else self.given
            ordered = given.order_by("handed_in", "live", "application")
            keys += [row["application"] for row in ordered[max(start - none, 0) : stop - none]]
        shown = Application.objects.select_related(None).select_related("case")
        rows = shown.only("state", "case__number").in_bulk(keys)
        abstained = _abstentions(self.held, "application", keys)
        states, waits = self._assigned(keys)
        lines = []
        for key in keys:
            own = states.get(key, {})
            done = own.get("done", 0)
            lines.append(
                FileLine(
                    application=rows[key],
                    to_open=own.get("assigned", 0),
                    opened=own.get("opened", 0),
                    handed_in=done,
                    aside=own.get("recused", 0) + own.get("declined", 0),
                    wanted=self.held.grid.jurors + (key in self.extra),
                    abstained=abstained.get(key, 0),
                    waits_for=waits.get(key, []),
                )
            )
        return lines

    def _assigned(self, keys: Iterable[int]) -> tuple[dict[int, dict[str, int]], dict[int, list[str]]]:
        """For each file how many assignments are in each state, and the names of jurors it waits for."""
        rows = JuryAssignment.objects.filter(round=self.held, application__in=keys)
        name = ["engagement__user__full_name"] if self.named else []
        states: dict[int, dict[str, int]] = {}
        names: dict[int, list[str]] = {}
        for key, state, *said in rows.order_by(*name).values_list("application", "state", *name):
            own = states.setdefault(key, {})
            own[state] = own.get(state, 0) + 1
            if state in TO_HAND_IN:
                names.setdefault(key, []).extend(said)
        return states, names


def _abstentions(held: Round, by: str, keys: Iterable[int]) -> dict[int, int]:
    """Return how many handed-in sheets abstain on something, by juror or file.

    Abstentions are few and have an index of their own: the database begins with them, not with every sheet.
    """
    abstaining = Mark.objects.filter(abstained=True).order_by().values("sheet")
    rows = Scoresheet.objects.filter(pk__in=abstaining, state__in=COUNTED, assignment__round=held)
    rows = rows.filter(**{f"assignment__{by}__in": list(keys)})
    return dict(rows.order_by().values_list(f"assignment__{by}").annotate(Count("pk")))
