"""Attendance ticked on a phone is kept once; of two ticks neither is lost in silence."""

import hashlib
import json
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from followup.attendance import disputes, mark
from followup.models import AttendanceReport, AttendanceTick, SupportSession
from tests.worlds.applications import a_guest
from tests.worlds.programmes import open_call, programme_world
from workflow import Refused, fire

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    """A session of today, led by a coach, with two people on its list."""
    world = programme_world()
    open_call(world)
    made = SupportSession.objects.create(
        programme=world.programme,
        purpose="training",
        title="Caisse",
        held_on=timezone.localdate(),
        leader=world.member("coach"),
    )
    made.world = world
    for _number in range(2):
        made.attendance.create(person=a_guest(world))
    return made


@pytest.fixture
def phone(client, session):
    """Sends ticks as the coach: `phone({row: present}, hours=-2)`; hours: when they were made."""

    def send(ticks, *, hours=-1.0, seen=None, uid=None, more=()):
        at = (timezone.now() + timedelta(hours=hours)).isoformat()
        said = [{"row": row, "present": here, "seen": seen, "at": at} for row, here in ticks.items()]
        body = json.dumps({"session": session.pk, "ticks": said, "more": list(more)}).encode()
        client.force_login(session.world.member("coach"))
        uid = uid or uuid.uuid4()
        answer = client.put(
            reverse("followup:api_attendance", args=[uid]), body, content_type="application/json"
        )
        assert answer.status_code in (200, 201), answer.content
        assert answer.json()["sha256"] == hashlib.sha256(body).hexdigest()
        assert answer.json()["uid"] == str(uid)
        return answer

    return send


def rows_of(session):
    return list(session.attendance.order_by("pk").values_list("pk", flat=True))


def marks_of(session):
    return list(session.attendance.order_by("pk").values_list("present", "disputed"))


def test_a_coach_s_phone_carries_the_lists_that_they_lead_without_a_name(client, session):
    client.force_login(session.world.member("coach"))
    (carried,) = client.get(reverse("followup:api_caseload")).json()["sessions"]
    persons = [str(row.person) for row in session.attendance.select_related("person").order_by("pk")]
    assert [row["person"] for row in carried["rows"]] == persons
    client.force_login(session.world.member("coach", 2))
    assert client.get(reverse("followup:api_caseload")).json()["sessions"] == []


def test_a_ticked_list_counts_once_and_people_who_came_too_are_added(session, phone):
    one, two = rows_of(session)
    guest, uid = a_guest(session.world), uuid.uuid4()
    now = timezone.now()
    body = {"uid": uid, "more": [str(guest), "P-00000000"]}
    first = phone({one: True, two: False}, **body)
    report = AttendanceReport.objects.get()
    assert (first.status_code, first.json()["unknown"]) == (201, ["P-00000000"])
    assert marks_of(session) == [(True, False), (False, False), (True, False)]
    assert report.applied.count() == 3
    assert report.received_at >= now


def test_the_same_list_twice_is_answered_and_adds_nothing_and_other_content_is_refused(
    client, session, phone
):
    one, _two = rows_of(session)
    client.force_login(session.world.member("coach"))
    address = reverse("followup:api_attendance", args=[uuid.uuid4()])
    at = timezone.now().isoformat()

    def put(present):
        tick = {"row": one, "present": present, "seen": None, "at": at}
        body = json.dumps({"session": session.pk, "ticks": [tick]})
        return client.put(address, body, content_type="application/json").status_code

    assert [put(True), put(True), put(False)] == [201, 200, 409]
    assert AttendanceTick.objects.count() == 1
    assert client.put(address, b"[]", content_type="application/json").status_code == 422


def test_of_two_ticks_the_later_counts_both_stay_and_the_session_is_not_closed_before_a_look(
    client, session, phone
):
    one, two = rows_of(session)
    agent, supervisor = session.world.member("field_agent"), session.world.member("supervisor")
    mark(session, [one, two], [], by=agent, at=timezone.now() - timedelta(hours=2))
    phone({one: False, two: True}, hours=-3)
    assert marks_of(session) == [(True, True), (True, False)], "the phone's tick is older and differs"
    phone({one: False}, hours=-1)
    assert marks_of(session)[0] == (False, True), "this one is later"
    (told,) = disputes(session).values()
    assert [(tick.present, tick.by_id) for tick in told] == [
        (False, session.leader_id),
        (True, agent.pk),
        (False, session.leader_id),
    ]
    client.force_login(session.world.member("coach"))
    (carried,) = client.get(reverse("followup:api_caseload")).json()["sessions"]
    assert [row["disputed"] for row in carried["rows"]] == [True, False], "the coach's phone says it too"
    fire(session, "hold", actor=session.world.member("coach"))
    with pytest.raises(Refused, match="ticked the list differently"):
        fire(session, "close", actor=supervisor)
    client.force_login(supervisor)
    page = client.get(session.get_absolute_url()).content.decode()
    assert "Two people ticked the list differently" in page
    given = {"tick": "1", "present": [one, two], f"seen-{one}": "0", f"seen-{two}": "1"}
    client.post(session.get_absolute_url(), given)
    assert marks_of(session) == [(True, False), (True, False)]
    session.refresh_from_db()
    fire(session, "close", actor=supervisor)


def test_a_page_that_is_older_than_a_phone_s_list_takes_no_tick_away_in_silence(client, session, phone):
    one, two = rows_of(session)
    phone({one: True, two: True})
    client.force_login(session.world.member("field_agent"))
    client.post(
        session.get_absolute_url(), {"tick": "1", "present": [two], f"seen-{one}": "", f"seen-{two}": ""}
    )
    assert marks_of(session) == [(False, True), (True, False)]


def test_a_list_of_a_closed_session_is_kept_and_waits_until_somebody_decides(client, session, phone):
    one, two = rows_of(session)
    coach, supervisor = session.world.member("coach"), session.world.member("supervisor")
    mark(session, [one], [two], by=supervisor, at=timezone.now())
    fire(session, "hold", actor=coach)
    fire(session, "close", actor=supervisor)
    assert phone({two: True}).json()["flag"] == "closed"
    assert marks_of(session) == [(True, False), (False, False)]
    report = AttendanceReport.objects.get()
    client.force_login(supervisor)
    assert "was closed or cancelled before" in client.get(session.get_absolute_url()).content.decode()
    client.post(session.get_absolute_url(), {"list": report.pk, "aside": "1"})
    report.refresh_from_db()
    assert report.status == "set_aside"


def test_a_list_in_a_rescue_file_is_taken_in_once(client, session):
    one, two = rows_of(session)
    at = timezone.now().isoformat()
    ticks = [{"row": row, "present": True, "seen": None, "at": at} for row in (one, two)]
    body = json.dumps({"session": session.pk, "ticks": ticks})
    file = {"kind": "jalon-rescue", "version": 1, "user": session.leader_id, "reports": []}
    file["attendance"] = [{"uid": str(uuid.uuid4()), "body": body}]
    from followup.rescue import take

    manager = session.world.member("manager")
    given = {"actor": manager, "now": timezone.now()}
    told = [take(json.dumps(file).encode(), session.programme, **given) for _time in range(2)]
    assert [(one.new, one.known, one.refused) for one in told] == [(1, 0, []), (0, 1, [])]
    assert marks_of(session) == [(True, False), (True, False)]
