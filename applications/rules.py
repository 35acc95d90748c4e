"""Who may do what with applications, persons and forms: predicates of `rules`, object level."""

from typing import Any

import rules

from applications.models import Case
from applications.querysets import APPEAL_READERS, DUPLICATE_READERS, PRINTERS, READERS, RECEPTION
from programmes.predicates import Role, has_role
from workflow.actors import is_system


@rules.predicate
def is_applicant(user: Any, application: Any = None) -> bool:
    """The application is the user's own."""
    person = getattr(application, "applicant", None)
    return person is not None and user.pk is not None and person.user_id == user.pk


@rules.predicate
def helps(user: Any, application: Any = None) -> bool:
    """The user writes the application at the person's side, and the person has no account."""
    return application is not None and user.pk is not None and application.is_assisted_by(user)


@rules.predicate
def pseudonyms_are_forced(user: Any, record: Any = None) -> bool:
    """Nobody who works on the record's programme sees names, but for the protection officer.

    record: a registration or an opening, or the programme itself.
    """
    programme = getattr(record, "programme", record)
    return programme is not None and programme.forced_pseudonyms


@rules.predicate
def is_person(user: Any, record: Any = None) -> bool:
    """The record is about the user in person."""
    person = getattr(record, "person", None)
    return person is not None and user.pk is not None and person.user_id == user.pk


@rules.predicate
def follows(user: Any, record: Any = None) -> bool:
    """The record is a case entrusted to the user, or the registration of a person who has one."""
    cases = Case.objects.visible_to(user)
    if isinstance(record, Case):
        return cases.filter(pk=record.pk).exists()
    person = getattr(record, "person_id", None)
    own = cases.filter(programme=getattr(record, "programme_id", None), application__members__person=person)
    return person is not None and own.exists()


is_coach = has_role(Role.COACH)
is_agent = has_role(Role.FIELD_AGENT)
is_screener = has_role(Role.SCREENING_OFFICER)
is_secretary = has_role(Role.JURY_SECRETARY)
is_manager = has_role(Role.MANAGER)
is_protector = has_role(Role.PROTECTION_OFFICER)

# Pages
rules.add_perm("applications.view_applications", has_role(*READERS))
rules.add_perm("applications.view_people", has_role(*RECEPTION))
rules.add_perm("applications.receive_people", is_agent | is_screener | is_manager)
rules.add_perm("applications.help_people", is_agent)
rules.add_perm("applications.screen_applications", is_screener)
rules.add_perm("applications.screen_application", is_screener)
rules.add_perm("applications.print_lists", is_screener | is_secretary | is_manager)
rules.add_perm("applications.read_lists", has_role(*READERS))
rules.add_perm("applications.change_forms", is_manager)
is_writer = is_applicant | (is_agent & helps)
rules.add_perm("applications.edit_application", is_writer)
rules.add_perm("applications.plan_screening", is_manager)
rules.add_perm("applications.import_applications", is_manager)
rules.add_perm("applications.view_desk", has_role(*READERS))
rules.add_perm(
    "applications.raise_flag",
    is_agent | is_screener | is_secretary | is_manager | has_role(Role.SUPERVISOR),
)
rules.add_perm("applications.resolve_flag", is_screener | is_manager)
rules.add_perm("applications.view_duplicates", has_role(*DUPLICATE_READERS))
rules.add_perm("applications.decide_duplicate", has_role(*DUPLICATE_READERS))

# The applicant's verbs: an agent has them only while helping a person without an account
for verb in ("submit", "answer", "submit_plan"):
    rules.add_perm(f"applications.{verb}_application", is_writer)
rules.add_perm("applications.withdraw_application", is_writer | is_system)
rules.add_perm("applications.decline_application", is_applicant)

# Screening
rules.add_perm("applications.request_piece_application", is_screener)
rules.add_perm("applications.mark_eligible_application", is_screener)
rules.add_perm("applications.mark_ineligible_application", is_screener | is_system)

# Review and decisions
rules.add_perm("applications.start_review_application", is_secretary | is_system)
rules.add_perm("applications.shortlist_application", is_secretary | is_system)
rules.add_perm("applications.not_retain_application", is_secretary | is_system)
rules.add_perm("applications.request_plan_application", is_secretary)
rules.add_perm("applications.start_final_review_application", is_secretary | is_system)
for verb in ("award", "waitlist", "reject", "lapse", "reinstate"):
    rules.add_perm(f"applications.{verb}_application", is_system)
rules.add_perm("applications.disqualify_application", is_manager)
rules.add_perm("applications.give_to_session", is_secretary | is_manager)

# Appeals: heard by whoever has that role alone, and took no part before (a guard says so)
is_appeal_officer = has_role(Role.APPEAL_OFFICER)
for verb in ("admit", "refuse", "uphold", "dismiss"):
    rules.add_perm(f"applications.{verb}_appeal", is_appeal_officer)
rules.add_perm("applications.view_appeals", has_role(*APPEAL_READERS))

# The vault. Where pseudonyms are forced, the protection officer alone opens an identity or searches by name.
knows_names = is_protector | ((is_agent | is_screener | is_manager) & ~pseudonyms_are_forced)
rules.add_perm("applications.reveal_identity", knows_names)
rules.add_perm("applications.print_name", has_role(*PRINTERS) & ~pseudonyms_are_forced)
rules.add_perm("applications.search_names", knows_names)
rules.add_perm("applications.read_category", is_protector)
rules.add_perm("applications.view_protection", is_protector | is_manager | has_role(Role.AUDITOR))
rules.add_perm("applications.set_retention", is_protector | is_manager)
rules.add_perm("applications.view_consents", has_role(*RECEPTION) | (is_coach & follows))
rules.add_perm("applications.record_consents", is_agent | is_protector | (is_coach & follows))
rules.add_perm("applications.ask_erasure", is_agent | is_protector | is_manager)
rules.add_perm("applications.carry_out_erasure", is_protector | is_system)
rules.add_perm("applications.keep_erasure", is_protector)
rules.add_perm("applications.drop_erasure", is_protector | is_person)
