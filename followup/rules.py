"""Who may do what in the follow-up: predicates of `rules`, object level."""

from typing import Any

import rules
from django.utils import timezone

from followup.models import CaseloadAssignment
from programmes.models import Membership
from programmes.predicates import Role, has_role, has_role_somewhere
from workflow.actors import is_system


@rules.predicate
def is_own_visit(user: Any, visit: Any = None) -> bool:
    """The visit is the coach's own, or to an enterprise that the coach follows today."""
    if visit is None or user.pk is None:
        return False
    return getattr(visit, "coach_id", None) == user.pk or _follows(
        user, getattr(visit, "enterprise_id", None)
    )


@rules.predicate
def has_a_coach(user: Any, visit: Any = None) -> bool:
    """A coach is named for the visit: a sheet can be theirs."""
    return visit is not None and visit.coach_id is not None


@rules.predicate
def typed_it_in(user: Any, visit: Any = None) -> bool:
    """The person typed the visit in from the coach's paper sheet."""
    return visit is not None and user.pk is not None and visit.typed_by_id == user.pk


@rules.predicate
def follows_enterprise(user: Any, enterprise: Any = None) -> bool:
    """The enterprise is of the coach's own caseload today, as lead or standing in."""
    return enterprise is not None and user.pk is not None and _follows(user, enterprise.pk)


def _follows(user: Any, enterprise: Any) -> bool:
    if enterprise is None:
        return False
    rows = CaseloadAssignment.objects.filter(enterprise=enterprise, coach=user.pk)
    return rows.in_force(timezone.localdate()).exists()


@rules.predicate
def is_visited(user: Any, visit: Any = None) -> bool:
    """The visit is to one's own enterprise."""
    if visit is None or user.pk is None:
        return False
    return visit.enterprise.members.filter(person__user=user.pk, left_on__isnull=True).exists()


@rules.predicate
def ever_coached(user: Any, record: Any = None) -> bool:
    """Is or was a coach of a programme: what a device still holds is taken from former coaches too."""
    if user.pk is None or not user.is_active:
        return False
    return Membership.objects.filter(user=user.pk, role=Role.COACH).exists()


@rules.predicate
def is_sender(user: Any, submission: Any = None) -> bool:
    """The report came from the person's own device."""
    return submission is not None and user.pk is not None and submission.sender_id == user.pk


STAFF = ("manager", "supervisor", "preparer", "verifier", "approver", "releaser", "reconciler", "auditor")
coach_of_visit = has_role("coach") & is_own_visit
coach_of_enterprise = has_role("coach") & follows_enterprise
staff = has_role(*STAFF)

rules.add_perm("followup.view_visits", has_role(*STAFF, "coach"))
rules.add_perm("followup.view_own_visits", has_role_somewhere("coach"))
rules.add_perm("followup.view_visit", staff | coach_of_visit | is_visited)
rules.add_perm("followup.read_answers", staff | coach_of_visit)
office = has_role("supervisor", "manager")
rules.add_perm("followup.edit_visit", coach_of_visit | (office & has_a_coach))
rules.add_perm("followup.make_visit", coach_of_visit)
rules.add_perm("followup.print_visit_sheet", coach_of_visit | has_role("supervisor", "manager"))
rules.add_perm("followup.hand_over_enterprise", has_role("supervisor"))
rules.add_perm("followup.stand_in_enterprise", has_role("supervisor"))
rules.add_perm("followup.move_anchor", has_role("supervisor"))
rules.add_perm("followup.found_enterprise", has_role("supervisor"))
rules.add_perm("followup.view_enterprises", has_role(*STAFF, "coach"))
rules.add_perm("followup.view_enterprise", staff | coach_of_enterprise)
rules.add_perm("followup.visit_enterprise", coach_of_enterprise)
rules.add_perm("followup.view_calendar", has_role(*STAFF, "coach", "field_agent"))
rules.add_perm("followup.view_map", has_role(*STAFF, "coach", "field_agent"))
rules.add_perm("followup.view_workload", has_role("supervisor", "manager", "auditor"))
rules.add_perm("followup.view_visit_plan", has_role("manager", "auditor"))
rules.add_perm("followup.edit_visit_plan", has_role("manager"))
rules.add_perm("followup.edit_programme_plan", has_role("manager"))
rules.add_perm("followup.view_visit_form", has_role("manager", "supervisor", "auditor"))
rules.add_perm("followup.edit_visit_form", has_role("manager"))

