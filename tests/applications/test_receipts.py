"""The receipt, and what the status page says in every state."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Application, ApplicationState
from applications.receipts import receipt_of
from applications.standing import STANDINGS
from documents.models import Paper
from programmes.models import Call
from tests.documents.reading import text_of
from tests.worlds.applications import a_draft, an_application
from tests.worlds.programmes import close_call, open_call, programme_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


def url(name, application):
    return reverse(f"applications:{name}", args=[application.case.number])


@pytest.mark.long
def test_a_receipt_is_issued_once_a_language_says_what_arrived_and_names_nobody(client, world):
    application = an_application(world)
    client.force_login(application.applicant.user)
    first = client.post(url("receipt", application))
    again = client.post(url("receipt", application))
    assert first["Location"] == again["Location"]
    assert Paper.objects.of(application).count() == 1
    pdf = b"".join(client.get(first["Location"]).streaming_content)
    said = text_of(pdf)
    assert application.case.number in said
    assert "Amina" not in said
    paper = receipt_of(application, language="ar", actor=application.applicant.user, at=timezone.now())
    assert paper.language == "ar"
    assert Paper.objects.of(application).count() == 2


def test_there_is_no_receipt_of_a_draft(client, world):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    assert client.post(url("receipt", application))["Location"] == url("status", application)
    assert not Paper.objects.exists()


def test_every_state_has_its_words():
    assert set(STANDINGS) == set(ApplicationState.values)
    for words in STANDINGS.values():
        assert words.now
        assert words.holder
        assert words.following


def test_a_draft_begun_before_the_end_is_kept_and_says_so(client, world):
    application = a_draft(world)
    client.force_login(application.applicant.user)
    close_call(world)
    Call.objects.filter(pk=world.call.pk).update(closes_at=timezone.now() - timedelta(days=2))
    shown = client.get(url("status", application)).content.decode()
    assert "Your draft is kept" in shown
    assert "can no longer be sent" in shown
    assert Application.objects.get(pk=application.pk).answers_at("idea").answers["title"]
