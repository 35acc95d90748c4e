"""Who may do what with programmes, calls and selection sessions."""

from typing import Any

import rules

from programmes.predicates import (
    DELEGABLE,
    INSIDE,
    Role,
    has_role,
    has_role_somewhere,
    is_administrator,
    is_member,
)
from workflow.actors import is_system

is_manager = has_role(Role.MANAGER)
is_secretary = has_role(Role.JURY_SECRETARY)
is_chair = has_role(Role.JURY_CHAIR)
sets_up = is_manager | is_administrator


@rules.predicate
def gave_it_away(user: Any, membership: Any = None) -> bool:
    """The user delegated this very role to somebody."""
    given = membership.delegated_from if membership is not None else None
    return bool(given is not None and getattr(user, "pk", None) == given.user_id and user.is_active)


# Pages
rules.add_perm("programmes.add_programme", is_administrator | has_role_somewhere(Role.MANAGER))
rules.add_perm("programmes.work_on_programme", is_member | is_administrator)
rules.add_perm("programmes.change_programme", sets_up)
rules.add_perm("programmes.manage_people", sets_up)
rules.add_perm("programmes.delegate_role", has_role(*DELEGABLE))
rules.add_perm("programmes.take_back_role", gave_it_away)
rules.add_perm("programmes.view_people", has_role(Role.MANAGER, Role.AUDITOR) | is_administrator)
rules.add_perm("programmes.view_sessions", has_role(*INSIDE))
rules.add_perm("programmes.change_call", is_manager)
rules.add_perm("programmes.view_questions", has_role(Role.MANAGER, Role.SCREENING_OFFICER, Role.AUDITOR))
rules.add_perm("programmes.answer_questions", has_role(Role.MANAGER, Role.SCREENING_OFFICER))
rules.add_perm("programmes.view_messages", has_role(Role.MANAGER, Role.JURY_SECRETARY, Role.AUDITOR))
rules.add_perm("programmes.change_messages", is_manager)
rules.add_perm("programmes.release_batch", has_role(Role.MANAGER, Role.JURY_SECRETARY))

# Programme
rules.add_perm("programmes.publish_programme", is_manager)
rules.add_perm("programmes.close_programme", is_manager)
rules.add_perm("programmes.reopen_programme", is_manager)

# Call
rules.add_perm("programmes.publish_call", is_manager)
rules.add_perm("programmes.open_call", is_manager | is_system)
rules.add_perm("programmes.close_call", is_manager | is_system)
rules.add_perm("programmes.extend_call", is_manager)
rules.add_perm("programmes.conclude_call", is_manager)
rules.add_perm("programmes.cancel_call", is_manager)

# Selection session
rules.add_perm("programmes.start_screening_selectionsession", is_secretary | is_system)
rules.add_perm("programmes.start_scoring_selectionsession", is_secretary)
rules.add_perm("programmes.start_deliberation_selectionsession", is_secretary)
rules.add_perm("programmes.announce_selectionsession", is_chair)
rules.add_perm("programmes.close_selectionsession", is_secretary | is_system)
rules.add_perm("programmes.cancel_selectionsession", is_manager | is_system)
