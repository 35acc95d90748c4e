"""The short ways of lists to the rows of a programme show everybody what `visible_to` shows, no more."""

import pytest

from applications.models import Application
from disbursements.models import Grant
from followup.enterprises import enterprise_of_grant, hand_over
from programmes.models import Role
from tests.worlds.disbursements import drafted, money_world
from tests.worlds.programmes import a_user

pytestmark = pytest.mark.django_db


def shown(programme, user):
    """Files and grants of a programme, by the short way."""
    files = Application.objects.sent_in(programme, user)
    return set(files), set(Grant.objects.of_programme(programme, user))


def visible(programme, user):
    """The same by the rule itself."""
    files = Application.objects.visible_to(user).filter(call__programme=programme).exclude(state="draft")
    return set(files), set(Grant.objects.visible_to(user).filter(programme=programme))


@pytest.mark.long
def test_everybody_is_shown_what_the_rule_shows():
    world, other = money_world(), money_world()
    first, second, foreign = (drafted(one, 1_000_00) for one in (world, world, other))
    for money in (first, second, foreign):
        money.offer()
    first.sign()
    for number, money in enumerate((first, second), start=1):
        coach = world.member("coach", number)
        hand_over(enterprise_of_grant(money.grant), coach=coach, day=money.today, reason="First coach")
    people = {str(role): world.member(str(role)) for role in Role if role != Role.DONOR}
    people |= {"donor": world.member("donor"), "stranger": a_user(), "other": other.member("manager")}
    people |= {"applicant": first.grant.application.applicant.user}
    for role, user in people.items():
        assert shown(world.programme, user) == visible(world.programme, user), role
    seen = {role: len(shown(world.programme, user)[1]) for role, user in people.items()}
    assert (seen["manager"], seen["coach"], seen["applicant"], seen["stranger"]) == (2, 1, 1, 0), seen
