"""What a coach's phone sends is kept once, whatever became of the visit meanwhile."""

import base64
import hashlib
import json
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from followup.enterprises import hand_over
from followup.models import DeviceContact, Visit, VisitMedia, VisitSubmission
from programmes.models import Membership
from tests.worlds.field import field_world, report
from tests.worlds.field_files import announced, photo
from workflow import Refused, fire

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return field_world()


@pytest.fixture
def phone(client, here):
    """Sends as the coach: `phone(body, uid=...)`."""
    client.force_login(here.coach)

    def send(body, uid=None, **headers):
        address = reverse("followup:api_visit", args=[uid or uuid.uuid4()])
        return client.put(address, body, content_type="application/json", headers=headers)

    send.client = client
    return send


def test_a_report_is_kept_once_and_its_receipt_echoes_identifier_and_digest(here, phone):
    visit, uid = here.visit(), uuid.uuid4()
    body = report(visit)
    first, again = phone(body, uid), phone(body, uid)
    assert (first.status_code, again.status_code) == (201, 200)
    for answer in (first.json(), again.json()):
        assert answer["uid"] == str(uid)
        assert answer["sha256"] == hashlib.sha256(body).hexdigest()
    visit.refresh_from_db()
    assert (visit.state, visit.author, visit.answers["turnover"]) == ("submitted", here.coach, 620_000)
    assert VisitSubmission.objects.count() == 1


def test_other_content_under_the_identifier_is_answered_with_the_server_s_copy(here, phone):
    visit, uid = here.visit(), uuid.uuid4()
    phone(report(visit), uid)
    other = phone(report(visit, answers={"turnover": 1}), uid)
    assert other.status_code == 409
    assert other.json()["stored"]["answers"]["turnover"] == 620_000
    assert VisitSubmission.objects.get().answers["turnover"] == 620_000


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"status": ""}, "status"),
        ({"profit": "much"}, "profit"),
        ({"performed_on": "2999-01-01"}, "performed_on"),
        ({"latitude": 0, "longitude": 0}, "latitude"),
        ({"made_up": 1}, "made_up"),
    ],
)
def test_faults_come_back_by_field_and_nothing_is_kept(here, phone, answers, field):
    answer = phone(report(here.visit(), answers=answers))
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == [field]
    assert not VisitSubmission.objects.exists()


def test_whoever_is_signed_out_or_another_person_is_told_so_and_nothing_is_kept(here, phone):
    visit = here.visit()
    assert phone(report(visit), **{"X-Device-User": "1234567"}).status_code == 401
    phone.client.logout()
    assert phone(report(visit)).status_code == 401
    assert not VisitSubmission.objects.exists()


def test_a_visit_cancelled_or_rescheduled_meanwhile_becomes_an_unplanned_one(here, phone):
    supervisor = here.world.member("supervisor")
    cancelled, moved = here.visit(), here.visit()
    fire(cancelled, "cancel", actor=supervisor, data={"reason": "Road closed"})
    later = (timezone.localdate() + timedelta(days=7)).isoformat()
    fire(moved, "reschedule", actor=supervisor, data={"due_on": later, "reason": "Market"})
    for visit, flag in ((cancelled, "cancelled"), (moved, "rescheduled")):
        answer = phone(report(visit)).json()
        assert (answer["status"], answer["flag"]) == ("applied", flag)
        made = VisitSubmission.objects.get(uid=answer["uid"]).visit
        assert made.pk != visit.pk
        assert made.name == "Visit outside the plan"
        assert (made.state, made.plan_row) == ("submitted", None)


def test_a_second_report_of_a_visit_is_kept_and_stops_the_validation(here, phone):
    visit = here.visit()
    phone(report(visit))
    second = phone(report(visit, answers={"turnover": 500_000}))
    assert second.status_code == 201
    assert second.json()["status"] == "conflict"
    visit.refresh_from_db()
    assert visit.answers["turnover"] == 620_000
    with pytest.raises(Refused, match="two submissions"):
        fire(visit, "validate", actor=here.world.member("supervisor"))


