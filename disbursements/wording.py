"""Words for what instalments wait for: conditions, kinds of documents, who holds what. No queries."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from workflow import display

DOCUMENT_WORDS: dict[str, Promise] = {
    "quotation": gettext_lazy("quotation"),
    "invoice": gettext_lazy("invoice"),
    "receipt": gettext_lazy("receipt"),
    "identity": gettext_lazy("copy of the identity paper"),
    "lease": gettext_lazy("lease or right of use"),
    "registration": gettext_lazy("registration of the business"),
    "photo": gettext_lazy("photo"),
    "statement": gettext_lazy("sworn statement"),
    "other": gettext_lazy("other document"),
}
"""Kinds of documents that an instalment may ask for."""


def document_word(kind: str) -> str:
    """Return the word for a kind of document, the kind itself when it is a programme's own."""
    return str(DOCUMENT_WORDS.get(kind, kind.replace("_", " ")))


VISIT_CODE = re.compile(r"([DM])(\d{1,3})\Z")


def visit_word(code: str) -> str:
    """Return what a visit is called: "Month 3" for M3, "Day 15" for D15, "Baseline" for V0, else its code.

    U is a report that came without a planned visit (`followup/sync.py`).
    """
    if code == "V0":
        return _("Baseline")
    if code == "U":
        return _("Visit outside the plan")
    if code.startswith("X") and code[1:].isdecimal() and len(code) < 5:
        return _("Visit outside the plan %(number)s") % {"number": code[1:]}
    if (found := VISIT_CODE.match(code)) is None:
        return code
    unit, number = found.groups()
    words = _("Day %(number)s") if unit == "D" else _("Month %(number)s")
    return words % {"number": int(number)}


def condition_sentence(kind: str, parameter: str) -> str:
    """Say a condition in words, for instance "Visit “Month 3” validated"."""
    match kind:
        case "visit_validated":
            return _("Visit “%(visit)s” validated") % {"visit": visit_word(parameter)}
        case "previous_justified":
            return _("Previous instalment justified at %(percent)s at least") % {
                "percent": display.percent_text(int(parameter or 100))
            }
        case "documents":
            return _("Document received: %(document)s") % {"document": document_word(parameter)}
        case "not_before":
            day = parse_date(parameter)
            return _("Not before %(date)s") % {"date": display.date_text(day) if day else parameter}
        case "agreement_signed":
            return _("Agreement signed")
        case "destination_verified":
            return _("Payee's account verified by another person than who entered it")
        case "own_contribution":
            return _("Own contribution seen")
        case "training":
            return _("Training attended") if not parameter else _("Training attended: %s") % parameter
        case "receipts_accepted":
            return _("Receipts of the previous instalment accepted")
        case "cash_book_seen":
            return _("Cash book seen")
    raise ValueError(f"no such condition: {kind}")


def in_a_row(sentences: Iterable[str]) -> str:
    """Write conditions one after another, each after the first in lower case; "" for none."""
    said = ""
    for sentence in sentences:
        said = _("%(first)s; %(then)s") % {"first": said, "then": lower_first(sentence)} if said else sentence
    return said


ROLE_WORDS: dict[str, Promise] = {
    "beneficiary": gettext_lazy("Beneficiary"),
    "coach": gettext_lazy("Coach"),
    "supervisor": gettext_lazy("Supervisor of coaches"),
    "preparer": gettext_lazy("Preparer"),
    "verifier": gettext_lazy("Verifier"),
    "approver": gettext_lazy("Approver"),
    "releaser": gettext_lazy("Releaser"),
    "reconciler": gettext_lazy("Reconciler"),
    "manager": gettext_lazy("Programme manager"),
    "calendar": gettext_lazy("The date"),
}
"""Who holds what, by role."""


def role_word(role: str) -> str:
    """Return the word for who holds something."""
    return str(ROLE_WORDS[role])


PAYMENT_TEAM = gettext_lazy("the programme's payment team")
PLAIN_ROLE_WORDS: dict[str, Promise] = {
    "beneficiary": gettext_lazy("you"),
    "coach": gettext_lazy("your coach"),
    "supervisor": gettext_lazy("the head of the coaches"),
    "preparer": PAYMENT_TEAM,
    "verifier": PAYMENT_TEAM,
    "approver": PAYMENT_TEAM,
    "releaser": PAYMENT_TEAM,
    "reconciler": PAYMENT_TEAM,
    "manager": gettext_lazy("the programme's office"),
    "calendar": gettext_lazy("nobody: the date must come first"),
}
"""Who holds what, to the person who waits for it: roles of ours say nothing to her."""


def plain_role_word(role: str) -> str:
    """Return the word for who holds something, to the person who waits for it."""
    return str(PLAIN_ROLE_WORDS[role])


def lower_first(text: Any) -> str:
    """Return a sentence's words for use inside another sentence."""
    text = str(text)
    return text[:1].lower() + text[1:]
