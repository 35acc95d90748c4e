"""Groups and cooperatives: one project, several persons, each with an own identity and consent."""

import pytest
from django.urls import reverse

from applications import membership, screening
from applications.models import Application, ApplicationMember, Consent, Identity, Person, Registration
from tests.worlds.applications import (
    SENT,
    a_draft,
    a_guest,
    a_person,
    a_rule,
    an_assisted_draft,
    submit,
)
from tests.worlds.programmes import a_track, open_call, programme_world
from workflow import Refused, fire

pytestmark = pytest.mark.django_db
NEW = {
    "latin_name": "Zebulon Unmistakable",
    "birth_date": "1991",
    "sex": "m",
    "document_number": "ZZ-77 1234",
    "phone": "+212612345678",
    "role": "member",
    "consent": "on",
}


@pytest.fixture
def world():
    world = programme_world()
    open_call(world)
    return world


@pytest.fixture
def track(world):
    return a_track(world.call, composition="group", min_members=2, max_members=4)


@pytest.fixture
def application(world, track):
    return a_draft(world, track=track)


@pytest.fixture
def owner(client, application):
    client.force_login(application.applicant.user)
    return client


def page(name, application, *more):
    return reverse(f"applications:{name}", args=[application.case.number, *more])


def added(client, world, application, **given):
    return client.post(page("add_member", application), {**NEW, "site": world.site.pk, **given})


def newest(application):
    return application.members.order_by("-pk").first()


def refused(application):
    with pytest.raises(Refused) as caught:
        fire(application, "submit", actor=application.applicant.user, at=SENT)
    return " ".join(caught.value.sentences)


def test_a_member_has_an_identity_in_the_vault_and_an_own_consent(owner, world, application):
    assert added(owner, world, application, consent="").status_code == 422
    assert added(owner, world, application).url == page("members", application)
    member = newest(application)
    assert (member.role, member.person.user) == ("member", None)
    assert Identity.objects.get(person=member.person).latin_name == "Zebulon Unmistakable"
    row = Registration.objects.get(person=member.person)
    assert (row.sex, row.birth_year, row.received_at) == ("m", 1991, None)
    consent = Consent.objects.get(person=member.person)
    assert (consent.kind, consent.recorded_by) == ("data", application.applicant.user)
    assert submit(application).state == "submitted"


def test_the_applicant_knows_the_own_members_by_name_and_staff_by_reference(owner, world, application):
    added(owner, world, application)
    shown = owner.get(page("members", application)).content.decode()
    assert "Zebulon Unmistakable" in shown
    assert "1 project, 2 persons" in shown
    for secret in ("771234", "77 1234", "12345678"):
        assert secret not in shown
    change = owner.get(page("change_member", application, newest(application).pk)).content.decode()
    assert "Unmistakable" not in change
    submit(application)
    owner.force_login(world.member("manager"))
    case = owner.get(reverse("applications:case", args=[application.case.number])).content.decode()
    assert "Unmistakable" not in case
    assert str(newest(application).person) in case
    assert "1 project, 2 persons" in case


def test_a_member_of_a_draft_is_corrected_and_what_is_left_empty_stays(owner, world, application):
    added(owner, world, application)
    member = newest(application)
    owner.post(
        page("change_member", application, member.pk),
        {"role": "lead", "share": "40", "sex": "f", "site": world.site.pk},
    )
    member.refresh_from_db()
    assert (member.role, member.share) == ("lead", 40)
    assert Identity.objects.get(person=member.person).latin_name == "Zebulon Unmistakable"
    assert Registration.objects.values_list("sex", flat=True).get(person=member.person) == "f"


def test_who_is_taken_out_of_a_draft_is_forgotten(owner, world, application):
    added(owner, world, application)
    person = newest(application).person
    owner.post(page("remove_member", application, newest(application).pk))
    assert application.members.count() == 1
    assert not Person.objects.filter(pk=person.pk).exists()
    assert not Identity.objects.filter(latin_name="").exclude(person=application.applicant).exists()


def test_who_is_known_otherwise_is_taken_out_and_stays(world, application):
    person = a_guest(world)
    member = ApplicationMember.objects.create(application=application, person=person, role="member")
    membership.remove(member)
    assert Person.objects.filter(pk=person.pk).exists()
    assert person.consents.exists()


def test_the_applicant_cannot_leave_the_own_application(owner, application):
    own = application.members.get()
    owner.post(page("remove_member", application, own.pk))
    assert application.members.count() == 1


def test_members_are_fixed_once_it_is_sent(owner, world, application):
    added(owner, world, application)
    submit(application)
    added(owner, world, application, document_number="", phone="")
    owner.post(page("remove_member", application, newest(application).pk))
    owner.post(page("change_member", application, newest(application).pk), {"role": "lead"})
    assert application.members.count() == 2
    assert newest(application).role == "member"
    with pytest.raises(Refused, match="members are fixed"):
        membership.remove(newest(application))


def test_somebody_else_s_members_do_not_exist(client, world, application):
    client.force_login(a_person(world).user)
    assert client.get(page("members", application)).status_code == 404
    other = a_draft(world, track=application.track)
    client.force_login(other.applicant.user)
    stranger = application.members.get()
    assert client.post(page("remove_member", other, stranger.pk)).status_code == 404


def test_who_applies_alone_has_no_members_page(client, world):
    alone = a_draft(world)
    client.force_login(alone.applicant.user)
    assert client.get(page("members", alone)).status_code == 404


