"""Every paper of money says what it must in three languages; no reference is drawn backwards in Arabic."""

import gettext as catalogues
import re

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from django.utils.translation import trans_real

from disbursements import wording
from disbursements.papers import issuing
from documents.models import Paper
from documents.papers import bytes_of, original, shown_code
from tests.disbursements.test_donor_money import planned
from tests.documents.reading import pages_of, text_of
from tests.worlds.banking import a_batch, approved_orders
from tests.worlds.disbursements import KIT, grant_world

pytestmark = pytest.mark.django_db
LANGUAGES = ("fr", "ar", "en")
MONEY_IN_ARABIC = {
    "grant_agreement": {"8,400.00 MAD"},
    "payment_order": {"8,400.00 MAD"},
    "payment_receipt": {"8,400.00 MAD"},
    "closing_statement": {"8,400.00 MAD", "0.00 MAD"},
    "recovery_notice": {"8,400.00 MAD"},
    "funds_request": {"5,000.00 MAD", "9,000.00 MAD"},
    "batch_list": {"8,400.00 MAD", "16,800.00 MAD"},
    "purchase_order": {"4,500.00 MAD"},
    "delivery_note": set(),
    "acceptance_record": {"4,500.00 MAD"},
}
"""Every amount that an Arabic paper of each kind draws, as the eye reads it from left to right."""

ON_ONE_PAGE = {
    "payment_order", "payment_receipt", "delivery_note", "acceptance_record",
    "purchase_order", "batch_list", "closing_statement",
}  # fmt: skip
"""Papers that people sign by hand, with few goods, payments or instalments."""


@pytest.fixture
def translated(settings, monkeypatch):
    """The product's own catalogues, which other tests do without."""
    settings.LOCALE_PATHS = [django_settings.BASE_DIR / "locale"]
    monkeypatch.setattr(trans_real, "_translations", {})
    monkeypatch.setattr(catalogues, "_translations", {})
    yield
    trans_real._translations = {}


def ended_grant():
    """A grant whose first instalment was paid and justified before it was terminated."""
    money = grant_world(14_000_00)
    money.activate()
    money.paid(1)
    money.justified(1)
    money.grant.refresh_from_db()
    reason = {"reason": "The shop was sold"}
    money.both(money.grant, "terminate", money.member("manager"), money.member("manager", 2), reason)
    return money


def sealed_batch():
    moneys, orders = approved_orders(2)
    batch = a_batch(moneys[0], orders)
    moneys[0].fire(batch, "seal", "preparer")
    moneys[0].fire(batch, "approve", "approver", number=2)
    return moneys[0], batch


def every_paper(language):
    """One paper of each kind: yields it with references that must stand on it as they are."""
    money = ended_grant()
    order = money.tranche(1).orders.get()
    given = {"actor": money.member("preparer"), "at": money.now()}
    agreement = money.grant.agreements.latest("version")
    case = money.grant.case.number
    yield issuing.issue_agreement(agreement, language, **given), [case]
    yield issuing.issue_payment_order(order, language=language, **given), [case, order.number]
    yield issuing.issue_receipt(order, language=language, **given), [case, order.number]
    yield issuing.issue_closing_statement(money.grant, language, **given), [case, order.number]
    money, recovery = claimed()
    given = {"actor": money.member("preparer"), "at": money.now()}
    numbers = [money.grant.case.number, recovery.number]
    donors = planned(money)
    yield issuing.issue_donor_request(donors, language, **given), [donors.programme.code]
    yield issuing.issue_recovery_notice(recovery, language, **given), numbers
    money, batch = sealed_batch()
    given = {"actor": money.member("preparer"), "at": money.now()}
    numbers = [batch.number, *(line.order.number for line in batch.live_lines())]
    yield issuing.issue_batch_list(batch, language=language, **given), numbers
    money = grant_world(4_500_00, rows=KIT, payment="kit")
    money.activate()
    bought = money.handed_over(1)
    given = {"actor": money.member("preparer"), "at": money.now(), "language": language}
    case = money.grant.case.number
    yield issuing.issue_purchase_order(bought, **given), [case, bought.number]
    yield issuing.issue_delivery_note(bought, **given), [case, bought.number]
    yield issuing.issue_acceptance(bought, **given), [case, bought.number]


