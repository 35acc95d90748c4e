"""A sitting revises marks with both values kept, ranks again, and its minutes carry it in three languages."""

from datetime import timedelta

import pytest
from django.urls import reverse

from scoring import minutes, revisions, sittings
from scoring.models import Deliberation, JuryAssignment, MarkRevision, RankingSnapshot, Scoresheet
from tests.worlds import scoring as jury
from workflow import Refused, fire
from workflow.actions import can
from workflow.verification import verify

pytestmark = pytest.mark.long


@pytest.fixture
def sitting(session):
    """A sitting in session on three files, of which one may be funded."""
    jury.mark_all(session)
    batch = jury.decided(session, places=1, waiting=1)
    secretary, chair = jury.member_of(session, "jury_secretary"), jury.member_of(session, "jury_chair")
    at = session.cutoff_at + timedelta(days=12)
    sitting = sittings.schedule(batch, sits_at=at, place="Rabat", quorum=2, chair=chair, secretary=secretary)
    sitting.attendances.update(present=True)
    fire(sitting, "start", actor=chair, at=at)
    return sitting


def texts_of(sitting, language="en"):
    from django.utils import translation

    with translation.override(language):
        return str(list(minutes.blocks(sitting, language)))


def test_marks_are_revised_in_a_sitting_and_the_ranking_follows(sitting, client):
    session, batch = sitting.session, sitting.batch
    secretary, chair = jury.member_of(session, "jury_secretary"), jury.member_of(session, "jury_chair")
    first = batch.decisions.get(rank=1)
    at = sitting.started_at
    sheets = revisions.sheets_of(sitting, first.application.case.number, secretary)
    assert len(sheets) == 3
    for sheet in sheets:
        mark = sheet.marks.filter(criterion__gate=False).order_by("pk").first()
        data = {"criterion": mark.criterion_id, "value": "0", "reason": "Counted twice"}
        fire(sheet, "revise", actor=secretary, at=at, data=data)
    before = mark.value
    told = revisions.of_sitting(sitting)
    assert {(one.before, one.after, one.reason) for one in told} >= {(before, 0, "Counted twice")}
    assert MarkRevision.objects.filter(deliberation=sitting).count() == 3

    client.force_login(secretary)
    page = client.get(sitting.get_absolute_url(), {"file": first.application.case.number})
    assert page.context["stale"]
    assert len(page.context["sheets"]) == 3
    assert "Counted twice" in page.content.decode()
    assert not can(sitting, "minute", secretary)
    with pytest.raises(Refused, match="make it again first"):
        fire(sitting, "minute", actor=secretary, at=at)

    client.post(reverse("scoring:rank_again", args=[sitting.pk]))
    sitting = Deliberation.objects.get(pk=sitting.pk)
    assert sitting.batch.snapshot == RankingSnapshot.objects.latest("pk") != batch.snapshot
    first.refresh_from_db()
    assert (first.rank, first.outcome) == (2, "award"), "what was decided stays until the jury changes it"
    ranks = list(batch.decisions.order_by("position").values_list("position", "rank"))
    assert ranks == [(1, 1), (2, 2), (3, 3)]
    with pytest.raises(Refused, match="departs from the order"):
        fire(sitting, "minute", actor=secretary, at=at)
    batch.decisions.filter(rank__lt=2).update(reason="The first one serves a place without any baker.")
    fire(sitting, "minute", actor=secretary, at=at)
    fire(sitting, "sign", actor=chair, at=at)
    with pytest.raises(Refused, match="sitting of the jury only"):
        fire(Scoresheet.objects.get(pk=sheets[0].pk), "revise", actor=secretary, data=data)
    said = texts_of(sitting)
    assert "Counted twice" in said
    assert "Marks revised in the sitting" in said
    batch = type(batch).objects.get(pk=batch.pk)
    fire(batch, "submit", actor=secretary)
    batch.refresh_from_db()
    from scoring.guards import confirming_sentence

    assert "1 decision departs from the order" in confirming_sentence(batch)
    assert [result.name for result in verify() if result.problems] == []


def test_a_file_that_fell_back_and_left_keeps_its_line_without_a_rank_when_the_ranking_is_made_again(sitting):
    secretary, at = jury.member_of(sitting.session, "jury_secretary"), sitting.started_at
    first = sitting.batch.decisions.get(rank=1)
    for sheet in revisions.sheets_of(sitting, first.application.case.number, secretary):
        for mark in sheet.marks.filter(criterion__gate=False):
            data = {"criterion": mark.criterion_id, "value": "0", "reason": "Counted twice"}
            fire(sheet, "revise", actor=secretary, at=at, data=data)
    revisions.rank_again(sitting, by=secretary, at=at)
    first.refresh_from_db()
    assert first.position == 3

    fire(first.application, "withdraw", actor=first.application.applicant.user, at=at)
    revisions.rank_again(sitting, by=secretary, at=at)

    lines = list(sitting.batch.decisions.order_by("position").values_list("rank", "pk"))
    assert [rank for rank, _pk in lines] == [1, 2, None]
    assert lines[-1][1] == first.pk


def test_the_minutes_say_who_left_the_room_and_how_many_stayed(sitting, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    secretary, chair = (jury.member_of(sitting.session, f"jury_{role}") for role in ("secretary", "chair"))
    member = sitting.attendances.filter(part="member").first()
    application = sitting.batch.decisions.first().application
    sittings.step_aside(sitting, member, application)
    assert sittings.voters_by_file(sitting) == {application.pk: 3}
    at = sitting.started_at
    fire(sitting, "minute", actor=secretary, at=at)
    fire(sitting, "sign", actor=chair, at=at)
    for language in ("fr", "ar", "en"):
        paper = minutes.store(sitting, language=language, by=secretary, at=at)
        assert paper.language == language
    assert "in the room" in texts_of(sitting)


def test_a_file_for_which_the_quorum_left_the_room_is_postponed_or_explained(sitting):
    secretary = jury.member_of(sitting.session, "jury_secretary")
    decision = sitting.batch.decisions.first()
    for member in sitting.attendances.filter(part="member"):
        sittings.step_aside(sitting, member, decision.application)
    assert sittings.voters_by_file(sitting)[decision.application_id] < sitting.quorum
    sitting.batch.decisions.filter(pk=decision.pk).update(reason="")
    with pytest.raises(Refused, match="quorum was not in the room"):
        fire(sitting, "minute", actor=secretary, at=sitting.started_at)
    sitting.batch.decisions.filter(pk=decision.pk).update(reason="Nobody else knows the trade")
    fire(sitting, "minute", actor=secretary, at=sitting.started_at)


def test_who_decided_in_a_session_hears_no_appeal_of_it(session):
    from types import SimpleNamespace

    from scoring.readiness import nobody_of_the_jury_hears_it

    jury.mark_all(session)
    jury.deliberate(session, places=1)
    appeal = SimpleNamespace(application=JuryAssignment.objects.first().application)
    for role in ("jury_secretary", "jury_chair"):
        assert "took part" in nobody_of_the_jury_hears_it(appeal, jury.member_of(session, role), None)
    assert nobody_of_the_jury_hears_it(appeal, jury.member_of(session, "appeal_officer"), None) is None
