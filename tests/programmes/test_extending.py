"""An open call is open longer: with a reason, an event, and word to everybody who is writing."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from programmes import extending
from programmes.models import Call, CallExtension
from tests.worlds.applications import a_draft, an_application
from tests.worlds.programmes import CLOSES, NOON, close_call, open_call, programme_world
from workflow import Refused, fire
from workflow.models import Event, Notice, NoticeBatch

pytestmark = pytest.mark.django_db
LATER = CLOSES + timedelta(days=10)


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


def extended(world, until=LATER, reason="The road was cut.", at=NOON + timedelta(days=5), by="manager"):
    return extending.extend(world.call, until, reason=reason, actor=world.member(by), at=at)


def test_the_date_moves_and_the_last_session_with_it(world):
    made = extended(world)
    call = Call.objects.get(pk=world.call.pk)
    assert (call.closes_at, made.before, made.until) == (LATER, CLOSES, LATER)
    assert call.session_for(LATER) == world.session
    event = Event.objects.get(kind="programmes.callextension")
    assert (event.stream, event.verb, event.note.text) == (call.stream, "extend", "The road was cut.")


def test_who_is_writing_is_told_once_the_mailing_was_read(world):
    draft, sent = a_draft(world), an_application(world)
    extended(world)
    (notice,) = Notice.objects.filter(template="deadline_moved")
    assert notice.context["application"] == draft.pk != sent.pk
    mailing = NoticeBatch.objects.get(notices=notice)
    assert mailing.released_at is None


def test_what_stands_against_it_is_said(world):
    for given in ({"until": CLOSES}, {"until": NOON}, {"reason": " "}, {"by": "juror"}):
        with pytest.raises(Refused):
            extended(world, **given)
    close_call(world)
    with pytest.raises(Refused, match="not open"):
        extended(world)
    assert not CallExtension.objects.exists()


def test_a_closed_call_that_opens_again_leaves_the_same_trace(world):
    draft = a_draft(world)
    close_call(world)
    at = world.call.deadline + timedelta(hours=1)
    data = {"closes_at": LATER.isoformat(), "reason": "Flood."}
    fire(world.call, "extend", actor=world.member("manager"), at=at, data=data)
    made = CallExtension.objects.get()
    assert (made.before, made.until) == (CLOSES, LATER)
    assert Notice.objects.get(template="deadline_moved").context["application"] == draft.pk


def test_a_manager_moves_the_date_and_everybody_reads_it(client, world):
    Call.objects.filter(pk=world.call.pk).update(closes_at=timezone.now() + timedelta(days=1))
    client.force_login(world.member("manager"))
    address = reverse("programmes:move_closing", args=[world.programme.code, world.call.code])
    until = timezone.now() + timedelta(days=30)
    refused = client.post(address, {"closes_at": "2020-01-01T10:00", "reason": "x"})
    assert refused.status_code == 422
    client.post(address, {"closes_at": until.strftime("%Y-%m-%dT%H:%M"), "reason": "Flood."})
    assert CallExtension.objects.count() == 1
    client.logout()
    page = client.get(reverse("programmes:public_call", args=[world.programme.code, world.call.code]))
    assert "instead of" in page.content.decode()


def test_shares_of_sessions_stay_within_the_envelope(client, world):
    client.force_login(world.member("manager"))
    address = reverse("programmes:create_session", args=[world.programme.code, world.call.code])
    day = (CLOSES + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    for number, share, status in ((2, "2000000", 302), (3, "1000000.01", 422), (3, "1000000", 302)):
        page = client.post(address, {"number": number, "cutoff_at": day, "envelope_minor": share})
        assert page.status_code == status, page.context and page.context["form"].errors
    assert "leave" in str(
        client.post(address, {"number": 4, "cutoff_at": day, "envelope_minor": "1"}).content
    )
