"""What an auditor finds on the start page."""

import pytest

from tests.worlds.disbursements import grant_world

pytestmark = pytest.mark.django_db
TITLE = "What happened last"


@pytest.mark.long
def test_an_auditor_reads_what_happened_last_with_its_case(client):
    money = grant_world()
    money.activate()
    world, number = money.world, money.grant.case.number
    start = f"/programmes/{world.programme.code}/start/"
    client.force_login(world.member("auditor"))
    page = client.get(start).content.decode()
    assert TITLE in page
    assert f'href="/cases/{number}/"' in page
    client.force_login(world.member("manager"))
    assert TITLE not in client.get(start).content.decode()
