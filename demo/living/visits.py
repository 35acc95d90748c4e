"""Visits, coaches and support sessions of the living programme."""

from datetime import datetime
from typing import Any

from accounts.models import User
from demo.living.stage import Stage
from disbursements.models import Grant
from followup import action_points, form_versions, outcomes, papers
from followup import cohorts as cohorts_of
from followup.attendance import mark, put_on_the_list
from followup.enterprises import enterprise_of_grant, hand_over
from followup.models import ActionPoint, Cohort, Referral, SupportSession, Visit

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

OWN_FORM: dict[str, Any] = {
    "sections": [
        {
            "key": "selling",
            "title": {"fr": "Vendre", "en": "Selling", "ar": "البيع"},
            "questions": [
                {
                    "key": "sold_where",
                    "kind": "choice",
                    "label": {
                        "fr": "Où l’entreprise vend-elle le plus ?",
                        "en": "Where does the enterprise sell most?",
                        "ar": "أين يبيع المشروع أكثر؟",
                    },
                    "choices": [
                        ["shop", {"fr": "au local", "en": "on its premises", "ar": "في المحل"}],
                        ["market", {"fr": "au marché", "en": "at the market", "ar": "في السوق"}],
                        ["orders", {"fr": "sur commande", "en": "to order", "ar": "حسب الطلب"}],
                    ],
                    "level": "warn",
                    "shown_if": ["status", "open"],
                },
                {
                    "key": "prices_shown",
                    "kind": "declaration",
                    "label": {
                        "fr": "Les prix sont affichés",
                        "en": "Prices are on display",
                        "ar": "الأسعار معروضة",
                    },
                    "level": "warn",
                    "shown_if": ["status", "open"],
                },
            ],
        }
    ],
}
"""What the programme asks in a visit beside the standard form."""
OWN_ANSWERS: dict[str, Any] = {"sold_where": "market", "prices_shown": True}
OWN_FORM_SINCE = -14


def ask_more(stage: Stage) -> None:
    """A manager published a form of the programme's own two weeks ago."""
    at, manager = stage.at(OWN_FORM_SINCE, 9), stage.staff["manager"]
    draft = form_versions.begin(stage.programme, actor=manager, at=at)
    form_versions.change_draft(draft, lambda _held: OWN_FORM)
    form_versions.publish(draft, actor=manager, at=at)


def asked_at(stage: Stage, at: datetime) -> tuple[int, dict[str, Any]]:
    """Return the version of the form that a visit answers at a moment, and answers to its own questions."""
    if at <= stage.at(OWN_FORM_SINCE, 9):
        return 1, {}
    return form_versions.newest_number(stage.programme.pk), OWN_ANSWERS


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
    visit.form_version, more = asked_at(stage, at)
    visit.answers |= more
    visit.save(update_fields=["answers", "form_version", "state"])
    if visit.coach is None:
        raise LookupError(f"{visit}: no coach")
    stage.fire(visit, "submit", visit.coach, at)
    return visit


def validate(stage: Stage, grant: Grant, code: str, at: datetime, **answers: Any) -> None:
    """The same, validated by the supervisor."""
    visit = submit(stage, grant, code, at, **answers)
    stage.fire(visit, "validate", "supervisor", at)


def agree(stage: Stage, grant: Grant, code: str, what: str, *, agreed: int, due: int) -> ActionPoint:
    """Something was agreed in a visit, so many days from today, to be done by another day."""
    visit = visit_of(grant, code)
    return action_points.agree(
        visit.enterprise, what=what, due_on=stage.day(due), today=stage.day(agreed), visit=visit
    )


def tell_protection(stage: Stage, grant: Grant, at: datetime) -> None:
    """A coach handed a concern to the protection officer."""
    visit = visit_of(grant, "M1")
    if visit.coach is None:
        raise LookupError(f"{visit}: no coach")
    Referral.objects.create(
        programme=visit.programme,
        case=visit.case,
        concern="violence",
        urgency="week",
        note="Menacée par un ancien associé qui réclame le matériel ; ne souhaite pas porter plainte seule.",
        opened_by=visit.coach,
        opened_at=at,
        state_since=at,
    )


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
    mark(past, rows[:7], rows[7:], by=stage.staff["field_agent"], at=stage.at(-1, 16))
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


def cohorts(stage: Stage) -> None:
    """A cohort that is over with who completed it, one that runs, and what became of its people."""
    over = _cohort(stage, "C1", "Tenir un cahier de caisse", starts=-40, ends=-6)
    cohorts_of.enrol(
        over, stage.persons[38:43], site=stage.sites["FES"], day=stage.day(-45), at=stage.at(-45)
    )
    for place, day in enumerate((-40, -30, -20)):
        session = SupportSession.objects.create(
            programme=stage.programme,
            cohort=over,
            purpose="training",
            title=f"Tenir un cahier de caisse, jour {place + 1}",
            site=stage.sites["FES"],
            held_on=stage.day(day),
            leader=stage.staff.coaches[1],
        )
        cohorts_of.list_the_cohort(session)
        rows = list(session.attendance.order_by("pk").values_list("pk", flat=True))
        coach, at = stage.staff.coaches[1], stage.at(day, 16)
        mark(session, rows[: 5 - place], rows[5 - place :], by=coach, at=at)
        stage.fire(session, "hold", stage.staff.coaches[1], stage.at(day, 17))
        stage.fire(session, "close", "supervisor", stage.at(day + 1, 9))
    cohorts_of.complete_due(stage.now)
    done = over.enrolments.filter(state="completed").select_related(
        "cohort__programme", "case__programme", "person", "site"
    )
    papers.issue_certificate(done[0], language="fr", actor=stage.staff["supervisor"], at=stage.now)
    _cohort(stage, "C2", "Trouver un emploi", starts=-10, ends=40)
    said = ("employed", "in_training", "self_employed", "none", "lost")
    for person, outcome in zip(stage.persons[38:43], said, strict=False):
        outcomes.note(
            person,
            stage.programme,
            outcome,
            seen_on=stage.day(-3),
            source="Appel",
            by=stage.staff.coaches[1],
            at=stage.at(-3),
        )


def _cohort(stage: Stage, code: str, title: str, *, starts: int, ends: int) -> Cohort:
    return Cohort.objects.create(
        programme=stage.programme,
        code=code,
        title=title,
        kind="training",
        starts_on=stage.day(starts),
        ends_on=stage.day(ends),
    )
