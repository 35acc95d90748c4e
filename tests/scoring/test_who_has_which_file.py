"""The secretary sees who has which file, takes a juror off one with a reason, and brings one back."""

import pytest
from django.urls import reverse

from scoring import desk, draw
from scoring.draw_table import SAME_PERSON, read_table
from scoring.models import JuryAssignment, OthersMarks, Round
from tests.worlds import scoring as jury
from tests.worlds.applications import a_person, an_application
from tests.worlds.scoring import member_of
from workflow import fire

pytestmark = pytest.mark.long


@pytest.fixture
def held(session):
    return session.rounds.get()


def act(client, assignment, verb, **data):
    address = reverse("workflow:act", args=["scoring.juryassignment", assignment.pk, verb])
    page = client.get(address)
    return client.post(address, {"key": page.context["key"], **data})


def test_every_pair_of_a_round_stands_in_its_list(client, held, session):
    client.force_login(member_of(session, "jury_secretary"))
    address = reverse("scoring:assignments", args=[held.pk])
    table = client.get(address).context["table"]
    assert len(table.data) == JuryAssignment.objects.filter(round=held).count() == 9
    one = JuryAssignment.objects.filter(round=held).first()
    number, juror = one.application.case.number, one.engagement
    assert len(client.get(address, {"q": number}).context["table"].data) == 3
    assert len(client.get(address, {"juror": juror.pk}).context["table"].data) == 3
    assert len(client.get(address, {"q": str(juror.user)}).context["table"].data) == 3
    assert len(client.get(address, {"state": "done"}).context["table"].data) == 0
    assert number in client.get(address, {"export": "csv"}).getvalue().decode()


def test_a_file_is_taken_from_a_juror_with_a_reason_and_drawn_for_again(client, held, session):
    jury.a_juror(session)
    client.force_login(member_of(session, "jury_secretary"))
    one = JuryAssignment.objects.filter(round=held).first()
    page = client.get(reverse("scoring:assignment", args=[one.pk]))
    assert "Withdraw" in page.content.decode()
    assert act(client, one, "withdraw").status_code == 422
    assert act(client, one, "withdraw", reason="Ill until June").status_code == 302
    shown = client.get(reverse("scoring:assignment", args=[one.pk])).content.decode()
    assert "Ill until June" in shown
    again = draw.preview(held, seed=1)
    assert [again.table.files[row].pk for row, _column in again.new_pairs] == [one.application_id]


def test_who_declined_a_file_is_brought_back_from_its_page(client, held, session):
    one = JuryAssignment.objects.filter(round=held).first()
    client.force_login(one.engagement.user)
    assert act(client, one, "decline", reason="Too far from my trade").status_code == 302
    client.force_login(member_of(session, "jury_secretary"))
    page = client.get(reverse("scoring:assignment", args=[one.pk])).content.decode()
    assert "Too far from my trade" in page
    assert act(client, one, "restore", reason="Talked over").status_code == 302
    one.refresh_from_db()
    assert one.state == "assigned"


def test_a_file_that_a_juror_got_back_lies_on_the_desk_once(client, held):
    """Its first sheet is void, a second one is begun."""
    one = JuryAssignment.objects.filter(round=held).first()
    juror = one.engagement.user
    jury.open_file(one)
    fire(one, "decline", actor=juror, data={"reason": "Too far from my trade"})
    fire(one, "restore", actor=member_of(held.session, "jury_secretary"), data={"reason": "Talked over"})
    jury.open_file(one)
    assert one.sheets.count() == 2
    lot = JuryAssignment.objects.filter(engagement=one.engagement).count()
    client.force_login(juror)
    page = client.get(reverse("scoring:desk")).context
    listed = [file.pk for file in page["page"].object_list]
    assert sorted(listed) == sorted(set(listed))
    assert page["page"].paginator.count == len(listed) == lot == page["summary"].todo == desk.waiting(juror)


@pytest.mark.parametrize("policy", OthersMarks.values)
def test_no_juror_sees_what_others_gave_before_handing_in(client, held, session, policy):
    Round.objects.filter(pk=held.pk).update(others_marks=policy)
    first, second = JuryAssignment.objects.filter(round=held, application=session.applications.first())[:2]
    jury.mark(first)
    sheet = jury.open_file(second)
    client.force_login(second.engagement.user)
    address = reverse("scoring:file", args=[second.pk])
    assert client.get(address).context["others"] == []
    jury.fill_in(sheet, jury.middling(second))
    fire(sheet, "submit", actor=second.engagement.user)
    shown = client.get(address).context["others"]
    assert len(shown) == (policy == OthersMarks.AFTER_OWN)


def test_the_preview_says_who_would_have_which_file(client, world):
    for _number in range(2):
        an_application(world, "eligible")
    session = world.session
    held = jury.rounds.ensure_rounds(session)[0]
    for _number in range(3):
        jury.a_juror(session)
    client.force_login(member_of(session, "jury_secretary"))
    page = client.get(reverse("scoring:draw", args=[held.pk]), {"seed": 5})
    assert {len(fresh) for _file, fresh, _kept in page.context["lines"]} == {3}
    assert not JuryAssignment.objects.filter(round=held).exists()
    jury.draw_jurors(held)
    page = client.get(reverse("scoring:draw", args=[held.pk]), {"seed": 5})
    assert "Every file has its jurors" in page.content.decode()
    assert {len(kept) for _file, _fresh, kept in page.context["lines"]} == {3}


def test_a_juror_never_gets_a_file_of_the_own_household(held, session, world):
    """Household: the same phone, on the account of the juror or in the juror's own entry of the vault."""
    one = JuryAssignment.objects.filter(round=held).first()
    applicant = one.application.applicant
    applicant.identity.phone = "+212661000001"
    applicant.identity.save()
    juror = jury.a_juror(session)
    juror.user.phone = "+212661000001"
    juror.user.save()
    assert kept_apart(held, one, juror)

    by_vault = jury.a_juror(session)
    a_person(world, user=by_vault.user, phone="+212 6 61 00 00 01")
    assert kept_apart(held, one, by_vault)
    assert not kept_apart(held, one, jury.a_juror(session))


def kept_apart(held, one, juror):
    table = read_table(held)
    row = next(at for at, file in enumerate(table.files) if file.pk == one.application_id)
    column = next(at for at, other in enumerate(table.jurors) if other.pk == juror.pk)
    return table.apart.get((row, column)) == SAME_PERSON
