"""Guards of the grant."""

from typing import Any

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from disbursements.guards.inputs import day_of
from disbursements.terms import digest, terms_of
from workflow import clock, display
from workflow.actors import Actor
from workflow.history import data_guard

Data = dict[str, Any] | None


def tranches_sum_to_the_grant(grant: Any, actor: Actor, data: Data) -> str | None:
    """There are instalments, and they add up to the amount."""
    amounts = list(grant.tranches.live().values_list("amount_minor", flat=True))
    if not amounts:
        return _("There are no instalments yet: the call has no instalment plan for this track.")
    if grant.amount_minor is None:
        return None if amounts == [None] * len(amounts) else _("Equipment without a value has no amounts.")
    if None in amounts or sum(amounts) != grant.amount_minor:
        return _("The instalments do not add up to the grant.")
    return None


def budget_lines_sum_to_the_grant(grant: Any, actor: Actor, data: Data) -> str | None:
    """There is a budget, and it adds up to the amount."""
    amounts = list(grant.budget_lines.values_list("amount_minor", flat=True))
    if not amounts:
        return _("The budget has no lines yet.")
    if grant.amount_minor is not None and (None in amounts or sum(amounts) != grant.amount_minor):
        return _("The budget lines do not add up to the grant.")
    return None


def room_in_the_envelope(grant: Any, actor: Actor, data: Data) -> str | None:
    """The call's envelope can still give the amount; taking it is one conditional update."""
    if grant.amount_minor is None:
        return None
    return _no_room_for(grant, grant.amount_minor)


def room_in_the_envelope_for_more(grant: Any, actor: Actor, data: Data) -> str | None:
    """The envelope can give what an amendment adds."""
    if data is None or grant.amount_minor is None:
        return None
    more = sum(_new_amounts(grant, data).values()) - grant.amount_minor
    return _no_room_for(grant, more) if more > 0 else None


def _no_room_for(grant: Any, minor: int) -> str | None:
    from disbursements import journal
    from disbursements.models import AccountKind
    from programmes.money import Money

    key = journal.AccountKey(AccountKind.CALL_AVAILABLE, grant.track.call_id)
    left = journal.available(key, grant.currency)
    if left >= minor:
        return None
    return _("The envelope of the call has only %(left)s left, %(needed)s are needed.") % {
        "left": display.money_text(Money(left, grant.currency)),
        "needed": display.money_text(Money(minor, grant.currency)),
    }


@data_guard
def offer_date_is_given(grant: Any, actor: Actor, data: Data) -> str | None:
    """The offer names the date until which it is valid."""
    if data is None or day_of(data.get("offer_until")) is not None:
        return None
    return _("Say until when the offer is valid.")


def offer_is_not_over_before_it_begins(grant: Any, actor: Actor, data: Data) -> str | None:
    """Somebody can still sign it today."""
    until = day_of(data.get("offer_until")) if data else None
    if until is None or until >= timezone.localdate(clock.now()):
        return None
    return _("This date lies in the past.")


def offer_date_has_passed(grant: Any, actor: Actor, data: Data) -> str | None:
    """The date until which the offer is valid is over."""
    if grant.offer_until is not None and grant.offer_until < timezone.localdate(clock.now()):
        return None
    return _("The offer is still valid.")


def agreement_is_unchanged(grant: Any, actor: Actor, data: Data) -> str | None:
    """The paper that is signed says what the records say, and its bytes are those that were issued."""
    agreement = grant.agreements.filter(version=grant.version).first()
    if agreement is None:
        return _("There is no agreement to sign yet.")
    if agreement.terms_sha256 != digest(terms_of(grant)):
        return _("The grant was changed after the agreement was made.")
    if data is None:
        return None
    if data.get("agreement") != agreement.pk:
        return _("Another version of the agreement is valid now.")
    from disbursements.papers.originals import AGREEMENT, original_of

    original = original_of(agreement, AGREEMENT, data.get("paper"))
    if original is None:
        return _("Print the agreement first; this paper is not the valid one.")
    if original.sha256 != data.get("paper_sha256"):
        return _("The agreement's file is not the one that was issued.")
    return None


@data_guard
def signature_is_complete(grant: Any, actor: Actor, data: Data) -> str | None:
    """A signature has its date and its picture; a thumbprint has two witnesses as well."""
    if data is None:
        return None
    method = data.get("method")
    if day_of(data.get("signed_on")) is None or method not in ("drawn", "scan", "thumbprint", "archived"):
        return _("Say how and on which day the agreement was signed.")
    if method == "archived":  # a past fact: `agreement_is_unchanged` lets nobody sign so now
        return None if data.get("archive_reference") else _("Say where the signed paper is kept.")
    if not data.get("file"):
        return _("Add the picture of the signature.")
    witnesses = {str(data.get(name, "")).strip().casefold() for name in ("witness_1", "witness_2")}
    if method == "thumbprint" and (len(witnesses) < 2 or "" in witnesses):
        return _("A thumbprint needs two witnesses.")
    return None


