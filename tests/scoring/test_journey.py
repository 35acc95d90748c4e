"""From eligible applications to announced decisions, through the door, as each role."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from scoring import batches, explanation, rounds, snapshot, standings
from scoring.models import (
    Decision,
    DecisionBatch,
    Deliberation,
    JurorEngagement,
    JuryAssignment,
    RankingSnapshot,
    Round,
    Scoresheet,
)
from tests.worlds import scoring as jury
from tests.worlds.applications import PLAN, an_application, write
from tests.worlds.programmes import a_session, open_call, programme_world
from workflow import Refused, System, fire, notices
from workflow.models import Event, Notice
from workflow.verification import verify

pytestmark = pytest.mark.long


def states(session):
    return sorted(Application.objects.filter(session=session).values_list("state", flat=True))


def test_the_whole_way_of_a_session(session):
    assert states(session) == ["in_review"] * 3
    jury.mark_all(session)
    assert Scoresheet.objects.filter(state="submitted").count() == 9
    batch = jury.deliberate(session, places=1, waiting=1)
    assert states(session) == ["in_review"] * 3, "nothing happens before the announcement"
    assert list(batch.decisions.values_list("rank", "outcome")) == [
        (1, "award"),
        (2, "waitlist"),
        (3, "reject"),
    ]
    assert Notice.objects.filter(template__startswith="scoring.", status="draft").count() == 3
    jury.announce(session)
    assert states(session) == ["awarded", "rejected", "waitlisted"]
    batch.refresh_from_db()
    session.refresh_from_db()
    assert (batch.state, session.state) == ("announced", "announced")
    awarded = Application.objects.get(session=session, state="awarded")
    assert awarded.awarded_minor == batch.decisions.get(outcome="award").amount_minor == 12_000_00
    waiting = Application.objects.get(session=session, state="waitlisted")
    assert waiting.waiting_rank == 1
    announced = Event.objects.get(kind="programmes.selectionsession", verb="announce")
    effects = Event.objects.filter(kind="applications.application", verb__in=["award", "waitlist", "reject"])
    assert {event.cause.cause_id for event in effects} == {announced.pk}
    assert [result.name for result in verify() if result.problems] == []


def test_the_session_is_announced_with_its_last_decisions_and_the_time_to_appeal_runs(session):
    jury.mark_all(session)
    batch = jury.deliberate(session, places=1)
    chair = jury.member_of(session, "jury_chair")
    fire(batch, "announce", actor=chair)
    session.refresh_from_db()
    assert (session.state, session.announced_at) == ("announced", batch.announced_at)
    assert session.appeal_until == session.announced_at + timedelta(days=session.call.appeal_days)
    event = Event.objects.get(kind="programmes.selectionsession", verb="announce")
    assert (event.actor, event.cause.kind) == (chair, "scoring.decisionbatch")
    letter = batch.letters.notices.filter(template="scoring.reject").first()
    assert "you may appeal on your page until" in notices.preview(letter, "en").body
    assert [result.name for result in verify() if result.problems] == []


def test_a_session_with_a_postponed_file_goes_on_after_its_first_decisions(session):
    jury.mark_all(session)
    batch = jury.decided(session, places=1)
    last = batch.decisions.get(rank=3)
    Decision.objects.filter(pk=last.pk).update(outcome="postpone", reason="A paper is missing.")
    jury.sit(batch)
    fire(batch, "submit", actor=jury.member_of(session, "jury_secretary"))
    fire(batch, "confirm", actor=jury.member_of(session, "jury_chair"))
    fire(batch, "announce", actor=jury.member_of(session, "jury_chair"))
    session.refresh_from_db()
    assert (session.state, session.appeal_until) == ("deliberation", None)


def test_what_one_juror_alone_marked_is_told_to_nobody_outside(session):
    """A mean of one mark would be that juror's mark."""
    alone = JuryAssignment.objects.filter(round__session=session).first().engagement_id

    def one_alone_marks_the_market(assignment):
        market = {} if assignment.engagement_id == alone else {"market": None}
        return jury.middling(assignment) | market

    jury.mark_all(session, one_alone_marks_the_market)
    batch = jury.deliberate(session, places=1)
    fire(batch, "announce", actor=jury.member_of(session, "jury_chair"))
    for decision in batch.decisions.all():
        told = explanation.of_decision(decision)
        assert told.by_one
        assert len(told.means) == 4
        assert "Marché" not in {mean.title for mean in told.means}
        letter = batch.letters.notices.get(context__decision=decision.pk)
        body = notices.preview(letter, "en").body
        assert "Market" not in body
        assert "What one person alone marked" in body


