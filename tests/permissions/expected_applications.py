"""Who may see persons, cases and applications, and who may decide on them."""

from typing import Any

from accounts.models import User
from applications import assisting, claiming, consents, flags, retention
from applications.imports import running
from applications.models import (
    Appeal,
    Application,
    ApplicationMember,
    Case,
    Consent,
    Duplicate,
    Erasure,
    Flag,
    ImportBatch,
    Person,
    Registration,
    Reveal,
)
from applications.opening import reveal
from tests.permissions.matrix import EVERY_MEMBER, Pair, Somebody, World, act, asks, row, sees
from tests.worlds.applications import prepare_call
from tests.worlds.people import account
from tests.worlds.programmes import NOON, a_track
from tests.worlds.programmes import World as ProgrammeWorld
from workflow import load_history
from workflow.history import Fact, History

# Jurors read redacted copies, coaches their caseload, protection officers the vault: none of them the files.
READERS = " ".join(
    role for role in EVERY_MEMBER.split() if role not in ("juror", "coach", "protection_officer", "donor")
)
OWN_AND_READERS = f"applicant@own {READERS}"
RECEIVES = "field_agent screening_officer manager"
COMPARE = "screening_officer manager"
PRINT_LISTS = "screening_officer jury_secretary manager"
RAISE = "field_agent screening_officer jury_secretary supervisor manager"
RECEPTION = "field_agent screening_officer supervisor manager protection_officer auditor"

KNOW_NAMES = "field_agent screening_officer manager protection_officer"
PRINTERS = (
    "field_agent screening_officer jury_secretary preparer verifier approver releaser reconciler coach"
    " supervisor manager"
)
ASK_ERASURE = "field_agent protection_officer manager"
PROTECTION = "protection_officer manager auditor"

SEES = [
    sees("applications.appeal", "applicant@own appeal_officer manager auditor"),
    sees("applications.person", f"applicant@own {RECEPTION}"),
    sees("applications.registration", f"applicant@own {RECEPTION}"),
    # The opening was the screening officer's.
    sees("applications.reveal", "applicant@own #screening_officer protection_officer manager auditor"),
    # A coach sees the consents of the people that he follows.
    sees("applications.consent", f"applicant@own {RECEPTION}"),
    sees("applications.erasure", f"applicant@own {PROTECTION}"),
    sees("applications.case", OWN_AND_READERS),
    sees("applications.application", OWN_AND_READERS),
    sees("applications.flag", READERS),
    sees("applications.duplicate", COMPARE),
]

# An agent sends only what is written under his help, for a person without an account: see test_assistance.py.
ACTS = [
    act("applications.application", "submit", "applicant@own"),
    act("applications.application", "answer", "applicant@own"),
    act("applications.application", "submit_plan", "applicant@own"),
    act("applications.application", "withdraw", "applicant@own system"),
    act("applications.erasure", "carry_out", "protection_officer system"),
    act("applications.erasure", "keep", "protection_officer"),
    act("applications.erasure", "drop", "protection_officer applicant@own"),
    act("applications.application", "decline", "applicant@own"),
    act("applications.application", "request_piece", "screening_officer"),
    act("applications.application", "mark_eligible", "screening_officer"),
    act("applications.application", "mark_ineligible", "screening_officer system"),
    act("applications.application", "start_review", "jury_secretary system"),
    act("applications.application", "shortlist", "jury_secretary system"),
    act("applications.application", "not_retain", "jury_secretary system"),
    act("applications.application", "request_plan", "jury_secretary"),
    act("applications.application", "start_final_review", "jury_secretary system"),
    act("applications.application", "disqualify", "manager"),
    # Decisions are announced together; the session's announcement carries them out, nobody alone.
    act("applications.application", "award", "system"),
    act("applications.application", "waitlist", "system"),
    act("applications.application", "reject", "system"),
    act("applications.application", "lapse", "system"),
    act("applications.application", "reinstate", "system"),
    act("applications.appeal", "admit", "appeal_officer"),
    act("applications.appeal", "refuse", "appeal_officer"),
    act("applications.appeal", "uphold", "appeal_officer"),
    act("applications.appeal", "dismiss", "appeal_officer"),
]

