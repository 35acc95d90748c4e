"""Who may do what in the follow-up: predicates of `rules`, object level."""

from typing import Any

import rules

from programmes.models import Membership
from programmes.predicates import Role, has_role, has_role_somewhere
from workflow.actors import is_system


@rules.predicate
def is_own_visit(user: Any, visit: Any = None) -> bool:
    """The visit is of the coach's own caseload."""
    return visit is not None and user.pk is not None and getattr(visit, "coach_id", None) == user.pk


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
staff = has_role(*STAFF)

rules.add_perm("followup.view_visits", has_role(*STAFF, "coach"))
rules.add_perm("followup.view_own_visits", has_role_somewhere("coach"))
rules.add_perm("followup.view_visit", staff | coach_of_visit | is_visited)
rules.add_perm("followup.read_answers", staff | coach_of_visit)
rules.add_perm("followup.edit_visit", coach_of_visit)
rules.add_perm("followup.hand_over_enterprise", has_role("supervisor"))
rules.add_perm("followup.view_visit_plan", has_role("manager", "auditor"))
rules.add_perm("followup.edit_visit_plan", has_role("manager"))

rules.add_perm("followup.confirm_visit", coach_of_visit)
rules.add_perm("followup.start_visit", coach_of_visit)
rules.add_perm("followup.submit_visit", coach_of_visit | is_system)
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

support = has_role("coach", "field_agent", "supervisor", "manager", "auditor")
rules.add_perm("followup.view_support_sessions", support)
rules.add_perm("followup.view_supportsession", support)
rules.add_perm("followup.plan_supportsession", has_role("coach", "field_agent", "supervisor"))
rules.add_perm("followup.record_attendance", has_role("coach", "field_agent", "supervisor"))
rules.add_perm("followup.hold_supportsession", has_role("coach", "field_agent"))
rules.add_perm("followup.close_supportsession", has_role("supervisor"))
rules.add_perm("followup.cancel_supportsession", has_role("coach", "supervisor"))
rules.add_perm("followup.complete_enrolment", has_role("supervisor") | is_system)
rules.add_perm("followup.drop_out_enrolment", has_role("supervisor"))