rules.add_perm("followup.confirm_visit", coach_of_visit)
rules.add_perm("followup.start_visit", coach_of_visit)
rules.add_perm("followup.submit_visit", coach_of_visit | (office & typed_it_in) | is_system)
rules.add_perm("followup.return_visit", has_role("supervisor"))
rules.add_perm("followup.validate_visit", has_role("supervisor"))
rules.add_perm("followup.miss_visit", is_system)
rules.add_perm("followup.reschedule_visit", coach_of_visit | has_role("supervisor"))
rules.add_perm("followup.cancel_visit", has_role("supervisor"))
rules.add_perm("followup.reopen_visit", has_role("manager"))

rules.add_perm("followup.use_field_app", ever_coached)
rules.add_perm("followup.view_visitsubmission", staff | is_sender)
rules.add_perm("followup.view_field_desk", has_role("manager", "supervisor", "auditor"))
rules.add_perm("followup.settle_visitsubmission", has_role("manager"))
rules.add_perm("followup.waive_media", has_role("supervisor", "manager"))
rules.add_perm("followup.rescue_visits", has_role("manager"))
coach_of_action = has_role("coach") & is_own_visit
rules.add_perm("followup.view_actions", has_role(*STAFF, "coach"))
rules.add_perm("followup.view_action", staff | coach_of_action | is_visited)
rules.add_perm("followup.add_action", coach_of_visit | has_role("supervisor"))
rules.add_perm("followup.claim_actionpoint", coach_of_action | is_visited)
rules.add_perm("followup.verify_actionpoint", coach_of_action | has_role("supervisor"))
rules.add_perm("followup.reopen_actionpoint", coach_of_action | has_role("supervisor"))
rules.add_perm("followup.drop_actionpoint", has_role("supervisor"))

rules.add_perm("followup.override_risk", has_role("manager"))
rules.add_perm("followup.view_alerts", has_role("supervisor", "manager", "auditor"))
rules.add_perm("followup.view_alert", has_role("supervisor", "manager", "auditor"))
rules.add_perm("followup.handle_alert", has_role("supervisor", "manager"))

rules.add_perm("followup.open_referral", coach_of_visit | has_role("supervisor"))
rules.add_perm("followup.view_referrals", has_role("protection_officer"))
rules.add_perm("followup.view_referral", has_role("protection_officer"))
rules.add_perm("followup.accept_referral", has_role("protection_officer"))
rules.add_perm("followup.close_referral", has_role("protection_officer"))

support = has_role("coach", "field_agent", "supervisor", "manager", "auditor")
rules.add_perm("followup.view_support_sessions", support)
rules.add_perm("followup.view_supportsession", support)
rules.add_perm("followup.plan_supportsession", has_role("coach", "field_agent", "supervisor"))
rules.add_perm("followup.record_attendance", has_role("coach", "field_agent", "supervisor"))
rules.add_perm("followup.import_visits", has_role("supervisor", "manager"))
rules.add_perm("followup.view_cohorts", support)
rules.add_perm("followup.view_cohort", support)
rules.add_perm("followup.edit_cohort", has_role("supervisor", "manager"))
rules.add_perm("followup.enrol_people", has_role("coach", "field_agent", "supervisor"))
rules.add_perm("followup.print_certificate", has_role("coach", "field_agent", "supervisor", "manager"))
rules.add_perm("followup.view_outcomes", support)
rules.add_perm("followup.note_outcomes", has_role("coach", "field_agent", "supervisor"))
rules.add_perm("followup.hold_supportsession", has_role("coach", "field_agent"))
rules.add_perm("followup.close_supportsession", has_role("supervisor"))
rules.add_perm("followup.cancel_supportsession", has_role("coach", "supervisor"))
rules.add_perm("followup.complete_enrolment", has_role("supervisor") | is_system)
rules.add_perm("followup.drop_out_enrolment", has_role("supervisor"))
