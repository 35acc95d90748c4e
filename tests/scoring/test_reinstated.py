"""A file that an upheld appeal brings back is decided by a later session, with jurors who never had it."""

from datetime import timedelta

import pytest

from applications import appealing, reinstated
from applications.models import Application
from programmes.models import SelectionSession
from scoring import draw, rounds
from scoring.models import JurorEngagement
from tests.worlds.applications import an_application
from tests.worlds.programmes import TICK, a_session, open_call, programme_world
from tests.worlds.scoring import a_juror, announce, deliberate, mark_all, member_of, start_scoring
from workflow import Refused, fire
from workflow.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


@pytest.fixture
def brought_back(world):
    """Rejected in the announced session, then reinstated."""
    application = an_application(world, "eligible")
    session = start_scoring(world)
    mark_all(session)
    deliberate(session, places=0)
    announce(session)
    application.refresh_from_db()
    assert application.state == "rejected"
    at = application.state_since + timedelta(days=1)
    appeal = appealing.lodge(
        application, ground="procedure", statement="Late.", actor=application.applicant.user, at=at
    )
    officer = world.member("appeal_officer")
    fire(appeal, "admit", actor=officer, at=at)
    fire(appeal, "uphold", actor=officer, at=at, data={"reason": "The rule was not followed."})
    return Application.objects.get(pk=application.pk)


def further_session(world):
    return a_session(world.call, cutoff_at=world.call.closes_at)


def given(world, application):
    session = further_session(world)
    secretary = member_of(session, "jury_secretary")
    reinstated.give(application, session, actor=secretary, at=application.state_since)
    return session


def test_it_waits_for_a_session_and_the_old_one_does_not_close_over_it(world, brought_back):
    assert list(reinstated.waiting()) == [brought_back]
    secretary = member_of(world.session, "jury_secretary")
    assert list(reinstated.to_give(secretary)) == [brought_back]
    old = SelectionSession.objects.get(pk=world.session.pk)
    with pytest.raises(Refused, match="reinstated file waits"):
        fire(old, "close", actor=TICK, at=old.appeal_until + timedelta(days=1))
    given(world, brought_back)
    assert not reinstated.waiting().exists()
    fire(old, "close", actor=TICK, at=old.appeal_until + timedelta(days=1))


def test_the_page_of_the_case_says_what_to_do(client, world, brought_back):
    client.force_login(member_of(world.session, "jury_secretary"))
    page = f"/cases/{brought_back.case.number}/"
    assert "a manager adds one" in client.get(page).content.decode()
    session = further_session(world)
    assert "Give it to this session" in client.get(page).content.decode()
    client.post(f"{page}session/", {"session": session.pk})
    brought_back.refresh_from_db()
    assert brought_back.session == session
    event = Event.objects.get(verb="give_to_session")
    assert event.data == {"from": world.session.pk, "session": session.pk}
    assert "Give it to this session" not in client.get(page).content.decode()


def test_who_had_it_before_never_gets_it_again_and_it_is_decided_anew(world, brought_back):
    before = [engagement.user for engagement in JurorEngagement.objects.filter(session=world.session)]
    session = given(world, brought_back)
    fire(session, "start_screening", actor=TICK, at=world.call.deadline)
    (first, *_others) = rounds.ensure_rounds(session)
    for user in before:
        a_juror(session, user)
    table = draw.read_table(first)
    assert set(table.apart.values()) == {draw.BEFORE}
    assert len(table.apart) == len(before)
    for _number in range(first.jurors):
        a_juror(session)
    start_scoring(world, session)
    mark_all(session)
    deliberate(session, places=1)
    announce(session)
    brought_back.refresh_from_db()
    assert brought_back.state == "awarded"
    drawn = brought_back.jury_assignments.filter(round=first).values_list("engagement__user", flat=True)
    assert not {user.pk for user in before} & set(drawn)


def test_only_a_reinstated_file_changes_its_session_and_only_to_one_that_takes_files(world, brought_back):
    secretary = member_of(world.session, "jury_secretary")
    with pytest.raises(Refused, match="does not take files"):
        reinstated.give(brought_back, world.session, actor=secretary, at=brought_back.state_since)
    session = further_session(world)
    with pytest.raises(Refused):
        reinstated.give(brought_back, session, actor=world.member("juror"), at=brought_back.state_since)
    reinstated.give(brought_back, session, actor=secretary, at=brought_back.state_since)
    with pytest.raises(Refused, match="does not wait"):
        reinstated.give(brought_back, further_session(world), actor=secretary, at=brought_back.state_since)