ASKS = [
    asks("applications.give_to_session", "jury_secretary manager", of="applications.application"),
    asks("applications.print_lists", PRINT_LISTS, of="programmes.call"),
    asks("applications.read_lists", READERS, of="programmes.call"),
    asks("applications.view_appeals", "appeal_officer manager auditor", of="programmes.programme"),
    asks("applications.view_consents", RECEPTION, of="applications.registration"),
    asks(
        "applications.record_consents",
        "field_agent protection_officer",
        of="applications.registration",
    ),
    asks("applications.search_names", KNOW_NAMES, of="programmes.programme"),
    asks("applications.print_name", PRINTERS, of="applications.case"),
    asks("applications.read_category", "protection_officer", of="applications.registration"),
    asks("applications.reveal_identity", KNOW_NAMES, of="applications.registration"),
    asks("applications.view_desk", READERS, of="applications.application"),
]

OF_APPLICATION: dict[str, Any] = {"of": "applications.application", "number": "case.number"}
OF_PERSON: dict[str, Any] = {
    "of": "applications.registration",
    "code": "programme.code",
    "reference": "person.reference",
}
OF_DUPLICATE: dict[str, Any] = {
    "of": "applications.duplicate",
    "code": "later.call.programme.code",
    "pk": "pk",
}
OF_CALL: dict[str, Any] = {"of": "programmes.call", "code": "programme.code", "call": "code"}
OF_ASSISTED: dict[str, Any] = {"of": "assisted", "number": "case.number"}
OF_GROUP: dict[str, Any] = {"of": "group", "number": "case.number"}
HELPER = "#field_agent"
OWN = "applicant@own"
REGISTERED = "applicant@own applicant@same"

ROWS: list = [
    row("applications:list", READERS, of="programmes.programme", code="code"),
    row("applications:printed_lists", PRINT_LISTS, posts=PRINT_LISTS, of="programmes.programme", code="code"),
    row("applications:screening", "screening_officer", of="programmes.programme", code="code"),
    row("applications:people", RECEPTION, of="programmes.programme", code="code"),
    row("applications:reception", RECEPTION, posts=RECEPTION, of="programmes.programme", code="code"),
    row("applications:receive", RECEIVES, posts=RECEIVES, of="programmes.programme", code="code"),
    row("applications:person", RECEPTION, **OF_PERSON),
    row("applications:ask_back", posts=RECEIVES, **OF_PERSON),
    row("applications:help", "field_agent", posts="field_agent", **OF_PERSON),
    row("applications:take_over", "field_agent", posts="field_agent", **OF_ASSISTED),
    # Who writes for a person without account: the helper alone, no colleague and no other role.
    row("applications:read_back", HELPER, posts=HELPER, **OF_ASSISTED),
    row("applications:print_sheet", posts=HELPER, **OF_ASSISTED),
    row("applications:slip", HELPER, posts=HELPER, **OF_ASSISTED),
    row("applications:print_slip", posts=HELPER, **OF_ASSISTED),
    row("applications:members", HELPER, posts=HELPER, **OF_GROUP),
    row("applications:add_member", HELPER, posts=HELPER, **OF_GROUP),
    row("applications:change_member", HELPER, posts=HELPER, pk="lead_pk", **OF_GROUP),
    row("applications:remove_member", posts=HELPER, pk="lead_pk", **OF_GROUP),
    row("applications:follow", "everybody", posts="everybody"),
    row("applications:follow_number", "everybody", posts="everybody", number="=40068-7"),
    row("applications:follow_case", "everybody"),
    row("applications:follow_confirm", posts="everybody"),
    row("applications:follow_leave", posts="everybody"),
    row("applications:ask_claim", "signed-in", posts="signed-in"),
    row("applications:claim", "#claimant", posts="#claimant", public=True, of="applications.claim", pk="pk"),
    row(
        "applications:decide_claim",
        posts="field_agent",
        of="applications.claim",
        code="case.programme.code",
        reference="case.application.applicant.reference",
        pk="pk",
    ),
    row("applications:case", OWN_AND_READERS, of="applications.case", number="number"),
    row("applications:screen", "screening_officer", posts="screening_officer", **OF_APPLICATION),
    row("applications:presence", "screening_officer", **OF_APPLICATION),
    row("applications:screen_next", "screening_officer", of="programmes.programme", code="code"),
    row("applications:give_to_session", posts="jury_secretary manager", **OF_APPLICATION),
    row("applications:raise_flag", posts=RAISE, **OF_APPLICATION),
    row(
        "applications:resolve_flag",
        posts="screening_officer manager",
        of="applications.flag",
        number="application.case.number",
        pk="pk",
    ),
    row("applications:duplicates", COMPARE, of="programmes.programme", code="code"),
    row("applications:duplicate", COMPARE, posts=COMPARE, **OF_DUPLICATE),
    row("applications:open_duplicate", posts=COMPARE, gives=(404,), **OF_DUPLICATE),
    row(
        "applications:batch",
        posts="screening_officer",
        of="programmes.programme",
        code="code",
        act="=eligible",
    ),
    row("applications:imports", "manager", posts="manager", **OF_CALL),
    row(
        "applications:import",
        "manager",
        posts="manager",
        of="applications.importbatch",
        code="call.programme.code",
        call="call.code",
        uid="uid",
    ),
    row(
        "applications:plan_screening",
        posts="manager",
        of="programmes.call",
        code="programme.code",
        call="code",
    ),
    row(
        "applications:identity",
        KNOW_NAMES,
        posts=KNOW_NAMES,
        of="applications.registration",
        code="programme.code",
        reference="person.reference",
    ),
    row("applications:consents", RECEPTION, posts="field_agent protection_officer", **OF_PERSON),
    row("applications:ask_erasure", ASK_ERASURE, posts=ASK_ERASURE, **OF_PERSON),
    row("applications:erasures", PROTECTION, of="programmes.programme", code="code"),
    row("applications:erasure", PROTECTION, of="applications.erasure", code="programme.code", pk="pk"),
    # Each one's own, by the programme: who is not registered there finds nothing.
    row("applications:own_data", "applicant@any"),
    row("applications:own_consent", posts=REGISTERED, of="applications.registration", code="programme.code"),
    row("applications:own_erasure", posts=REGISTERED, of="applications.registration", code="programme.code"),
    row("applications:protection", PROTECTION, of="programmes.programme", code="code"),
    row("applications:openings", PROTECTION, of="programmes.programme", code="code"),
    row(
        "applications:retention",
        "protection_officer manager",
        posts="protection_officer manager",
        of="programmes.programme",
        code="code",
    ),
    # The calls of this world are drafts: nobody can apply yet.
    row(
        "applications:apply",
        "nobody",
        posts="nobody",
        of="programmes.call",
        code="programme.code",
        call="code",
    ),
    row(
        "applications:eligible",
        "nobody",
        posts="nobody",
        of="programmes.call",
        code="programme.code",
        call="code",
    ),
    row(
        "applications:questions",
        "nobody",
        of="programmes.call",
        code="programme.code",
        call="code",
        stage="=idea",
    ),
    row("applications:appeals", "appeal_officer manager auditor", of="programmes.programme", code="code"),
    row(
        "applications:appeal",
        "appeal_officer manager auditor",
        of="applications.appeal",
        code="application.call.programme.code",
        pk="pk",
    ),
    row("applications:receipt", posts=OWN, **OF_APPLICATION),
    row("applications:lodge_appeal", OWN, posts=OWN, **OF_APPLICATION),
    row("applications:mine", "signed-in"),
    row("applications:status", OWN, **OF_APPLICATION),
    row("applications:about", OWN, posts=OWN, **OF_APPLICATION),
    row("applications:section", OWN, posts=OWN, section="=idea", **OF_APPLICATION),
    row("applications:review", OWN, posts=OWN, **OF_APPLICATION),
    row("applications:act", OWN, posts=OWN, verb="=withdraw", **OF_APPLICATION),
]


