"""Who may do what in the disbursements, verb by verb, as `workflows.csv` says. States are the guards' matter.

Amending, terminating and writing off take two persons; so an approver may be one of them beside the manager.
"""

from typing import Any

import rules

from disbursements import beside
from disbursements.roles import GRANT_READERS, MONEY_READERS
from programmes.predicates import Role, has_role
from workflow.actors import is_system

preparer = has_role(Role.PREPARER)
verifier = has_role(Role.VERIFIER)
approver = has_role(Role.APPROVER)
releaser = has_role(Role.RELEASER)
reconciler = has_role(Role.RECONCILER)
manager = has_role(Role.MANAGER)
field_agent = has_role(Role.FIELD_AGENT)


@rules.predicate
def stands_beside(user: Any, record: Any = None) -> bool:
    """No coach is named for the record's case, or this user is; what is of no grant is of the programme."""
    grant = grant_of(record)
    return grant is None or beside.stands_beside(user, grant.case_id)


coach = has_role(Role.COACH) & stands_beside
carrier = has_role(Role.COACH, Role.FIELD_AGENT, Role.SUPERVISOR)


@rules.predicate
def is_cashier(user: Any, record: Any = None) -> bool:
    """The user carries the cash of this list, and has a role in its programme still."""
    carries = record is not None and getattr(user, "pk", None) == record.cashier_id
    return bool(carries and carrier(user, record))


@rules.predicate
def is_beneficiary(user: Any, record: Any = None) -> bool:
    """The record belongs to a grant of the user's own application."""
    grant = grant_of(record)
    if grant is None or getattr(user, "pk", None) is None or not user.is_active:
        return False
    applicant = grant.application.applicant
    return applicant is not None and applicant.user_id == user.pk


def grant_of(record: Any) -> Any:
    """Return the grant that a record of this package belongs to, None when there is none."""
    if record is None or record._meta.label == "disbursements.Grant":
        return record
    if getattr(record, "grant_id", None) is not None:
        return record.grant
    for parent in ("tranche", "justification", "procurement", "order"):
        if getattr(record, f"{parent}_id", None) is not None:
            return grant_of(getattr(record, parent))
    return None


def allow(model: str, **verbs: Any) -> None:
    """Register the rules of one machine."""
    for verb, predicate in verbs.items():
        rules.add_perm(f"disbursements.{verb.rstrip('_')}_{model}", predicate)


allow(
    "grant",
    offer=manager,
    sign=preparer,
    decline=is_beneficiary | manager | is_system,
    expire=is_system,
    activate=manager,
    amend=manager | approver,
    suspend=manager,
    resume=manager,
    complete=manager,
    terminate=manager | approver,
    close=approver,
    cancel=manager | is_system,
)
allow(
    "tranche",
    fall_due=is_system,
    submit_evidence=is_beneficiary | field_agent | coach | is_system,
    return_=verifier | approver,
    verify=verifier,
    approve=approver,
    order=preparer,
    pay=is_system,
    reopen=is_system,
    justify=verifier,
    cancel=manager | is_system,
)
allow("hold", release=approver)
allow(
    "paymentorder",
    submit=preparer,
    approve=approver,
    release=releaser,
    export=preparer | is_system,
    execute=reconciler,
    doubt=reconciler | is_system,
    fail=reconciler,
    acknowledge=is_beneficiary | coach,
    return_=reconciler,
    reject=approver | releaser,
    revise=preparer,
    cancel=preparer | manager,
)
allow(
    "paymentbatch",
    seal=preparer,
    unseal=preparer,
    approve=approver,
    release=releaser,
    export=preparer,
    settle=reconciler,
    reject=reconciler,
    close=reconciler,
    cancel=preparer,
)
allow("cashadvance", hand_out=releaser, take=carrier, count=reconciler, cancel=preparer)
allow("donorinstalment", request=manager, receive=reconciler, cancel=manager)
allow("statementfile", take_in=reconciler, discard=reconciler)
allow(
    "bankline",
    match=reconciler,
    match_in_doubt=reconciler,
    match_batch=reconciler,
    receive=is_system,
    book_fee=reconciler,
    set_aside=reconciler,
    reopen=reconciler,
)
allow(
    "justification",
    submit=is_beneficiary | coach,
    review=verifier,
    accept=verifier,
    accept_partly=verifier,
    refuse=verifier,
)
allow(
    "recovery",
    notify=manager,
    contest=is_beneficiary,
    decide=manager,
    schedule=manager,
    repay=reconciler,
    offset=approver,
    write_off=manager | approver,
    close=approver,
    lapse=is_system,
)
allow("destination", verify=approver, refuse=approver, retire=preparer)
allow(
    "procurement",
    choose_supplier=preparer,
    order=approver,
    deliver=coach | verifier,
    hand_over=is_beneficiary | coach,
    match_invoice=preparer,
    cancel=manager,
)

