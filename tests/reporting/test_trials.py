"""Nothing of a trial counts in any figure."""

import pytest

from programmes.models import Call
from reporting.figure import all_indicators
from reporting.indicators import facts, grants  # noqa: F401 importing declares the figures
from tests.worlds.disbursements import IN_KIND, grant_world

pytestmark = pytest.mark.django_db
BANNER = "nothing of it ever counts"


def figures(programme):
    """The value of every figure, by code."""
    return {one.code: one.compute(programme, "apart").plain for one in all_indicators()}


@pytest.mark.long
@pytest.mark.parametrize(
    "given", [{}, {"amount": None, "rows": IN_KIND, "payment": "kit"}], ids=["money", "kit"]
)
def test_a_trial_changes_no_figure(given):
    money = grant_world(**given)
    programme = money.world.programme
    before = figures(programme)
    money.activate()
    if given:
        money.handed_over(1)
    else:
        money.paid(1)
    real = figures(programme)
    assert real != before
    Call.objects.filter(pk=money.world.call.pk).update(is_test=True)
    assert figures(programme) == before


@pytest.mark.long
def test_every_page_of_a_trial_says_so(client):
    money = grant_world()
    world, grant = money.world, money.grant
    pages = [grant.get_absolute_url(), f"/cases/{grant.case.number}/", world.call.get_absolute_url()]
    pages += [grant.tranches.first().get_absolute_url()]
    client.force_login(world.member("manager"))
    assert not [page for page in pages if BANNER in client.get(page).content.decode()]
    Call.objects.filter(pk=world.call.pk).update(is_test=True)
    assert [page for page in pages if BANNER in client.get(page).content.decode()] == pages
