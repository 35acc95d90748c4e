"""A red visit stops money, a reopened one takes its word back, alerts climb until somebody acts."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from disbursements.models import Hold
from followup import alert_notices, alerts, ratings
from followup.action_points import agree
from followup.attempts import note_attempt
from followup.enterprises import hand_over
from followup.models import Alert, AlertNotice, Visit
from tests.worlds.disbursements import SUPPLIER_60_CASH_40, MoneyWorld, grant_world
from workflow import Refused, fire, notices

pytestmark = [pytest.mark.django_db, pytest.mark.long]
GOOD = {"status": "open", "modality": "on_site", "money_source": "records", "turnover": 900, "profit": 300}
CLOSED = {**GOOD, "status": "closed", "cause": "The owner left"}


@pytest.fixture
def money() -> MoneyWorld:
    """A grant whose first instalment is paid, and whose enterprise has a coach."""
    world = grant_world(14_000_00, rows=SUPPLIER_60_CASH_40, payment="supplier")
    world.activate()
    world.paid(1)
    hand_over(world.grant.enterprise, coach=world.member("coach"), day=world.today, reason="First")
    return world


def visited(money: MoneyWorld, code: str, answers: dict) -> Visit:
    """A visit that was made, sent and validated."""
    enterprise = money.grant.enterprise
    visit = Visit.objects.create(
        case=enterprise.case,
        enterprise=enterprise,
        programme=enterprise.programme,
        code=code,
        due_on=money.today,
        coach=money.member("coach"),
        answers={**answers, "performed_on": money.today.isoformat()},
    )
    money.fire(visit, "submit", "coach")
    return money.fire(visit, "validate", "supervisor")


def test_a_red_visit_holds_the_money_until_a_later_visit_and_a_second_person(money):
    visited(money, "M1", CLOSED)
    hold = Hold.objects.get(grant=money.grant)
    with pytest.raises(Refused):
        money.fire(hold, "release", "approver")
    money.verified_account(grant=money.grant)
    money.hand_in(money.tranche(2))
    money.fire(money.tranche(2), "verify", "verifier")
    with pytest.raises(Refused, match="held"):
        money.fire(money.tranche(2), "approve", "approver")
    assert Alert.objects.get().sentences == ["Closed or sold within twelve months."]
    visited(money, "M3", GOOD)
    assert Alert.objects.get().settled
    hold.refresh_from_db()
    money.fire(hold, "release", "approver")
    assert not money.tranche(2).open_holds().exists()


def test_whoever_validated_the_red_visit_does_not_release_the_hold(money):
    visited(money, "M1", CLOSED)
    visited(money, "M3", GOOD)
    hold = Hold.objects.get(grant=money.grant)
    assert hold.placed_by == money.member("supervisor")
    from tests.worlds.programmes import a_member

    a_member(money.world.programme, "approver", money.member("supervisor"))
    with pytest.raises(Refused, match="another person"):
        money.fire(hold, "release", "supervisor")


def test_a_reopened_visit_holds_what_has_not_left_and_says_what_has(money):
    visit = visited(money, "M1", GOOD)
    assert money.tranche(2).conditions.get(kind="visit_validated").is_met
    money.verified_account(grant=money.grant)
    money.paid(2)
    money.fire(visit, "reopen", "manager", {"reason": "The photo shows another shop."})
    assert not money.tranche(2).conditions.get(kind="visit_validated").is_met
    assert money.tranche(2).state == "paid", "nothing is reversed by itself"
    alert = Alert.objects.get(kind="money_out")
    assert (alert.facts, alert.step) == ({"tranches": [2]}, 1)
    assert not Hold.objects.filter(link_id=str(visit.pk)).exists(), "nothing is left to hold"


def test_a_reopened_visit_takes_rating_status_and_clearance_back(money):
    visited(money, "M1", CLOSED)
    good = visited(money, "M3", GOOD)
    enterprise = money.grant.enterprise
    hold = Hold.objects.get(grant=money.grant)
    assert hold.cleared_at is not None
    money.fire(good, "reopen", "manager", {"reason": "Wrong place."})
    hold.refresh_from_db()
    enterprise.refresh_from_db()
    assert hold.cleared_at is None
    assert enterprise.status == "closed"
    assert ratings.current(enterprise, money.today).level == "red"
    assert Hold.objects.filter(grant=money.grant, state="placed").count() == 2


def test_three_attempts_without_anybody_hold_the_money_by_rule(money):
    visit = Visit.objects.filter(enterprise=money.grant.enterprise).first() or visited(money, "M1", GOOD)
    for _number in range(3):
        note_attempt(visit, result="absent", comment="", by=money.member("coach"), at=money.now())
    hold = Hold.objects.get(grant=money.grant)
    assert "Nobody could be reached" in hold.reason
    assert hold.link_kind == "followup.riskrating"
    note_attempt(visit, result="unreachable", comment="", by=money.member("coach"), at=money.now())
    assert Hold.objects.count() == 1, "held once"


def test_overdue_actions_raise_the_rating_once_a_day_has_passed(money):
    enterprise = money.grant.enterprise
    agree(enterprise, what="Buy a lock", due_on=money.today, today=money.today)
    assert ratings.rerate_overdue(money.now()) == 0
    late = money.now() + timedelta(days=2)
    assert ratings.rerate_overdue(late) == 1
    assert ratings.rerate_overdue(late) == 0, "as often as one likes"
    assert ratings.current(enterprise, money.today).explained == [("Agreed actions are overdue.", 10)]


def test_a_manager_sets_a_rating_until_a_day_and_a_later_visit_counts_again(money):
    enterprise, manager = money.grant.enterprise, money.member("manager")
    visited(money, "M1", CLOSED)
    with pytest.raises(Refused):
        ratings.override(enterprise, "green", reason=" ", until=money.today, actor=manager, at=money.now())
    until = money.today + timedelta(days=30)
    given = {"reason": "It only moved.", "until": until, "actor": manager}
    ratings.override(enterprise, "green", at=money.now(), **given)
    assert ratings.current(enterprise, money.today).level == "green"
    assert ratings.current(enterprise, until + timedelta(days=1)).level == "red"
    assert Hold.objects.filter(grant=money.grant, state="placed").exists(), "no hold is released by it"
    visited(money, "M3", CLOSED)
    assert ratings.current(enterprise, money.today).level == "red"


def test_an_alert_climbs_with_its_age_until_somebody_says_what_was_done(money):
    visited(money, "M1", CLOSED)
    alert = Alert.objects.get()
    steps = []
    for days in (6, 7, 21):
        alerts.escalate(alert.raised_at + timedelta(days=days))
        alert.refresh_from_db()
        steps.append(int(alert.step))
    assert steps == [0, 1, 2]
    alerts.handle(alert, note="Called the owner.", actor=money.member("supervisor"), at=money.now())
    with pytest.raises(Refused, match="already"):
        alerts.handle(alert, note="Called again.", actor=money.member("manager"), at=money.now())
    assert not Alert.objects.waiting().exists()


def test_alerts_are_told_once_a_day_a_person_and_again_to_the_next_when_they_climb(money):
    visited(money, "M1", CLOSED)
    alert, supervisor, manager = Alert.objects.get(), money.member("supervisor"), money.member("manager")
    day = alert.raised_at
    assert [alert_notices.tell_due(day), alert_notices.tell_due(day)] == [1, 0]
    assert AlertNotice.objects.get().user == supervisor
    second = alerts.raise_alert(alert.enterprise, "money_out", {"tranches": [1]}, at=day)
    alert_notices.tell_due(day)  # the same moment: some hours later may be another day
    told = set(second.told.values_list("user", flat=True))
    assert manager.pk in told
    assert supervisor.pk not in told, "the supervisor had a message today"
    assert alert_notices.tell_due(day + timedelta(days=1)) == 1
    assert alert_notices.tell_due(day + timedelta(days=2)) == 0
    alerts.escalate(day + timedelta(days=7))
    assert alert_notices.tell_due(day + timedelta(days=7)) == len(told)
    assert set(alert.told.values_list("user", flat=True)) == {supervisor.pk, *told}
    row = AlertNotice.objects.filter(user=supervisor).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        AlertNotice.objects.create(user=supervisor, on=row.on, notice=row.notice)


def test_a_message_about_alerts_names_no_person_and_leaves_by_sms_where_there_is_no_e_mail(money, mailoutbox):
    visited(money, "M1", CLOSED)
    alert, supervisor = Alert.objects.get(), money.member("supervisor")
    supervisor.email, supervisor.phone, supervisor.language = None, "+218912345678", "en"
    supervisor.save()
    alert_notices.tell_due(money.now())
    notice = AlertNotice.objects.get().notice
    said = notices.preview(notice).body
    assert f"case {alert.case.number}: Closed or sold within twelve months." in said
    assert alert.enterprise.name not in said
    notices.deliver(at=money.now())
    notice.refresh_from_db()
    assert (notice.channel, mailoutbox) == ("sms", [])
    alerts.handle(alert, note="Called the owner.", actor=supervisor, at=money.now())
    assert "dealt with meanwhile" in notices.preview(notice).body


def test_an_action_is_checked_by_a_later_visit_or_a_proof_only(money):
    enterprise = money.grant.enterprise
    first = visited(money, "M1", {**GOOD, "next_actions": [{"what": "Buy a lock", "who": "coach"}]})
    point = enterprise.action_points.get()
    assert (point.visit, point.responsible) == (first, "coach")
    money.fire(point, "claim", "coach")
    with pytest.raises(Refused, match="Only a visit handed in after"):
        money.fire(point, "verify", "coach", {"visit": str(first.pk)})
    later = visited(money, "M3", GOOD)
    money.fire(point, "verify", "coach", {"visit": str(later.pk)})
    assert point.seen_in == later


def test_a_handover_moves_what_is_still_to_do(money):
    enterprise = money.grant.enterprise
    point = agree(enterprise, what="Buy a lock", due_on=money.today, today=money.today)
    done = agree(enterprise, what="Paint", due_on=money.today, today=money.today)
    fire(done, "drop", actor=money.member("supervisor"), data={"reason": "No paint"})
    hand_over(enterprise, coach=money.member("coach", 2), day=money.today, reason="Leave")
    point.refresh_from_db()
    done.refresh_from_db()
    assert (point.coach, done.coach) == (money.member("coach", 2), money.member("coach"))