def test_handing_in_a_sheet_takes_few_queries(session, django_assert_max_num_queries):
    assignment = JuryAssignment.objects.filter(round__session=session, state="assigned").first()
    jury.fill_in(jury.open_file(assignment), jury.middling(assignment))
    sheet = Scoresheet.objects.get(assignment=assignment)
    juror = assignment.engagement.user
    with django_assert_max_num_queries(18):
        fire(sheet, "submit", actor=juror, key="k1")


def test_a_sheet_is_judged_by_its_round_and_programme_as_they_are_now(session):
    """Both are read with the sheet at the door, however long ago the page had read them."""
    assignment = JuryAssignment.objects.filter(round__session=session, state="assigned").first()
    sheet = jury.fill_in(jury.open_file(assignment), jury.middling(assignment))
    sheet = Scoresheet.objects.select_related("assignment__round__session__call__programme").get(pk=sheet.pk)
    held, programme = sheet.round, sheet.round.session.call.programme
    later = timezone.now() + timedelta(minutes=5)
    for row, change, sentence in (
        (held, {"closed_at": later}, "closed"),
        (programme, {"state": "closed"}, "The programme is closed"),
    ):
        rows = type(row)._base_manager.filter(pk=row.pk)
        before = rows.values(*change).get()
        rows.update(**change)
        with pytest.raises(Refused, match=sentence):
            fire(sheet, "submit", actor=assignment.engagement.user)
        rows.update(**before)
    fire(sheet, "submit", actor=assignment.engagement.user)


def test_a_juror_finds_files_and_a_new_invitation_on_the_desk_in_few_queries(
    session, client, django_assert_max_num_queries
):
    juror = JuryAssignment.objects.filter(round__session=session).first().engagement.user
    lot = JuryAssignment.objects.filter(engagement__user=juror)
    numbers = set(lot.values_list("application__case__number", flat=True))
    client.force_login(juror)
    desk = reverse("scoring:desk")
    client.get(desk)
    with django_assert_max_num_queries(12):
        page = client.get(desk)
    assert {file.application.case.number for file in page.context["page"].object_list} == numbers
    assert f"0/{len(jury.middling(lot[0]))}" in page.content.decode()
    assert "You are invited to a jury" not in page.content.decode()
    another = a_session(session.call)
    JurorEngagement.objects.create(session=another, user=juror, invited_at=timezone.now())
    assert "You are invited to a jury" in client.get(desk, headers={"accept-language": "en"}).content.decode()


def test_a_ranking_takes_the_same_queries_for_few_files_and_for_many(
    session, django_assert_num_queries, django_assert_max_num_queries
):
    (held,) = rounds.ensure_rounds(session)
    jury.mark_all(session)
    files, by, at = standings.files_of(held), jury.member_of(session, "jury_secretary"), timezone.now()
    few = files.filter(pk__in=list(files.values_list("pk", flat=True)[:1]))
    with django_assert_max_num_queries(26) as one:
        standings.make_snapshot(Round.objects.get(pk=held.pk), by=by, at=at, files=few)
    with django_assert_num_queries(len(one)):
        standings.make_snapshot(Round.objects.get(pk=held.pk), by=by, at=at)
    for made in RankingSnapshot.objects.all():
        assert snapshot.digest(made.inputs, snapshot.compute(made.inputs)) == made.digest


def test_nothing_is_announced_when_one_decision_is_refused(session):
    jury.mark_all(session)
    batch = jury.deliberate(session, places=2)
    Decision.objects.filter(batch=batch, outcome="award").update(amount_minor=99_000_00)
    before = states(session)
    with pytest.raises(Refused, match="ceiling"):
        jury.announce(session)
    assert states(session) == before
    assert DecisionBatch.objects.get(pk=batch.pk).state == "confirmed"
    assert not Event.objects.filter(verb="award").exists()


