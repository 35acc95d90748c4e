"""Visits, coaches and support sessions of the living programme."""

from datetime import datetime
from typing import Any

from accounts.models import User
from demo.living.stage import Stage
from disbursements.models import Grant
from followup.attendance import mark, put_on_the_list
from followup.enterprises import enterprise_of_grant, hand_over
from followup.models import SupportSession, Visit

GOOD: dict[str, Any] = {
    "status": "open",
    "modality": "on_site",
    "money_source": "records",
    "turnover": 620_000,
    "goods": 240_000,
    "rent": 60_000,
    "profit": 280_000,
    "jobs_women": 1,
    "keeps_accounts": True,
    "advice": "Noter chaque vente le jour même ; comparer deux fournisseurs.",
}
CLOSED: dict[str, Any] = {
    "status": "closed",
    "modality": "on_site",
    "money_source": "recalled",
    "turnover": 0,
    "profit": -45_000,
    "cause": "Le local a été repris par son propriétaire.",
    "difficulties": "Cherche un autre local ; le matériel est gardé chez un voisin.",
}


def give_coach(grant: Grant, coach: User, at: datetime) -> None:
    """A coach follows the enterprise of a grant."""
    hand_over(enterprise_of_grant(grant), coach=coach, day=at.date(), reason="Première attribution")


def visit_of(grant: Grant, code: str) -> Visit:
    """Return a visit of a grant's enterprise."""
    return Visit.objects.select_related("case", "programme").live().get(enterprise__grant=grant, code=code)


def submit(stage: Stage, grant: Grant, code: str, at: datetime, **answers: Any) -> Visit:
    """The coach made a visit and sent it."""
    visit = visit_of(grant, code)
    visit.answers = {**(answers or GOOD), "performed_on": at.date().isoformat()}
    visit.save(update_fields=["answers", "state"])
    if visit.coach is None:
        raise LookupError(f"{visit}: no coach")
    stage.fire(visit, "submit", visit.coach, at)
    return visit


def validate(stage: Stage, grant: Grant, code: str, at: datetime, **answers: Any) -> None:
    """The same, validated by the supervisor."""
    visit = submit(stage, grant, code, at, **answers)
    stage.fire(visit, "validate", "supervisor", at)


def support_sessions(stage: Stage) -> None:
    """An awareness session that took place and waits to be closed, and one that comes."""
    past = SupportSession.objects.create(
        programme=stage.programme,
        purpose="awareness",
        title="Sensibilisation : se mettre à son compte",
        site=stage.sites["RAB"],
        held_on=stage.day(-1),
        leader=stage.staff["field_agent"],
    )
    put_on_the_list(past, stage.persons[30:38])
    rows = list(past.attendance.values_list("pk", flat=True))
    mark(past, rows[:7], rows[7:])
    stage.fire(past, "hold", "field_agent", stage.at(-1, 17))
    coming = SupportSession.objects.create(
        programme=stage.programme,
        purpose="training",
        title="Formation : tenir un cahier de caisse",
        site=stage.sites["RAB"],
        held_on=stage.day(2),
        leader=stage.staff.coaches[0],
    )
    put_on_the_list(coming, stage.persons[:6])
    next_one = SupportSession.objects.create(
        programme=stage.programme,
        purpose="awareness",
        title="Sensibilisation : se mettre à son compte",
        site=stage.sites["FES"],
        held_on=stage.day(1),
        leader=stage.staff["field_agent"],
    )
    put_on_the_list(next_one, stage.persons[38:])
