"""Visits are counted from the right day, fall on working days, and move only while they are planned."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from followup.agenda import first_weekday, lay_out, month_of, week_of
from followup.calendar import Offset, add_months, due_date, off_the_weekend
from followup.enterprises import HandoverError, hand_over, stand_in
from followup.models import CaseloadAssignment, Visit, VisitPlan
from followup.overlaps import install
from followup.planning import move_anchor, unplanned_visit
from followup.site_map import LABEL, Box, Frame, arcs_of, box_around, frame_of, labels, outlines, ring_of
from followup.workload import workload
from tests.worlds.disbursements import CASH_60_40, KIT, grant_world

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))


def test_month_ends_are_clamped():
    assert add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2025, 11, 30), 3) == date(2026, 2, 28)


def test_weekends_are_those_of_the_country():
    friday = date(2025, 1, 3)
    assert off_the_weekend(friday, "LY") == date(2025, 1, 5)
    assert off_the_weekend(friday, "ML") == friday
    assert off_the_weekend(date(2025, 1, 4), "MA") == date(2025, 1, 6)


@given(DAYS, st.integers(0, 36), st.integers(0, 40), st.sampled_from(["LY", "ML", "MA"]))
def test_a_visit_never_falls_on_a_rest_day_nor_before_its_month(anchor, months, days, country):
    due = due_date(anchor, Offset(months, days), country)
    rest = {4, 5} if country == "LY" else {5, 6}
    assert due.weekday() not in rest
    exact = add_months(anchor, months) + timedelta(days=days)
    assert timedelta(0) <= due - exact <= timedelta(days=2)


def test_a_week_begins_on_sunday_where_friday_is_the_day_of_rest():
    assert [first_weekday(country) for country in ("LY", "ML")] == [6, 0]
    assert week_of(date(2025, 1, 8), 6)[0] == date(2025, 1, 5)
    month = month_of(date(2025, 2, 10), 0)
    rows = lay_out(month, [date(2025, 2, 1), date(2025, 3, 1)], lambda day: day, 2)
    filled = [(one.day, one.inside) for row in rows for one in row if one.items]
    assert filled == [(date(2025, 2, 1), True), (date(2025, 3, 1), False)]


def test_outlines_are_read_from_shared_arcs_and_hold_every_place():
    topology = {
        "transform": {"scale": [2, 1], "translate": [10, 20]},
        "arcs": [[[0, 0], [1, 0]], [[1, 0], [0, 3]]],
    }
    arcs = arcs_of(topology)
    assert arcs == [[(10, 20), (12, 20)], [(12, 20), (12, 23)]]
    assert ring_of([0, 1], arcs) == [(10, 20), (12, 20), (12, 23)]
    assert ring_of([-2, -1], arcs) == [(12, 23), (12, 20), (10, 20)]
    drawn = outlines("MA", ((-6.84, 34.02),))
    assert drawn is not None
    assert drawn.country.startswith("M")
    x, y = drawn.frame.place(-6.84, 34.02)
    assert 0 < x < drawn.frame.width
    assert 0 < y < drawn.frame.height
    assert frame_of(Box(0, -1, 2, 1), 100).height == pytest.approx(100, abs=0.1)
    assert box_around([(5, 5)]).east - box_around([(5, 5)]).west >= 3
    assert outlines("XX") is None


def test_names_on_the_map_stand_apart_and_inside_at_the_size_of_a_phone():
    frame = Frame(Box(0, 0, 10, 10), 900, 900)
    marks = [
        (565, 160, 20, "Rabat-Salé"),
        (662, 160, 18, "Fès"),
        (890, 120, 14, "Oujda"),
        (400, 5, 9, "Ceuta"),
    ]
    found = labels(marks, frame)
    assert [one.is_below for one in found] == [False, True, False, True]
    assert found[2].x + 0.3 * LABEL * len("Oujda") <= 900
    assert LABEL * 330 / 900 > 13, "pixels on a screen of 360"


@pytest.mark.django_db
class TestWithRecords:
    """What needs a grant."""

    def planned(self, rows, payment):
        money = grant_world(14_000_00, rows=rows, payment=payment)
        plan = VisitPlan.objects.get(call=money.world.call)  # with a visit after one month
        plan.rows.create(code="V0", before_payment=True)
        plan.rows.create(code="M3", offset_months=3)
        money.activate()
        return money

    def test_a_first_payment_is_the_anchor_and_a_change_moves_only_what_is_still_planned(self):
        money = self.planned(CASH_60_40, "cash")
        enterprise = money.grant.enterprise
        assert set(enterprise.visits.values_list("code", flat=True)) == {"V0"}
        money.paid(1)
        enterprise.refresh_from_db()
        paid_on = enterprise.anchor_on
        first, third = enterprise.visits.get(code="M1"), enterprise.visits.get(code="M3")
        assert first.due_on == due_date(paid_on, Offset(1), enterprise.programme.country)
        hand_over(enterprise, coach=money.member("coach"), day=money.today, reason="First")
        first.refresh_from_db()
        money.fire(first, "confirm", "coach", {"planned_for": first.due_on.isoformat(), "contact": "Owner"})
        later = paid_on + timedelta(days=20)
        changed = move_anchor(
            enterprise, later, reason="Paid late", by=money.member("supervisor"), at=money.now()
        )
        assert changed == 1
        third.refresh_from_db()
        assert third.due_on == due_date(later, Offset(3), enterprise.programme.country)
        assert enterprise.visits.get(code="M1").due_on == first.due_on

    def test_a_kit_is_counted_from_its_hand_over_not_from_the_payment_of_the_supplier(self):
        from followup.planning import anchors_at

        enterprise = self.planned(KIT, "kit").grant.enterprise
        assert not anchors_at(enterprise, "first_payment", in_kind=True)
        assert anchors_at(enterprise, "hand_over", in_kind=True)

    def test_two_leads_never_overlap_not_even_behind_the_product_s_back(self):
        install()
        money = self.planned(CASH_60_40, "cash")
        enterprise, today = money.grant.enterprise, money.today
        hand_over(enterprise, coach=money.member("coach"), day=today - timedelta(days=30), reason="First")
        hand_over(enterprise, coach=money.member("coach", 2), day=today, reason="Leave")
        with pytest.raises(HandoverError, match="begins on"):
            hand_over(enterprise, coach=money.member("coach"), day=today - timedelta(days=1), reason="Back")
        between = {"valid_from": today - timedelta(days=20), "valid_until": today - timedelta(days=10)}
        with pytest.raises(IntegrityError), transaction.atomic():
            CaseloadAssignment.objects.create(enterprise=enterprise, coach=money.member("coach"), **between)
        with pytest.raises(IntegrityError), transaction.atomic():
            CaseloadAssignment.objects.filter(valid_until__isnull=False).update(valid_until=today)

    def test_who_stands_in_sees_and_fills_the_visits_while_it_lasts(self):
        money = self.planned(CASH_60_40, "cash")
        enterprise, second = money.grant.enterprise, money.member("coach", 2)
        hand_over(enterprise, coach=money.member("coach"), day=money.today, reason="First")
        visits = Visit.objects.filter(enterprise=enterprise)
        assert not visits.visible_to(second).exists()
        supervisor = money.member("supervisor")
        given = {"day": money.today, "until": None, "reason": "Leave", "by": supervisor}
        stand_in(enterprise, coach=second, **given)
        assert visits.visible_to(second).exists()
        with pytest.raises(HandoverError):
            stand_in(enterprise, coach=second, **given)
        made = unplanned_visit(enterprise, second, money.today)
        assert (made.code, made.plan_row) == ("X1", None)
        load = {row.coach.pk: row for row in workload(money.world.programme, money.today)}
        assert (load[second.pk].leads, load[second.pk].stands_in, load[second.pk].soon) == (0, 1, 1)
