"""What is published about a session: counts, the funding line and who stood above it, never a small group."""

import pytest
from django.urls import reverse

from applications.models import Application
from scoring import session_facts, small_cells
from tests.worlds import scoring as jury


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([20, 30], set()),
        ([20, 0], set()),
        ([3, 30], {0, 1}),
        ([1, 1, 40], {0, 1, 2}),
        ([3, 4, 40], {0, 1}),
        ([2, 9, 40], {0, 1}),
        ([0, 4], {1}),
    ],
)
def test_a_small_count_is_withheld_with_a_second_one(counts, hidden):
    assert small_cells.withheld(counts) == hidden


@pytest.mark.long
def test_nothing_is_published_before_the_announcement_and_no_name_after_it(session, client):
    address = reverse("scoring:statistics", args=[session.pk])
    jury.mark_all(session)
    batch = jury.decided(session, places=2)
    first = batch.decisions.get(rank=1)
    batch.decisions.filter(pk=first.pk).update(
        outcome="waitlist", place=1, reason="Mister Nemo has asked to wait."
    )
    jury.sit(batch)
    from workflow import fire

    fire(batch, "submit", actor=jury.member_of(session, "jury_secretary"))
    fire(batch, "confirm", actor=jury.member_of(session, "jury_chair"))
    manager = jury.member_of(session, "manager")
    client.force_login(manager)
    assert client.get(address).status_code == 404
    jury.announce(session)
    client.logout()
    page = client.get(address)
    assert page.status_code == 200
    text = page.content.decode()
    facts = session_facts.read(session)
    assert [count.value for count in facts.steps] == [3, 3, 1]
    assert (facts.rank, facts.passed_over, facts.funded) == (2, 1, 1)
    assert "waiting list" in facts.above[0].label
    assert {part.applied for part in facts.by_sex} == {None}
    file = client.get(reverse("scoring:statistics_file", args=[session.pk]))
    assert file["Content-Type"].startswith("text/csv")
    csv = file.content.decode()
    for said in (text, csv):
        assert "Nemo" not in said
        for application in Application.objects.filter(session=session).select_related("case"):
            assert application.case.number not in said
            assert application.title not in said
    call = session.call
    public = client.get(reverse("programmes:public_call", args=[call.programme.code, call.code]))
    assert address in public.content.decode()