@pytest.mark.long
def test_an_agent_adds_somebody_received_before_by_reference(client, world, track):
    application = an_assisted_draft(world, track=track)
    guest, elsewhere = a_guest(world), a_guest(programme_world())
    client.force_login(world.member("field_agent"))

    def add(wanted, **given):
        sent = {"known": "1", "known-wanted": wanted, "known-role": "member", "known-consent": "on", **given}
        return client.post(page("add_member", application), sent)

    assert add(str(elsewhere)).status_code == 422
    assert add("Testimony").status_code == 422
    assert add(str(guest), **{"known-consent": ""}).status_code == 422
    assert add(str(guest)).url == page("members", application)
    assert newest(application).person == guest
    add(str(guest))
    assert application.members.filter(person=guest).count() == 1
    shown = client.get(page("members", application)).content.decode()
    assert str(guest) in shown
    assert "Testimony" not in shown
    change = client.get(page("change_member", application, newest(application).pk))
    assert "birth_date" not in change.context["form"].fields


def test_the_applicant_cannot_look_people_up(owner, world, application):
    guest = a_guest(world)
    sent = {"known": "1", "known-wanted": str(guest), "known-role": "member", "known-consent": "on"}
    assert owner.post(page("add_member", application), sent).status_code == 422
    assert application.members.count() == 1


# What is asked of a group


def test_every_member_agrees_before_it_is_sent(owner, world, application):
    added(owner, world, application)
    Consent.objects.filter(person=newest(application).person).delete()
    assert "1 member has not agreed" in refused(application)


def test_shares_make_a_hundred_where_they_are_asked(owner, world, application, track):
    added(owner, world, application, share="30")
    assert submit_possible(application)
    type(track).objects.filter(pk=track.pk).update(asks_shares=True)
    application = Application.objects.get(pk=application.pk)
    assert "The share of 1 member is missing." in refused(application)
    application.members.filter(person=application.applicant).update(share=60)
    assert "The shares make 90 %" in refused(application)
    application.members.filter(person=application.applicant).update(share=70)
    assert submit(application).state == "submitted"


def submit_possible(application):
    from applications import guards

    return guards.shares_make_the_whole(application, None, None) is None


@pytest.mark.parametrize(
    ("shares", "problem"),
    [
        ([100], None),
        ([50, 50], None),
        ([34, 33, 33], None),
        ([0, 100], None),
        ([None, 100], "The share of 1 member is missing."),
        ([None, None], "The shares of 2 members are missing."),
        ([50, 51], "The shares make 101 %; together they must make 100 %."),
        ([], "The shares make 0 %; together they must make 100 %."),
    ],
)
def test_shares_are_whole_percent_that_make_the_whole(shares, problem):
    assert membership.shares_problem(shares) == problem


def test_a_blocking_rule_on_the_group_is_said_with_its_figures_before_sending(owner, world, application):
    a_rule(world, "composition", "block", of="women", percent=60)
    added(owner, world, application)
    said = refused(application)
    assert "Rule composition" in said
    assert "women: at least 60" in said
    assert "2 persons: 1 women" in said
    shown = owner.get(page("members", application)).content.decode()
    assert "without this it cannot be sent" in shown
    Registration.objects.filter(person=newest(application).person).update(sex="f")
    assert submit(application).state == "submitted"


def test_a_warning_rule_is_shown_and_lets_it_go(owner, world, application):
    a_rule(world, "composition", "warn", of="women", percent=60)
    added(owner, world, application)
    assert "the office will look at it" in owner.get(page("members", application)).content.decode()
    assert submit(application).state == "submitted"


def test_a_blocking_rule_that_may_be_waived_lets_it_go_to_an_officer_who_says_why(owner, world, application):
    rule = a_rule(world, "composition", "block", of="women", percent=60, waivable=True)
    added(owner, world, application)
    assert "the office will look at it" in owner.get(page("members", application)).content.decode()
    assert submit(application).state == "submitted"
    officer = world.member("screening_officer")
    with pytest.raises(Refused):
        fire(application, "mark_eligible", actor=officer, at=SENT)
    screening.decide(application, rule, outcome="waived", reason="A widow leads it.", actor=officer, at=SENT)
    fire(application, "mark_eligible", actor=officer, at=SENT)
    assert application.state == "eligible"


def test_what_is_not_known_of_members_never_blocks(owner, world, application):
    a_rule(world, "composition", "block", of="women", percent=100)
    added(owner, world, application, sex="")
    assert submit(application).state == "submitted"


def test_the_page_says_how_many_the_track_takes(owner, world, application):
    assert "2 to 4 persons" in owner.get(page("members", application)).content.decode()
    review = owner.get(page("review", application)).content.decode()
    assert "now 1 person" in review


def test_a_cooperative_has_a_name_and_a_registration(client, world):
    track = a_track(world.call, composition="cooperative", min_members=1, max_members=None)
    application = a_draft(world, track=track)
    client.force_login(application.applicant.user)
    client.post(
        page("members", application),
        {"organisation_name": "Coopérative Tarabangou", "organisation_registration": "RC 4711"},
    )
    application.refresh_from_db()
    assert (application.organisation_name, application.organisation_registration) == (
        "Coopérative Tarabangou",
        "RC 4711",
    )
    roles = dict(membership.roles_for(application))
    assert {"president", "treasurer", "member"} <= set(roles)
    submit(application)
    client.post(page("members", application), {"organisation_name": "Another name"})
    application.refresh_from_db()
    assert application.organisation_name == "Coopérative Tarabangou"


def test_the_members_page_costs_the_same_for_two_and_for_twenty(
    owner, world, application, django_assert_num_queries, django_assert_max_num_queries
):
    ApplicationMember.objects.create(application=application, person=a_person(world), role="member")
    owner.get(page("members", application))
    with django_assert_max_num_queries(40) as two:
        owner.get(page("members", application))
    for _number in range(18):
        ApplicationMember.objects.create(application=application, person=a_person(world), role="member")
    with django_assert_num_queries(len(two)):
        owner.get(page("members", application))
