"""Persons, drafts and applications of every state, built through the door.

world = programme_world(); open_call(world)
person = a_person(world)                         # account, identity, registration, consent
application = an_application(world)              # sent
application = an_application(world, "eligible", members=3)
review(world)                                    # closes, screens and starts scoring: eligible -> in_review
"""

import io
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from openpyxl import Workbook

from applications import assisting, drafting, form_imports, screening, standard_forms
from applications.models import (
    Application,
    ApplicationMember,
    Consent,
    EligibilityRule,
    FormImport,
    FormVersion,
    Identity,
    Person,
    Registration,
)
from programmes.models import Call, SelectionSession
from tests.worlds.programmes import (
    NOON,
    TICK,
    World,
    a_user,
    close_call,
)
from workflow import Fact, History, System, fire, load_history

BEGUN = NOON + timedelta(days=1)
SENT = NOON + timedelta(days=2)
SCREENED = NOON + timedelta(days=3)
_numbers = count(61_001)  # as in `tests/worlds/programmes.py`

IDEA = {
    "title": "Sewing and alterations",
    "trade": "Sewing",
    "description": "A workshop for the neighbourhood, near the market.",
    "existing": "yes",
    "since": "2023",
    "experience": "Five years in a workshop.",
    "requested": 12_000_00,
    "use_of_money": "A machine and fabric.",
    "sworn": True,
}
PLAN = {
    "customers": "Families of the neighbourhood.",
    "competitors": "One workshop, far away.",
    "budget": [
        {"item": "Machine", "quantity": "2", "unit_price": 5_000_00, "own": 500_00},
        {"item": "Fabric", "quantity": "10", "unit_price": 200_00},
    ],
    "monthly_turnover": 4_000_00,
    "jobs": "2",
}


def prepare_call(call: Call) -> None:
    """Give the call the two standard forms."""
    for stage, definition in (("idea", standard_forms.idea_form()), ("plan", standard_forms.plan_form())):
        if not call.form_versions.filter(stage=stage).exists():
            FormVersion.objects.create(call=call, stage=stage, definition=definition)


def a_person(world: World, name: str = "", **given: Any) -> Person:
    """A person with account, identity, registration and consent; `given` is of identity or registration."""
    number = next(_numbers)
    name = name or f"Amina Testimony {number}"
    user = given.pop("user") if "user" in given else a_user(f"applicant {number}")
    person = Person.of(user) if user else Person.objects.create()
    identity = {
        "latin_name": name,
        "arabic_name": "أمينة شاهدة",
        "birth_date": "1994",
        "document_number": f"QX{number:07}",
        "phone": f"+2126{number:08}",
    }
    registration = {
        "programme": world.programme,
        "site": world.site,
        "sex": "f",
        "birth_year": 1994,
        "received_at": NOON,
        "category": "refugee",
    }
    for key, value in given.items():
        (registration if hasattr(Registration, key) else identity)[key] = value
    Identity.objects.create(person=person, **identity)
    Registration.objects.create(person=person, **registration)
    Consent.objects.create(person=person, programme=world.programme, kind="data", given_at=NOON)
    return person


def a_guest(world: World, name: str = "", **given: Any) -> Person:
    """A person without account, received by the agent."""
    agent = world.member("field_agent")
    return a_person(world, name, user=None, received_by=agent, **given)


def an_assisted_draft(world: World, person: Person | None = None, **given: Any) -> Application:
    """A complete draft that the world's field agent writes for a person without account."""
    agent = world.member("field_agent")
    application = assisting.begin(
        world.call,
        given.pop("track", world.track),
        person or a_guest(world),
        helper=agent,
        language="Darija",
        written_in=given.pop("language", "fr"),
        at=BEGUN,
    )
    write(application, {**IDEA, **given.pop("answers", {})})
    return application


def a_rule(world: World, kind: str = "age", severity: str = "block", **parameters: Any) -> EligibilityRule:
    """An eligibility rule of the world's call; by default eighteen years or more."""
    parameters = parameters or ({"from": 18} if kind == "age" else {})
    return EligibilityRule.objects.create(
        call=world.call,
        kind=kind,
        severity=severity,
        parameters=parameters,
        title_fr=f"Règle {kind}",
        title_en=f"Rule {kind}",
        title_ar=f"شرط {kind}",
    )


