"""The advice on a ranking from the database: the points it is made of, storing it, saying it in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.models import Application
from scoring import quota_lists, rounds
from scoring.advice import gate
from scoring.counted_marks import CountedSheet
from scoring.envelope import Room, room_of
from scoring.exchanges import Lists
from scoring.models import DecisionBatch, FileAdvice, Quota, RankingAdvice, RankingSnapshot, Round
from scoring.reserved import File, MeritList
from scoring.score import Grid, sheet_parts
from workflow import display, many_rows

if TYPE_CHECKING:
    from scoring.advice.report import Report

LINE = ("advice_id", "application_id", "marks", "mean", "median", "spread", "adjusted", "chance")
SEED_BITS = 47


def juror_points(
    grid: Grid, numbers: Mapping[int, str], sheets: Iterable[CountedSheet]
) -> list[tuple[str, str, float]]:
    """Return (case number, engagement, points) for every sheet with a mark.

    numbers: case numbers by application. Points are out of the whole grid, so that an abstention counts
    neither for nor against.
    """
    found = []
    for sheet in sheets:
        parts, maximum = sheet_parts(grid, sheet.marks)
        if maximum:
            points = parts * grid.full.numerator / (maximum * grid.full.denominator)
            found.append((numbers[sheet.application], str(sheet.engagement), points))
    return found


@dataclass(frozen=True)
class Prospect:
    """How many files will be funded, and how many of them must count for each reserved quota.

    places: None where nobody can say what being funded means. lists: the quotas an application counts for.
    """

    places: int | None
    needed: Mapping[int, int] = field(default_factory=dict)
    lists: Mapping[int, Lists] = field(default_factory=dict)


def report_of(
    held: Round, ids: Mapping[str, int], sheets: Iterable[CountedSheet], *, prospect: Prospect, seed: int
) -> "Report":
    """Return the advice on the sheets of one round. ids: of all files by case number."""
    # Here and not above: the solvers take long to load, and most processes never fit anything.
    from scoring.advice.report import advise

    numbers = {pk: number for number, pk in ids.items()}
    return advise(
        ids,
        juror_points(held.grid.definition, numbers, sheets),
        places=prospect.places,
        seed=seed,
        lists={numbers[pk]: lists for pk, lists in prospect.lists.items()},
        needed=prospect.needed,
        rounds=1 + rounds_before(held),
    )


def rounds_before(held: Round) -> int:
    """Return how many rounds of its stage a ranking after this one adds to it."""
    if held.grid.number == 1:
        return 0
    earlier = Round.objects.filter(session=held.session_id, grid__stage=held.grid.stage)
    return earlier.filter(grid__number__lt=held.grid.number).count()


def seed_of(made: RankingSnapshot) -> int:
    """Return the seed of a ranking's draws: it follows from the digest, so nobody can choose it."""
    return int(made.digest[:16], 16) >> (64 - SEED_BITS)


def store(
    made: RankingSnapshot, ids: Mapping[str, int], ranks: Mapping[int, int], sheets: Iterable[CountedSheet]
) -> RankingAdvice:
    """Keep the advice that belongs to a ranking just made; the ranking itself does not depend on it.

    ids: of all files by case number. ranks: by id, of the files in the running. sheets: of its round.
    """
    seed, prospect = seed_of(made), prospect_of(made.round, ranks)
    report = report_of(made.round, ids, sheets, prospect=prospect, seed=seed)
    spread = report.spread
    advice = RankingAdvice.objects.create(
        snapshot=made,
        components=report.components,
        spread_files=spread.item if spread else None,
        spread_jurors=spread.juror if spread else None,
        spread_rest=spread.rest if spread else None,
        icc_single=report.icc_single,
        icc_mean=report.icc_mean,
        alpha=report.alpha,
        objections=[[one.kind, round(one.got, 4), one.needed] for one in report.objections],
        places=prospect.places,
        seed=seed,
    )
    many_rows.insert(
        FileAdvice,
        LINE,
        (
            (
                advice.pk,
                ids[key],
                line.marks,
                line.mean,
                line.median,
                line.spread,
                line.adjusted,
                line.chance,
            )
            for key, line in report.lines.items()
        ),
    )
    return advice


