"""What the follow-up does when something below it, or a visit, changes.

A first payment or a hand-over plans the visits; a validated visit meets the conditions of instalments and
is rated; a red rating places a hold; a reopened visit makes its conditions unmet.
"""

from datetime import date

from django.utils.translation import gettext as _

from disbursements import conditions, holds
from followup.enterprises import enterprise_of_grant
from followup.models import Visit
from followup.planning import plan_visits
from followup.ratings import rate_enterprise
from followup.risk import Level
from workflow import Firing, on


@on("disbursements.Grant", "activate")
def found_the_enterprise(firing: Firing) -> None:
    """An active grant has an enterprise, and its baseline visit is planned."""
    plan_visits(enterprise_of_grant(firing.record), firing.at.date(), baseline=True)


@on("disbursements.PaymentOrder", "execute")
def first_payment_plans_the_visits(firing: Firing) -> None:
    """The first executed order of a grant is the anchor of its visits."""
    enterprise = enterprise_of_grant(firing.record.tranche.grant)
    if enterprise.anchor_on is None:
        plan_visits(enterprise, firing.at.date())


@on("disbursements.Procurement", "hand_over")
def hand_over_plans_the_visits(firing: Firing) -> None:
    """The hand-over of a kit is the anchor of its visits."""
    enterprise = enterprise_of_grant(firing.record.tranche.grant)
    if enterprise.anchor_on is None:
        plan_visits(enterprise, firing.at.date())


@on("followup.Visit", "validate")
def validated_visit_moves_money(firing: Firing) -> None:
    """Read the business status, rate the risk, hold on red, meet the visit's conditions."""
    visit: Visit = firing.record
    _read_status(visit)
    rating = rate_enterprise(visit, at=firing.at)
    grant = visit.enterprise.grant
    if grant is None:
        return
    if rating.hold or rating.level == Level.RED:
        holds.place(
            grant,
            reason=_("Visit “%(code)s” rates this enterprise as high risk.") % {"code": visit.name},
            link_record=visit,
            actor=firing.actor,
            at=firing.at,
        )
    else:
        holds.clear(grant, by_record=visit, at=firing.at)
    conditions.mark_met(grant, "visit_validated", visit.code, by_record=visit, at=firing.at)
    if visit.answers.get("cash_book_seen"):
        conditions.mark_met(grant, "cash_book_seen", visit.code, by_record=visit, at=firing.at)


@on("followup.Visit", "reopen")
def reopened_visit_takes_its_word_back(firing: Firing) -> None:
    """Conditions met by the visit become unmet; unreleased instalments are held."""
    visit: Visit = firing.record
    if visit.enterprise.grant is None:
        return
    conditions.mark_unmet(visit.enterprise.grant, "visit_validated", visit.code, at=firing.at)
    conditions.mark_unmet(visit.enterprise.grant, "cash_book_seen", visit.code, at=firing.at)
    holds.place(
        visit.enterprise.grant,
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


def _read_status(visit: Visit) -> None:
    enterprise = visit.enterprise
    performed = visit.performed_at.date() if visit.performed_at else visit.due_on
    if enterprise.status_on is None or enterprise.status_on <= performed:
        enterprise.status = visit.answers["status"]
        enterprise.status_on = performed
        enterprise.save(update_fields=["status", "status_on"])
