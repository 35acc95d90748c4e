"""A batch that the bank booked as one sum: one act executes all its payments, once, or says why not."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disbursements import reconciling
from disbursements.guards.batch_movements import candidates
from disbursements.models import BankLine, Posting
from tests.disbursements.statement_files import Row, camt_file
from tests.disbursements.test_reconciling import books, day_of, imported, match, problems
from tests.worlds.banking import a_paying_account, approved_orders, exported
from workflow import Refused, fire
from workflow.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture(autouse=True)
def relaxed(settings):
    settings.REQUIRE_SECOND_FACTOR = False


def booked(money, minor, mark="B9"):
    """A movement of the programme's account."""
    imported(money, camt_file([Row(day_of(money), minor, "", "", "Lot", mark)]), f"{mark}.xml")
    return BankLine.objects.get(bank_reference=mark)


def a_batch_and_its_sum(count=3):
    """A batch that is with the bank, its orders, and the movement of their sum."""
    moneys, orders = approved_orders(count)
    money = moneys[0]
    batch = exported(money, orders)
    return money, batch, orders, booked(money, -sum(order.net_minor for order in orders))


def match_batch(money, line, batch, *, number=1):
    return money.fire(line, "match_batch", "reconciler", {"batch": batch.pk}, number=number)


def states(orders):
    for order in orders:
        order.refresh_from_db()
    return {order.state for order in orders}


def test_one_act_executes_every_payment_of_a_batch_that_the_bank_booked_as_one_sum(client):
    money, batch, orders, line = a_batch_and_its_sum()
    client.force_login(money.member("reconciler"))
    page = client.get(line.get_absolute_url()).content.decode()
    assert batch.number in page
    act = reverse("workflow:act", args=[line.kind, line.pk, "match_batch"])
    form = client.get(act).content.decode()
    assert f"\u2068{batch.number}\u2069 · 3 payments" in form
    assert "each of them is recorded as executed" in form
    assert client.post(act, {"key": "k1"}).status_code == 422
    assert client.post(act, {"key": "k2", "batch": batch.pk}).status_code == 302
    assert states(orders) == {"executed"}
    line.refresh_from_db()
    assert (line.state, line.outcome, line.batch) == ("matched", "paid", batch)
    for order in orders:
        assert order.reconciled_by == money.member("reconciler")
        assert order.executed_on == line.booked_on
        assert order.evidence.get(use="executed").reference == "B9"
    assert Posting.objects.filter(kind="disbursements.paymentorder", verb="execute").exists()
    page = client.get(line.get_absolute_url()).content.decode()
    assert "The bank booked all payments of this batch as one sum." in page
    movements = reverse("disbursements:bank_lines", args=[money.world.programme.code])
    assert batch.number in client.get(movements).content.decode()
    money.fire(batch, "settle", "reconciler")
    assert batch.state == "settled"
    assert problems() == []


def test_the_same_press_again_answers_the_same_and_moves_nothing_twice():
    money, batch, orders, line = a_batch_and_its_sum()
    actor, data = money.member("reconciler"), {"batch": batch.pk}
    first = fire(line, "match_batch", actor=actor, key="k", data=data, at=money.now())
    paid = books(money, "bank")
    again = fire(line, "match_batch", actor=actor, key="k", data=data, at=money.now())
    assert again.replayed
    assert again.event == first.event
    with pytest.raises(Refused, match="not possible"):
        fire(line, "match_batch", actor=actor, key="other", data=data, at=money.now())
    assert Event.objects.filter(kind="disbursements.paymentorder", verb="execute").count() == len(orders)
    assert books(money, "bank") == paid


def test_a_sum_is_one_batch_and_a_batch_one_movement():
    money, batch, orders, line = a_batch_and_its_sum()
    twin = booked(money, line.amount_minor, "B10")
    match_batch(money, line, batch)
    with pytest.raises(Refused, match="Another movement is this batch already"):
        match_batch(money, twin, batch)
    alone = booked(money, -orders[0].net_minor, "B11")
    with pytest.raises(Refused, match="Another movement is the whole batch"):
        match(money, alone, orders[0])
    assert not candidates(twin).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        BankLine.objects.filter(pk=twin.pk).update(batch=batch)
    assert problems() == []


def test_a_sum_that_does_not_fit_is_refused_with_a_sentence():
    money, batch, orders, line = a_batch_and_its_sum(2)
    other = booked(money, line.amount_minor + 1, "B10")
    came_in = booked(money, -line.amount_minor, "B11")
    for wrong in (other, came_in):
        with pytest.raises(Refused, match="The movement is"):
            match_batch(money, wrong, batch)
    for nonsense in (None, 10**9, "1", True):
        with pytest.raises(Refused, match="Choose a batch"):
            money.fire(line, "match_batch", "reconciler", {"batch": nonsense})
    account = a_paying_account(money, number="MA00000000000000000000000001", name="Second")
    imported_there = BankLine.objects.create(
        programme=line.programme, account=account, file=line.file, fingerprint="x", occurrence=1,
        booked_on=line.booked_on, amount_minor=line.amount_minor, currency=line.currency,
    )  # fmt: skip
    with pytest.raises(Refused, match="not paid from this account"):
        match_batch(money, imported_there, batch)
    assert states(orders) == {"exported"}


