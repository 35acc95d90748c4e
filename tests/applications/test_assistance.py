"""Who writes for whom: an agent never edits what its owner writes alone."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications import assisting
from applications.models import Application, Assistance, Person
from tests.worlds.applications import (
    BEGUN,
    SENT,
    a_draft,
    a_guest,
    an_application,
    an_assisted_draft,
    ask_again,
)
from tests.worlds.programmes import open_call, programme_world
from workflow import Refused, access, fire
from workflow.events import timeline
from workflow.verification import verify

pytestmark = pytest.mark.django_db
WRITING = ("submit", "answer", "submit_plan", "withdraw")


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


def may_write(user, application) -> set[str]:
    """What a user may do of what an applicant does."""
    fresh = type(user)._default_manager.get(pk=user.pk)
    verbs = [f"applications.{verb}_application" for verb in WRITING]
    asked = [*verbs, "applications.edit_application"]
    return {name for name in asked if access.may(fresh, name, application)}


def test_an_agent_never_edits_what_its_owner_writes_alone(client, world):
    application = a_draft(world)
    agent = world.member("field_agent")
    assert may_write(agent, application) == set()
    assert not Application.objects.written_by(agent).exists()
    with pytest.raises(Refused):
        fire(application, "submit", actor=agent, at=SENT)
    client.force_login(agent)
    for name in ("status", "about", "review"):
        assert client.get(reverse(f"applications:{name}", args=[application.case.number])).status_code == 404


def test_nobody_begins_to_help_a_person_who_has_an_account(world):
    application = a_draft(world)
    with pytest.raises(Refused, match="writes alone"):
        assisting.assist(application, helper=world.member("field_agent"), language="Darija", at=BEGUN)
    assert not Assistance.objects.exists()


def test_an_agent_writes_for_a_person_without_account_and_it_is_recorded(world):
    agent = world.member("field_agent")
    application = an_assisted_draft(world)
    assert len(may_write(agent, application)) == 5
    assert not access.may(agent, "applications.decline_application", application)
    assert list(Application.objects.written_by(agent)) == [application]
    act = timeline(application.stream).get()
    assert (act.verb, act.actor) == ("assist", agent)
    assert [problem for result in verify() for problem in result.problems] == []


def test_a_colleague_takes_over_with_a_reason_and_the_first_agent_stops(world):
    first, second = world.member("field_agent"), world.member("field_agent", 2)
    application = an_assisted_draft(world)
    assert may_write(second, application) == set()
    with pytest.raises(Refused, match="why you take over"):
        assisting.assist(application, helper=second, language="Darija", at=SENT)
    assisting.assist(application, helper=second, language="Darija", at=SENT, reason="First one is away")
    assert may_write(first, application) == set()
    assert len(may_write(second, application)) == 5
    act = timeline(application.stream)[0]
    assert (act.verb, act.actor, act.data, act.note.text) == (
        "take_over",
        second,
        {"helper": first.pk},
        "First one is away",
    )


def test_an_agent_of_another_programme_or_without_the_role_writes_nothing(world):
    application = an_assisted_draft(world)
    elsewhere = programme_world().member("field_agent")
    assert may_write(elsewhere, application) == set()
    world.programme.memberships.filter(role="field_agent").delete()
    assert may_write(world.member("field_agent"), application) == set()
    assert not Application.objects.written_by(world.member("field_agent")).exists()


def test_whoever_gets_an_account_writes_alone(world):
    application = an_assisted_draft(world)
    user = a_draft(world).applicant.user
    Person.objects.filter(user=user).update(user=None)
    Person.objects.filter(pk=application.applicant_id).update(user=user)
    application = Application.objects.get(pk=application.pk)
    assert may_write(world.member("field_agent"), application) == set()
    assert not Application.objects.written_by(world.member("field_agent")).exists()


def test_one_helper_at_a_time_in_the_database_too(world):
    application = an_assisted_draft(world)
    again = {"helper": world.member("field_agent", 2), "language": "Darija", "began_at": BEGUN}
    with pytest.raises(IntegrityError), transaction.atomic():
        Assistance.objects.create(application=application, **again)


def test_helping_twice_changes_nothing(world):
    application = an_assisted_draft(world)
    assisting.assist(application, helper=world.member("field_agent"), language="Darija", at=SENT)
    assert Assistance.objects.count() == 1


def test_an_agent_helps_to_answer_what_somebody_sent_on_paper(world):
    agent = world.member("field_agent")
    application = an_application(world)
    Person.objects.filter(pk=application.applicant_id).update(user=None)
    application = Application.objects.get(pk=application.pk)
    ask_again(world, application)
    assert may_write(agent, application) == set()
    assisting.assist(application, helper=agent, language="Darija", at=SENT)
    assert "applications.answer_application" in may_write(agent, application)


def test_agents_see_assisted_drafts_and_no_others(world):
    written, alone = an_assisted_draft(world), a_draft(world)
    seen = Application.objects.visible_to(world.member("field_agent", 2))
    assert written in seen
    assert alone not in seen
    assert written not in Application.objects.visible_to(world.member("manager"))
    guest = a_guest(world)
    assert guest.user is None