def _appeal(application: Any) -> Appeal:
    return Appeal.objects.create(
        application=application,
        against="ineligible",
        decided_at=application.submitted_at,
        ground="procedure",
        statement="Nobody looked at the second paper.",
        lodged_at=application.submitted_at,
        lodged_by=application.applicant.user,
        until=application.submitted_at,
    )


def fill(world: World) -> None:
    """One submitted application in each programme, and a second applicant in ours."""
    owner, elsewhere, another = (
        account(name) for name in ("Applicant Own", "Applicant Elsewhere", "Another Applicant")
    )
    world.people += [
        Somebody("applicant", owner, frozenset({"applicant@own"})),
        Somebody("applicant elsewhere", elsewhere, frozenset({"applicant@twin"})),
        Somebody("another applicant", another, frozenset({"applicant@same"})),
    ]
    officers = world.user("screening officer"), world.user("screening officer elsewhere")
    ours, theirs = submitted(world.here, owner), submitted(world.there, elsewhere)
    alike = submitted(world.here, another), submitted(world.there, account("Another Elsewhere"))
    persons = Person.objects.get(user=owner), Person.objects.get(user=elsewhere)
    world.canaries.add(ours.case.number)
    world.objects["applications.application"] = Pair(ours, theirs)
    world.objects["applications.appeal"] = Pair(_appeal(ours), _appeal(theirs))
    flagged = (flagged_by(ours, officers[0]), flagged_by(theirs, officers[1]))
    world.objects["applications.flag"] = Pair(*flagged)
    likely = [looks_like(*pair) for pair in zip((ours, theirs), alike, strict=True)]
    world.objects["applications.duplicate"] = Pair(*likely)
    world.objects["applications.case"] = Pair(ours.case, theirs.case)
    world.objects["applications.person"] = Pair(*persons)
    world.objects["applications.importbatch"] = Pair(handed_in(world.here), handed_in(world.there))
    registrations = [person.registrations.get() for person in persons]
    world.objects["applications.registration"] = Pair(*registrations)
    world.objects["applications.reveal"] = Pair(*map(opened, registrations, officers))
    world.objects["applications.consent"] = Pair(*map(agreed, registrations))
    world.objects["applications.erasure"] = Pair(*map(to_erase, registrations))
    agents = world.user("field agent"), world.user("field agent elsewhere")
    assisted = [
        written_for(side, agent) for side, agent in zip((world.here, world.there), agents, strict=True)
    ]
    world.objects["assisted"] = Pair(*assisted)
    sides = zip((world.here, world.there), agents, strict=True)
    world.objects["group"] = Pair(*(of_a_group(side, agent) for side, agent in sides))
    claimants = account("Claimant"), account("Claimant Elsewhere")
    world.people += [Somebody("claimant", claimants[0]), Somebody("claimant elsewhere", claimants[1])]
    claims = [
        claiming.ask(application.case, user, at=NOON)
        for application, user in zip(assisted, claimants, strict=True)
    ]
    world.objects["applications.claim"] = Pair(*claims)


