"""Why a file stands where it stands, in words: for the applicant, the letter, the minutes and the pages.

Means by criterion, the band of ranks and the reason; never a single juror's mark and never somebody else's
rank. Texts are in the active language.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from scoring import funding_line, line_words, ranking, score
from scoring.line_words import Line
from scoring.models import Criterion, Decision, DecisionBatch, Mark, RankedApplication
from scoring.models.sheets import COUNTED
from workflow import display

FEWEST_MARKS = 2
BANDS = 4
SMALLEST_BAND = 5
"""A band of fewer files would tell an applicant the neighbours' places."""


class CriterionMean(NamedTuple):
    """A criterion with its mean over the jurors."""

    title: str
    points: Decimal
    maximum: Decimal


class Explanation(NamedTuple):
    """What may be told about one decision. band: "first quarter", "" when there are too few files.

    by_one: some criteria were marked by one person alone; their means are not told.
    """

    score: Decimal | None
    maximum: Decimal
    means: list[CriterionMean]
    band: str
    reasons: list[str]
    conditions: str
    by_one: bool = False


def of_decision(decision: Decision) -> Explanation:
    """Return what an applicant may know about the decision: a few queries."""
    made = decision.batch.snapshot
    line = None
    if made is not None:
        line = RankedApplication.objects.filter(snapshot=made, application=decision.application_id).first()
    if made is None or line is None:
        return Explanation(None, Decimal(0), [], "", _reasons(decision), decision.conditions)
    means, by_one = means_of(line)
    return Explanation(
        score=line.score,
        maximum=made.maximum,
        means=means,
        by_one=by_one,
        band=band(line.rank, made.ranked),
        reasons=_reasons(decision),
        conditions=decision.conditions,
    )


def by_one_sentence() -> str:
    """Say why some criteria are not told."""
    return _("What one person alone marked is in your mark; it is not told criterion by criterion.")


def means_of(line: RankedApplication) -> tuple[list[CriterionMean], bool]:
    """Return the means by criterion of one line, round by round in the order of the grid.

    A mean of one mark would be that juror's mark: it is left out, and the second value says so.
    """
    numbers = [int(number) for number in line.criteria]
    criteria = (
        Criterion.objects.filter(grid__rounds__session=line.snapshot.session_id, grid__number__in=numbers)
        .select_related("section", "grid")
        .order_by("grid__number", "section__sort", "sort", "pk")
    )
    given = Mark.objects.filter(
        sheet__assignment__application=line.application_id, sheet__state__in=COUNTED, value__isnull=False
    )
    marks = dict(given.order_by().values_list("criterion").annotate(Count("pk")))
    told, by_one = [], False
    for criterion in criteria:
        found = line.criteria.get(str(criterion.grid.number), {}).get(criterion.key)
        if found is None:
            continue
        if marks.get(criterion.pk, 0) < FEWEST_MARKS:
            by_one = True
        else:
            told.append(CriterionMean(criterion.title, Decimal(found), criterion.points))
    return told, by_one


def band(rank: int | None, ranked: int) -> str:
    """Return the quarter of the ranking in which a rank lies, "" without rank or among too few files."""
    if rank is None or ranked < BANDS * SMALLEST_BAND:
        return ""
    quarter = min((rank - 1) * BANDS // ranked, BANDS - 1)
    return [
        _("in the first quarter of the ranking"),
        _("in the second quarter of the ranking"),
        _("in the third quarter of the ranking"),
        _("in the last quarter of the ranking"),
    ][quarter]


def failure_text(failure: Mapping[str, Any]) -> str:
    """Return what a file did not meet, as a sentence with points."""
    got, needed = (_points(failure.get(name)) for name in ("got", "needed"))
    if failure["kind"] == score.GATE:
        return _("A condition that everybody must meet is not met.")
    if failure["kind"] == score.PASS:
        return _("Below the pass mark: %(got)s, at least %(needed)s needed.") % {"got": got, "needed": needed}
    if failure["kind"] == score.SECTION:
        return _("A section has too few points: %(got)s, at least %(needed)s needed.") % {
            "got": got,
            "needed": needed,
        }
    return _("A criterion has too few points: %(got)s, at least %(needed)s needed.") % {
        "got": got,
        "needed": needed,
    }


def tie_text(decided_by: str) -> str:
    """Return how files of the same mark were told apart, "" for a mark that nobody else has."""
    kind, _colon, place = decided_by.partition(":")
    if kind == ranking.BY_CRITERION:
        return _("criterion %(place)s of the tie-break") % {"place": place}
    if kind == ranking.BY_TOP_MARKS:
        return _("number of highest marks")
    return _("lot") if kind == ranking.BY_LOT else ""


def _reasons(decision: Decision) -> list[str]:
    found = [failure_text(failure) for failure in decision.failures]
    if decision.reason:
        found.append(decision.reason)
    elif not found and decision.outcome in ("reject", "waitlist", "not_retain"):
        line = line_of(decision.batch)
        if line is None or decision.batch.shortlisting:
            found.append(_("Files with a higher mark took the places or the money that there were."))
        else:
            found += line_words.for_applicant(line)
    return found


def line_of(batch: DecisionBatch) -> Line | None:
    """Return where the funding line of a batch stands, None for one that was made without."""
    if not batch.line:
        return None
    return line_words.of_stored(batch.line, funding_line.words_of_call(batch.session.call))


def _points(text: Any) -> str:
    if text is None:
        return "–"
    return display.number_text(Decimal(str(text)).quantize(Decimal("0.01")).normalize() + 0)
