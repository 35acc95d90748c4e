"""The funding line keeps the places that the call reserved, says why, and becomes the draft of decisions."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from applications.models import Registration
from scoring import batch_line, funding_line, standings, waiting_list
from scoring.explanation import of_decision
from scoring.models import Decision, DecisionBatch, Quota, Round
from tests.worlds import scoring as jury
from tests.worlds.applications import an_application
from tests.worlds.programmes import open_call, programme_world
from workflow import Refused, fire
from workflow.models import Notice
from workflow.notices import preview
from workflow.verification import verify

pytestmark = pytest.mark.long

GOAL = "Women: at least 50% of the funded applications"


@pytest.fixture
def ranked(db):
    """Six files ranked by age; the last two are women's; half of the funded are to be women."""
    world = programme_world()
    women = Quota.objects.create(call=world.call, measure="sex", value="f", goal=50, reserved=True)
    Quota.objects.create(call=world.call, measure="youth", value="35", of="persons", goal=10)
    open_call(world)
    files = [an_application(world, "eligible") for _number in range(6)]
    for place, one in enumerate(files):
        Registration.objects.filter(person=one.applicant).update(sex="f" if place > 3 else "m")
    session = jury.start_scoring(world)
    places = {one.pk: place for place, one in enumerate(files)}

    def by_age(assignment):
        off = places[assignment.application_id]
        lines = assignment.round.grid.criteria.all()
        return {line.key: int(line.high) - (off if line.key == "person" else 0) for line in lines}

    jury.mark_all(session, by_age)
    jury.close_rounds(session)
    secretary = jury.member_of(session, "jury_secretary")
    at = session.cutoff_at + timedelta(days=11)
    fire(session, "start_deliberation", actor=secretary, at=at)
    made = standings.make_snapshot(Round.objects.get(session=session), by=secretary, at=at)
    return world, session, made, women, files


def test_the_line_becomes_a_draft_that_records_the_quota_of_every_reserved_place(
    ranked, client, django_assert_max_num_queries
):
    _world, session, made, women, _files = ranked
    secretary = jury.member_of(session, "jury_secretary")
    client.force_login(secretary)
    with django_assert_max_num_queries(30):
        page = client.get(reverse("scoring:line", args=[made.pk]), {"places": "4", "price": "1"})
    text = page.content.decode()
    assert page.status_code == 200
    assert GOAL in text
    assert "2 of 4" in text
    assert "Not funded: rank 3, and there are 4 places; 2 reserved places go before" in text
    assert "The reserved places can all be kept" in text
    two = client.get(reverse("scoring:line", args=[made.pk]), {"places": "2"}).content.decode()
    assert "1 reserved place below" in two

    given = {"places": "4", "waiting": "1", "amounts": "reduced", "value": "50"}
    client.post(reverse("scoring:propose", args=[made.pk]), given)
    batch = DecisionBatch.objects.get()
    rows = batch.decisions.order_by("position").values_list("rank", "outcome", "reserved_for", "amount_minor")
    assert list(rows) == [
        (1, "award", None, 6_000_00),
        (2, "award", None, 6_000_00),
        (3, "waitlist", None, 6_000_00),
        (4, "reject", None, None),
        (5, "award", women.pk, 6_000_00),
        (6, "award", women.pk, 6_000_00),
    ]
    left_out = of_decision(batch.decisions.get(rank=4))
    assert left_out.reasons == [
        "There were 4 places, given in the order of marks.",
        f"2 of them were reserved places, as the call announced: {GOAL}.",
    ]
    assert "Funded: rank 6 of 6, in a reserved place" in client.get(batch.get_absolute_url()).content.decode()


def test_a_recorded_quota_explains_only_while_it_is_needed(ranked):
    _world, session, made, women, files = ranked
    batch = jury.batches.propose(made, by=jury.member_of(session, "jury_secretary"), places=2)
    assert not jury.batches.exceptions(batch)
    first = batch.decisions.get(rank=5)
    assert first.reserved_for == women
    Registration.objects.filter(person=files[1].applicant).update(sex="f")
    assert batch_line.unexplained(batch) == {batch.decisions.get(rank=2).pk}, "she could take that place"
    with pytest.raises(Refused, match="Give a reason"):
        jury.sit(batch)


