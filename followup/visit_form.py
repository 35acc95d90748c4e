"""The visit form, version 1: its questions, and what blocks or only warns. Pure, on plain answers.

Versions are kept for ever: a visit points at the version that it answered. Money is in minor units of the
programme's currency. "Unknown" is None and never 0.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

VERSION = 1
EARTH_KM = 6371.0
FAR_KM = 5
SAME_PLACE = 5


class BusinessStatus(models.TextChoices):
    """What the coach found."""

    NOT_STARTED = "not_started", gettext_lazy("Not started")
    OPEN = "open", gettext_lazy("Open")
    SUSPENDED = "suspended", gettext_lazy("Suspended")
    CLOSED = "closed", gettext_lazy("Closed")
    SOLD = "sold", gettext_lazy("Sold")
    CANNOT_VERIFY = "cannot_verify", gettext_lazy("Could not be verified")


class Modality(models.TextChoices):
    """How the visit was made."""

    ON_SITE = "on_site", gettext_lazy("On site")
    OFFICE = "office", gettext_lazy("At the office")
    PHONE = "phone", gettext_lazy("By phone")


class MoneySource(models.TextChoices):
    """Where the money figures come from."""

    RECORDS = "records", gettext_lazy("Written records")
    RECALLED = "recalled", gettext_lazy("Recalled")
    ESTIMATED = "estimated", gettext_lazy("Estimated")


COST_LINES = ("goods", "wages", "rent", "transport", "other_costs")
MONEY_FIELDS = ("turnover", *COST_LINES, "drawings", "profit")


class Problem(NamedTuple):
    """What is wrong with an answer. blocks: the visit cannot be submitted; otherwise it is a warning."""

    field: str
    sentence: str
    blocks: bool = True


class Context(NamedTuple):
    """What the form is checked against.

    today: the day on the coach's corrected clock. paid_minor: money paid to the grant so far, None where
    there is no grant. previous_turnover: turnover of the visit before, None where unknown. site: latitude and
    longitude of the business. same_place: how many other enterprises the coach visited at this very place
    within the hour. copied_from: other cases with a report from exactly this position. oldest_photo: the day
    on which the oldest photo was taken. photos_of: other cases that a photo was sent for too. photo_twice:
    whether two photos of the report are one.
    """

    today: date
    paid_minor: int | None = None
    previous_turnover: int | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    site: tuple[float, float] | None = None
    same_place: int = 0
    copied_from: tuple[str, ...] = ()
    oldest_photo: date | None = None
    photos_of: tuple[str, ...] = ()
    photo_twice: bool = False


def check(answers: Mapping[str, Any], context: Context) -> list[Problem]:
    """Return what stands against the answers: blocking problems first, then warnings."""
    problems = [*_status(answers, context), *_money(answers, context), *_funds(answers, context)]
    problems += [*_place(answers), *_doubts(answers, context)]
    return sorted(problems, key=lambda problem: not problem.blocks)


def _status(answers: Mapping[str, Any], context: Context) -> list[Problem]:
    problems = []
    if answers.get("status") not in BusinessStatus.values:
        problems.append(Problem("status", _("Say what became of the business.")))
    if answers.get("modality") not in Modality.values:
        problems.append(Problem("modality", _("Say how the visit was made.")))
    performed = _day(answers.get("performed_on"))
    if performed is None:
        problems.append(Problem("performed_on", _("Give the date of the visit.")))
    elif performed > context.today:
        problems.append(Problem("performed_on", _("The date lies in the future.")))
    if answers.get("status") in {"closed", "sold", "suspended"} and not answers.get("cause"):
        problems.append(Problem("cause", _("Say why the activity stopped."), blocks=False))
    minutes = (
        (context.ended_at - context.started_at).total_seconds() / 60
        if context.started_at and context.ended_at
        else None
    )
    if minutes is not None and minutes < 10:
        problems.append(Problem("performed_on", _("The visit took less than ten minutes."), blocks=False))
    return problems


def _money(answers: Mapping[str, Any], context: Context) -> list[Problem]:
    problems = [
        Problem(name, _("Give a whole number, or leave it empty when it is unknown."))
        for name in MONEY_FIELDS
        if answers.get(name) is not None and not _is_amount(answers[name])
    ]
    if any(answers.get(name) is not None for name in MONEY_FIELDS) and not answers.get("money_source"):
        problems.append(Problem("money_source", _("Say where the figures come from."), blocks=False))
    turnover, before = answers.get("turnover"), context.previous_turnover
    if isinstance(turnover, int) and before and (turnover > 3 * before or turnover * 3 < before):
        sentence = _("The turnover is three times away from the visit before. Check it.")
        problems.append(Problem("turnover", sentence, blocks=False))
    return problems


def _funds(answers: Mapping[str, Any], context: Context) -> list[Problem]:
    lines: Sequence[Mapping[str, Any]] = answers.get("funds") or ()
    amounts = [line["spent"] for line in lines if _is_amount(line.get("spent"))]
    if context.paid_minor is None or not amounts:  # lines of the budget without an amount say nothing
        return []
    spent = sum(amounts)
    if spent != context.paid_minor and not answers.get("funds_explanation"):
        return [
            Problem("funds_explanation", _("The use of funds does not add up to what was paid: explain."))
        ]
    return []


def _place(answers: Mapping[str, Any]) -> list[Problem]:
    latitude, longitude = answers.get("latitude"), answers.get("longitude")
    if latitude is not None and longitude is not None and latitude == 0 and longitude == 0:
        return [Problem("latitude", _("0, 0 is not a place: take the position again or leave it empty."))]
    return []


def _doubts(answers: Mapping[str, Any], context: Context) -> list[Problem]:
    found = []
    latitude, longitude = answers.get("latitude"), answers.get("longitude")
    if context.site and latitude is not None and longitude is not None:
        away = kilometres((float(latitude), float(longitude)), context.site)
        if away > FAR_KM:
            sentence = _("The position lies %(km)s km from the site.") % {"km": round(away)}
            found.append(Problem("latitude", sentence, blocks=False))
    if context.same_place >= SAME_PLACE - 1:
        sentence = _("Five enterprises were visited at this very place within one hour.")
        found.append(Problem("latitude", sentence, blocks=False))
    performed = _day(answers.get("performed_on"))
    if context.oldest_photo and performed and context.oldest_photo < performed:
        found.append(Problem("photos", _("A photo is older than the visit."), blocks=False))
    if context.copied_from:
        sentence = _("A report of another case has exactly this position: %(cases)s.")
        found.append(Problem("latitude", sentence % {"cases": ", ".join(context.copied_from)}, blocks=False))
    if context.photos_of:
        sentence = _("A photo was sent for another case too: %(cases)s.")
        found.append(Problem("photos", sentence % {"cases": ", ".join(context.photos_of)}, blocks=False))
    if context.photo_twice:
        found.append(Problem("photos", _("The same photo was sent twice."), blocks=False))
    return found


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance between two points, given as latitude and longitude in degrees (haversine)."""
    lat1, lon1, lat2, lon2 = (radians(value) for value in (*one, *other))
    part = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(part)))


def off_budget_percent(answers: Mapping[str, Any]) -> float:
    """Return which share of the money seen was spent off budget, in percent."""
    lines = answers.get("funds") or ()
    spent = sum(line.get("spent") or 0 for line in lines)
    off = sum(line.get("spent") or 0 for line in lines if not line.get("budget_line"))
    return 100 * off / spent if spent else 0.0


def _is_amount(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
