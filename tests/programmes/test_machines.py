"""A programme, a call and a selection session go on only when everything is there, and by whom it should."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from programmes import due
from programmes.models import Call, Programme, Site
from tests.worlds.applications import an_application
from tests.worlds.programmes import (
    CLOSES,
    NOON,
    OPENS,
    TICK,
    a_call,
    a_member,
    a_programme,
    a_session,
    a_track,
    close_call,
    open_call,
    programme_world,
    publish_call,
    start_screening,
)
from workflow import Refused, fire, load_history, tick
from workflow.actions import actions_for
from workflow.history import Fact, History
from workflow.models import Refusal

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


@pytest.fixture
def world():
    return programme_world()


def refused(record, verb, actor, *, at=NOON, **data):
    with pytest.raises(Refused) as caught:
        fire(record, verb, actor=actor, at=at, data=data)
    return " ".join(caught.value.sentences)


# Programme


def test_a_draft_programme_says_everything_that_is_missing_before_it_is_published():
    programme = Programme.objects.create(code="EMPTY-1", currency="MAD")
    said = refused(programme, "publish", a_member(programme, "manager"))
    assert "Give the programme a title." in said
    assert "in which country" in said
    assert "the start and the end" in said
    assert "at least one site" in said


def test_a_programme_is_published_closed_and_reopened_by_its_manager():
    programme = a_programme(running=False)
    manager = a_member(programme, "manager")
    fire(programme, "publish", actor=manager, at=NOON)
    fire(programme, "close", actor=manager, at=NOON)
    assert programme.state == "closed"
    assert programme.closed_on == NOON.date()
    assert refused(programme, "reopen", manager) == "Give a reason."
    fire(programme, "reopen", actor=manager, data={"reason": "The evaluation found unpaid kits"})
    assert programme.state == "running"
    assert programme.closed_on is None


def test_a_programme_with_an_open_call_cannot_be_closed(world):
    open_call(world)
    assert "not concluded" in refused(world.programme, "close", world.member("manager"))


def test_nothing_of_a_closed_programme_changes(world):
    fire(world.programme, "close", actor=world.member("manager"), at=NOON)
    for record, verb in ((world.call, "cancel"), (world.session, "cancel")):
        said = refused(record, verb, world.member("manager"), reason="Too late")
        assert "read-only" in said
    blocked = {action.verb: action.reasons for action in actions_for(world.call, world.member("manager"))}
    assert "The programme is closed: it is read-only." in blocked["publish"]


def test_what_was_read_before_its_programme_closed_does_not_change_after(world):
    open_call(world)
    application = an_application(world)
    assert not application.call.programme.is_closed
    Programme.objects.filter(pk=world.programme.pk).update(state="closed", closed_on=NOON.date())
    officer = world.member("screening_officer")
    assert "read-only" in refused(application, "mark_eligible", officer)


@pytest.mark.parametrize("role", ["auditor", "jury_secretary", "donor", "coach"])
def test_only_a_manager_publishes_closes_and_cancels(world, role):
    member = world.member(role)
    for record, verb in ((world.programme, "close"), (world.call, "publish"), (world.session, "cancel")):
        assert refused(record, verb, member, reason="x") == "You may not do this."


def test_the_manager_of_another_programme_does_nothing_here(world):
    stranger = programme_world().member("manager")
    assert refused(world.programme, "close", stranger) == "You may not do this."


# Call


def test_a_call_says_everything_that_is_missing_before_it_is_published():
    programme = a_programme(running=False)
    call = a_call(programme, opens_at=None, closes_at=None)
    said = refused(call, "publish", a_member(programme, "manager"))
    assert "Publish the programme first." in said
    assert "when the call opens" in said
    assert "at least one track" in said
    assert "at least one selection session" in said


def test_a_track_that_pays_money_needs_an_envelope_and_a_ceiling(world):
    world.track.ceiling_minor = None
    world.track.save()
    world.call.envelope_minor = None
    world.call.save()
    said = refused(world.call, "publish", world.member("manager"))
    assert "ceiling of the track" in said
    assert "Give the envelope" in said


def test_a_call_that_only_accompanies_needs_no_money(world):
    world.call.tracks.update(payment="none", ceiling_minor=None)
    Call.objects.filter(pk=world.call.pk).update(envelope_minor=None)
    said = refused(Call.objects.get(pk=world.call.pk), "publish", world.member("coach"))
    assert said == "You may not do this."
    world.call.refresh_from_db()
    reasons = {a.verb: a.reasons for a in actions_for(world.call, world.member("manager"))}["publish"]
    assert not [reason for reason in reasons if "envelope" in reason or "ceiling" in reason]


def test_sessions_cannot_share_out_more_than_the_envelope(world):
    world.session.envelope_minor = world.call.envelope_minor + 1
    world.session.save()
    assert "share out more" in refused(world.call, "publish", world.member("manager"))


def test_no_application_may_come_after_the_last_session(world):
    type(world.session).objects.filter(pk=world.session.pk).update(cutoff_at=CLOSES - SOON)
    assert "wait for none" in refused(world.call, "publish", world.member("manager"))


def test_a_call_opens_before_its_date_only_with_a_reason(world):
    manager, early = world.member("manager"), OPENS - SOON
    call = publish_call(world)
    assert "give a reason" in refused(call, "open", manager, at=early)
    assert "give a reason" in refused(call, "open", TICK, at=early, reason="The clock")
    fire(call, "open", actor=manager, at=early, data={"reason": "The ministry asks for it"})
    assert call.state == "open"


def test_a_call_accepts_until_its_grace_is_over_and_the_system_waits_that_long(world):
    Call.objects.filter(pk=world.call.pk).update(grace_minutes=30)
    world.call.refresh_from_db()
    call = open_call(world)
    assert call.accepts(CLOSES + timedelta(minutes=30))
    assert not call.accepts(CLOSES + timedelta(minutes=31))
    assert call.session_for(CLOSES + timedelta(minutes=30)) == world.session
    assert "closes on" in refused(call, "close", TICK, at=CLOSES)
    fire(call, "close", actor=world.member("manager"), at=CLOSES)
    assert not call.accepts(CLOSES)


def test_a_closed_call_is_extended_with_a_later_date_and_its_session_reads_what_comes(world):
    open_call(world)
    call, manager = close_call(world), world.member("manager")
    later = CLOSES + timedelta(days=10)
    assert "later than the old one" in refused(
        call, "extend", manager, at=CLOSES + SOON, closes_at=CLOSES.isoformat(), reason="Floods"
    )
    assert "until when" in refused(call, "extend", manager, at=CLOSES, closes_at="soon", reason="Floods")
    data = {"closes_at": later.isoformat(), "reason": "Floods"}
    event = fire(call, "extend", actor=manager, at=CLOSES + SOON, data=data).event
    assert event.data == {"closes_at": later.isoformat()}
    assert call.state == "open"
    assert call.closes_at == later
    assert call.session_for(later) == world.session


def test_a_call_whose_jury_already_marks_is_not_extended(world):
    open_call(world)
    close_call(world)
    session = a_session(world.call, 7)
    load_history(
        [
            History(
                session,
                [Fact("start_screening", CLOSES, TICK), Fact("start_scoring", CLOSES, TICK)],
            )
        ],
        recorded_at=CLOSES + SOON,
    )
    assert "past screening" in refused(
        world.call, "extend", world.member("manager"), at=CLOSES + SOON, reason="Floods"
    )
    assert "must be closed or cancelled" in refused(world.call, "conclude", world.member("manager"))


def test_cancelling_a_call_cancels_the_sessions_that_have_not_begun(world):
    second = a_session(world.call)
    open_call(world)
    event = fire(world.call, "cancel", actor=world.member("manager"), data={"reason": "No money"}).event
    for session in (world.session, second):
        session.refresh_from_db()
        assert session.state == "cancelled"
    assert event.effects.count() == 2


def test_a_call_is_concluded_once_no_session_is_left(world):
    open_call(world)
    call, manager = close_call(world), world.member("manager")
    fire(world.session, "cancel", actor=manager, data={"reason": "Nobody applied"})
    fire(call, "conclude", actor=manager)
    assert call.state == "concluded"


# Selection session


def test_screening_begins_after_the_cut_off_of_an_open_call_by_secretary_or_clock(world):
    secretary = world.member("jury_secretary")
    said = refused(world.session, "start_screening", secretary)
    assert "The call is not open." in said
    assert "can come in until" in said
    open_call(world)
    start_screening(world)
    assert world.session.state == "screening"


@pytest.mark.parametrize(
    ("verb", "role"),
    [
        ("start_scoring", "jury_secretary"),
        ("start_deliberation", "jury_secretary"),
        ("announce", "jury_chair"),
    ],
)
def test_each_step_of_a_session_has_its_person(world, verb, role):
    from workflow import access

    name = f"programmes.{verb}_selectionsession"
    assert access.may(world.member(role), name, world.session)
    for other in ("manager", "juror", "auditor", "approver"):
        assert not access.may(world.member(other), name, world.session)
    assert not access.may(TICK, name, world.session)


def announced(world, *, at=CLOSES):
    open_call(world)
    session = a_session(world.call, 9)
    verbs = ("start_screening", "start_scoring", "start_deliberation", "announce")
    session.appeal_until = at + timedelta(days=15)
    load_history([History(session, [Fact(verb, at, TICK) for verb in verbs])], recorded_at=at + SOON)
    return session


def test_a_session_closes_when_nobody_can_appeal_any_more(world):
    session = announced(world)
    assert "Appeals are possible" in refused(session, "close", world.member("jury_secretary"), at=CLOSES)


# By the clock


def test_the_clock_opens_closes_and_screens_and_running_it_again_changes_nothing(world):
    call = publish_call(world)
    assert due.open_calls(OPENS - SOON) == 0
    assert due.open_calls(OPENS) == 1
    assert due.open_calls(OPENS) == 0
    assert due.close_calls(CLOSES - SOON) == 0
    assert due.close_calls(CLOSES) == 1
    assert due.start_screening(CLOSES) == 1
    assert due.start_screening(CLOSES) == 0
    call.refresh_from_db()
    world.session.refresh_from_db()
    assert (call.state, world.session.state) == ("closed", "screening")
    assert call.state_since == CLOSES
    assert not Refusal.objects.exists()


def test_the_clock_leaves_a_closed_programme_alone_without_filling_the_log(world):
    publish_call(world)
    Programme.objects.filter(pk=world.programme.pk).update(is_listed=False)
    load_history(
        [History(Programme.objects.get(pk=world.programme.pk), [Fact("close", NOON, TICK)])],
        recorded_at=OPENS,
    )
    assert due.open_calls(OPENS) == 0
    assert not Refusal.objects.exists()


def test_the_jobs_are_on_tick():
    done = tick.run(NOON)
    assert {"calls opened", "calls closed", "sessions in screening", "sessions closed"} <= set(done)


# What the database itself refuses


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "running?"},
        {"budget_minor": -1},
        {"budget_minor": 1, "budget_currency": ""},
        {"planned_start": "2026-02-01", "planned_end": "2026-01-01"},
    ],
)
def test_the_database_refuses_an_impossible_programme(broken):
    programme = a_programme(running=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(**broken)


def test_the_database_refuses_impossible_calls_tracks_sessions_and_sites(world):
    broken = [
        (world.call, {"closes_at": OPENS}),
        (world.call, {"envelope_minor": -1}),
        (world.call, {"title_fr": "", "title_en": "", "title_ar": ""}),
        (world.track, {"ceiling_minor": 0}),
        (world.track, {"min_members": 3, "max_members": 2}),
        (world.session, {"number": 0}),
        (world.site, {"latitude": 91, "longitude": 0}),
        (world.site, {"latitude": 10, "longitude": None}),
    ]
    for record, change in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            type(record).objects.filter(pk=record.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        a_track(world.call, world.track.code)
    with pytest.raises(IntegrityError), transaction.atomic():
        Site.objects.create(programme=world.programme, code=world.site.code, name_fr="Again")
