"""The funding line of a ranking: who is funded when it stands here, what the quotas say, what a move changes.

The list itself is pure (`reserved.py`, `amounts.py`), the words are in `line_words.py`; here the records of
one ranking are read, once for all questions that a page asks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import Q

from applications.models import Application
from applications.models.case import case_address
from programmes.models import Call, Site, Track
from programmes.models.calls import Payment
from programmes.money import exponent
from scoring import line_words, quota_lists, quotas, rounds
from scoring.amounts import Amounts
from scoring.envelope import Room, room_of
from scoring.gauges import Figures, Gauge, facts, figures, gauges, together
from scoring.line_words import Line
from scoring.models import DecisionBatch, Quota, RankedApplication, RankingSnapshot
from scoring.quota_lists import NOBODY, Standing
from scoring.reserved import File, MeritList, Selection, leapfrogged

WORTH = Decimal(10_000)
PAYS_MONEY = (Payment.CASH, Payment.SUPPLIER)
COLUMNS = (
    "pk",
    "application_id",
    "rank",
    "application__requested_minor",
    "application__track_id",
)
"""What is read of every line of a ranking."""
TOLD = (
    "pk",
    "application__case__number",
    "score",
    "application__case__site_id",
    "failures",
    "decided_by",
)
"""What is read besides of those that are shown."""


class Row(NamedTuple):
    """One line of a ranking as the funding line needs it; amounts in minor units."""

    line: int
    application: int
    rank: int | None
    asked: int | None
    amount: int | None


class ToldRow(NamedTuple):
    """A line of a ranking with what a page or a decision says about it."""

    row: Row
    number: str
    score: Decimal | None
    site: str
    failures: Sequence[Mapping[str, Any]]
    decided_by: str

    @property
    def rank(self) -> int | None:
        """Its rank, None for a file out of the running."""
        return self.row.rank

    @property
    def url(self) -> str:
        """The page of its case."""
        return case_address(self.number)


class Move(NamedTuple):
    """What changes when the line goes from one place to another."""

    before: Selection
    after: Selection
    enters: list[Row]
    leaves: list[Row]
    gauges: tuple[tuple[Gauge, Gauge], ...]
    over: int

    @property
    def cost(self) -> int:
        """Minor units that it costs, negative: that it leaves."""
        return self.after.spent - self.before.spent


@dataclass(frozen=True)
class Scene:
    """One ranking with its quotas, money and places.

    lines: all lines by position. before: standings of what the call funds already. shortlisting: chooses who
    goes on, without money and without reserved places.
    """

    made: RankingSnapshot
    shortlisting: bool
    rows: tuple[Row, ...]
    quotas: tuple[Quota, ...]
    names: Mapping[tuple[str, str], str]
    standing: Mapping[int, Standing]
    before: tuple[Standing, ...]
    room: Room

    @cached_property
    def by_key(self) -> dict[int, Row]:
        """Rows by their line."""
        return {row.line: row for row in self.rows}

    @cached_property
    def files(self) -> list[File]:
        """The files in the running as plain data, without their marks."""
        if not self.standing:
            return [File(row.line, row.rank, row.amount or 0) for row in self.rows if row.rank is not None]
        return [
            File(line, rank, amount or 0, self.standing.get(pk, NOBODY).lists)
            for line, pk, rank, _asked, amount in self.rows
            if rank is not None
        ]

    def marked_files(self) -> list[File]:
        """The files in the running with their marks."""
        marks = dict(self.made.lines.order_by().filter(rank__isnull=False).values_list("pk", "score"))
        return [one._replace(worth=int((marks[one.key] or 0) * WORTH)) for one in self.files]

    def told(self, rows: Sequence[Row]) -> dict[int, ToldRow]:
        """Return rows with what is said about them, by line: one query."""
        found, wanted = self.made.lines.order_by(), {row.line: row for row in rows}
        if len(wanted) < len(self.rows):
            found = found.filter(pk__in=wanted)
        return {
            pk: ToldRow(wanted[pk], number, score, self.sites.get(site, ""), failures, decided_by)
            for pk, number, score, site, failures, decided_by in found.values_list(*TOLD)
        }

    @cached_property
    def merit(self) -> MeritList:
        """The merit list with its reserved places."""
        session = self.made.session
        reserved = [] if self.shortlisting else quota_lists.reserves(session, self.quotas, self.before)
        return MeritList(self.files, reserved)

    @cached_property
    def proposed(self) -> Selection:
        """Where places or money run out."""
        return self.merit.line(places=self.room.places, envelope=self.room.money)

    @cached_property
    def sites(self) -> dict[int, str]:
        """The names of the programme's sites."""
        return {
            site.pk: site.name for site in Site.objects.filter(programme=self.made.session.call.programme_id)
        }

    @cached_property
    def words(self) -> dict[int, tuple[str, str]]:
        """For whom each quota is, and its goal in words."""
        return words_of(self.quotas, self.names)

    def lists_of(self, row: Row) -> frozenset[int]:
        """The quotas for which a file counts."""
        return self.standing.get(row.application, NOBODY).lists

    def line_at(self, places: int | None) -> Selection:
        """Return who is funded with so many places; None: where places or money run out."""
        return self.proposed if places is None else self.merit.choose(places)

    def gauges(self, chosen: Selection) -> list[Gauge]:
        """Return how far every quota is with a selection."""
        if not self.quotas:
            return []
        used = list(chosen.reserved.values())
        return [
            gauge._replace(used=used.count(gauge.quota.pk), missing=chosen.short.get(gauge.quota.pk, 0))
            for gauge in gauges(self.quotas, self.words, self.figures(chosen), self.before)
        ]

    def figures(self, chosen: Selection) -> Figures:
        """Return what the quotas have with a selection: from the one that is proposed, by what differs."""
        most = self._proposed_figures
        if chosen.taken == self.proposed.taken:
            return most
        most = together(most, self._figures(chosen.beyond(self.proposed)))
        return together(most, self._figures(self.proposed.beyond(chosen)), -1)

    @cached_property
    def _proposed_figures(self) -> Figures:
        return self._figures(self.proposed.files)

    def _figures(self, files: Iterable[File]) -> Figures:
        rows = (self.by_key[one.key] for one in files)
        awards = [(self.standing.get(row.application, NOBODY), row.amount or 0) for row in rows]
        return figures(self.quotas, awards)

    def move(self, before: Selection, after: Selection) -> Move:
        """Return what going from one selection to another changes."""
        return Move(
            before,
            after,
            enters=[self.by_key[one.key] for one in after.beyond(before)],
            leaves=[self.by_key[one.key] for one in before.beyond(after)],
            gauges=tuple(zip(self.gauges(before), self.gauges(after), strict=True)),
            over=self.over(after),
        )

    def over(self, chosen: Selection) -> int:
        """Return by how many minor units a selection exceeds the envelope."""
        return 0 if self.room.money is None else max(chosen.spent - self.room.money, 0)

    def leapfrogged(self, chosen: Selection) -> set[int]:
        """Return the files above a funded one that no reserved place explains: none, if the list is right."""
        return leapfrogged(self.files, chosen.funded, chosen.needed)

    def line(self, chosen: Selection) -> Line:
        """Return where a selection stands and what ended it."""
        places = self.room.places
        if chosen.places >= len(self.files):
            ended = line_words.ALL
        elif chosen.places != self.proposed.places:
            ended = line_words.MOVED
        else:
            ended = line_words.PLACES if places == chosen.places else line_words.MONEY
        return Line(chosen.places, len(self.files), ended, facts(self.gauges(chosen)))


