"""Our own rules on a payment file. The schema lets pass wrong check digits, sums and decimals; this does not.

Amounts are whole minor units and positive, accounts have right check digits, letters and lengths are those
that banks exchange (EPC217-08, the basic Latin set), ids are unique, the count and the sum are those signed.
"""

import re
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from disbursements import accounts_check
from disbursements.bank_files.content import Party, Payment, PaymentFile, latin
from programmes.money import CURRENCIES
from workflow import display

LETTERS = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")
ID_LENGTH, NAME_LENGTH, TEXT_LENGTH = 35, 70, 140
SEPA_MOST_MINOR = 999_999_999_99


@dataclass(frozen=True)
class Problem:
    """One thing that stands against a file. where: the id of the payment, empty for the whole."""

    where: str
    sentence: str

    def __str__(self) -> str:
        return display.labelled(self.where, self.sentence) if self.where else self.sentence


def problems(file: PaymentFile, *, today: date, phones: bool = False) -> list[Problem]:
    """Return everything that stands against writing a file, in its order; empty when nothing does.

    today: the day on which it is written. phones: numbers are telephone numbers of wallets, not accounts.
    """
    return [*_of_the_file(file, today, phones), *_of_the_payments(file, phones)]


def _of_the_file(file: PaymentFile, today: date, phones: bool) -> Iterator[Problem]:
    if file.currency not in CURRENCIES:
        yield Problem("", _("%(code)s is not a currency.") % {"code": file.currency})
    if not file.payments:
        yield Problem("", _("There is no payment in it."))
    if file.value_date < today:
        yield Problem("", _("The day of payment is over."))
    for said in _id_problems(file.message_id):
        yield Problem(file.message_id, said)
    for said in _party_problems(file.payer, phones):
        yield Problem(_("Paying account"), said)
    ids = Counter(payment.end_to_end for payment in file.payments)
    for twice in sorted(name for name, count in ids.items() if count > 1):
        yield Problem(twice, _("This reference stands in the file twice."))
    trails = Counter(payment.uetr for payment in file.payments if payment.uetr)
    for twice in sorted(name for name, count in trails.items() if count > 1):
        yield Problem(twice, _("This reference stands in the file twice."))


def _of_the_payments(file: PaymentFile, phones: bool) -> Iterator[Problem]:
    for payment in file.payments:
        for said in _payment_problems(file, payment, phones):
            yield Problem(payment.end_to_end, said)


def _payment_problems(file: PaymentFile, payment: Payment, phones: bool) -> Iterator[str]:
    yield from _id_problems(payment.end_to_end)
    if type(payment.amount_minor) is not int or payment.amount_minor <= 0:
        yield _("The amount is not a whole number above zero.")
    elif file.is_sepa and payment.amount_minor > SEPA_MOST_MINOR:
        yield _("The amount is above what one transfer can carry.")
    yield from _party_problems(payment.payee, phones)
    if not phones and not file.is_sepa:
        missing = [
            word
            for word, value in (
                (_("BIC"), payment.payee.bic),
                (_("town"), payment.payee.town),
                (_("country"), payment.payee.country),
            )
            if not value
        ]
        if missing:
            yield _("Missing at the payee's account: %(what)s.") % {"what": ", ".join(missing)}
    yield from _text_problems(payment.text, TEXT_LENGTH, _("text"))
    if payment.uetr and not _is_uuid4(payment.uetr):
        yield _("The reference of the transfer is not well formed.")


def _party_problems(party: Party, phones: bool) -> Iterator[str]:
    if not party.name.strip():
        yield _("The holder's name is missing.")
    yield from _text_problems(party.name, NAME_LENGTH, _("name"))
    yield from _text_problems(party.town, ID_LENGTH, _("town"))
    try:
        if phones:
            right = accounts_check.clean_phone(party.number, party.country)
        else:
            right = accounts_check.clean_bank_number(party.number, party.country)
            accounts_check.clean_bic(party.bic)
    except ValidationError as error:
        yield " ".join(error.messages)
    else:
        if right != party.number:
            yield _("The account number is not written as the bank needs it.")


def _text_problems(text: str, longest: int, label: str) -> Iterator[str]:
    written = latin(text)
    if len(written) > longest:
        yield _("The %(what)s is longer than %(longest)s letters.") % {"what": label, "longest": longest}
    if not LETTERS.fullmatch(written):
        odd = "".join(sorted(set(LETTERS.sub("", written))))[:10]
        yield _("The %(what)s has letters that banks do not exchange: %(odd)s") % {"what": label, "odd": odd}


def _id_problems(text: str) -> Iterator[str]:
    odd = not text or len(text) > ID_LENGTH or not LETTERS.fullmatch(text)
    if odd or text.startswith("/") or text.endswith("/") or "//" in text:
        yield _("This reference cannot stand in a bank file.")


def _is_uuid4(text: str) -> bool:
    try:
        found = uuid.UUID(text)
    except ValueError:
        return False
    return found.version == 4 and str(found) == text
