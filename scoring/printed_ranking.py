"""A ranking with its advice as plain data, for other tools: what `manage.py ranking` prints.

Figures are in points of the grid, and in the units of the file where the scores came from elsewhere.
"""

from typing import TYPE_CHECKING, Any

from applications.models import Application
from programmes.models import SelectionSession
from scoring import counted_marks, snapshot, standings
from scoring.advising import Prospect, objection_sentence, prospect_of, report_of
from scoring.models import ForeignScores, Round

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from scoring.advice.report import Report

ITEM_COLUMNS = (
    "item",
    "marks",
    "raw_mean",
    "rank",
    "median",
    "spread",
    "adjusted_mean",
    "chance_funded",
    "tie_break",
)


def printed_ranking(code: str, *, session: int | None = None, places: int | None = None) -> dict[str, Any]:
    """Return {"items", "set"} of the newest round of a call that has marks; raises LookupError.

    places: how many are funded; by default what the money and places of the session pay for.
    """
    held = _round(code, session)
    foreign = ForeignScores.objects.filter(call=held.session.call_id).first()
    files = _files(held, foreign)
    rounds = standings.rounds_until(held)
    ids = dict(files.order_by().values_list("case__number", "pk"))
    sheets = counted_marks.read(rounds, files)
    grids = [one.grid.definition for one in rounds]
    inputs = snapshot.freeze(held.seed, grids, counted_marks.by_file(sheets, ids, rounds))
    rows = snapshot.compute(inputs)
    seed = int(snapshot.digest(inputs, rows)[:11], 16)
    ranks = {ids[row["key"]]: row["rank"] for row in rows if row["rank"] is not None}
    prospect = prospect_of(held, ranks) if places is None else Prospect(places)
    own = [sheet for sheet in sheets if sheet.round == held.pk]
    report = report_of(held, ids, own, prospect=prospect, seed=seed)
    names = dict(files.order_by().values_list("case__number", "title"))
    units = _Units(foreign, float(held.grid.total))
    return {
        "items": [_item(row, names, report, units) for row in rows],
        "set": _set(report, units),
    }


class _Units:
    """Points of the grid in the units in which scores were given."""

    def __init__(self, foreign: ForeignScores | None, maximum: float) -> None:
        self.foreign, self.maximum = foreign, maximum
        self.scale = float(foreign.high) / maximum if foreign else 1.0

    def level(self, points: float | None) -> float | None:
        """A mean or a median."""
        if points is None:
            return None
        return round(self.foreign.original(points, self.maximum) if self.foreign else points, 6)

    def width(self, points: float | None) -> float | None:
        """A spread or a standard deviation."""
        return None if points is None else round(points * self.scale, 6)


def _round(code: str, session: int | None) -> Round:
    sessions = SelectionSession.objects.filter(call__code=code)
    if session is not None:
        sessions = sessions.filter(number=session)
    held = (
        Round.objects.filter(session__in=sessions, assignments__sheets__marks__isnull=False)
        .order_by("-session__number", "-grid__number")
        .first()
    )
    if held is None:
        raise LookupError(f"No call {code} with marks.")
    return held


def _files(held: Round, foreign: ForeignScores | None) -> "QuerySet[Application]":
    """What is listed: of scores from elsewhere also the items that nobody scored."""
    if foreign is None:
        return standings.files_of(held)
    return Application.objects.filter(session=held.session_id)


def _item(row: dict[str, Any], names: dict[str, str], report: "Report", units: _Units) -> dict[str, Any]:
    line = report.lines[row["key"]]
    return {
        "item": names[row["key"]] if units.foreign else row["key"],
        "marks": line.marks,
        "raw_mean": units.level(line.mean),
        "rank": row["rank"],
        "median": units.level(line.median),
        "spread": units.width(line.spread),
        "adjusted_mean": units.level(line.adjusted),
        "chance_funded": None if line.chance is None else round(line.chance, 4),
        "tie_break": row["decided_by"] or None,
    }


def _set(report: "Report", units: _Units) -> dict[str, Any]:
    spread = report.spread
    return {
        "components": report.components,
        "sd_item": units.width(spread.item if spread else None),
        "sd_juror": units.width(spread.juror if spread else None),
        "sd_residual": units.width(spread.rest if spread else None),
        "icc_single": _figure(report.icc_single),
        "icc_mean": _figure(report.icc_mean),
        "krippendorff_alpha": _figure(report.alpha),
        "advice": {
            "shown": report.shown,
            "reasons": [objection_sentence(one.kind, one.got, one.needed) for one in report.objections],
        },
    }


def _figure(value: float | None) -> float | None:
    return None if value is None else round(value, 6) + 0.0  # no minus before nought
