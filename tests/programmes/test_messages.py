"""Messages carry the programme's own words, run no code, and mass mail leaves only when somebody read it."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from programmes import messages
from programmes.messages import MessageKind
from programmes.models import MessageTemplate
from tests.worlds.programmes import programme_world
from workflow import notices
from workflow.models import NoticeBatch

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch):
    made = MessageKind(
        key="lanterns.lit",
        label="Lantern lit",
        when="When a lantern is lit.",
        subject="{lantern} is lit",
        body="Dear {name},\n{lantern} of {programme} ({programme_code}) is lit.",
        placeholders={"lantern": "the lantern", "name": "the keeper"},
        samples={"lantern": "North", "name": "Somebody"},
        values=lambda notice: {"lantern": notice.context["lantern"], "name": "Keeper"},
    )
    monkeypatch.setitem(messages._kinds, made.key, made)
    return made


@pytest.fixture
def world():
    return programme_world()


@pytest.fixture
def manager(client, world):
    client.force_login(world.member("manager"))
    return client


def queued(world, lantern="North-7", batch=None, language="en"):
    person = world.member("coach")
    person.language = language
    person.save()
    return notices.queue(
        template="lanterns.lit",
        recipient_kind="user",
        recipient_id=person.pk,
        stream=world.programme.stream,
        context={"programme": world.programme.pk, "lantern": lantern},
        batch=batch,
        at=timezone.now(),
    )


def test_a_message_leaves_in_the_code_s_words_until_the_programme_writes_its_own(kind, world):
    notice = queued(world)
    assert notices.preview(notice).subject == "North-7 is lit"
    MessageTemplate.objects.create(
        programme=world.programme,
        key=kind.key,
        language="en",
        subject="Light!\nBcc: all",
        body="{name}: {lantern}",
        edited_at=timezone.now(),
    )
    own = notices.preview(notice)
    assert (own.subject, own.body) == ("Light! Bcc: all", "Keeper: North-7")
    assert notices.preview(notice, "fr").subject == "North-7 is lit"


def test_a_reference_stays_whole_inside_arabic(kind, world):
    assert notices.preview(queued(world), "ar").subject == "\u2068North-7\u2069 is lit"


def test_a_wording_can_run_nothing_and_names_only_what_is_filled_in(kind):
    assert messages.fill("{name.__class__} {0} {name}", {"name": "{lantern}"}, "en") == (
        "{name.__class__} {0} {lantern}"
    )
    assert messages.unknown_placeholders(kind, "{lantern} {password} {programme}") == ["password"]


def test_a_manager_writes_sees_and_takes_back_a_wording(kind, world, manager):
    url = reverse("programmes:wording", args=[world.programme.code, kind.key, "en"])
    assert "with invented data" in manager.get(url).content.decode()
    queued(world, lantern="South-3")
    assert "with the data of a message that was prepared" in manager.get(url).content.decode()
    refused = manager.post(url, {"subject": "x", "body": "{secret}"})
    assert "{secret}" in refused.context["form"].errors["body"][0]
    shown = manager.post(url, {"subject": "See {lantern}", "body": "b", "preview": "1"})
    assert "See South-3" in shown.content.decode()
    assert not MessageTemplate.objects.exists()
    assert manager.post(url, {"subject": "See {lantern}", "body": "b"}).status_code == 302
    assert MessageTemplate.objects.get().edited_by == world.member("manager")
    manager.post(url, {"reset": "1"})
    assert not MessageTemplate.objects.exists()


def test_a_secretary_reads_wordings_and_does_not_change_them(kind, world, client):
    client.force_login(world.member("jury_secretary"))
    url = reverse("programmes:wording", args=[world.programme.code, kind.key, "en"])
    assert client.get(url).status_code == 200
    assert client.post(url, {"subject": "x", "body": "y"}).status_code == 404
    assert (
        client.get(reverse("programmes:wording", args=[world.programme.code, "no.such", "en"])).status_code
        == 404
    )
    assert (
        client.get(reverse("programmes:wording", args=[world.programme.code, kind.key, "de"])).status_code
        == 404
    )


@pytest.mark.long
def test_mass_mail_is_read_and_released_once_by_a_manager_or_secretary(kind, world, client):
    batch = NoticeBatch.objects.create(
        label="Decisions", programme_code=world.programme.code, created_at=timezone.now()
    )
    for number in range(12):
        queued(world, lantern=f"L-{number}", batch=batch)
    assert notices.deliver(at=timezone.now()) == 0
    client.force_login(world.member("auditor"))
    read = reverse("programmes:mailing", args=[world.programme.code, batch.pk])
    release = reverse("programmes:release", args=[world.programme.code, batch.pk])
    assert "L-0 is lit" in client.get(read).content.decode()
    assert "L-11 is lit" in client.get(f"{read}?page=2").content.decode()
    assert client.post(release).status_code == 404
    client.force_login(world.member("jury_secretary"))
    assert "Read and release: Decisions" in client.get("/").content.decode()
    assert "12 messages leave now." in client.post(release, follow=True).content.decode()
    assert "released before" in client.post(release, follow=True).content.decode()
    assert notices.deliver(at=timezone.now()) == 12
    assert len(mail.outbox) == 12
    assert "Read and release" not in client.get("/").content.decode()


def test_a_mailing_of_another_programme_is_none_of_mine(kind, world, manager):
    foreign = NoticeBatch.objects.create(label="X", programme_code="OTHER", created_at=timezone.now())
    for name in ("programmes:mailing", "programmes:release"):
        url = reverse(name, args=[world.programme.code, foreign.pk])
        assert manager.post(url).status_code in (404, 405)
        assert manager.get(url).status_code in (404, 405)
