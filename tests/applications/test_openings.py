"""Who learns a name: for a reason, once, with an event; or nobody, where pseudonyms are forced."""

import ast
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.http import Http404
from django.urls import reverse

from applications import categories, opening
from applications.models import Registration, Reveal
from applications.vault import VaultError
from disbursements.papers.parties import beneficiary_name
from programmes.forms.programme import ProgrammeForm
from scoring import messages
from tests.worlds.applications import a_person, an_application
from tests.worlds.programmes import NOON, a_user, open_call, programme_world
from workflow import Refused, acts, notices
from workflow.models import Event
from workflow.verification import verify

ROOT = Path(__file__).resolve().parents[2]
REASON = "To call about the visit of Tuesday"
NAME = "Zahra Quillfeather"


@pytest.fixture
def world(db):
    made = programme_world()
    open_call(made)
    return made


@pytest.fixture
def hidden(db):
    """A programme with forced pseudonyms."""
    made = programme_world(forced_pseudonyms=True)
    open_call(made)
    return made


def registered(made) -> Registration:
    application = an_application(made, person=a_person(made, NAME))
    return Registration.objects.get(person=application.applicant, programme=made.programme)


def page(row: Registration) -> str:
    return reverse("applications:identity", args=[row.programme.code, row.person.reference])


def asked(client, row: Registration, reason: str = REASON):
    key = client.get(page(row)).context["key"]
    return client.post(page(row), {"reason": reason, "key": key}), key


@pytest.mark.long
def test_an_identity_is_shown_for_a_reason_and_the_reason_is_kept(client, world):
    row, agent = registered(world), world.member("field_agent")
    client.force_login(agent)
    assert NAME not in client.get(page(row)).content.decode()
    answer, _key = asked(client, row)
    assert NAME in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    held = Reveal.objects.get()
    assert (held.actor, held.person, held.reason, held.shown) == (agent, row.person, REASON, "identity")
    assert held.event.stream == held.case.stream
    assert [problem for result in verify() for problem in result.problems] == []


@pytest.mark.parametrize("reason", ["", "  ", "because"])
def test_without_a_reason_in_words_nothing_is_opened(client, world, reason):
    row = registered(world)
    client.force_login(world.member("field_agent"))
    answer, _key = asked(client, row, reason)
    assert answer.status_code == 422
    assert NAME not in answer.content.decode()
    assert not Reveal.objects.exists()


def test_an_identity_is_shown_once(client, world):
    row = registered(world)
    client.force_login(world.member("field_agent"))
    _first, key = asked(client, row)
    again = client.post(page(row), {"reason": REASON, "key": key})
    assert again.status_code == 422
    assert NAME not in again.content.decode()
    assert Reveal.objects.count() == 1