def claimed():
    """A grant that was ended with its first instalment not accounted for, and the claim over it."""
    money = grant_world(14_000_00)
    money.activate()
    money.paid(1)
    money.grant.refresh_from_db()
    reason = {"reason": "The shop was sold"}
    money.both(money.grant, "terminate", money.member("manager"), money.member("manager", 2), reason)
    return money, money.grant.recoveries.get()


def drawn(paper):
    pages = pages_of(bytes_of(original(paper)))
    return [line.text.replace("\u00a0", " ").replace("\u202f", " ") for page in pages for line in page]


def money_on(lines):
    """What stands before the currency on each line: nothing, where it was drawn on the wrong side."""
    return {found for line in lines for found in re.findall(r"[\d.,]*\s?\bMAD\b", line)}


@pytest.mark.long
@pytest.mark.either_engine
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_paper_carries_its_references_unbroken_its_code_its_digests_and_its_page(translated, language):
    seen = set()
    with translation.override("en"):
        for paper, references in every_paper(language):
            seen.add(paper.kind)
            lines = drawn(paper)
            for reference in [*references, paper.reference, shown_code(paper.code)]:
                assert any(reference in line for line in lines), (paper.kind, reference)
                assert not any(reference[::-1] in line for line in lines), (paper.kind, reference)
            text = text_of(bytes_of(original(paper)))
            digests = text.replace(" ", "").replace("\n", "")
            assert paper.content_sha256[:16] in digests
            assert paper.stream
            if paper.kind in ON_ONE_PAGE:
                assert len(pages_of(bytes_of(original(paper)))) == 1, "what is signed stands on one page"
            title = {"fr": "Décompte", "ar": "بيان", "en": "Closing statement"}[language]
            assert paper.kind != "closing_statement" or title in text
            if language == "ar":
                assert money_on(lines) == MONEY_IN_ARABIC[paper.kind], paper.kind
    assert len(seen) == 10
    assert Paper.objects.filter(language=language).count() >= 10


@pytest.mark.long
@pytest.mark.either_engine
def test_amounts_stand_in_words_in_the_language_of_the_paper(translated):
    words = {"fr": "Huit mille quatre cents dirhams", "en": "Eight thousand, four hundred dirhams"}
    money = ended_grant()
    given = {"actor": money.member("preparer"), "at": money.now()}
    for language, spelled in words.items():
        paper = issuing.issue_closing_statement(money.grant, language, **given)
        assert spelled in " ".join(text_of(bytes_of(original(paper))).split())
    paper = issuing.issue_closing_statement(money.grant, "ar", **given)
    assert any(re.search(r"8\D400\D00 MAD", line) for line in drawn(paper))
    assert "درهم" in text_of(bytes_of(original(paper)))


@pytest.mark.long
def test_a_batch_that_is_not_sealed_and_a_grant_that_is_not_over_print_nothing(client, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    moneys, orders = approved_orders(1)
    money = moneys[0]
    batch = a_batch(money, orders)
    client.force_login(money.member("preparer"))
    for url in (f"/batches/{batch.pk}/list/", f"/grants/{money.grant.pk}/closing-statement/"):
        assert client.post(url, {"language": "ar"}).status_code == 302
    assert not Paper.objects.filter(kind__in=["batch_list", "closing_statement"]).exists()
    money.fire(batch, "seal", "preparer")
    client.post(f"/batches/{batch.pk}/list/", {"language": "ar"})
    client.post(f"/batches/{batch.pk}/list/", {"language": "ar"})
    first, second = Paper.objects.filter(kind="batch_list").order_by("number")
    assert (first.successor, second.successor, second.number) == (second, None, 2)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Agreement signed; own contribution seen"),
        ("fr", "Convention signée ; apport personnel constaté"),
        ("ar", "وُقّعت الاتفاقية؛ تمت"),
    ],
)
def test_conditions_follow_each_other_as_the_language_writes_it(translated, language, said):
    with translation.override(language):
        row = [wording.condition_sentence(kind, "") for kind in ("agreement_signed", "own_contribution")]
        assert wording.in_a_row(row).replace("\u00a0", " ").startswith(said)
        assert wording.in_a_row([]) == ""