def test_a_decision_is_never_applied_one_by_one(session):
    jury.mark_all(session)
    batch = jury.deliberate(session, places=1)
    decision = batch.decisions.get(outcome="award")
    with pytest.raises(Refused, match="No announced decision says so"):
        fire(
            decision.application,
            "award",
            actor=System("shortcut"),
            data={"decision": decision.pk, "amount": decision.amount_minor},
        )


def test_an_applicant_who_leaves_after_the_decision_is_left_alone(session):
    jury.mark_all(session)
    batch = jury.deliberate(session, places=1)
    leaver = batch.decisions.get(outcome="award").application
    fire(leaver, "withdraw", actor=leaver.applicant.user)
    jury.announce(session)
    assert states(session) == ["rejected", "rejected", "withdrawn"]
    assert batch.letters.notices.count() == 2


def test_a_session_with_two_stages_goes_over_a_short_list(db, client):
    world = programme_world()
    jury.prepare_call(world.call, "lby-mtq2")
    open_call(world)
    for _number in range(4):
        an_application(world, "eligible")
    session = jury.start_scoring(world)
    secretary, chair = world.member("jury_secretary"), world.member("jury_chair")
    idea, paper, pitch = session.rounds.order_by("grid__number")
    jury.mark_all(session)
    jury.close_rounds(session)
    at = session.cutoff_at
    client.force_login(secretary)
    listed = standings.make_snapshot(idea, by=secretary, at=at)
    assert "Goes on" in client.get(reverse("scoring:line", args=[listed.pk])).content.decode()
    short = batches.propose(listed, places=3, by=secretary)
    assert short.shortlisting
    fire(short, "submit", actor=secretary)
    fire(short, "confirm", actor=chair)
    fire(short, "announce", actor=chair)
    assert states(session) == ["not_retained", "shortlisted", "shortlisted", "shortlisted"]
    soon = (timezone.now() + timedelta(days=3)).isoformat()
    for application in Application.objects.filter(session=session, state="shortlisted"):
        fire(application, "request_plan", actor=secretary, data={"due_at": soon})
        write(application, PLAN, "plan")
        fire(application, "submit_plan", actor=application.applicant.user)
        with pytest.raises(Refused, match="waits to be confirmed"):
            fire(application, "start_final_review", actor=secretary)
        jury.confirm_copies(session)
        fire(application, "start_final_review", actor=secretary)
    assert states(session) == ["in_final_review"] * 3 + ["not_retained"]
    jury.draw_jurors(paper)
    jury.mark_all(session)
    rounds.close_round(paper, by=secretary, at=at)
    rounds.lock_sheets(paper, actor=secretary)
    ranked = standings.make_snapshot(paper, by=secretary, at=at)
    assert ranked.maximum == 85
    assert ranked.advice.lines.count() == 3
    assert not ranked.advice.shown, "nine marks tell nothing about severity"
    cut = batches.propose(ranked, places=2, by=secretary)
    assert list(cut.decisions.values_list("outcome", flat=True)) == ["reject"]
    for verb, actor in (("submit", secretary), ("confirm", chair), ("announce", chair)):
        fire(cut, verb, actor=actor)
    jury.draw_jurors(pitch)
    jury.mark_all(session)
    assert pitch.assignments.count() == 2 * pitch.jurors
    jury.deliberate(session, places=1)
    made = RankingSnapshot.objects.get(round=pitch)
    assert made.maximum == 100
    jury.announce(session)
    assert states(session) == ["awarded", "not_retained", "rejected", "rejected"]
    assert Deliberation.objects.get(session=session).state == "signed"


def test_the_page_of_confirmed_decisions_leads_to_their_letters(session, client):
    jury.mark_all(session)
    batch = jury.deliberate(session, places=1)
    client.force_login(jury.member_of(session, "jury_secretary"))
    page = client.get(batch.get_absolute_url())
    assert page.status_code == 200
    assert f"/mailings/{batch.letters_id}/" in page.content.decode()
