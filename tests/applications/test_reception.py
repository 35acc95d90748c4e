"""Receiving people and finding them again: by reference, and by name only where names may be known."""

import pytest
from django.urls import reverse

from applications import categories, reception
from applications.age_groups import age_group
from applications.models import Application, Identity, Person, Registration
from tests.chance import says
from tests.worlds.applications import a_draft, a_guest, an_application, an_assisted_draft
from tests.worlds.programmes import a_member, open_call, programme_world
from workflow.models import Event, ListExport, Notice

pytestmark = pytest.mark.django_db
GIVEN = {
    "latin_name": "Zebulon Unmistakable",
    "birth_date": "1991-04-03",
    "sex": "m",
    "category": "refugee",
    "document_kind": "refugee_card",
    "document_number": "AB-123 456",
    "phone": "+212612345678",
    "address": "Rue Secrete 9",
    "data_consent": "on",
}


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


@pytest.fixture
def agent(client, world):
    client.force_login(world.member("field_agent"))
    return client


def url(name, world, person=None):
    return reverse(
        f"applications:{name}", args=[world.programme.code, *([person.reference] if person else [])]
    )


def received(agent, world, **given):
    """Receive somebody through the page; return the answer."""
    return agent.post(url("receive", world), {**GIVEN, "site": world.site.pk, **given})


def file_of_people(agent, world, query="", reason="For the steering committee"):
    """Ask for the list of persons as a file; return its address, "" when it is refused."""
    fields = {"list": url("people", world), "query": query, "kind": "csv", "reason": reason}
    answer = agent.post(reverse("workflow:export_ask"), fields)
    return answer.url if answer.status_code == 302 else ""


def test_a_file_of_persons_asks_what_it_is_for_and_is_written_down(agent, world):
    received(agent, world)
    asked = agent.get(url("people", world), {"export": "csv"})
    assert asked.status_code == 302
    assert asked.url.startswith(reverse("workflow:export_ask"))
    assert file_of_people(agent, world, reason="why") == ""
    assert not ListExport.objects.exists()
    assert agent.get(file_of_people(agent, world)).streaming
    noted = ListExport.objects.get()
    assert (noted.asked_by, noted.rows, noted.reason) == (
        world.member("field_agent"),
        1,
        "For the steering committee",
    )


def test_a_person_is_received_into_the_vault_and_goes_on_by_reference(agent, world):
    answer = received(agent, world)
    row = Registration.objects.get(programme=world.programme)
    assert answer.url == url("person", world, row.person)
    assert (row.received_by, row.sex, row.birth_year, row.site) == (
        world.member("field_agent"),
        "m",
        1991,
        world.site,
    )
    assert categories.for_engines([row])[row.pk] == "refugee"
    identity = Identity.objects.get(person=row.person)
    assert (identity.latin_name, identity.document_kind_label) == ("Zebulon Unmistakable", "refugee card")
    assert list(row.person.consents.values_list("kind", "recorded_by")) == [("data", row.received_by_id)]


def test_consent_to_photos_is_asked_apart(agent, world):
    received(agent, world, photo_consent="on")
    person = Person.objects.get(registrations__programme=world.programme)
    assert set(person.consents.values_list("kind", flat=True)) == {"data", "photo"}
    without = received(agent, world, data_consent="", document_number="", phone="")
    assert without.status_code == 422
    assert Person.objects.filter(registrations__programme=world.programme).count() == 1


@pytest.mark.long
def test_what_lies_in_the_vault_is_never_shown_again(agent, world):
    received(agent, world)
    person = Person.objects.get(registrations__programme=world.programme)
    pages = [
        url("person", world, person),
        url("people", world),
        file_of_people(agent, world, "columns=consent&columns=age&columns=sex"),
        f"{url('receive', world)}?person={person.reference}",
    ]
    answers = [agent.post(url("reception", world), {"q": "Unmistakable"}), *map(agent.get, pages)]
    assert str(person) in answers[0].content.decode()
    for page, shown in zip(["search", *pages], answers, strict=True):
        body = b"".join(shown.streaming_content) if shown.streaming else shown.content
        text = body.decode().replace('value="Unmistakable"', "")
        for secret in ("Unmistakable", "123 456", "12345678", "Secrete", '"refugee" selected'):
            assert secret not in text, (page, secret)
        assert not says(text, "1991"), page