reads_grants = has_role(*(role for role in GRANT_READERS if role != Role.COACH)) | coach
reads_money = has_role(*MONEY_READERS)

# Pages of one programme: the object is the programme.
rules.add_perm("disbursements.list_grants", reads_grants)
rules.add_perm("disbursements.list_money", reads_money)
rules.add_perm("disbursements.view_donor_totals", has_role(Role.DONOR, *MONEY_READERS))

# Pages of one record: found through `visible_to`, so seeing it is enough.
rules.add_perm("disbursements.view_grant", reads_grants | is_beneficiary)
rules.add_perm("disbursements.view_order", reads_money)
rules.add_perm("disbursements.view_destination", reads_money)
rules.add_perm("disbursements.view_supplier", reads_money)
rules.add_perm("disbursements.view_procurement", reads_grants)
rules.add_perm("disbursements.view_justification", reads_grants | is_beneficiary)
rules.add_perm("disbursements.view_recovery", reads_grants | is_beneficiary)

# Data beside the machines.
rules.add_perm("disbursements.plan_call", manager)
rules.add_perm("disbursements.set_policy", manager)
rules.add_perm("disbursements.edit_budget", manager | preparer)
rules.add_perm("disbursements.enter_destination", preparer)
rules.add_perm("disbursements.read_account_number", preparer | approver)
rules.add_perm("disbursements.enter_supplier", preparer)
rules.add_perm("disbursements.choose_payee", preparer)
rules.add_perm("disbursements.start_procurement", preparer)
rules.add_perm("disbursements.add_evidence", is_beneficiary | field_agent | coach | preparer)
rules.add_perm("disbursements.confirm_condition", verifier)
rules.add_perm(
    "disbursements.place_hold", has_role(Role.MANAGER, Role.SUPERVISOR, Role.VERIFIER, Role.APPROVER)
)
rules.add_perm("disbursements.ask_hold_release", has_role(Role.MANAGER, Role.SUPERVISOR, Role.APPROVER))
rules.add_perm("disbursements.add_receipt", is_beneficiary | coach)
rules.add_perm("disbursements.decide_receipt", verifier)
rules.add_perm("disbursements.claim_back", manager | verifier)
rules.add_perm("disbursements.say_not_received", is_beneficiary)
rules.add_perm("disbursements.print_receipt", preparer | reconciler | coach)
rules.add_perm("disbursements.print_purchase_papers", preparer | verifier | coach)
rules.add_perm("disbursements.issue_agreement", preparer | manager)
rules.add_perm("disbursements.print_batch_list", preparer | approver | releaser)
rules.add_perm("disbursements.print_recovery_notice", preparer | approver | manager)
rules.add_perm("disbursements.print_closing_statement", preparer | approver | manager)
rules.add_perm("disbursements.close_period", approver)
rules.add_perm("disbursements.plan_donor_instalment", manager)
rules.add_perm("disbursements.print_donor_request", manager | preparer)
rules.add_perm("disbursements.view_donor_instalment", has_role(Role.DONOR, *MONEY_READERS))
rules.add_perm("disbursements.fill_cash_list", preparer)
rules.add_perm("disbursements.view_cash_advance", reads_money | is_cashier)
rules.add_perm("disbursements.sign_cash_sheet", is_cashier)
rules.add_perm("disbursements.enter_paying_account", manager)
rules.add_perm("disbursements.edit_file_template", has_role(Role.MANAGER, Role.PREPARER))
rules.add_perm("disbursements.fill_batch", preparer)
rules.add_perm("disbursements.hand_in_statement", reconciler)
rules.add_perm("disbursements.match_lines", reconciler)
rules.add_perm("disbursements.download_bank_file", has_role(Role.PREPARER, Role.RELEASER))