def test_reports_of_former_coaches_wait_in_quarantine(here, phone):
    lost, ended = here.visit(), here.visit()
    hand_over(lost.enterprise, coach=here.world.member("coach", 2), day=timezone.localdate(), reason="Leave")
    assert phone(report(lost)).json()["flag"] == "reassigned"
    Membership.objects.filter(user=here.coach).update(
        valid_until=timezone.localdate() - timedelta(days=1), ended_at=timezone.now()
    )
    assert phone.client.get(reverse("followup:api_caseload")).json()["revoked"] is True
    answer = phone(report(ended))
    assert (answer.status_code, answer.json()["flag"]) == (201, "revoked")
    assert set(VisitSubmission.objects.values_list("status", flat=True)) == {"quarantined"}
    ended.refresh_from_db()
    assert ended.state == "planned"


def test_a_clock_that_is_a_day_wrong_is_corrected_by_what_was_measured(here, phone):
    visit = here.visit()
    wrong = timezone.now() - timedelta(days=1)
    made = wrong - timedelta(hours=3)
    answer = phone(report(visit, performed_at=made.isoformat()), **{"X-Device-Clock": wrong.isoformat()})
    assert answer.status_code == 201
    visit.refresh_from_db()
    assert abs(visit.performed_at - (timezone.now() - timedelta(hours=3))) < timedelta(minutes=1)


def test_a_returned_visit_is_sent_anew_and_unseen_answers_are_kept(here, phone):
    visit = here.visit()
    phone(report(visit))
    visit.refresh_from_db()
    fire(visit, "return", actor=here.world.member("supervisor"), data={"reason": "Photo of the shop"})
    base = visit.revision
    type(visit).objects.filter(pk=visit.pk).update(answers={"status": "closed"}, revision=base + 1)
    answer = phone(report(visit, base=base, answers={"turnover": 7}))
    assert answer.json()["status"] == "applied"
    submission = VisitSubmission.objects.get(uid=answer.json()["uid"])
    assert submission.replaced == {"status": "closed"}
    assert submission.visit.answers["turnover"] == 7


def test_files_follow_one_by_one_and_validation_waits_for_all(here, phone):
    visit, uid = here.visit(), uuid.uuid4()
    good, cut, text = photo(10), photo(20), b"no picture at all"
    lines = [announced(one) for one in (good, cut, text)]
    phone(report(visit, media=lines), uid)

    def put(line, data):
        address = reverse("followup:api_media", args=[uid, line["uid"]])
        return phone.client.put(address, data, content_type="image/jpeg")

    assert put(lines[1], cut[:-5]).status_code == 400
    assert put(lines[2], text).status_code == 422
    assert put(lines[0], good).json() == {"uid": lines[0]["uid"], "sha256": lines[0]["sha256"]}
    assert put(lines[0], good).status_code == 200
    assert put(announced(good), good).status_code == 404
    visit.refresh_from_db()
    with pytest.raises(Refused, match="2 files"):
        fire(visit, "validate", actor=here.world.member("supervisor"))
    assert put(lines[1], cut).status_code == 201
    assert VisitMedia.objects.filter(document__isnull=True).count() == 1


def test_the_caseload_is_the_own_one_in_a_constant_number_of_queries(
    here, phone, django_assert_max_num_queries
):
    other = here.world.member("coach", 2)
    here.visit(here.enterprise("Not yours", coach=other))
    mine = [here.visit() for _number in range(6)]
    with django_assert_max_num_queries(16):
        answer = phone.client.get(
            reverse("followup:api_caseload"), headers={"X-Device-Clock": timezone.now().isoformat()}
        ).json()
    assert {one["uid"] for one in answer["visits"]} == {str(visit.pk) for visit in mine}
    assert "Not yours" not in json.dumps(answer)
    assert DeviceContact.objects.get().coach == here.coach


def test_the_phone_carries_the_turnover_said_last_to_compare_with(here, phone):
    visit = here.visit()
    here.visit(visit.enterprise, code="M3")
    phone(report(visit, answers={"turnover": 500_000}))
    fire(Visit.objects.get(pk=visit.pk), "validate", actor=here.world.member("supervisor"))
    answer = phone.client.get(reverse("followup:api_caseload")).json()
    assert [one["turnover_before"] for one in answer["enterprises"]] == [500_000]