def test_completing_what_is_known_keeps_what_was_left_empty(agent, world):
    received(agent, world)
    person = Person.objects.get(registrations__programme=world.programme)
    changed = agent.post(
        f"{url('receive', world)}?person={person.reference}",
        {"phone": "+212699999999", "sex": "m", "site": world.site.pk},
    )
    assert changed.url == url("person", world, person)
    identity = Identity.objects.get(person=person)
    assert (identity.latin_name, identity.phone) == ("Zebulon Unmistakable", "+212699999999")
    row = person.registrations.get()
    assert (row.birth_year, categories.for_engines([row])[row.pk]) == (1991, "refugee")
    assert person.consents.count() == 1


def test_whoever_has_the_same_document_is_shown_and_an_agent_decides(agent, world):
    received(agent, world)
    first = Person.objects.get(registrations__programme=world.programme)
    again = received(agent, world, document_number="ab 123456", phone="")
    assert again.status_code == 422
    assert str(first) in again.content.decode()
    assert Registration.objects.filter(programme=world.programme).count() == 1
    same = received(agent, world, document_number="ab 123456", phone="", same_as=str(first.reference))
    assert same.url == url("person", world, first)
    other = received(agent, world, document_number="ab 123456", phone="", same_as="new")
    assert other.url != url("person", world, first)
    assert Registration.objects.filter(programme=world.programme).count() == 2


def test_nobody_learns_who_is_written_down_in_programmes_next_door(agent, world):
    next_door = programme_world()
    a_guest(next_door, document_number="AB123456")
    assert received(agent, world).status_code == 302


def test_one_person_is_registered_in_several_programmes(agent, world):
    other = programme_world()
    a_member(other.programme, "field_agent", world.member("field_agent"))
    received(agent, world)
    person = Person.objects.get(registrations__programme=world.programme)
    page = agent.get(url("person", world, person))
    assert other.programme in page.context["elsewhere"]
    there = agent.post(
        f"{url('receive', other)}?person={person.reference}",
        {"site": other.site.pk, "sex": "m", "data_consent": "on"},
    )
    assert there.url == url("person", other, person)
    assert person.registrations.count() == 2
    assert person.registrations.get(programme=other.programme).birth_year == 1991
    assert len(agent.get(url("person", other, person)).context["registrations"]) == 2


def test_a_person_page_shows_cases_of_programmes_that_one_may_see_only(agent, world):
    elsewhere = programme_world()
    open_call(elsewhere)
    person = a_guest(world)
    Registration.objects.create(person=person, programme=elsewhere.programme, site=elsewhere.site)
    here, there = an_assisted_draft(world, person), an_assisted_draft(elsewhere, person)
    shown = agent.get(url("person", world, person)).content.decode()
    assert here.case.number in shown
    assert there.case.number not in shown
    assert elsewhere.programme.code not in shown


def find(world, user, wanted):
    return {row.person for row in reception.find(world.programme, user, wanted, by_name=True)}


def test_people_are_found_by_reference_case_number_and_where_allowed_by_name(world):
    person = a_guest(world, "Fatoumata Traoré", document_number="ML-99 1234", phone="+22370123456")
    a_guest(world, "Fatoumata Keita")
    application = an_assisted_draft(world, person)
    agent = world.member("field_agent")
    for wanted in (
        str(person),
        str(person).lower(),
        application.case.number,
        "traore fatoumata",
        "ml991234",
        "70 12 34 56 +223",
        "+223 70 12 34 56",
    ):
        found = find(world, agent, wanted)
        assert found == {person} or wanted.startswith("70"), wanted
    assert len(find(world, agent, "Fatoumata")) == 2
    for nothing in ("", "P-", "P-%", "Nobody", "12345-0"):
        assert find(world, agent, nothing) == set()


def test_where_pseudonyms_are_forced_nobody_is_found_by_name(client):
    world = programme_world(forced_pseudonyms=True)
    person = a_guest(world, "Fatoumata Traoré", document_number="ML991234", phone="+22370123456")
    for role in ("field_agent", "screening_officer", "manager", "supervisor", "auditor"):
        for wanted in ("Traoré", "ML991234", "+22370123456"):
            assert find(world, world.member(role), wanted) == set(), (role, wanted)
        assert find(world, world.member(role), str(person)) == {person}
    assert find(world, world.member("protection_officer"), "Traoré") == {person}
    client.force_login(world.member("field_agent"))
    page = client.post(url("reception", world), {"q": "Traoré"}).content.decode()
    assert "never by name" in page


def test_no_name_is_looked_for_in_an_address(agent, world):
    person = a_guest(world, "Fatoumata Traoré")
    assert str(person) not in agent.get(url("people", world), {"q": "Traoré"}).content.decode()
    assert not reception.find(world.programme, world.member("field_agent"), "Traoré")


