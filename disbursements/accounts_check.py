"""Is this account well formed, is it still the one that was frozen, is it old enough to be paid?

Check digits of IBAN and of the Moroccan RIB, telephone numbers of wallets, the keyed fingerprint of a
destination, and the cooling time of a changed account. No state is changed here.
"""

import json
import re
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from applications.vault import blind
from workflow import display

RIB_LENGTHS = {"MA": 24}
CONTENT = ("channel", "holder", "number", "institution", "bic", "town", "country")


def clean_bank_number(text: str, country: str) -> str:
    """Return an IBAN, or the national account number where the country's banks use one, without spaces.

    Raises ValidationError: wrong length, wrong check digits, IBAN of another country.
    """
    number = re.sub(r"[\s\-.]", "", text).upper()
    if number[:2].isalpha():
        return _clean_iban(number, country)
    if country == "MA":
        return _clean_moroccan_rib(number)
    if not re.fullmatch(r"[0-9A-Z]{6,30}", number):
        raise ValidationError(_("An account number has 6 to 30 letters and digits."))
    return number


def _clean_iban(number: str, country: str) -> str:
    from schwifty import IBAN  # heavy: the banks of the whole world
    from schwifty.exceptions import SchwiftyException

    try:
        iban = IBAN(number)
    except SchwiftyException as error:
        raise ValidationError(_("The check digits or the length of this IBAN are wrong.")) from error
    if country and iban.country_code != country:
        raise ValidationError(
            _("This IBAN is of %(there)s, the account was said to be in %(here)s.")
            % {"there": iban.country_code, "here": country}
        )
    return str(iban)


def _clean_moroccan_rib(number: str) -> str:
    # Bank (3), town (3), account (16), key (2): key = 97 - (the other 22 digits, times 100, modulo 97).
    if not re.fullmatch(r"\d{24}", number):
        raise ValidationError(_("A Moroccan RIB has 24 digits."))
    if int(number[22:]) != 97 - int(number[:22]) * 100 % 97:
        raise ValidationError(_("The key of this RIB is wrong: check the digits."))
    return number


def clean_bic(text: str) -> str:
    """Return a BIC in capitals. Raises ValidationError when it is malformed."""
    if not text.strip():
        return ""
    from schwifty import BIC  # heavy: the banks of the whole world
    from schwifty.exceptions import SchwiftyException

    try:
        return str(BIC(text.strip().upper()))
    except SchwiftyException as error:
        raise ValidationError(_("This BIC is not well formed.")) from error


def clean_phone(text: str, country: str) -> str:
    """Return a mobile number in E.164 form. Raises ValidationError when it is none of the country's."""
    import phonenumbers  # heavy: the numbering plans of the world

    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException as error:
        raise ValidationError(_("This is not a telephone number.")) from error
    if not phonenumbers.is_valid_number(number):
        raise ValidationError(_("This telephone number does not exist."))
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def masked(number: str) -> str:
    """Return a number with all but its country and last four characters hidden."""
    if not number:
        return ""
    head = number[:2] if number[:2].isalpha() else ""
    return f"{head}•••• {number[-4:]}" if len(number) > 8 else "••••"


def fingerprint_of(destination: Any) -> str:
    """Return the keyed digest of what a destination says, in hexadecimal digits."""
    content = json.dumps([getattr(destination, name) for name in CONTENT], ensure_ascii=False)
    return blind(content, "destination")


def present_account(order: Any) -> Any:
    """Return the newest account of the order's payee that was not refused or retired, None without one."""
    owner = order.supplier or order.tranche.grant
    return owner.destinations.in_use_or_entered().order_by("-entered_at", "-pk").first()


def why_not_payable(order: Any, now: datetime) -> str | None:
    """Return why the frozen account of an order cannot be paid now, None when it can.

    The account must be the payee's newest one, verified, with the content that was frozen, and older than
    the cooling time that the programme set, counted from its entry.
    """
    from disbursements.models.policy import policy_of

    present = present_account(order)
    if (said := why_not_the_same(order, present)) is not None:
        return said
    if fingerprint_of(present) != order.frozen_fingerprint:
        return _("The payee's account is not what was frozen when the order was submitted.")
    opens_at = present.entered_at + policy_of(order.programme_id).cooling
    if now < opens_at:
        return _(
            "The payee's account was entered on %(date)s. The waiting time ends on %(day)s at %(clock)s."
        ) % {
            "date": display.date_text(present.entered_at),
            "day": display.date_text(opens_at),
            "clock": opens_at.strftime("%H:%M"),
        }
    return None


def why_not_the_same(order: Any, present: Any) -> str | None:
    """Return why the account in use is not the one that an order froze, None when it is; opens no account.

    present: the payee's newest account that was not refused or retired, None without one.
    """
    if present is None:
        return _("The payee's account is not used any more: enter and verify another one.")
    if present.pk != order.destination_id:
        return _("The payee's account was changed on %(date)s. Reject the order and submit it anew.") % {
            "date": display.date_text(present.entered_at)
        }
    if present.state != "verified":
        return _("The payee's account is not verified any more.")
    return None