def destination_verified_by_another_person_or_in_kind(grant: Any, actor: Actor, data: Data) -> str | None:
    """Whoever is paid first has an account that another person than its author verified."""
    first = grant.tranches.live().order_by("number").first()
    if first is None or first.is_in_kind:
        return None
    if first.needs_supplier and first.supplier_id is None:
        return _("Choose the supplier of instalment %(number)s first.") % {"number": first.number}
    if first.payee_destination() is None:
        return _("The payee's account is not verified yet. An approver who did not enter it can do that.")
    return None


def _new_amounts(grant: Any, data: dict[str, Any]) -> dict[int, int]:
    amounts = {tranche.pk: tranche.amount_minor for tranche in grant.tranches.live()}
    for pk, minor in _wanted_amounts(data).items():
        amounts[pk] = minor if isinstance(minor, int) else 0
    return amounts


def _wanted_amounts(data: dict[str, Any]) -> dict[int, Any]:
    """The new amounts by instalment; what is no instalment's number stands for none there is."""
    given = data.get("amounts")
    if not isinstance(given, dict):
        return {}
    return {int(pk) if str(pk).isdecimal() else -1: minor for pk, minor in given.items()}


def new_amounts_are_possible(grant: Any, actor: Actor, data: Data) -> str | None:
    """Only instalments that are not ordered change, to amounts above zero: never below what is paid."""
    if grant.amount_minor is None:
        return _("Equipment without a value has no amounts to change.")
    open_tranches = {tranche.pk: tranche for tranche in grant.tranches.live() if tranche.is_amendable}
    if not open_tranches:
        return _("Every instalment is paid or on its way.")
    if data is None:
        return None
    wanted = _wanted_amounts(data)
    if not wanted or all(
        open_tranches[pk].amount_minor == m for pk, m in wanted.items() if pk in open_tranches
    ):
        return _("Nothing would change.")
    if not set(wanted) <= set(open_tranches):
        return _("An instalment that is ordered or paid cannot be changed.")
    if any(not isinstance(minor, int) or isinstance(minor, bool) or minor <= 0 for minor in wanted.values()):
        return _("Every instalment needs an amount above zero; cancel it to leave it out.")
    if any(minor <= open_tranches[pk].offset_minor for pk, minor in wanted.items()):
        return _("An instalment cannot become smaller than what is kept back from it for a debt.")
    return None


def every_tranche_justified_or_cancelled(grant: Any, actor: Actor, data: Data) -> str | None:
    """Nothing is left to pay or to justify."""
    waiting = [t for t in grant.tranches.order_by("number") if t.state not in ("justified", "cancelled")]
    if not waiting:
        return None
    return _("Instalment %(number)s is %(state)s: it must be justified or cancelled first.") % {
        "number": waiting[0].number,
        "state": waiting[0].get_state_display().lower(),
    }


def no_payment_on_its_way(grant: Any, actor: Actor, data: Data) -> str | None:
    """No order of this grant is open: money on its way cannot be called back by terminating."""
    order = grant.open_orders().first()
    if order is None:
        return None
    return _("Payment order %(number)s is open: finish or cancel it first.") % {"number": order.number}


def no_goods_on_their_way(grant: Any, actor: Actor, data: Data) -> str | None:
    """Nothing is ordered and unpaid: goods are taken and paid, or their order is cancelled."""
    from disbursements.models import Procurement

    on_their_way = Procurement.objects.filter(
        tranche__grant=grant, state__in=["ordered", "delivered", "handed_over", "matched"]
    ).exclude(tranche__state__in=["paid", "justified", "cancelled"])
    bought = on_their_way.select_related("tranche").first()
    if bought is None:
        return None
    return _(
        "Goods are ordered for instalment %(number)s: cancel the purchase, or take the goods and pay."
    ) % {"number": bought.tranche.number}


def nothing_left_to_justify_or_recover(grant: Any, actor: Actor, data: Data) -> str | None:
    """What was paid is justified, recovered or written off."""
    from disbursements.models import Account, AccountKind

    left = Account.objects.filter(
        kind__in=[AccountKind.GRANT_ADVANCE, AccountKind.GRANT_RECEIVABLE], owner_id=grant.pk
    ).aggregate(left=Sum("debit_minor") - Sum("credit_minor"))["left"]
    if not left:
        return None
    from programmes.money import Money

    return _("%(amount)s are still to be justified or recovered.") % {
        "amount": display.money_text(Money(left, grant.currency))
    }