def read(made: RankingSnapshot, amounts: Amounts | None = None, *, shortlisting: bool | None = None) -> Scene:
    """Read a ranking for its funding line: the same few queries however many files it has."""
    session = made.session
    if shortlisting is None:
        shortlisting = rounds.is_shortlisting(made.round)
    found = tuple(Quota.objects.filter(call=session.call_id))
    ranked = RankedApplication.objects.filter(snapshot=made).order_by().values("application")
    rows = tuple(_rows(made, amounts or Amounts(), shortlisting))
    standing, before = {}, {}
    if found:
        held = Q(pk__in=ranked) | Q(pk__in=quota_lists.funded_of(session.call).order_by().values("pk"))
        year = quota_lists.year_of(session)
        before = quota_lists.read(session.call, found, Application.objects.filter(held), year)
        standing = {pk: before.pop(pk) for pk in map(itemgetter(1), rows)}
    batch = DecisionBatch(session=session, shortlisting=shortlisting, stage=made.round.grid.stage)
    return Scene(
        made=made,
        shortlisting=shortlisting,
        rows=rows,
        quotas=found,
        names=quotas.names_of(session.call) if found else {},
        standing=standing,
        before=tuple(before.values()),
        room=room_of(batch, apart=RankedApplication.objects.filter(snapshot=made)),
    )


def _rows(made: RankingSnapshot, rule: Amounts, shortlisting: bool) -> Iterator[Row]:
    call, lines = made.session.call, made.lines.order_by("position").values_list(*COLUMNS)
    if shortlisting:
        return (Row(pk, file, rank, asked, None) for pk, file, rank, asked, _track in lines)
    unit = 10 ** exponent(call.currency)
    tracks = {track.pk: track for track in Track.objects.filter(call=call)}

    @cache  # the rule is asked once for all files that ask for the same
    def amount(asked: int | None, track: int) -> int | None:
        if asked is None and tracks[track].payment not in PAYS_MONEY:
            return None
        return rule.of(asked, tracks[track].ceiling_minor, unit=unit)

    return (Row(pk, file, rank, asked, amount(asked, track)) for pk, file, rank, asked, track in lines)


def words_of(listed: Iterable[Quota], names: Mapping[tuple[str, str], str]) -> dict[int, tuple[str, str]]:
    """Return (for whom, goal in words) by quota."""
    return {
        one.pk: (names.get((one.measure, one.value), one.value), quotas.sentence(one, names))
        for one in listed
    }


def words_of_call(call: Call) -> dict[int, tuple[str, str]]:
    """Return (for whom, goal in words) by quota of a call."""
    listed = list(Quota.objects.filter(call=call))
    return words_of(listed, quotas.names_of(call)) if listed else {}
