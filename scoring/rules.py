"""Who may do what in scoring: predicates of `rules`, object level. Jurors may what is their own."""

from typing import Any

import rules

from programmes.predicates import Role, has_role, has_role_somewhere
from workflow.actors import is_system

secretary = has_role(Role.JURY_SECRETARY)
chair = has_role(Role.JURY_CHAIR)
manager = has_role(Role.MANAGER)
runs_jury = secretary | chair
oversees = has_role(Role.JURY_SECRETARY, Role.JURY_CHAIR, Role.MANAGER, Role.AUDITOR)


@rules.predicate
def is_own(user: Any, record: Any = None) -> bool:
    """The engagement, assignment or sheet is this juror's own."""
    if record is None or user.pk is None:
        return False
    held = getattr(record, "assignment", record)
    engagement = getattr(held, "engagement", held)
    return bool(engagement.user_id == user.pk)


@rules.predicate
def is_juror_somewhere(user: Any, record: Any = None) -> bool:
    """Was invited to some jury."""
    return user.pk is not None and bool(user.jury_engagements.exists())


# Grids and rounds
rules.add_perm("scoring.change_grid", manager)
rules.add_perm("scoring.change_quota", manager)
rules.add_perm("scoring.change_round", secretary)
rules.add_perm("scoring.close_round", secretary)

# Pages
rules.add_perm("scoring.view_jury", oversees)
rules.add_perm("scoring.run_jury", secretary)
rules.add_perm("scoring.redact", secretary)
rules.add_perm("scoring.view_marks", has_role(Role.JURY_SECRETARY, Role.JURY_CHAIR, Role.AUDITOR))
rules.add_perm("scoring.view_ranking", oversees)
rules.add_perm("scoring.make_ranking", secretary)
rules.add_perm("scoring.view_decisions", oversees)
rules.add_perm("scoring.edit_decisions", secretary)
rules.add_perm("scoring.work_at_desk", is_juror_somewhere | has_role_somewhere(Role.JUROR))
rules.add_perm("scoring.mark_sheet", is_own)
rules.add_perm("scoring.type_sheet", secretary)
rules.add_perm("scoring.order_pitches", secretary)

# Engagement of a juror
rules.add_perm("scoring.accept_jurorengagement", is_own)
rules.add_perm("scoring.decline_jurorengagement", is_own)
rules.add_perm("scoring.expire_jurorengagement", is_system)
rules.add_perm("scoring.suspend_jurorengagement", secretary)
rules.add_perm("scoring.resume_jurorengagement", secretary)
rules.add_perm("scoring.end_jurorengagement", secretary)

# Assignment
rules.add_perm("scoring.confirm_juryassignment", secretary)
rules.add_perm("scoring.discard_juryassignment", secretary)
rules.add_perm("scoring.open_juryassignment", is_own | secretary)
rules.add_perm("scoring.recuse_juryassignment", is_own | secretary)
rules.add_perm("scoring.decline_juryassignment", is_own)
rules.add_perm("scoring.withdraw_juryassignment", secretary | is_system)
rules.add_perm("scoring.restore_juryassignment", secretary)
rules.add_perm("scoring.finish_juryassignment", is_system)

# Scoresheet
rules.add_perm("scoring.submit_scoresheet", is_own | secretary)
rules.add_perm("scoring.reopen_scoresheet", secretary)
rules.add_perm("scoring.lock_scoresheet", secretary | is_system)
rules.add_perm("scoring.revise_scoresheet", secretary)
rules.add_perm("scoring.void_scoresheet", secretary | is_system)

# Discrepancy
rules.add_perm("scoring.call_extra_juror_discrepancy", secretary)
rules.add_perm("scoring.moderate_discrepancy", secretary)
rules.add_perm("scoring.resolve_discrepancy", secretary)
rules.add_perm("scoring.waive_discrepancy", chair)

# Deliberation
rules.add_perm("scoring.start_deliberation", chair)
rules.add_perm("scoring.minute_deliberation", secretary)
rules.add_perm("scoring.sign_deliberation", chair)
rules.add_perm("scoring.close_deliberation", secretary)
rules.add_perm("scoring.cancel_deliberation", secretary)

# Decisions
rules.add_perm("scoring.submit_decisionbatch", secretary)
rules.add_perm("scoring.return_decisionbatch", chair)
rules.add_perm("scoring.confirm_decisionbatch", chair)
rules.add_perm("scoring.announce_decisionbatch", chair | is_system)
