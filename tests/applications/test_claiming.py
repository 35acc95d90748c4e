"""A claimed case obeys its owner: the agent stops writing, the PIN dies, and a slip alone proves nothing."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from applications import claiming, follow_up, slips
from applications.models import Application, Claim, Person
from tests.worlds.applications import SENT, a_draft, a_guest, an_assisted_draft
from tests.worlds.programmes import a_user, open_call, programme_world
from workflow import Refused, access, fire
from workflow.events import timeline
from workflow.models import Notice
from workflow.sms import MemoryBackend
from workflow.verification import verify

pytestmark = pytest.mark.django_db
PHONE = "+212612345678"


@pytest.fixture(autouse=True)
def _quiet():
    cache.clear()
    MemoryBackend.outbox.clear()


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


@pytest.fixture
def application(world):
    return an_assisted_draft(world, a_guest(world, phone=PHONE))


@pytest.fixture
def slip(world, application):
    return slips.give(application, actor=world.member("field_agent"), at=SENT)


@pytest.fixture
def owner(client):
    user = a_user("owner")
    client.force_login(user)
    return user


def ask(client, application, pin):
    return client.post(reverse("applications:ask_claim"), {"number": application.case.number, "pin": pin})


def fresh(application):
    return Application.objects.with_papers().get(pk=application.pk)


def test_the_account_with_the_vault_s_phone_takes_the_case_over_at_once(
    client, world, application, slip, owner
):
    owner.confirm_phone(PHONE, timezone.now())
    done = ask(client, application, slip.pin)
    assert done.url == reverse("applications:status", args=[application.case.number])
    assert fresh(application).applicant.user == owner
    act = next(event for event in timeline(application.stream) if event.verb == "claim")
    assert act.actor == owner
    assert (act.data["way"], act.data["owner"]) == ("account", owner.pk)
    assert [problem for result in verify() for problem in result.problems] == []


def claimed(world, application, owner):
    claim = claiming.ask(application.case, owner, at=SENT)
    claiming.grant(claim, way="account", actor=owner, at=SENT)
    return fresh(application)


def test_a_claimed_case_obeys_its_owner(client, world, application, slip, owner):
    agent = world.member("field_agent")
    application = claimed(world, application, owner)
    assert application.assistance is None
    assert not access.may(agent, "applications.edit_application", application)
    with pytest.raises(Refused):
        fire(application, "submit", actor=agent, at=SENT)
    assert follow_up.enter(application.case.number, slip.pin, address="a", now=timezone.now()) is None
    with pytest.raises(Refused, match="needs no slip"):
        slips.give(application, actor=agent, at=SENT, reason="Lost")
    assert client.get(reverse("applications:review", args=[application.case.number])).status_code == 200
    fire(application, "submit", actor=owner, at=SENT)
    assert application.state == "submitted"


def test_all_cases_of_the_person_follow_with_the_account(world, application, owner):
    elsewhere = programme_world()
    open_call(elsewhere)
    other = an_assisted_draft(elsewhere, application.applicant)
    slips.give(other, actor=elsewhere.member("field_agent"), at=SENT)
    claimed(world, application, owner)
    other = fresh(other)
    assert (other.applicant.user, other.assistance) == (owner, None)
    assert slips.valid_slip(other.case) is None
    assert timeline(other.stream)[0].verb == "claim"


def test_another_phone_needs_the_code_that_goes_to_the_vault_s(client, application, slip, owner):
    owner.confirm_phone("+212699999999", timezone.now())
    page = ask(client, application, slip.pin).url
    assert fresh(application).applicant.user is None
    shown = client.get(page).content.decode()
    assert "345678" not in shown
    client.post(page, {"send": "1"})
    ((number, text),) = MemoryBackend.outbox
    assert number == PHONE
    code = "".join(letter for letter in text if letter.isdigit())[:6]
    client.post(page, {"code": "000000" if code != "000000" else "111111"})
    assert fresh(application).applicant.user is None
    client.post(page, {"code": code})
    assert fresh(application).applicant.user == owner


def test_an_unconfirmed_phone_proves_nothing(client, application, slip, owner):
    owner.phone = PHONE
    owner.save()
    ask(client, application, slip.pin)
    assert fresh(application).applicant.user is None


def desk(client, world, application, claim, **given):
    client.force_login(world.member("field_agent"))
    page = reverse(
        "applications:decide_claim",
        args=[world.programme.code, application.applicant.reference, claim.pk],
    )
    return client.post(page, given)


def test_without_a_phone_the_agent_who_sees_the_person_confirms_by_the_number_on_the_screen(
    client, world, owner
):
    application = an_assisted_draft(world, a_guest(world, phone=""))
    slip = slips.give(application, actor=world.member("field_agent"), at=SENT)
    page = ask(client, application, slip.pin).url
    claim = Claim.objects.get()
    shown = client.get(page)
    assert claim.match in shown.content.decode()
    client.post(page, {"send": "1"})
    assert MemoryBackend.outbox == []
    desk(client, world, application, claim, match="x")
    assert fresh(application).applicant.user is None
    desk(client, world, application, claim, match=claim.match)
    assert fresh(application).applicant.user == owner
    act = next(event for event in timeline(application.stream) if event.verb == "claim")
    assert (act.actor, act.data["way"]) == (world.member("field_agent"), "agent")


def test_an_agent_refuses_a_claim_with_a_reason(client, world, application, slip, owner):
    ask(client, application, slip.pin)
    claim = Claim.objects.get()
    desk(client, world, application, claim, refuse="1", reason="")
    assert Claim.objects.get().granted is None
    desk(client, world, application, claim, refuse="1", reason="It was a neighbour")
    assert Claim.objects.get().granted is False
    act = timeline(application.stream)[0]
    assert (act.verb, act.note.text) == ("refuse_claim", "It was a neighbour")
    with pytest.raises(Refused, match="decided already"):
        claiming.grant(claim, way="code", actor=owner, at=SENT)


def test_nobody_grants_an_own_claim(world, application):
    agent = world.member("field_agent")
    claim = claiming.ask(application.case, agent, at=SENT)
    with pytest.raises(Refused, match="own claim"):
        claiming.grant_at_the_desk(claim, match=claim.match, actor=agent, at=SENT)


def test_an_account_that_holds_files_of_its_own_is_not_merged_silently(client, world, application, slip):
    other = a_draft(world)
    client.force_login(other.applicant.user)
    answer = ask(client, application, slip.pin)
    assert answer.status_code == 422
    assert "already holds files" in answer.content.decode()
    assert not Claim.objects.exists()


def test_an_account_that_only_looked_around_is_not_in_the_way(world, application, owner):
    empty = Person.of(owner)
    claimed(world, application, owner)
    assert not Person.objects.filter(pk=empty.pk).exists()
    assert Person.of(owner) == application.applicant


def test_the_wrong_pin_claims_nothing_and_is_counted(client, application, slip, owner):
    for _try in range(5):
        assert ask(client, application, "00000000").status_code == 422
    assert ask(client, application, slip.pin).status_code == 429
    assert not Claim.objects.exists()


def test_a_claim_is_its_asker_s_own(client, application, slip, owner):
    page = ask(client, application, slip.pin).url
    client.force_login(a_user("somebody else"))
    assert client.get(page).status_code == 404


def test_asking_twice_is_one_claim_and_one_owner(world, application, owner):
    first = claiming.ask(application.case, owner, at=SENT)
    assert claiming.ask(application.case, owner, at=SENT) == first
    rival = claiming.ask(application.case, a_user("rival"), at=SENT)
    claiming.grant(first, way="code", actor=owner, at=SENT)
    assert Claim.objects.get(pk=rival.pk).granted is False
    with pytest.raises(Refused, match="account already"):
        claiming.ask(application.case, a_user("late"), at=SENT)


def test_the_person_is_told_that_the_case_was_claimed(world, application, owner):
    claimed(world, application, owner)
    notice = Notice.objects.get(template="case_claimed")
    assert notice.recipient_id == str(application.applicant_id)


def test_claims_wait_on_the_page_of_the_person(client, world, application, slip, owner):
    ask(client, application, slip.pin)
    client.force_login(world.member("field_agent"))
    person = reverse("applications:person", args=[world.programme.code, application.applicant.reference])
    assert "Wants to write alone" in client.get(person).content.decode()
    client.force_login(world.member("manager"))
    assert "Wants to write alone" not in client.get(person).content.decode()