def of_a_group(side: ProgrammeWorld, agent: User) -> Application:
    """A draft of a group that an agent writes."""
    track = a_track(side.call, composition="group", min_members=2, max_members=5)
    application = written_for(side, agent, track)
    lead = ApplicationMember.objects.create(application=application, person=application.applicant)
    application.lead_pk = lead.pk  # type: ignore[attr-defined]  # an argument of the URL
    return application


def written_for(side: ProgrammeWorld, agent: User, track: Any = None) -> Application:
    """A draft that an agent writes for a person without account."""
    prepare_call(side.call)
    person = Person.objects.create()
    Registration.objects.create(person=person, programme=side.programme, site=side.site)
    case = Case.objects.create(programme=side.programme, site=side.site, opened_at=NOON)
    track = track or side.track
    application = Application.objects.create(case=case, call=side.call, track=track, applicant=person)
    application.begin_answers("idea")
    assisting.assist(application, helper=agent, language="Darija", at=NOON)
    return application


def handed_in(side: ProgrammeWorld) -> ImportBatch:
    """A table that a manager handed in."""
    prepare_call(side.call)
    return running.hand_in(side.call, b"name\nAmina", "t.csv", actor=side.member("manager"), at=NOON)


def flagged_by(application: Application, officer: User) -> Flag:
    """A flag that an officer raised."""
    return flags.raise_flag(application, kind="other", reason="A stamp is missing", actor=officer, at=NOON)


def looks_like(earlier: Application, later: Application) -> Duplicate:
    """Two files of which somebody must say whether they are one."""
    return Duplicate.objects.create(
        alike="person",
        strength="likely",
        earlier=earlier,
        later=later,
        earlier_person=earlier.applicant,
        later_person=later.applicant,
        grounds=["name_same"],
        found_at=NOON,
    )


def opened(registration: Registration, officer: User) -> Reveal:
    """The record of an identity that was opened."""
    reveal(registration, actor=officer, reason="To call about the visit", at=NOON)
    return Reveal.objects.get(person=registration.person)


def to_erase(registration: Registration) -> Erasure:
    """A request for erasure by the person."""
    person = registration.person
    return retention.request(person, registration.programme, "asked", actor=person.user, at=NOON)


def agreed(registration: Registration) -> Consent:
    """A consent to photos."""
    person = registration.person
    return consents.give(person, registration.programme, "photo", actor=person.user, at=NOON)


def submitted(side: ProgrammeWorld, user: User) -> Application:
    """A submitted application of a person registered in the programme."""
    person = Person.objects.create(user=user)
    Registration.objects.create(person=person, programme=side.programme, site=side.site)
    case = Case.objects.create(programme=side.programme, site=side.site, opened_at=NOON)
    application = Application(
        case=case, call=side.call, track=side.track, session=side.session, applicant=person
    )
    application.submitted_at = NOON
    facts = [Fact("submit", NOON, user)]
    load_history([History(application, facts)], recorded_at=NOON)
    return application
