"""The funding line of a ranking: who is funded when it stands here, what the quotas say, what a move changes.

The list itself is pure (`reserved.py`, `amounts.py`), the words are in `line_words.py`; here the records of
one ranking are read, once for all questions that a page asks.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from applications.models import Application
from applications.models.case import case_address
from programmes.models import Call, Site
from programmes.models.calls import Payment
from programmes.money import exponent
from scoring import line_words, quota_lists, quotas, rounds
from scoring.amounts import Amounts
from scoring.envelope import Room, room_of
from scoring.gauges import Gauge, facts, gauges
from scoring.line_words import Line
from scoring.models import DecisionBatch, Quota, RankedApplication, RankingSnapshot
from scoring.quota_lists import NOBODY, Standing
from scoring.reserved import File, MeritList, Selection, leapfrogged

WORTH = Decimal(10_000)
PAYS_MONEY = (Payment.CASH, Payment.SUPPLIER)
COLUMNS = (
    "pk",
    "application_id",
    "application__case__number",
    "rank",
    "score",
    "application__case__site_id",
    "application__requested_minor",
    "application__track__ceiling_minor",
    "application__track__payment",
    "failures",
    "decided_by",
)
"""What is read of each line of a ranking, in the order of `Row` as far as it goes."""


@dataclass(frozen=True)
class Row:
    """One line of a ranking as the funding line needs it; amounts in minor units."""

    line: int
    application: int
    number: str
    rank: int | None
    score: Decimal | None
    site: str
    asked: int | None
    amount: int | None
    failures: Sequence[Mapping[str, Any]]
    decided_by: str

    @property
    def url(self) -> str:
        """The page of its case."""
        return case_address(self.number)


@dataclass(frozen=True)
class Move:
    """What changes when the line goes from one place to another."""

    before: Selection
    after: Selection
    enters: tuple[Row, ...]
    leaves: tuple[Row, ...]
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
        """The files in the running as plain data."""
        return [
            File(
                row.line,
                row.rank,
                row.amount or 0,
                self.lists_of(row),
                int((row.score or 0) * WORTH),
            )
            for row in self.rows
            if row.rank is not None
        ]

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
        keys = set(chosen.funded)
        rows = [row for row in self.rows if row.line in keys]
        awards = [(self.standing.get(row.application, NOBODY), row.amount or 0) for row in rows]
        return [
            replace(
                gauge,
                used=sum(quota == gauge.quota.pk for quota in chosen.reserved.values()),
                missing=chosen.short.get(gauge.quota.pk, 0),
            )
            for gauge in gauges(self.quotas, self.words, awards, self.before)
        ]

    def move(self, before: Selection, after: Selection) -> Move:
        """Return what going from one selection to another changes."""
        old, new = set(before.funded), set(after.funded)
        return Move(
            before,
            after,
            enters=tuple(self.by_key[key] for key in after.funded if key not in old),
            leaves=tuple(self.by_key[key] for key in before.funded if key not in new),
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
    rule, session = amounts or Amounts(), made.session
    if shortlisting is None:
        shortlisting = rounds.is_shortlisting(made.round)
    unit = 10 ** exponent(session.call.currency)
    sites = {site.pk: site.name for site in Site.objects.filter(programme=session.call.programme_id)}
    rows = []
    for line in made.lines.order_by("position").values_list(*COLUMNS):
        pk, application, number, rank, score, site, asked, ceiling, payment, failures, decided_by = line
        amount = rule.of(asked, ceiling, unit=unit)
        if shortlisting or (asked is None and payment not in PAYS_MONEY):
            amount = None
        where = sites.get(site, "")
        rows.append(Row(pk, application, number, rank, score, where, asked, amount, failures, decided_by))
    found = tuple(Quota.objects.filter(call=session.call_id))
    ranked = RankedApplication.objects.filter(snapshot=made).values("application")
    year = quota_lists.year_of(session)
    inside = Application.objects.filter(pk__in=ranked)
    funded = quota_lists.funded_of(session.call).exclude(pk__in=ranked)
    batch = DecisionBatch(session=session, shortlisting=shortlisting, stage=made.round.grid.stage)
    return Scene(
        made=made,
        shortlisting=shortlisting,
        rows=tuple(rows),
        quotas=found,
        names=quotas.names_of(session.call) if found else {},
        standing=quota_lists.read(session.call, found, inside, year),
        before=tuple(quota_lists.read(session.call, found, funded, year).values()),
        room=room_of(batch, apart=ranked),
    )


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
