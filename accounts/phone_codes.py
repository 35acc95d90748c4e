"""A code by text message proves that somebody holds a phone number: sending it, and checking what was typed.

One code a number and purpose lies in the session (which is sealed), as a keyed digest: it is good for ten
minutes and five attempts, in the browser that asked for it. How many codes leave is limited by number and by
address (`ACCOUNT_RATE_LIMITS`). What a proof is good for is decided by `accounts/views/phone.py`.

allauth brings sign-in by phone, too; ours differs in what our applicants need: signing up and signing in are
one act (nobody must know whether there is an account, and nobody can find out), no number is stored in an
account before it was proved, and none in plain text.
"""

import logging
import secrets
import time
from typing import Any, NamedTuple

from allauth.core import ratelimit
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from workflow import sms

log = logging.getLogger("jalon.accounts")

SIGN_IN, PROVE, CHANGE = "sign_in", "prove", "change"
KEY = "phone_code"
VALID_SECONDS = 10 * 60
ATTEMPTS = 5
DIGITS = 6


class CannotSend(Exception):
    """The code did not leave; the text says why, in the reader's language."""


class Waiting(NamedTuple):
    """A code that was sent and not typed yet. number: E.164; following: where to go afterwards."""

    number: str
    purpose: str
    following: str = ""


def send(request: HttpRequest, number: str, purpose: str, *, following: str = "", text: str = "") -> None:
    """Send a fresh code to a number (E.164) and remember it; an earlier one dies.

    text: what is sent instead of a code; then whatever is typed is wrong, and the page looks the same.
    Raises `CannotSend`.
    """
    if not ratelimit.consume(request, action="phone_code", key=number):
        raise CannotSend(_("A code was sent a moment ago. Wait a little before you ask for another one."))
    code = "" if text else f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    salt = secrets.token_hex(8)
    request.session[KEY] = {
        "number": number,
        "purpose": purpose,
        "following": following,
        "salt": salt,
        "digest": _digest(code, salt) if code else "",
        "sent_at": time.time(),
        "attempts": 0,
    }
    body = text or _("%(code)s is your code for Jalon. Tell it to nobody.") % {"code": code}
    try:
        sms.backend().send(number, body)
    except Exception as error:
        # Whatever a gateway raises: the person is told, the log learns no number.
        log.warning("a code did not leave: %s", type(error).__name__)
        request.session.pop(KEY, None)
        raise CannotSend(_("The message could not be sent. Try again in a few minutes.")) from error


def _digest(code: str, salt: str) -> str:
    return salted_hmac(f"phone-code-{salt}", code, algorithm="sha256").hexdigest()


def waiting(request: HttpRequest) -> Waiting | None:
    """Return the code that this browser waits for, None when there is none or its time is over."""
    held: dict[str, Any] | None = request.session.get(KEY)
    if not held or time.time() - held["sent_at"] > VALID_SECONDS:
        request.session.pop(KEY, None)
        return None
    return Waiting(held["number"], held["purpose"], held["following"])


def check(request: HttpRequest, typed: str) -> str | None:
    """Return what is wrong with a typed code, None when it is right: then it is used up."""
    held: dict[str, Any] = request.session[KEY]
    digits = "".join(str(int(letter)) for letter in typed if letter.isdecimal())
    right = bool(held["digest"]) and constant_time_compare(_digest(digits, held["salt"]), held["digest"])
    if right and held["attempts"] < ATTEMPTS:
        del request.session[KEY]
        return None
    held["attempts"] += 1
    request.session.modified = True
    if held["attempts"] >= ATTEMPTS:
        return _("Too many wrong codes. Ask for a new one.")
    return _("This is not the code. Look at the message again.")


def forget(request: HttpRequest) -> None:
    """Let go of the code that this browser waits for."""
    request.session.pop(KEY, None)