def prospect_of(held: Round, ranks: Mapping[int, int]) -> Prospect:
    """Return what being funded will mean for a ranking after a round, by the money, places and quotas left.

    ranks: of applications in the running, by key. Reserved places count where the ranking is decided on for
    good, not where a short list is made.
    """
    session = held.session
    room = room_of(DecisionBatch(session=session))
    if room == Room(None, None):
        return Prospect(None)
    running = Application.objects.filter(pk__in=ranks)
    lists: dict[int, Lists] = {}
    reserves = []
    quotas = list(Quota.objects.filter(call=session.call_id, reserved=True))
    if quotas and not rounds.is_shortlisting(held):
        year = quota_lists.year_of(session)
        lists = {key: one.lists for key, one in quota_lists.read(session.call, quotas, running, year).items()}
        funded = quota_lists.funded_of(session.call).exclude(pk__in=ranks)
        before = quota_lists.read(session.call, quotas, funded, year).values()
        reserves = quota_lists.reserves(session, quotas, before)
    rows = running.order_by().values_list("pk", "requested_minor", "track__ceiling_minor")
    files = [
        File(
            pk,
            ranks[pk],
            min((part for part in (asked, ceiling) if part is not None), default=0),
            lists.get(pk, frozenset()),
        )
        for pk, asked, ceiling in rows
    ]
    found = MeritList(files, reserves).line(places=room.places, envelope=room.money)
    return Prospect(len(found.funded), found.needed, lists)


class Words(NamedTuple):
    """Advice as a page says it: facts as (label, value), and why the rest is not shown.

    unit: in which points spreads are told where these are not those of the mark, "" where they are.
    """

    facts: list[tuple[str, str]]
    objections: list[str]
    places: int | None
    unit: str = ""


def words_of(made: RankingSnapshot) -> Words | None:
    """Return the advice of a ranking in words, None for one that was made without."""
    advice: RankingAdvice | None = getattr(made, "advice", None)
    if advice is None:
        return None
    facts = [
        (_("Differences between files"), _points(advice.spread_files)),
        (_("Differences between jurors"), _points(advice.spread_jurors)),
        (_("What neither explains"), _points(advice.spread_rest)),
        (_("Reliability of one mark"), _part(advice.icc_single)),
        (_("Reliability of the mean"), _part(advice.icc_mean)),
        (_("Agreement (Krippendorff’s alpha)"), _part(advice.alpha)),
    ]
    return Words(facts, [objection_sentence(*one) for one in advice.objections], advice.places, unit_of(made))


def unit_of(made: RankingSnapshot) -> str:
    """Say in which points spreads are told where these are not the points of the mark, "" where they are."""
    total = getattr(made, "points", None) or made.round.grid.definition.total
    if total == made.maximum and not rounds_before(made.round):
        return ""
    return _("Spread, median and adjusted mark are in points of the round “%(round)s”, out of %(total)s.") % {
        "round": made.round.grid.title,
        "total": display.number_text(Decimal(f"{total.normalize():f}")),
    }


def _points(value: float | None) -> str:
    if value is None:
        return str(display.DASH)
    number = display.number_text(Decimal(repr(value)), 2)
    return ngettext("%(points)s point", "%(points)s points", ceil(value)) % {"points": number}


def _percent(part: float) -> str:
    return display.percent_text(Decimal(repr(round(100 * part, 4))))


def _part(value: float | None) -> str:
    return str(display.DASH) if value is None else display.number_text(Decimal(repr(value)), 2)


def objection_sentence(kind: str, got: float, needed: float) -> str:
    """Say why adjusted means and chances are not shown."""
    match kind:
        case gate.UNCONNECTED:
            return _(
                "The files fall into %(parts)s groups that no juror links: marks of one group cannot be"
                " compared with those of another."
            ) % {"parts": display.number_text(int(got))}
        case gate.FEW_SHEETS:
            return _(
                "Only %(got)s of the jurors marked 20 files or more; %(needed)s are needed to know how severe"
                " each one is."
            ) % {"got": _percent(got), "needed": _percent(needed)}
        case gate.MILD:
            return _(
                "Jurors differ little in severity (%(got)s of the difference between files, %(needed)s"
                " needed): adjusting would add more chance than it takes away."
            ) % {"got": _percent(got), "needed": _percent(needed)}
        case gate.DISCORD:
            return _("Two ways to adjust give different orders: the data do not settle it.")
        case gate.SEVERAL:
            return _(
                "The mark adds up %(rounds)s rounds: an adjusted mark or a chance would know the last one"
                " alone."
            ) % {"rounds": display.number_text(int(got))}
        case gate.TOO_FEW:
            return _("There are too few marks to tell files from jurors.")
    raise ValueError(kind)
