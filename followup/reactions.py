"""What the follow-up does when something below it, or a visit, changes.

A first payment or a hand-over plans the visits; a validated visit meets the conditions of instalments and
is rated; a red rating places a hold; a reopened visit makes its conditions unmet.
"""

from datetime import date

from django.utils.translation import gettext as _

from disbursements import conditions, holds
from followup import action_points, alerts, money_out
from followup.enterprises import enterprise_of_grant
from followup.models import Enterprise, Visit
from followup.models.alerts import AlertKind
from followup.models.plans import Anchor
from followup.planning import anchors_at, plan_visits
from followup.ratings import rate_enterprise
from followup.visit_form import BusinessStatus
from workflow import Firing, on

IN_KIND = ("kit", "in_kind")


@on("disbursements.Grant", "activate")
def found_the_enterprise(firing: Firing) -> None:
    """An active grant has an enterprise, and its baseline visit is planned."""
    enterprise = enterprise_of_grant(firing.record)
    plan_visits(enterprise, enterprise.programme.day_of(firing.at), baseline=True)


@on("disbursements.PaymentOrder", "execute")
def first_payment_plans_the_visits(firing: Firing) -> None:
    """The first executed order of a grant is the anchor of its visits, unless it buys a kit."""
    tranche = firing.record.tranche
    enterprise = enterprise_of_grant(tranche.grant)
    if anchors_at(enterprise, Anchor.FIRST_PAYMENT, in_kind=tranche.payment_mode in IN_KIND):
        plan_visits(enterprise, enterprise.programme.day_of(firing.at))


@on("disbursements.Procurement", "hand_over")
def hand_over_plans_the_visits(firing: Firing) -> None:
    """The hand-over of a kit is the anchor of its visits."""
    enterprise = enterprise_of_grant(firing.record.tranche.grant)
    if anchors_at(enterprise, Anchor.HAND_OVER, in_kind=True):
        plan_visits(enterprise, enterprise.programme.day_of(firing.at))


@on("followup.Visit", "validate")
def validated_visit_moves_money(firing: Firing) -> None:
    """Read the business status, rate the risk with what follows from it, meet the visit's conditions."""
    visit: Visit = firing.record
    _read_status(visit)
    rate_enterprise(visit.enterprise, visit, actor=firing.actor, at=firing.at)
    action_points.take_over(visit, at=firing.at)
    grant = visit.enterprise.grant
    if grant is None:
        return
    conditions.mark_met(grant, "visit_validated", visit.code, by_record=visit, at=firing.at)
    if visit.answers.get("cash_book_seen"):
        conditions.mark_met(grant, "cash_book_seen", visit.code, by_record=visit, at=firing.at)


@on("followup.Visit", "miss")
def missed_visit_counts_in_the_risk(firing: Firing) -> None:
    """A missed visit gives points, and may hold money together with others."""
    rate_enterprise(firing.record.enterprise, None, actor=firing.actor, at=firing.at)


@on("followup.Visit", "reopen")
def reopened_visit_takes_its_word_back(firing: Firing) -> None:
    """Its conditions become unmet, what has not left is held, an alert says what has; nothing is reversed."""
    visit: Visit = firing.record
    _read_last_status(visit.enterprise)
    grant = visit.enterprise.grant
    if grant is None:
        return
    out = money_out.left_on_the_word_of(visit)
    conditions.mark_unmet(grant, "visit_validated", visit.code, at=firing.at)
    conditions.mark_unmet(grant, "cash_book_seen", visit.code, at=firing.at)
    holds.take_clearance_back(grant, by_record=visit)
    if out:
        alerts.raise_alert(
            visit.enterprise, AlertKind.MONEY_OUT, {"tranches": out}, visit=visit, at=firing.at
        )
    if money_out.something_is_left(grant):
        holds.place(
            grant,
            reason=_("Visit “%(code)s” was reopened.") % {"code": visit.name},
            link_record=visit,
            actor=firing.actor,
            at=firing.at,
        )


@on("followup.Visit", "reschedule")
def rescheduled_visit_has_a_successor(firing: Firing) -> None:
    """Make the new visit that says what it replaces."""
    old: Visit = firing.record
    Visit.objects.create(
        case=old.case,
        enterprise=old.enterprise,
        programme=old.programme,
        plan_row=old.plan_row,
        code=old.code,
        due_on=date.fromisoformat(firing.data["due_on"]),
        window_days=old.window_days,
        coach=old.coach,
        replaces=old,
        times_rescheduled=old.times_rescheduled + 1,
    )


def _read_last_status(enterprise: Enterprise) -> None:
    """Read the status from the last visit that is still validated."""
    last = enterprise.visits.filter(state="validated").order_by("-performed_at").first()
    enterprise.status = last.answers["status"] if last else BusinessStatus.NOT_STARTED
    enterprise.status_on = (
        enterprise.programme.day_of(last.performed_at) if last and last.performed_at else None
    )
    enterprise.save(update_fields=["status", "status_on"])


def _read_status(visit: Visit) -> None:
    enterprise = visit.enterprise
    performed = visit.programme.day_of(visit.performed_at) if visit.performed_at else visit.due_on
    if enterprise.status_on is None or enterprise.status_on <= performed:
        enterprise.status = visit.answers["status"]
        enterprise.status_on = performed
        enterprise.save(update_fields=["status", "status_on"])
