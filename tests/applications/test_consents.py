"""Consents: apart, dated, taken back whenever the person wishes, and what follows from that."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import consents, photos
from applications.models import Consent, Erasure, Registration
from applications.rules import is_person
from documents.models import Document
from tests.worlds.applications import a_person, an_application
from tests.worlds.documents import filed
from tests.worlds.programmes import NOON, open_call, programme_world
from workflow.models import Event

LATER = NOON + timedelta(days=30)


@pytest.fixture
def world(db):
    made = programme_world()
    open_call(made)
    return made


@pytest.fixture
def application(world):
    return an_application(world)


@pytest.fixture
def portrait(application, monkeypatch):
    """A photo of the applicant, registered as such by some package above."""
    document = filed(application, stream=application.stream)
    monkeypatch.setattr(
        photos, "_sources", [lambda person, programme: Document.objects.filter(pk=document.pk).values("pk")]
    )
    return document


def page(world, person) -> str:
    return reverse("applications:consents", args=[world.programme.code, person.reference])


def photo_consent(world, application) -> Consent:
    person = application.applicant
    return consents.give(person, world.programme, "photo", actor=person.user, at=NOON)


def test_data_and_photos_are_agreed_to_apart(world, application):
    data, photo = consents.standings([application.applicant_id], world.programme.pk)[application.applicant_id]
    assert (data.in_force, photo.in_force) == (True, False)
    photo_consent(world, application)
    data, photo = consents.standings([application.applicant_id], world.programme.pk)[application.applicant_id]
    assert (data.in_force, photo.in_force) == (True, True)


def test_a_consent_taken_back_keeps_its_dates_and_who_wrote_them(world, application):
    agent = world.member("field_agent")
    held = consents.give(application.applicant, world.programme, "photo", actor=agent, at=NOON)
    assert consents.withdraw(held, actor=application.applicant.user, at=LATER)
    held.refresh_from_db()
    assert (held.given_at, held.recorded_by, held.withdrawn_at, held.withdrawn_by) == (
        NOON,
        agent,
        LATER,
        None,
    )
    assert not consents.withdraw(held, actor=agent, at=LATER)
    verbs = Event.objects.filter(stream=application.stream).values_list("verb", flat=True)
    assert {"give_photo", "withdraw_photo"} <= set(verbs)


def test_given_twice_is_given_once_and_may_be_given_again(world, application):
    first = photo_consent(world, application)
    assert photo_consent(world, application) == first
    consents.withdraw(first, actor=application.applicant.user, at=LATER)
    assert photo_consent(world, application) != first


def test_photos_are_hidden_and_shown_again_when_agreed_anew(world, application, portrait):
    consent = photo_consent(world, application)
    assert portrait.is_served
    consents.withdraw(consent, actor=application.applicant.user, at=LATER)
    portrait.refresh_from_db()
    assert not portrait.is_served
    photo_consent(world, application)
    portrait.refresh_from_db()
    assert portrait.is_served


def test_a_hidden_photo_is_served_to_nobody(client, world, application, portrait):
    address = reverse("documents:download", args=[portrait.uid])
    client.force_login(world.member("manager"))
    assert client.get(address).status_code == 200
    consents.withdraw(photo_consent(world, application), actor=application.applicant.user, at=LATER)
    for user in (world.member("manager"), application.applicant.user):
        client.force_login(user)
        assert client.get(address).status_code == 404


def test_a_photo_that_arrives_late_is_hidden_too(world, application, portrait):
    consents.withdraw(photo_consent(world, application), actor=application.applicant.user, at=LATER)
    Document.objects.filter(pk=portrait.pk).update(withheld_at=None)
    assert photos.hide_late_arrivals(LATER) == 1
    assert photos.hide_late_arrivals(LATER) == 0
    portrait.refresh_from_db()
    assert not portrait.is_served


def test_taking_back_the_data_asks_the_protection_officer_for_erasure(client, world, application):
    person = application.applicant
    consent = Consent.objects.get(person=person, kind="data")
    consents.withdraw(consent, actor=person.user, at=LATER)
    wanted = Erasure.objects.get(person=person)
    assert (wanted.cause, wanted.state, wanted.programme) == ("consent", "requested", world.programme)
    client.force_login(world.member("protection_officer"))
    assert wanted.get_absolute_url() in client.get("/").content.decode()
    client.force_login(world.member("manager"))
    assert wanted.get_absolute_url() not in client.get("/").content.decode()


def test_whoever_stands_before_the_person_writes_a_consent_down(client, world, application):
    person = application.applicant
    client.force_login(world.member("field_agent"))
    client.post(page(world, person), {"kind": "photo", "act": "give"})
    assert Consent.objects.in_force().filter(person=person, kind="photo").get().recorded_by == world.member(
        "field_agent"
    )
    client.force_login(world.member("auditor"))
    assert client.get(page(world, person)).status_code == 200
    assert client.post(page(world, person), {"kind": "photo", "act": "withdraw"}).status_code == 404
    client.force_login(world.member("juror"))
    assert client.get(page(world, person)).status_code == 404


def test_the_case_shows_what_was_agreed_to_those_who_work_with_it(client, world, application):
    client.force_login(world.member("manager"))
    shown = client.get(application.get_absolute_url()).content.decode()
    assert "Data: agreed" in shown
    assert "Photos: not agreed" in shown


def test_the_person_sees_and_takes_back_the_own_consents(client, world, application):
    person = application.applicant
    client.force_login(person.user)
    shown = client.get(reverse("applications:own_data"))
    assert person.identity.latin_name in shown.content.decode()
    assert "no-cache" in shown["Cache-Control"]
    address = reverse("applications:own_consent", args=[world.programme.code])
    client.post(address, {"kind": "photo", "act": "give"})
    assert Consent.objects.in_force().get(person=person, kind="photo").recorded_by is None
    client.post(address, {"kind": "data", "act": "withdraw"})
    assert not Consent.objects.in_force().filter(person=person, kind="data").exists()
    assert Erasure.objects.filter(person=person, cause="consent").exists()


def test_the_person_asks_for_erasure_once(client, world, application):
    client.force_login(application.applicant.user)
    address = reverse("applications:own_erasure", args=[world.programme.code])
    for _number in range(2):
        client.post(address)
    assert Erasure.objects.filter(person=application.applicant).count() == 1
    assert Event.objects.filter(verb="ask_erasure").count() == 1


def test_nobody_changes_the_consents_of_somebody_else(client, world, application):
    client.force_login(a_person(world).user)
    for name in ("own_consent", "own_erasure"):
        client.post(
            reverse(f"applications:{name}", args=[world.programme.code]), {"kind": "data", "act": "withdraw"}
        )
    assert Consent.objects.in_force().filter(person=application.applicant, kind="data").exists()
    assert not Erasure.objects.filter(person=application.applicant).exists()


def test_a_registration_is_the_person_s_own(world, application):
    row = Registration.objects.get(person=application.applicant)
    assert is_person(application.applicant.user, row)
    assert not is_person(world.member("manager"), row)
