"""Guards of payees' accounts."""

from typing import Any

from django.utils.translation import gettext as _

from workflow.actors import Actor
from workflow.history import data_guard

Data = dict[str, Any] | None

EVIDENCE = ("bank_letter", "cheque", "call_back", "in_person", "register")
CHANNELS = ("phone", "sms", "in_person", "letter", "email")


@data_guard
def verifier_did_not_enter_it(destination: Any, actor: Actor, data: Data) -> str | None:
    """Another person than its author verifies an account."""
    if destination.entered_by_id == actor.pk:
        return _("You entered this account; another person must verify it.")
    return None


@data_guard
def evidence_is_named(destination: Any, actor: Actor, data: Data) -> str | None:
    """The verification says by what it was seen."""
    if data is None or data.get("evidence") in EVIDENCE:
        return None
    return _("Say by what you saw that the account is the payee's.")


def no_other_account_is_verified(destination: Any, actor: Actor, data: Data) -> str | None:
    """One account at a time: the present one is retired first, and its owner told."""
    if destination.owner.destinations.verified().exclude(pk=destination.pk).exists():
        return _("Another account of this payee is in use: stop using it first.")
    return None


def content_is_what_was_entered(destination: Any, actor: Actor, data: Data) -> str | None:
    """Nobody changed the row behind the pages."""
    from disbursements.accounts_check import fingerprint_of

    if destination.fingerprint == fingerprint_of(destination):
        return None
    return _("The account was changed after it was entered: refuse it and enter it again.")


@data_guard
def owner_was_told_by_a_second_channel(destination: Any, actor: Actor, data: Data) -> str | None:
    """A change of account is the usual fraud: its owner hears of it another way."""
    if data is None or data.get("told_by") in CHANNELS:
        return None
    return _("Say how the owner was told, by another channel than the request came.")