def test_an_opening_is_never_changed_or_deleted(world):
    row = registered(world)
    opening.reveal(row, actor=world.member("manager"), reason=REASON, at=NOON)
    for attack in (
        lambda: Reveal.objects.update(actor=row.person.user),
        lambda: Reveal.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()


def test_whoever_oversees_and_the_person_see_who_opened(client, world):
    row = registered(world)
    opening.reveal(row, actor=world.member("screening_officer"), reason=REASON, at=NOON)
    for role in ("protection_officer", "auditor"):
        client.force_login(world.member(role))
        for name in ("protection", "openings"):
            shown = client.get(reverse(f"applications:{name}", args=[world.programme.code]))
            assert REASON in shown.content.decode(), (role, name)
            assert NAME not in shown.content.decode()
    assert row.person in {held.person for held in Reveal.objects.visible_to(row.person.user)}
    assert not Reveal.objects.visible_to(a_user()).exists()


def test_the_protection_officer_finds_a_case_and_the_auditor_does_not(client, world):
    row = registered(world)
    number = row.person.applications.get().case.number
    desk = reverse("applications:protection", args=[world.programme.code])
    client.force_login(world.member("protection_officer"))
    assert page(row) in client.get(desk, {"case": number}).content.decode()
    client.force_login(world.member("auditor"))
    assert page(row) not in client.get(desk, {"case": number}).content.decode()


@pytest.mark.parametrize("role", ["field_agent", "screening_officer", "manager", "auditor", "coach", "juror"])
def test_under_forced_pseudonyms_nobody_but_the_protection_officer_opens(client, hidden, role):
    row = registered(hidden)
    client.force_login(hidden.member(role))
    assert client.get(page(row)).status_code == 404
    with pytest.raises(Http404):
        opening.reveal(row, actor=hidden.member(role), reason=REASON, at=NOON)
    client.force_login(hidden.member("protection_officer"))
    assert NAME in asked(client, row)[0].content.decode()


def test_nobody_switches_forced_pseudonyms_off(hidden):
    programme = hidden.programme
    form = ProgrammeForm(user=hidden.member("manager"), instance=programme)
    assert form.fields["forced_pseudonyms"].disabled
    programme.forced_pseudonyms = False
    with pytest.raises(ValidationError):
        programme.full_clean()
    with pytest.raises(DatabaseError), transaction.atomic():
        programme.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        type(programme).objects.filter(pk=programme.pk).update(forced_pseudonyms=False)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE programmes_programme SET forced_pseudonyms = %s", [False])
    programme.refresh_from_db()
    assert programme.forced_pseudonyms


def test_pseudonyms_can_be_forced_later(world):
    world.programme.forced_pseudonyms = True
    world.programme.save()
    world.programme.refresh_from_db()
    assert world.programme.forced_pseudonyms


def test_a_paper_names_the_person_and_keeps_who_printed_it(world):
    application = registered(world).person.applications.get()
    printed = {"at": NOON, "reason": "Grant agreement printed", "language": "fr"}
    assert NAME in beneficiary_name(application, actor=world.member("manager"), **printed)
    held = Reveal.objects.get()
    assert (held.shown, held.reason, held.actor) == (
        "name",
        "Grant agreement printed",
        world.member("manager"),
    )
    with pytest.raises(Http404):
        beneficiary_name(application, actor=world.member("juror"), **printed)


def test_under_forced_pseudonyms_a_paper_says_whose_case_it_is(hidden):
    application = registered(hidden).person.applications.get()
    for role in ("manager", "preparer", "protection_officer"):
        words = beneficiary_name(
            application, actor=hidden.member(role), at=NOON, reason="Receipt printed", language="fr"
        )
        assert NAME not in words
        assert application.case.number in words
    assert not Reveal.objects.exists()


def test_a_letter_carries_the_name_only_when_it_leaves(world):
    application = registered(world).person.applications.get()
    assert NAME not in opening.in_letter(application)
    with notices.for_recipient():
        assert opening.in_letter(application) == NAME


def test_under_forced_pseudonyms_a_letter_carries_no_name_at_all(hidden):
    application = registered(hidden).person.applications.get()
    with notices.for_recipient():
        assert NAME not in opening.in_letter(application)
        assert application.case.number in opening.in_letter(application)


def test_every_letter_takes_its_name_from_the_one_place():
    tree = ast.parse(Path(messages.__file__).read_text())
    imported = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert "Identity" not in imported


# Who reads the vault in code: each module is named here with its reason, a new one must be argued for.
READERS_OF_IDENTITIES = {
    "applications/opening.py": "the one door to an identity",
    "applications/identity_forms.py": "the person writes the own identity",
    "applications/person_form.py": "a person is written down; what is there already is not shown",
    "applications/reception.py": "finds who was here before, by blind index",
    "applications/traces.py": "empties it",
    "applications/verification.py": "looks whether an erased one is empty, without opening",
    "applications/guards.py": "asks whether a name is there, by its blind index",
    "applications/claiming.py": "a claimed case is the phone's, by blind index",
    "applications/membership.py": "members are written down; a draft member goes with what it said",
    "applications/imports/writing.py": "files what an imported table says",
    "applications/duplicates/meeting.py": "compares persons; keeps blind keys and codes of evidence alone",
    "applications/duplicates/sides.py": "lays two opened identities beside each other, through opening.py",
    "applications/imports/running.py": "who applied already, by blind index",
    "applications/messages.py": "where a message goes, when it leaves",
    "applications/protection_frame.py": "when it was erased",
    "scoring/redacted_copies.py": "what must not stand in a masked copy",
    "scoring/draw_table.py": "a juror is not the applicant, by blind index",
    "demo/loading/people.py": "writes invented identities",
    "demo/synthetic/people.py": "writes invented identities",
}


def modules():
    for package in (
        "applications",
        "scoring",
        "disbursements",
        "followup",
        "reporting",
        "demo",
        "programmes",
    ):
        for path in (ROOT / package).rglob("*.py"):
            relative = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in relative and "/models/" not in relative:
                yield relative, ast.parse(path.read_text())


@pytest.mark.long
def test_only_these_modules_read_identities():
    found = {
        relative
        for relative, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("applications.models")
        and "Identity" in {alias.name for alias in node.names}
    }
    assert found - set(READERS_OF_IDENTITIES) == set(), "say why in READERS_OF_IDENTITIES"


def test_the_category_opens_for_the_engines_and_the_protection_officer_alone(world):
    row = Registration.objects.get(pk=registered(world).pk)
    with pytest.raises(VaultError):
        _ = row.category
    assert categories.for_engines([row]) == {row.pk: "refugee"}
    assert categories.shown_to(world.member("protection_officer"), row) == "Refugee"
    for role in ("field_agent", "screening_officer", "manager", "auditor"):
        assert categories.shown_to(world.member(role), row) == ""


@pytest.mark.long
def test_only_the_engines_ask_for_categories():
    found = {
        relative
        for relative, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"for_engines", "reading_guarded"}
    }
    assert found <= {
        "applications/screening.py",
        "reporting/indicators/reach.py",
        "scoring/quota_lists.py",  # of a status it is told whether the goal is met, and never of whom
    }


def test_a_refused_opening_says_why(world):
    with pytest.raises(Refused, match="in a few words"):
        opening.reveal(registered(world), actor=world.member("manager"), reason="x", at=NOON)


def test_openings_stand_in_the_history_of_the_case(world):
    row = registered(world)
    opening.reveal(row, actor=world.member("manager"), reason=REASON, at=NOON)
    event = Event.objects.get(verb="open_identity")
    assert acts.declared(event.kind, event.verb) is not None
    assert NAME not in str(event.data)


@pytest.mark.long
def test_the_list_of_openings_costs_the_same_for_1_row_and_for_50(
    client, world, django_assert_num_queries, django_assert_max_num_queries
):
    row = registered(world)
    client.force_login(world.member("protection_officer"))
    address = reverse("applications:openings", args=[world.programme.code])
    opening.reveal(row, actor=world.member("manager"), reason=REASON, at=NOON)
    client.get(address)
    with django_assert_max_num_queries(30) as one:
        client.get(address)
    for _number in range(49):
        opening.reveal(row, actor=world.member("manager"), reason=REASON, at=NOON)
    with django_assert_num_queries(len(one)):
        client.get(address)
