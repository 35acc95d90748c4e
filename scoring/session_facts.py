"""The public statistics of a session once its decisions are announced: counts, never a person or a file.

How many came to each step, where the funding line stood, how many above it were not funded and why, and how
it went by sex and site where at least five people stand behind a number (`small_cells.py`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from applications.models import Application, ApplicationMember, Registration, Sex
from programmes.models import SelectionSession
from programmes.money import Money
from scoring import small_cells
from scoring.models import Decision, DecisionBatch, JuryAssignment, Outcome
from scoring.models.jury import LIVE

GONE = ("withdrawn", "disqualified")


class Count(NamedTuple):
    """A number with what it counts."""

    label: str
    value: int


class Part(NamedTuple):
    """One group: how many applied and how many were funded; None: withheld because the group is small."""

    label: str
    applied: int | None
    funded: int | None


class SessionFacts(NamedTuple):
    """What is published about a session.

    rank, mark: of the last file that was funded in the order of the ranking, None where none was; maximum:
    the highest mark. reserved: files that were funded further down, on a place that a quota reserves. above:
    files that stand before a funded one and were not funded, by why.
    """

    announced_at: datetime
    steps: list[Count]
    results: list[Count]
    funded: int
    committed: Money | None
    envelope: Money | None
    places: int | None
    rank: int | None
    mark: Decimal | None
    maximum: Decimal | None
    reserved: int
    above: list[Count]
    by_sex: list[Part]
    by_site: list[Part]

    @property
    def passed_over(self) -> int:
        """How many files stand before a funded one and were not funded."""
        return sum(count.value for count in self.above)


def batches_of(session: SelectionSession) -> list[DecisionBatch]:
    """Return the announced batches that decided on awards, oldest first; without one nothing is published."""
    found = DecisionBatch.objects.filter(session=session, shortlisting=False, state="announced")
    return list(found.select_related("snapshot").defer("snapshot__inputs").order_by("announced_at", "number"))


def read(session: SelectionSession) -> SessionFacts | None:
    """Return the statistics of a session in the active language, None before decisions are announced."""
    batches = batches_of(session)
    if not batches:
        return None
    first = batches[0]
    rows = Decision.objects.filter(batch__in=batches).select_related("application").order_by("batch__number")
    decided = {row.application_id: row for row in rows}  # a later decision replaces an earlier one
    awards = [row for row in decided.values() if row.outcome == Outcome.AWARD]
    paid_for = {row.application_id for row in awards}
    ranked = [row for row in awards if row.batch_id == first.pk and row.rank]
    line = max((row for row in ranked if row.reserved_for_id is None), key=_rank, default=None)
    last = max(map(_rank, ranked), default=0)
    above = [
        row
        for row in decided.values()
        if row.batch_id == first.pk and 0 < _rank(row) < last and row.outcome != Outcome.AWARD
    ]
    committed = sum(row.amount_minor or 0 for row in awards)
    paid = [row for row in awards if row.amount_minor is not None]
    currency = session.call.currency
    whole = session.envelope_minor if session.envelope_minor is not None else session.call.envelope_minor
    received = Application.objects.filter(session=session, submitted_at__isnull=False)
    return SessionFacts(
        announced_at=first.announced_at,  # type: ignore[arg-type]  # announced
        steps=list(_steps(session, received.count(), len(awards))),
        results=_counted(str(Outcome(row.outcome).label) for row in decided.values() if row.outcome),
        funded=len(awards),
        committed=Money(committed, currency) if paid else None,
        envelope=None if whole is None else Money(whole, currency),
        places=session.places,
        rank=line.rank if line else None,
        mark=line.score if line else None,
        maximum=first.snapshot.maximum if first.snapshot else None,
        reserved=sum(row.reserved_for_id is not None for row in awards),
        above=_counted(_why(row, line) for row in above),
        by_sex=_by_sex(session, received, paid_for),
        by_site=_by_site(received, paid_for),
    )


def _rank(row: Decision) -> int:
    return row.rank or 0


def _steps(session: SelectionSession, received: int, funded: int) -> Iterator[Count]:
    yield Count(_("Applications received"), received)
    given = JuryAssignment.objects.filter(round__session=session, state__in=LIVE)
    rounds = given.order_by("round__grid__number").values_list("round", "round__grid__number").distinct()
    listed = list(rounds)
    for pk, number in listed:
        count = given.filter(round=pk).values("application").distinct().count()
        label = _("Read by the jury")
        if len(listed) > 1:
            label = _("Read by the jury in round %(number)s") % {"number": number}
        yield Count(label, count)
    yield Count(_("Funded"), funded)


def _why(row: Decision, line: Decision | None) -> str:
    """Say why a file above the line was not funded, not in the jury's words: they may name somebody."""
    if row.application.state in GONE:
        return _("withdrew or left the selection")
    if line is None or _rank(row) > _rank(line):
        return _("below the line, before a file on a reserved place")
    return {
        Outcome.WAITLIST: _("put on the waiting list by a decision of the jury with a recorded reason"),
        Outcome.POSTPONE: _("postponed by the jury"),
    }.get(
        Outcome(row.outcome) if row.outcome else Outcome.REJECT,
        _("refused by a decision of the jury with a recorded reason"),
    )


