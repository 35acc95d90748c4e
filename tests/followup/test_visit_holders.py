"""Who is said to have a visit that money waits for."""

import pytest

from disbursements.models import Tranche
from disbursements.waiting import with_holder
from followup.enterprises import hand_over
from followup.models import Visit
from tests.worlds.disbursements import SUPPLIER_60_CASH_40, MoneyWorld, grant_world
from workflow import Refused

pytestmark = pytest.mark.django_db
ANSWERS = {
    "status": "open",
    "modality": "on_site",
    "money_source": "records",
    "turnover": 620_000,
    "profit": 280_000,
    "keeps_accounts": True,
}


def waiting_for_a_visit() -> tuple[MoneyWorld, Visit]:
    """A grant whose second instalment waits for nothing but the visit of the first month."""
    money = grant_world(14_000_00, rows=SUPPLIER_60_CASH_40, payment="supplier")
    money.activate()
    money.paid(1)
    money.verified_account(grant=money.grant)
    enterprise = money.grant.enterprise
    hand_over(enterprise, coach=money.member("coach"), day=money.today, reason="First")
    visit = Visit.objects.create(
        case=enterprise.case,
        enterprise=enterprise,
        programme=enterprise.programme,
        code="M1",
        due_on=money.today,
        coach=money.member("coach"),
    )
    return money, visit


def holders(money: MoneyWorld) -> tuple[str, str]:
    """The holder of the second instalment in the list, and in the sentence that refuses it."""
    row = with_holder(Tranche.objects.filter(pk=money.tranche(2).pk)).get()
    with pytest.raises(Refused) as refused:
        money.fire(money.tranche(2), "verify", "verifier")
    return row.holder, str(refused.value)


@pytest.mark.long
def test_the_coach_has_a_visit_until_it_is_handed_in_and_then_the_supervisor():
    money, visit = waiting_for_a_visit()
    money.hand_in(money.tranche(2))
    role, sentence = holders(money)
    assert role == "coach"
    assert "with: coach" in sentence
    visit.answers = {**ANSWERS, "performed_on": money.today.isoformat()}
    visit.save(update_fields=["answers", "state"])
    money.fire(visit, "submit", "coach")
    role, sentence = holders(money)
    assert role == "supervisor"
    assert "with: supervisor of coaches" in sentence
    money.fire(visit, "return", "supervisor", {"reason": "The photo is missing."})
    assert holders(money)[0] == "coach"