@pytest.mark.parametrize(
    ("choice", "turnover", "statuses"),
    [
        ("keep_first", 620_000, ["applied", "set_aside"]),
        ("keep_second", 500_000, ["applied", "set_aside"]),
        ("merge", 620_000, ["applied", "applied"]),
        ("unplanned", 620_000, ["applied", "applied"]),
    ],
)
def test_a_manager_settles_a_second_report(here, phone, choice, turnover, statuses):
    visit = here.visit()
    phone(report(visit))
    uid = phone(report(visit, answers={"turnover": 500_000, "profit": 9, "advice": "Two tills"})).json()[
        "uid"
    ]
    page = reverse("followup:report", args=[uid])
    phone.client.force_login(here.world.member("supervisor"))
    shown = phone.client.get(page).content.decode()
    assert "The programme manager decides" in shown
    assert "take-profit" not in shown
    phone.client.force_login(here.world.member("manager"))
    assert "6,200.00" in phone.client.get(page).content.decode()
    data = {"choice": choice, "reason": "Both were there", "take-profit": "second", "take-advice": "second"}
    assert phone.client.post(page, data).status_code == 302
    assert phone.client.post(page, data).status_code == 422
    visit.refresh_from_db()
    assert visit.answers["turnover"] == turnover
    assert visit.answers.get("advice") == (None if choice in ("keep_first", "unplanned") else "Two tills")
    assert sorted(VisitSubmission.objects.values_list("status", flat=True)) == statuses
    fire(visit, "validate", actor=here.world.member("supervisor"))


def test_a_report_leaves_quarantine_for_its_visit_and_its_author_is_who_made_it(here, phone):
    visit = here.visit()
    hand_over(visit.enterprise, coach=here.world.member("coach", 2), day=timezone.localdate(), reason="Leave")
    uid = phone(report(visit)).json()["uid"]
    phone.client.force_login(here.world.member("manager"))
    desk = phone.client.get(reverse("followup:field_desk", args=[here.world.programme.code]))
    assert uid in desk.content.decode()
    page = reverse("followup:report", args=[uid])
    phone.client.post(page, {"choice": "accept", "reason": "Made before the handover"})
    visit.refresh_from_db()
    assert (visit.state, visit.author) == ("submitted", here.coach)


def test_a_rescue_file_is_handed_in_twice_and_counts_once(here, phone):
    visit, draft = here.visit(), here.visit()
    picture = photo()
    line = announced(picture)
    reports = [
        {
            "uid": str(uuid.uuid4()),
            "body": report(visit, media=[line]).decode(),
            "media": [{"uid": line["uid"], "data": base64.b64encode(picture).decode()}],
        },
        {
            "uid": str(uuid.uuid4()),
            "body": report(draft, answers={"status": ""}).decode(),
            "unfinished": True,
        },
    ]
    file = json.dumps({"kind": "jalon-rescue", "version": 1, "user": here.coach.pk, "reports": reports})
    phone.client.force_login(here.world.member("manager"))
    for _time in range(2):
        upload = SimpleUploadedFile("rescue.json", file.encode())
        page = reverse("followup:rescue", args=[here.world.programme.code])
        assert phone.client.post(page, {"file": upload}).status_code == 200
    assert list(VisitSubmission.objects.order_by("pk").values_list("status", "flag")) == [
        ("applied", ""),
        ("quarantined", "unfinished"),
    ]
    assert VisitMedia.objects.get().document is not None


def test_a_supervisor_excuses_missing_files_and_sees_when_the_phone_last_spoke(here, phone):
    visit = here.visit()
    phone(report(visit, media=[announced(photo())]), **{"X-Device-Clock": timezone.now().isoformat()})
    DeviceContact.objects.update(seen_at=timezone.now() - timedelta(days=6))
    supervisor = here.world.member("supervisor")
    phone.client.force_login(supervisor)
    assert "6 days" in phone.client.get(visit.get_absolute_url()).content.decode()
    DeviceContact.objects.update(seen_at=timezone.now())
    assert "last synchronised today" in phone.client.get(visit.get_absolute_url()).content.decode()
    page = reverse("followup:waive_media", args=[visit.pk])
    assert phone.client.post(page, {"reason": "The phone was stolen"}).status_code == 302
    visit.refresh_from_db()
    fire(visit, "validate", actor=supervisor)