@pytest.mark.parametrize(
    ("become", "said"),
    [("fail", "is “Failed”"), ("doubt", "is in doubt"), ("own line", "another movement is this payment")],
)
def test_a_payment_that_the_sum_cannot_contain_is_named_and_nothing_is_executed(become, said):
    money, batch, orders, line = a_batch_and_its_sum(2)
    first = orders[0]
    first.refresh_from_db()
    if become == "fail":
        money.fire(first, "fail", "reconciler", {"evidence": "bank_notice", "reference": "N1"})
    elif become == "doubt":
        from datetime import timedelta

        money.at += timedelta(days=9)
        money.fire(first, "doubt", "reconciler")
    else:
        match(money, booked(money, -first.net_minor, "B10"), first)
    with pytest.raises(Refused, match=said) as refused:
        match_batch(money, line, batch)
    assert first.number in str(refused.value)
    assert states(orders[1:]) == {"exported"}


def test_payments_recorded_before_are_confirmed_and_move_no_money_again():
    money, batch, orders, line = a_batch_and_its_sum(2)
    for order in orders:
        order.refresh_from_db()
        money.fire(order, "execute", "reconciler", money.proof())
    before = books(money, "bank")
    match_batch(money, line, batch)
    assert (line.outcome, books(money, "bank")) == ("seen", before)
    assert problems() == []


def test_a_reconciler_who_signed_one_of_the_payments_matches_nothing_of_the_batch():
    money, batch, orders, line = a_batch_and_its_sum(2)
    from programmes.predicates import forget
    from tests.worlds.programmes import a_member

    a_member(money.world.programme, "reconciler", money.member("preparer"))
    forget(money.member("preparer"))
    with pytest.raises(Refused, match="already signed this order"):
        fire(line, "match_batch", actor=money.member("preparer"), data={"batch": batch.pk}, at=money.now())
    assert states(orders) == {"exported"}


def test_one_payment_of_a_matched_batch_still_comes_back_by_its_own_movement():
    money, batch, orders, line = a_batch_and_its_sum(2)
    match_batch(money, line, batch)
    back = booked(money, orders[0].net_minor - 5_00, "B10")
    orders[0].refresh_from_db()
    match(money, back, orders[0])
    assert states(orders[:1]) == {"returned"}
    assert problems() == []


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_in_whatever_order_movements_are_matched_no_payment_is_executed_twice(data):
    """Sums, single movements and repeated presses in any order: each payment is executed at most once."""
    with transaction.atomic():
        money, batch, orders, line = a_batch_and_its_sum(2)
        lines = [line, booked(money, line.amount_minor, "B10")]
        lines += [booked(money, -orders[0].net_minor, f"B1{place}") for place in (1, 2)]
        acts = st.tuples(st.sampled_from(range(4)), st.sampled_from(["match", "match_batch"]))
        for place, verb in data.draw(st.lists(acts, min_size=2, max_size=6)):
            given_data = {"batch": batch.pk} if verb == "match_batch" else {"order": orders[0].pk}
            try:
                money.fire(lines[place], verb, "reconciler", given_data)
            except Refused:
                continue
        for order in orders:
            events = Event.objects.filter(
                kind="disbursements.paymentorder", object_id=str(order.pk), verb="execute"
            )
            assert events.count() <= 1
        assert problems() == []
        transaction.set_rollback(True)


def shown(client, line):
    """The labels of the actions on a movement's page."""
    page = client.get(line.get_absolute_url()).content.decode()
    words = {
        "match": "It is a payment of ours",
        "match_in_doubt": "It is a payment in doubt",
        "match_batch": "It is a whole batch",
        "book_fee": "It is a fee of the bank",
        "set_aside": "Set it aside",
    }
    return {verb for verb, label in words.items() if label in page}


def test_a_movement_offers_only_what_can_ever_apply_to_it(client):
    money, batch, _orders, line = a_batch_and_its_sum(2)
    client.force_login(money.member("reconciler"))
    assert shown(client, line) == {"match", "match_in_doubt", "match_batch", "book_fee", "set_aside"}
    assert shown(client, booked(money, -7_00, "B20")) == {"match", "match_in_doubt", "book_fee", "set_aside"}
    assert shown(client, booked(money, 7_00, "B21")) == {"match", "set_aside"}
    match_batch(money, line, batch)
    assert shown(client, line) == set()


def test_the_sum_of_a_batch_is_no_longer_proposed_once_it_was_found():
    money, batch, _orders, line = a_batch_and_its_sum(2)
    assert [row.pk for row in candidates(line)] == [batch.pk]
    match_batch(money, line, batch)
    assert reconciling.act_of(line, batch.live_lines().first().order) == ("", {})