def _counted(words: Iterable[str]) -> list[Count]:
    return [Count(word, number) for word, number in Counter(words).most_common()]


def _by_sex(session: SelectionSession, received: Any, funded: set[int]) -> list[Part]:
    """Persons by sex: whoever applied, and the members of groups."""
    pairs = {(pk, person) for pk, person in received.values_list("pk", "applicant") if person is not None}
    members = ApplicationMember.objects.filter(application__in=received.values("pk"))
    pairs |= set(members.values_list("application", "person"))
    people = {person for _pk, person in pairs}
    known = Registration.objects.filter(programme=session.call.programme_id, person__in=people)
    sexes = dict(known.values_list("person", "sex"))
    paid = {person for pk, person in pairs if pk in funded}
    labels = {Sex.FEMALE.value: _("Women"), Sex.MALE.value: _("Men"), "": _("not known")}
    return _parts(
        [
            (
                label,
                sum(sexes.get(person, "") == sex for person in people),
                sum(sexes.get(person, "") == sex for person in paid),
            )
            for sex, label in labels.items()
        ]
    )


def _by_site(received: Any, funded: set[int]) -> list[Part]:
    """Applications by the site of their case."""
    applied: Counter[str] = Counter()
    paid: Counter[str] = Counter()
    for application in received.select_related("case__site"):
        site = application.case.site
        label = site.name if site is not None else _("not known")
        applied[label] += 1
        paid[label] += application.pk in funded
    return _parts([(label, number, paid[label]) for label, number in sorted(applied.items())])


def _parts(rows: list[tuple[str, int, int]]) -> list[Part]:
    rows = [row for row in rows if row[1]]
    applied = small_cells.withheld([row[1] for row in rows])
    funded = small_cells.withheld([row[2] for row in rows], applied)
    return [
        Part(label, None if place in applied else number, None if place in funded else paid)
        for place, (label, number, paid) in enumerate(rows)
    ]


def table(facts: SessionFacts) -> Iterator[tuple[str, str, Any, Any]]:
    """Yield the statistics as rows of a file: part, what is counted, the number, of them funded."""
    for count in facts.steps:
        yield _("Steps"), count.label, count.value, None
    for count in facts.results:
        yield _("Decisions"), count.label, count.value, None
    if facts.envelope is not None:
        yield _("Money"), f"{_('Envelope')} ({facts.envelope.currency})", facts.envelope.decimal, None
    if facts.committed is not None:
        yield (
            _("Money"),
            f"{_('Amount committed')} ({facts.committed.currency})",
            facts.committed.decimal,
            None,
        )
    if facts.places is not None:
        yield _("Money"), _("Places"), facts.places, None
    if facts.rank is not None:
        yield _("Funding line"), _("Rank of the last file funded"), facts.rank, None
        yield _("Funding line"), _("Mark of the last file funded"), round(facts.mark or Decimal(0), 2), None
    yield _("Funding line"), _("Funded on a reserved place further down"), facts.reserved, None
    yield _("Funding line"), _("Before a funded file and not funded"), facts.passed_over, None
    for count in facts.above:
        yield _("Before a funded file and not funded"), count.label, count.value, None
    for title, parts in ((_("Persons by sex"), facts.by_sex), (_("Applications by site"), facts.by_site)):
        for part in parts:
            yield title, part.label, _shown(part.applied), _shown(part.funded)


def _shown(number: int | None) -> Any:
    return _("withheld") if number is None else number