def a_form_import(world: World, stage: str = "idea") -> FormImport:
    """A small XLSForm that was read and that nobody took yet."""
    data = xlsform(
        {
            "survey": [
                ["type", "name", "label::Français (fr)", "label::English (en)", "label::العربية (ar)"],
                ["text", "trade", "Quel métier ?", "Which trade?", "أي مهنة؟"],
                ["geopoint", "gps", "Où ?", "Where?", "أين؟"],
            ]
        }
    )
    manager = world.member("manager")
    return form_imports.hand_in(world.call, stage, data, "idea.xlsx", spoken="fr", actor=manager, at=BEGUN)


def xlsform(sheets: dict[str, list[list[Any]]]) -> bytes:
    """An Excel workbook: the rows of each sheet, headings first."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def a_draft(
    world: World,
    person: Person | None = None,
    *,
    members: int = 1,
    answers: dict[str, Any] | None = None,
    track: Any = None,
    at: datetime = BEGUN,
    language: str = "en",
) -> Application:
    """A complete draft of a person, or of a group when there are more members."""
    person = person or a_person(world)
    application, _begun = drafting.begin(world.call, track or world.track, person, language=language, at=at)
    for _number in range(members - 1):
        ApplicationMember.objects.create(application=application, person=a_person(world), role="member")
    write(application, {**IDEA, **(answers or {})}, at=at)
    return application


def write(
    application: Application, values: dict[str, Any], stage: str = "idea", at: datetime = BEGUN
) -> None:
    """Save answers section by section, as the applicant's page does."""
    given = application.begin_answers(stage)
    for section in given.form.sections:
        drafting.save(given, section.key, values, at=at)
    application.refresh_from_db()


def an_application(
    world: World, state: str = "submitted", person: Person | None = None, **given: Any
) -> Application:
    """An application that has come as far as `state`: draft, submitted, incomplete, eligible, ineligible."""
    application = a_draft(world, person, **given)
    if state == "draft":
        return application
    submit(application)
    if state == "incomplete":
        ask_again(world, application)
    elif state == "eligible":
        find_eligible(world, application)
    elif state == "ineligible":
        turn_down(world, application)
    elif state != "submitted":
        raise ValueError(state)
    return application


def submit(application: Application, at: datetime = SENT) -> Application:
    """Send a draft as its applicant."""
    fire(application, "submit", actor=application.applicant.user, at=at)
    return application


def ask_again(
    world: World, application: Application, *questions: str, days: int = 7, at: datetime = SCREENED
) -> None:
    """Ask for a missing piece as a screening officer."""
    data = {
        "questions": list(questions) or ["use_of_money"],
        "message": "Please say more.",
        "due_at": (at + timedelta(days=days)).isoformat(),
    }
    fire(application, "request_piece", actor=world.member("screening_officer"), at=at, data=data)


def find_eligible(world: World, application: Application) -> Application:
    """Settle every rule by hand and declare the application eligible."""
    officer = world.member("screening_officer")
    for rule in world.call.eligibility_rules.all():
        screening.decide(application, rule, outcome="met", reason="Seen", actor=officer, at=SCREENED)
    fire(application, "mark_eligible", actor=officer, at=SCREENED)
    return application


def turn_down(world: World, application: Application, at: datetime = SCREENED) -> None:
    """Declare an application ineligible by a rule of the call."""
    rule = world.call.eligibility_rules.first() or a_rule(world)
    officer = world.member("screening_officer")
    fire(application, "mark_ineligible", actor=officer, at=at, data={"rule": rule.pk})


def start_scoring(world: World, session: SelectionSession | None = None) -> SelectionSession:
    """Close the call and hand what is eligible to the jury of the session: eligible -> in review.

    The session's own way there is past history, because juries belong to the packages above.
    """
    session = session or world.session
    world.call.refresh_from_db()
    if world.call.state == "open":
        close_call(world)
    secretary, at = world.member("jury_secretary"), world.call.deadline
    steps = [Fact("start_screening", at, TICK), Fact("start_scoring", at, secretary)]
    load_history([History(session, steps)], recorded_at=at)
    for application in session.applications.filter(state="eligible"):
        fire(application, "start_review", actor=secretary, at=at)
    return session


def past(application: Application, verb: str, *, at: datetime | None = None, **data: Any) -> Application:
    """Take a step that packages above decide (a jury, a grant) as past history."""
    moment = at or application.call.deadline
    fact = Fact(verb, moment, System("history"), data)
    load_history([History(application, [fact])], recorded_at=moment)
    return application
