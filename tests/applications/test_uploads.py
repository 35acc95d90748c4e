"""Files of an application: clear limits, photos of any phone, and nothing else lost when one is refused."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from applications.models import Application
from documents.models import Document
from programmes.models import Call
from tests.applications.test_pages import opened, page
from tests.worlds.applications import a_draft, ask_again, submit
from tests.worlds.programmes import open_call, programme_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    later = timezone.now() + timedelta(days=30)
    Call.objects.filter(pk=world.call.pk).update(closes_at=later)
    world.call.sessions.update(cutoff_at=later)
    world.call.refresh_from_db()
    return world


@pytest.fixture
def application(client, world):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    return application


def photo(name="paper.jpg", colour="white"):
    out = BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def send(client, application, **fields):
    url = page("section", application, "money")
    typed = {"requested": "12,000.00", "use_of_money": "A machine", **opened(client, url)}
    return client.post(url, {**typed, **fields})


def held(application):
    answers = application.answers_at("idea").answers.get("papers") or []
    return list(Document.objects.filter(uid__in=answers).order_by("pk"))


def test_the_limits_stand_beside_the_field_and_a_phone_offers_its_camera(client, application):
    shown = client.get(page("section", application, "money")).content.decode()
    assert "at most 10 MB each. Up to 20 files." in shown
    assert 'capture="environment"' in shown


def test_a_photo_is_added_and_taken_away_and_the_rest_of_the_page_is_kept(client, application):
    assert (
        send(client, application, papers=photo(), upload="papers", use_of_money="Two machines").status_code
        == 302
    )
    (document,) = held(application)
    assert application.answers_at("idea").answers["use_of_money"] == "Two machines"
    send(client, application, remove=str(document.uid), use_of_money="Three machines")
    assert held(application) == []
    document.refresh_from_db()
    assert document.erased_at is not None
    assert application.answers_at("idea").answers["use_of_money"] == "Three machines"


def test_a_file_that_is_refused_keeps_nothing_else_from_being_saved(client, application):
    bad = SimpleUploadedFile("virus.exe", b"MZ...", "application/octet-stream")
    answer = send(client, application, papers=[bad, photo()], upload="papers", use_of_money="Kept")
    assert answer.status_code == 422
    assert "virus.exe: This is a program" in answer.content.decode()
    assert len(held(application)) == 1, "the good one of the two is there"
    assert application.answers_at("idea").answers["use_of_money"] == "Kept"


def test_each_of_several_files_that_are_refused_is_named(client, application):
    empty, virus = SimpleUploadedFile("a.jpg", b""), SimpleUploadedFile("b.pdf", b"MZ" + bytes(300))
    text = send(client, application, papers=[empty, virus], upload="papers").content.decode()
    assert "a.jpg: This file is empty." in text
    assert "b.pdf: This is a program" in text


def test_the_same_photo_twice_is_one(client, application):
    for _attempt in range(2):
        send(client, application, papers=photo(), upload="papers")
    assert len(held(application)) == 1


def test_pressing_add_without_a_file_says_so(client, application):
    answer = send(client, application, upload="papers")
    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()


def test_the_script_gets_the_file_question_alone(client, application):
    url = page("section", application, "money")
    sent = {"papers": photo(), "upload": "papers"}
    added = client.post(url, sent, headers={"X-Upload": "papers"})
    assert (added.status_code, "paper.jpg" in added.content.decode()) == (200, True)
    assert "<html" not in added.content.decode()
    refused = client.post(url, {"papers": SimpleUploadedFile("a.txt", b"x")}, headers={"X-Upload": "papers"})
    assert refused.status_code == 422
    assert len(held(application)) == 1


def test_nobody_adds_to_a_file_question_that_was_not_asked(client, application, world):
    submit(application, at=timezone.now())
    ask_again(world, application, "use_of_money", days=3650)
    application = Application.objects.get(pk=application.pk)
    assert send(client, application, papers=photo(), upload="papers").status_code == 302
    assert held(application) == []


def test_a_file_of_what_was_sent_survives_its_removal_from_the_new_answer(client, application, world):
    send(client, application, papers=photo(), upload="papers")
    (document,) = held(application)
    submit(application, at=timezone.now())
    ask_again(world, application, "papers", days=3650)
    application = Application.objects.get(pk=application.pk)
    send(client, application, remove=str(document.uid))
    document.refresh_from_db()
    assert document.erased_at is None
    assert held(application) == []
    assert application.sent_answers("idea").answers["papers"] == [str(document.uid)]


def test_somebody_else_can_neither_add_nor_remove(client, application, world):
    other = a_draft(world)
    client.force_login(other.applicant.user)
    url = reverse("applications:section", args=[application.case.number, "money"])
    assert client.post(url, {"papers": photo(), "upload": "papers"}).status_code == 404
