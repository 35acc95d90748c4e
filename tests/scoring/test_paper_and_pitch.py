"""Marks on paper, pitches in their order and hidden until closed, site visits marked by the agents."""

from datetime import timedelta

import pytest
from django.urls import reverse

from scoring import draw, pitch_order, rounds
from scoring.draw_table import read_table
from scoring.models import Grid, JurorEngagement, JuryAssignment, PitchTurn, Round, RoundKind, Scoresheet
from tests.worlds import scoring as jury
from tests.worlds.applications import an_application
from tests.worlds.documents import upload
from tests.worlds.programmes import a_member, open_call, programme_world
from workflow import Refused, fire
from workflow.models import Event


def world_with(kind):
    """A call whose one grid is of a kind, with two eligible files."""
    world = programme_world()
    jury.prepare_call(world.call)
    Grid.objects.filter(call=world.call).update(kind=kind)
    open_call(world)
    for _number in range(2):
        an_application(world, "eligible")
    return world


@pytest.mark.long
def test_the_secretary_types_in_a_signed_sheet_and_never_touches_one_begun_at_the_desk(session, client):
    assignment, other = JuryAssignment.objects.filter(round__session=session, state="assigned")[:2]
    secretary = jury.member_of(session, "jury_secretary")
    client.force_login(secretary)
    assert client.get(reverse("scoring:paper_sheets", args=[assignment.round_id])).status_code == 200
    printed = client.get(reverse("scoring:blank_sheets", args=[assignment.round_id, "ar"]))
    assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
    page = reverse("scoring:type_sheet", args=[assignment.pk])
    lines = assignment.round.grid.criteria.all()
    form = {f"mark-{line.pk}": f"{line.high.normalize():f}" for line in lines} | {"action": "submit"}
    refused = client.post(page, {**form, "version": "0"})
    assert refused.status_code == 422
    assert "Attach the signed paper sheet" in refused.content.decode()
    assignment.refresh_from_db()
    assert assignment.state == "assigned", "nothing is left behind"
    with pytest.raises(Refused, match="Only the juror opens a file"):
        fire(assignment, "open", actor=secretary, data={"no_conflict": True})
    assert client.post(page, {**form, "version": "0", "scan": upload("sheet.jpg")}).status_code == 302
    sheet = Scoresheet.objects.get(assignment=assignment)
    assert (sheet.state, sheet.typed_by, sheet.points) == ("submitted", secretary, sheet.maximum)
    assert sheet.scan.kind == "signed_sheet"
    assert Event.objects.get(kind="scoring.juryassignment", verb="open").data["on_paper"] is True
    jury.fill_in(jury.open_file(other), jury.middling(other))
    answer = client.post(reverse("scoring:type_sheet", args=[other.pk]), form, follow=True)
    assert "The juror has begun this sheet at the desk." in answer.content.decode()


@pytest.mark.long
def test_pitches_have_an_order_and_hide_their_marks_until_the_round_is_closed(db, client):
    world = world_with(RoundKind.PITCH)
    session = jury.start_scoring(world)
    (held,) = rounds.ensure_rounds(session)
    secretary = world.member("jury_secretary")
    client.force_login(secretary)
    page = reverse("scoring:pitches", args=[held.pk])
    client.post(page, {"action": "draw", "start": "2026-05-01T09:00", "minutes": "15"})
    turns = list(PitchTurn.objects.filter(round=held))
    numbers = [turn.application.case.number for turn in turns]
    assert numbers == pitch_order.by_lot(held.seed, sorted(numbers)), "anybody can draw again"
    assert turns[1].starts_at - turns[0].starts_at == timedelta(minutes=15)
    moved = {f"turn-{turns[0].pk}": "2", f"turn-{turns[1].pk}": "1", "minutes": "15", "action": "move"}
    client.post(page, moved)
    held_turns = pitch_order.turns_of(held)
    assert [turn.application.case.number for turn in held_turns] == numbers[::-1]
    assignment = JuryAssignment.objects.filter(round=held, application=turns[1].application).first()
    client.force_login(assignment.engagement.user)
    desk = client.get(reverse("scoring:desk")).context["page"].object_list
    assert [file.application.case.number for file in desk] == numbers[::-1]
    sheet = jury.mark(assignment)
    client.force_login(secretary)
    said = client.get(sheet.get_absolute_url()).content.decode()
    assert "stay hidden until the round is closed" in said
    assert "Seen in the file." not in said
    answer = client.post(reverse("scoring:make_ranking", args=[held.pk]), follow=True)
    assert "hidden until the round is closed: close it first" in answer.content.decode()
    rounds.close_round(held, by=secretary, at=session.cutoff_at + timedelta(days=9))
    assert "Seen in the file." in client.get(sheet.get_absolute_url()).content.decode()


def test_agents_mark_visits_of_their_own_sites_and_nothing_else(db):
    world = world_with(RoundKind.VISIT)
    session = world.session
    (held,) = rounds.ensure_rounds(session)
    assert not held.names_hidden
    away = jury.a_juror(session, a_member(world.programme, "field_agent"), visits=True)
    away.sites.set([type(world.site).objects.create(programme=world.programme, code="FAR", name_fr="Loin")])
    juror = jury.a_juror(session)
    here = [jury.a_juror(session, a_member(world.programme, "field_agent"), visits=True) for _n in range(3)]
    for agent in here:
        agent.sites.set([world.site])
    table = read_table(Round.objects.get(pk=held.pk))
    assert juror not in table.jurors
    assert away in table.jurors
    found = draw.preview(Round.objects.get(pk=held.pk), seed=1)
    assert not found.problems, found.problems
    drawn = {found.table.jurors[column] for _row, column in found.new_pairs}
    assert drawn == set(here)
    assert JurorEngagement.objects.filter(visits=True).count() == 4
