"""An application moves only as the rules of the house say: who, when, and with what in it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from applications import due, guards
from applications.models import AnswerSet, Application, ApplicationMember, Identity, PieceRequest
from tests.worlds.applications import (
    BEGUN,
    IDEA,
    PLAN,
    SCREENED,
    SENT,
    a_draft,
    a_person,
    a_rule,
    an_application,
    ask_again,
    find_eligible,
    past,
    start_scoring,
    submit,
    write,
)
from tests.worlds.programmes import (
    CLOSES,
    TICK,
    a_session,
    a_track,
    close_call,
    open_call,
    programme_world,
    publish_call,
)
from workflow import Refused, System, fire
from workflow.history import HistoryError
from workflow.models import Event, Notice
from workflow.second_person import propose

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


def refused(application, verb, actor=None, *, at=SENT, **data):
    with pytest.raises(Refused) as caught:
        fire(application, verb, actor=actor or application.applicant.user, at=at, data=data)
    return " ".join(caught.value.sentences)


# Sending


def test_a_complete_application_is_sent_and_its_answers_are_frozen(world):
    application = submit(a_draft(world))
    assert application.state == "submitted"
    assert application.submitted_at == SENT
    assert application.session == world.session
    sent = application.sent_answers("idea")
    assert sent.frozen_at == SENT
    assert sent.answers["title"] == application.title == IDEA["title"]
    assert application.requested_minor == 12_000_00


def test_what_is_missing_is_said(world):
    application = a_draft(world)
    write(application, {"description": "", "sworn": False})
    assert "2 questions are still open, the first: “What will you do, for whom, and where?”" in refused(
        application, "submit"
    )


def test_nobody_sends_without_saying_who_applies(world):
    application = a_draft(world)
    Identity.objects.get(person=application.applicant).tokens.all().delete()
    assert "about you are missing" in refused(application, "submit")


def test_nobody_sends_without_consent(world):
    application = a_draft(world)
    application.applicant.consents.update(withdrawn_at=SENT)
    assert "consent" in refused(application, "submit")


def test_a_call_takes_nothing_before_it_opens():
    world = programme_world()
    publish_call(world)
    assert "not open yet" in refused(a_draft(world), "submit", at=world.call.opens_at - MINUTE)


def test_nothing_is_sent_after_the_deadline_and_the_draft_is_kept(world):
    application = a_draft(world)
    assert "The call is closed. Your draft is kept" in refused(application, "submit", at=CLOSES + MINUTE)
    application.refresh_from_db()
    assert application.state == "draft"
    assert application.answers_at("idea").answers["title"] == IDEA["title"]


def test_within_the_grace_only_what_was_begun_before_closing_is_sent():
    world = programme_world()
    world.call.grace_minutes = 10
    world.call.save()
    open_call(world)
    early, late = a_draft(world, at=CLOSES - MINUTE), a_draft(world, at=CLOSES + MINUTE)
    assert "closed" in refused(late, "submit", at=CLOSES + 2 * MINUTE)
    submit(early, at=CLOSES + 9 * MINUTE)
    assert early.session == world.session
    beyond = a_draft(world, at=CLOSES - MINUTE)
    close_call(world)
    assert "closed" in refused(beyond, "submit", at=CLOSES + 11 * MINUTE)


def test_a_call_that_was_closed_early_is_closed(world):
    application = a_draft(world)
    fire(
        world.call,
        "close",
        actor=world.member("manager"),
        at=SENT - MINUTE,
        data={"reason": "The money is spent"},
    )
    assert "closed" in refused(application, "submit", at=SENT)


def test_the_database_holds_one_application_a_person_and_call(world):
    application = a_draft(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Application.objects.create(
            case=an_application(world).case.__class__.objects.create(programme=world.programme),
            call=world.call,
            track=world.track,
            applicant=application.applicant,
        )


def test_nobody_applies_twice_as_member_of_two_groups(world):
    group = a_track(world.call, composition="pair", min_members=2, max_members=2)
    first = submit(a_draft(world, members=2, track=group))
    other = a_draft(world, track=group)
    twice = first.members.exclude(person=first.applicant).get().person
    ApplicationMember.objects.create(application=other, person=twice)
    assert "has already applied" in refused(other, "submit")


def test_a_track_says_how_many_apply_together(world):
    group = a_track(world.call, composition="group", min_members=3, max_members=4)
    assert "at least 3 persons" in refused(a_draft(world, track=group, members=2), "submit")
    assert "at most 4 persons" in refused(a_draft(world, track=group, members=5), "submit")
    assert submit(a_draft(world, track=group, members=4)).state == "submitted"


def test_nobody_asks_for_more_than_the_ceiling(world):
    assert "At most 15,000.00" in refused(a_draft(world, answers={"requested": 15_000_01}), "submit")


def test_what_is_sent_is_what_was_read(world):
    application = a_draft(world)
    read = application.answers_at("idea").digest
    write(application, {"title": "Something else"})
    assert "changed meanwhile" in refused(application, "submit", answers=read)
    now = application.answers_at("idea").digest
    event = fire(
        application, "submit", actor=application.applicant.user, at=SENT, data={"answers": now}
    ).event
    assert event.data == {"answers": now}


def test_somebody_else_cannot_send_it(world):
    with pytest.raises(Refused):
        fire(a_draft(world), "submit", actor=a_person(world).user, at=SENT)


# Screening


def test_a_missing_piece_opens_only_the_named_questions_in_a_copy(world):
    application = an_application(world, "incomplete")
    original = application.sent_answers("idea")
    copy = application.answers_at("idea")
    assert (copy.number, copy.frozen_at) == (2, None)
    assert copy.complete == original.complete
    write(application, {"use_of_money": "Two machines"})
    fire(application, "answer", actor=application.applicant.user, at=SCREENED + MINUTE)
    original.refresh_from_db()
    assert original.answers["use_of_money"] == IDEA["use_of_money"]
    assert application.sent_answers("idea").answers["use_of_money"] == "Two machines"
    assert application.state == "submitted"


def test_a_request_names_questions_of_the_form_and_a_day_to_come(world):
    application = an_application(world)
    officer = world.member("screening_officer")
    later = (SCREENED + timedelta(days=3)).isoformat()
    for questions, due_at, complaint in (
        ([], later, "Name the questions"),
        (["colour"], later, "Name the questions"),
        (["title"], "", "Give the date"),
        (["title"], "2026-03-20", "Give the date"),
        (["title"], SENT.isoformat(), "in the past"),
    ):
        said = refused(application, "request_piece", officer, at=SCREENED, questions=questions, due_at=due_at)
        assert complaint in said


def test_what_was_asked_must_be_answered_in_time(world):
    application = an_application(world, "incomplete")
    write(application, {"use_of_money": ""})
    assert "still open" in refused(application, "answer", at=SCREENED)
    assert "has passed" in refused(application, "answer", at=SCREENED + timedelta(days=8))


def test_an_unanswered_request_ends_by_itself_and_only_after_its_date(world):
    application = an_application(world, "incomplete")
    assert due.refuse_unanswered(SCREENED + timedelta(days=6)) == 0
    assert due.refuse_unanswered(SCREENED + timedelta(days=8)) == 1
    assert due.refuse_unanswered(SCREENED + timedelta(days=8)) == 0
    application.refresh_from_db()
    assert application.state == "ineligible"


def test_a_blocking_rule_is_met_or_waived_before_anybody_is_eligible(world):
    rule = a_rule(world, "by_hand")
    a_rule(world, "residence", severity="warn", sites=["nowhere"])
    application = an_application(world)
    officer = world.member("screening_officer")
    assert f"“{rule.title}” is not met" in refused(application, "mark_eligible", officer, at=SCREENED)
    find_eligible(world, application)
    assert application.state == "eligible"


def test_ineligible_names_the_rule(world):
    foreign = a_rule(programme_world())
    application, officer = an_application(world), world.member("screening_officer")
    for rule in (None, foreign.pk, "x"):
        assert "Name the rule" in refused(application, "mark_ineligible", officer, at=SCREENED, rule=rule)
    an_application(world, "ineligible")


def test_scoring_waits_for_screening(world):
    application = an_application(world)
    officer, secretary = world.member("screening_officer"), world.member("jury_secretary")
    assert "1 application still waits" in guards.every_application_is_screened(world.session, secretary, {})
    ask_again(world, application)
    assert "1 application still waits" in guards.every_application_is_screened(world.session, secretary, {})
    fire(application, "answer", actor=application.applicant.user, at=SCREENED)
    fire(application, "mark_eligible", actor=officer, at=SCREENED)
    assert guards.every_application_is_screened(world.session, secretary, {}) is None


def test_what_was_sent_to_a_cancelled_session_is_read_by_the_next(world):
    application, manager = an_application(world), world.member("manager")
    with pytest.raises(Refused, match="no later one"):
        fire(world.session, "cancel", actor=manager, at=SENT, data={"reason": "Strike"})
    following = a_session(world.call, cutoff_at=CLOSES + timedelta(days=30))
    fire(world.session, "cancel", actor=manager, at=SENT, data={"reason": "Strike"})
    application.refresh_from_db()
    assert application.session == following


# Review, plan, decision


@pytest.fixture
def shortlisted(world):
    application = an_application(world, "eligible")
    start_scoring(world)
    application.refresh_from_db()
    return past(application, "shortlist")


def request_plan(world, application):
    due_at = CLOSES + timedelta(days=28)
    fire(
        application,
        "request_plan",
        actor=world.member("jury_secretary"),
        at=CLOSES + 2 * MINUTE,
        data={"due_at": due_at.isoformat()},
    )
    return due_at


def test_a_plan_is_asked_for_written_and_sent(world, shortlisted):
    request_plan(world, shortlisted)
    write(shortlisted, PLAN, "plan")
    fire(shortlisted, "submit_plan", actor=shortlisted.applicant.user, at=CLOSES + timedelta(days=3))
    assert shortlisted.state == "plan_submitted"
    assert shortlisted.requested_minor == 11_500_00
    assert shortlisted.sent_answers("idea").answers["requested"] == 12_000_00
    past(shortlisted, "start_final_review", at=CLOSES + timedelta(days=4))
    assert shortlisted.state == "in_final_review"


def test_a_plan_that_was_not_filed_lapses_and_only_then(world, shortlisted):
    due_at = request_plan(world, shortlisted)
    assert due.lapse_plans(due_at - MINUTE) == 0
    assert due.lapse_plans(due_at + MINUTE) == 1
    shortlisted.refresh_from_db()
    assert shortlisted.state == "lapsed"


def test_a_plan_is_not_filed_after_its_date(world, shortlisted):
    due_at = request_plan(world, shortlisted)
    write(shortlisted, PLAN, "plan")
    assert "has passed" in refused(shortlisted, "submit_plan", at=due_at + MINUTE)


@pytest.mark.parametrize("verb", ["shortlist", "not_retain"])
def test_nobody_decides_one_by_one(world, verb):
    application = an_application(world, "eligible")
    start_scoring(world)
    application.refresh_from_db()
    assert "in a batch" in refused(application, verb, world.member("jury_secretary"))


@pytest.fixture
def in_review(world):
    application = an_application(world, "eligible")
    start_scoring(world)
    application.refresh_from_db()
    return application


BATCH = System("decisionbatch.announce")


def test_an_award_stays_within_the_ceiling(in_review):
    assert "above the ceiling" in refused(in_review, "award", BATCH, amount=15_000_01)
    for odd in (-1, "10", None, 1.5, True):
        with pytest.raises(HistoryError, match="mount"):
            past(in_review, "award", amount=odd)
    past(in_review, "award", amount=14_000_00)
    assert in_review.state == "awarded"


def test_no_person_awards(world, in_review):
    for role in ("manager", "jury_chair", "jury_secretary"):
        with pytest.raises(Refused):
            fire(in_review, "award", actor=world.member(role), data={"amount": 1})


@pytest.mark.long
def test_a_freed_place_goes_to_the_first_who_waits(world):
    winner, first, second = (an_application(world, "eligible") for _number in range(3))
    start_scoring(world)
    for application in (winner, first, second):
        application.refresh_from_db()
    past(winner, "award", amount=100)
    for application, rank in ((first, 1), (second, 2)):
        application.waiting_rank = rank
        past(application, "waitlist", rank=rank)
    assert guards.a_place_was_freed(first, BATCH, {}) == "No place has been given back."
    fire(winner, "decline", actor=winner.applicant.user, at=CLOSES)
    assert "stands before" in guards.a_place_was_freed(second, BATCH, {})
    assert guards.a_place_was_freed(first, BATCH, {}) is None
    past(first, "award", amount=100)
    assert guards.a_place_was_freed(second, BATCH, {}) == "No place has been given back."


def test_the_waiting_list_ends_with_its_session(world, in_review):
    past(in_review, "waitlist", rank=1)
    assert due.lapse_waiting_lists(CLOSES) == 0
    assert "still open" in refused(in_review, "lapse", TICK)
    type(world.session).objects.filter(pk=world.session.pk).update(state="closed")
    assert due.lapse_waiting_lists(CLOSES) == 1


def test_two_persons_disqualify_and_both_are_named(world):
    application = an_application(world)
    manager, other = world.member("manager"), world.member("manager", 2)
    data = {"reason": "The papers were forged"}
    assert "Another person must propose" in refused(application, "disqualify", manager, **data)
    propose(application, "disqualify", actor=manager, data=data)
    assert "yourself" in refused(application, "disqualify", manager, **data)
    fire(application, "disqualify", actor=other, at=SENT, data=data)
    event = Event.objects.get(verb="disqualify")
    assert (event.actor, event.second_person) == (other, manager)


def test_only_an_upheld_appeal_brings_an_application_back(world):
    application = an_application(world, "ineligible")
    with pytest.raises(Refused):
        fire(application, "reinstate", actor=world.member("manager"))
    fire(application, "reinstate", actor=System("appeal.uphold"), at=SCREENED)
    assert application.state == "eligible"


@pytest.mark.parametrize("state", ["draft", "submitted", "incomplete", "eligible"])
def test_an_applicant_can_always_take_it_back_and_begin_again(world, state):
    application = an_application(world, state)
    fire(application, "withdraw", actor=application.applicant.user, at=SCREENED)
    assert a_draft(world, application.applicant).pk != application.pk


# What hangs on it


def test_one_request_is_open_at_a_time(world):
    application = an_application(world, "incomplete")
    request = PieceRequest.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PieceRequest.objects.create(
            application=application, questions=["title"], due_at=request.due_at, asked_at=SENT
        )


def test_one_set_of_answers_is_open_at_a_time(world):
    application = a_draft(world)
    version = application.answers_at("idea").form_version
    with pytest.raises(IntegrityError), transaction.atomic():
        AnswerSet.objects.create(application=application, form_version=version, number=2)


def test_the_applicant_is_told_of_every_step(world):
    application = an_application(world, "incomplete")
    told = Notice.objects.filter(stream=application.stream).order_by("pk")
    kinds = told.values_list("template", flat=True)
    assert list(kinds) == ["application_received", "piece_requested"]


def test_published_forms_are_frozen(world):
    assert all(version.frozen_at for version in world.call.form_versions.all())


def test_a_call_is_not_published_without_its_form(world):
    bare = programme_world()
    assert guards.forms_are_complete(bare.call, TICK, None) == "Choose the form that applicants fill in."


def test_asking_again_twice_keeps_every_version_of_the_answers(world):
    application = an_application(world, "incomplete")
    write(application, {"use_of_money": "Two machines"})
    fire(application, "answer", actor=application.applicant.user, at=SCREENED + MINUTE)
    ask_again(world, application, "experience", days=9)
    write(application, {"experience": "Six years"})
    fire(application, "answer", actor=application.applicant.user, at=SCREENED + 2 * MINUTE)
    kept = list(application.answer_sets.order_by("number").values_list("number", "frozen_at"))
    assert [number for number, _frozen in kept] == [1, 2, 3]
    assert all(frozen for _number, frozen in kept)
    assert kept[0][1] > BEGUN