def test_a_role_that_may_not_know_names_finds_nobody_by_name(world):
    a_guest(world, "Fatoumata Traoré")
    assert find(world, world.member("auditor"), "Traoré") == set()
    assert find(programme_world(), world.member("field_agent"), "Traoré") == set()


def test_a_closed_programme_receives_nobody(agent, world):
    from tests.worlds.programmes import TICK
    from workflow import Fact, History, load_history

    at = world.call.closes_at
    load_history([History(world.programme, [Fact("close", at, TICK)])], recorded_at=at)
    assert received(agent, world).url == url("people", world)
    assert not Registration.objects.filter(programme=world.programme).exists()


def test_a_field_agent_begins_at_the_people_to_help(agent, world):
    assert agent.get("/").url == url("reception", world)
    assert agent.get(reverse("programmes:start", args=[world.programme.code])).url == url("reception", world)
    a_member(world.programme, "manager", world.member("field_agent"))
    assert agent.get("/").status_code == 200


@pytest.mark.long
def test_the_desk_says_who_waits_and_for_when(agent, world):
    guest = a_guest(world)
    Registration.objects.filter(person=guest).update(expected_on="2026-01-05")
    application = an_assisted_draft(world)
    shown = agent.get(url("reception", world)).content.decode()
    assert f"{guest} comes back" in shown
    assert f"Finish and send {application.case.number}" in shown
    a_draft(world)
    assert agent.get(url("reception", world)).context["desk"].total == 2


def test_somebody_is_asked_back_for_a_day_to_come(agent, world):
    guest = a_guest(world)
    row = guest.registrations.get()
    for given, kept in (
        ("2999-05-06", "2999-05-06"),
        ("2001-01-01", "2999-05-06"),
        ("x", "2999-05-06"),
        ("", None),
    ):
        agent.post(url("ask_back", world, guest), {"day": given})
        day = Registration.objects.values_list("expected_on", flat=True).get(pk=row.pk)
        assert (day and day.isoformat()) == kept


def test_persons_and_projects_are_counted_apart(world):
    from tests.worlds.programmes import a_track

    group = a_track(world.call, composition="group", min_members=2, max_members=5)
    an_application(world, track=group, members=3)
    an_application(world)
    a_draft(world)
    a_guest(world)
    assert reception.counts(world.programme) == {"persons": 6, "applicants": 4, "projects": 2}


@pytest.mark.parametrize(
    ("born", "key"),
    [
        (2010, "under_18"),
        (2008, "18_24"),
        (2001, "25_35"),
        (1991, "25_35"),
        (1990, "36_59"),
        (1930, "60_plus"),
    ],
)
def test_ages_are_told_in_groups(born, key):
    assert age_group(born, 2026).key == key
    first, last = age_group(born, 2026).birth_years(2026)
    assert first is None or first <= born
    assert born <= last


def test_an_unknown_year_has_no_group():
    assert age_group(None, 2026) is None


@pytest.mark.long
def test_filters_choose_by_age_site_and_application(agent, world):
    young, old = a_guest(world, birth_year=2007), a_guest(world, birth_year=1950, sex="m")
    an_assisted_draft(world, old)
    Application.objects.get()
    sent = an_application(world, person=young) if young.user else None
    assert sent is None

    def listed(**query):
        return {row.person for row in agent.get(url("people", world), query).context["table"].data}

    assert listed() == {young, old}
    assert listed(age="60_plus") == {old}
    assert listed(sex="m") == {old}
    assert listed(begun="yes") == set()
    assert listed(q=str(young)) == {young}
    assert listed(since="2999-01-01") == set()


def test_nothing_of_a_person_s_identity_reaches_events_and_notices(agent, world):
    received(agent, world)
    for model in (Event, Notice):
        assert "Unmistakable" not in str(list(model.objects.values()))


@pytest.mark.long
def test_the_list_of_persons_costs_the_same_for_one_and_for_fifty(
    agent, world, django_assert_num_queries, django_assert_max_num_queries
):
    an_assisted_draft(world)
    page = url("people", world)
    with django_assert_max_num_queries(22) as one:
        agent.get(page)
    for _number in range(50):
        a_guest(world)
    an_assisted_draft(world)
    with django_assert_num_queries(len(one)):
        agent.get(page)


def test_in_arabic_references_keep_their_order_inside_sentences(world):
    from django.utils import translation

    from applications import reception_desk

    application = an_assisted_draft(world)
    with translation.override("ar"):
        (waiting,) = reception_desk.waiting(world.member("field_agent"), world.programme, rows=5)
    assert f"\u2066{application.case.number}\u2069" in waiting.rows[0].title
