"""A published grid is amended by a version, with a reason, and no round is measured by two of them."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from scoring import amending, rounds
from scoring.models import Grid, JuryAssignment, Scoresheet
from tests.worlds import scoring as jury
from tests.worlds.programmes import a_session
from workflow import Refused, fire
from workflow.models import Event, Notice

pytestmark = pytest.mark.long


@pytest.fixture
def grid(session):
    return session.rounds.get().grid


def amended(client, world, grid, **change):
    """Begin an amendment on its pages, make the last criterion worth more, give a reason."""
    client.force_login(world.member("manager"))
    answer = client.post(reverse("scoring:amend_grid", args=[grid.pk]))
    made = Grid.objects.get(amends=grid)
    assert answer.url == made.get_absolute_url()
    line = made.lines[-1]
    line.points += 5
    line.save()
    page = reverse("scoring:edit_grid", args=[made.pk])
    form = {
        name: client.get(page).context["form"].initial.get(name) or ""
        for name in client.get(page).context["form"].fields
    }
    answer = client.post(page, {**form, "because_en": "Impact counted too little.", **change})
    assert answer.status_code == 302, answer.context["form"].errors
    made.refresh_from_db()
    return made


def test_a_round_that_began_keeps_its_version_and_the_next_takes_the_new_one(client, world, session, grid):
    opened = jury.open_file(JuryAssignment.objects.filter(round__session=session, state="assigned").first())
    later = a_session(world.call, number=9)
    (waiting,) = rounds.ensure_rounds(later)
    made = amended(client, world, grid)
    said = client.get(made.get_absolute_url()).content.decode()
    assert "keeps its version to the end; open sheets 1, handed in 0" in said
    assert "Impact counted too little." in said
    public = client.get(reverse("programmes:public_call", args=[world.programme.code, world.call.code]))
    assert "Impact counted too little." not in public.content.decode(), "not before it is published"
    client.post(reverse("scoring:publish_amendment", args=[made.pk]))
    made.refresh_from_db()
    waiting.refresh_from_db()
    assert (made.frozen, made.version) == (True, 2)
    assert waiting.grid == made
    assert session.rounds.get().grid == grid
    assert Grid.objects.current().get(call=world.call) == made
    public = client.get(reverse("programmes:public_call", args=[world.programme.code, world.call.code]))
    assert "Impact counted too little." in public.content.decode()
    event = Event.objects.get(kind="scoring.grid", verb="amend")
    assert (event.data["rounds"], event.data["kept"]) == (1, 1)
    told = Notice.objects.filter(template="scoring.grid_amended")
    assert set(told.values_list("status", flat=True)) == {"draft"}, "a manager reads the mailing first"
    assert told.filter(recipient_kind="user").count() == 3
    assert told.filter(recipient_kind="person").count() == 3
    sheet = jury.fill_in(opened, jury.middling(opened.assignment))
    fire(sheet, "submit", actor=opened.assignment.engagement.user)
    assert Scoresheet.objects.get(pk=sheet.pk).maximum == Decimal(100), "marked by the old version"


def test_an_amendment_in_the_making_is_on_the_page_of_the_call_for_those_inside_alone(client, world, grid):
    made = amending.begin(grid, by=world.member("manager"))
    for role, shown in (("manager", True), ("donor", False)):
        client.force_login(world.member(role))
        page = client.get(world.call.get_absolute_url()).content.decode()
        assert grid.get_absolute_url() in page
        assert (made.get_absolute_url() in page) is shown, role


def test_an_amendment_needs_a_reason_and_a_change_and_is_fixed_afterwards(client, world, session, grid):
    made = amending.begin(grid, by=world.member("manager"))
    assert amending.begin(grid, by=world.member("manager")) == made, "one in the making"
    with pytest.raises(Refused) as refused:
        amending.publish(made, by=world.member("manager"), at=session.cutoff_at)
    assert refused.value.sentences == [
        "Say why the grid is amended: everybody can read it.",
        "Nothing is changed.",
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Grid.objects.filter(pk=made.pk).update(frozen=True, frozen_at=session.cutoff_at)
    made = amended(client, world, grid)
    amending.publish(made, by=world.member("manager"), at=session.cutoff_at)
    assert session.rounds.get().grid == made, "drawn, and nobody has opened a file"
    with pytest.raises(DatabaseError), transaction.atomic():
        Grid.objects.filter(pk=made.pk).update(share=1)
