"""Who signs the receipt of a payment, and how: a firm by hand, a person by thumbprint too."""

import pytest
from django.utils import translation

from disbursements.papers import issuing
from documents.papers import bytes_of, original
from tests.documents.reading import text_of
from tests.worlds.disbursements import KIT, grant_world

pytestmark = pytest.mark.django_db
THUMBPRINT = "thumbprint"


def receipt(money, order):
    given = {"actor": money.member("preparer"), "at": money.now(), "language": "en"}
    with translation.override("en"):
        return text_of(bytes_of(original(issuing.issue_receipt(order, **given)))).replace("\n", " ")


def test_only_a_person_may_sign_a_receipt_with_a_thumbprint():
    money = grant_world(4_500_00, rows=KIT, payment="kit")
    money.activate()
    money.verified_account(supplier=money.invoiced(1).supplier)
    firm = money.execute(money.fire(money.tranche(1), "order", "preparer").live_order())
    assert firm.supplier is not None
    assert THUMBPRINT not in receipt(money, firm)
    money = grant_world(14_000_00)
    money.activate()
    person = money.paid(1).live_order()
    assert THUMBPRINT in receipt(money, person)