def test_more_than_the_envelope_holds_is_not_proposed(ranked, client):
    _world, session, made, _women, _files = ranked
    session.envelope_minor = 30_000_00
    session.save(update_fields=["envelope_minor"])
    made = type(made).objects.get(pk=made.pk)
    assert funding_line.read(made).proposed.places == 2
    client.force_login(jury.member_of(session, "jury_secretary"))
    over = client.post(reverse("scoring:propose", args=[made.pk]), {"places": "3"})
    assert over.status_code == 422
    assert not DecisionBatch.objects.exists()
    fixed = {"places": "3", "amounts": "fixed", "value": "10000"}
    assert client.post(reverse("scoring:propose", args=[made.pk]), fixed).status_code == 302
    assert set(Decision.objects.filter(outcome="award").values_list("amount_minor", flat=True)) == {10_000_00}


def test_a_freed_place_goes_to_the_next_of_the_list_that_is_short(ranked):
    _world, session, made, women, files = ranked
    Registration.objects.filter(person=files[3].applicant).update(sex="f")
    batch = jury.batches.propose(made, by=jury.member_of(session, "jury_secretary"), places=2, waiting=4)
    waiting = batch.decisions.filter(outcome="waitlist").order_by("place")
    assert list(waiting.values_list("rank", flat=True)) == [2, 3, 5, 6]
    jury.sit(batch)
    fire(batch, "submit", actor=jury.member_of(session, "jury_secretary"))
    fire(batch, "confirm", actor=jury.member_of(session, "jury_chair"))
    jury.announce(session)

    def gives_back(application):
        application.refresh_from_db()
        fire(application, "decline", actor=application.applicant.user)
        assert waiting_list.promote(timezone.now()) == 1

    gives_back(files[3])
    first = waiting.get(rank=5)
    told = Notice.objects.filter(stream=first.application.stream, template__startswith="scoring.")
    assert [(one.template, one.status) for one in told] == [("scoring.freed", "queued")], (
        "the draft is dropped"
    )
    assert "it was your turn on the waiting list" in preview(told.get(), "en").body
    assert (first.application.state, first.reserved_for) == ("awarded", women), "before turns 1 and 2"
    gives_back(files[0])
    second = waiting.get(rank=2)
    assert (second.application.state, second.reserved_for) == ("awarded", None), "half are women without him"
    assert [result.name for result in verify() if result.problems] == []
    waiting.filter(rank=5).update(reserved_for=None)
    assert [result.name for result in verify() if result.problems] == [
        "freed places went in turn or by a recorded quota"
    ]


def test_a_ranking_shows_the_same_line_after_its_decisions_were_announced(ranked):
    _world, session, made, _women, _files = ranked
    session.places, session.envelope_minor = 4, 60_000_00
    session.save(update_fields=["places", "envelope_minor"])
    made = type(made).objects.get(pk=made.pk)
    before = funding_line.read(made)
    secretary = jury.member_of(session, "jury_secretary")
    batch = jury.batches.propose(made, by=secretary)
    jury.sit(batch)
    fire(batch, "submit", actor=secretary)
    fire(batch, "confirm", actor=jury.member_of(session, "jury_chair"))
    jury.announce(session)
    after = funding_line.read(made)
    assert (after.room, after.proposed) == (before.room, before.proposed)
    assert after.proposed.places == 4


def test_only_who_was_not_chosen_is_told_of_appeals(ranked):
    _world, session, made, _women, _files = ranked
    secretary = jury.member_of(session, "jury_secretary")
    batch = jury.batches.propose(made, by=secretary, places=2, waiting=2)
    jury.sit(batch)
    fire(batch, "submit", actor=secretary)
    fire(batch, "confirm", actor=jury.member_of(session, "jury_chair"))
    jury.announce(session)
    batch.refresh_from_db()
    assert batch.session.appeal_until is not None
    told = {
        Decision.objects.get(pk=notice.context["decision"]).outcome: preview(notice, "en").body
        for notice in batch.letters.notices.all()
    }
    assert {outcome: "appeal" in body for outcome, body in told.items()} == {
        "award": False,
        "waitlist": False,
        "reject": True,
    }
