"""The list "papers and checks" on the page of an order: what is in order, what is not, with the reason."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from disbursements import accounts_check
from disbursements.duplicates import used_elsewhere
from disbursements.models import PaymentOrder
from disbursements.overview import Check
from workflow import display


def checks_of(order: PaymentOrder) -> list[Check]:
    """Return the checks of an order, in the order in which a careful reader would make them."""
    tranche, grant = order.tranche, order.tranche.grant
    return [
        _agreement(grant),
        *_conditions(tranche),
        *_purchase(tranche),
        _papers(tranche),
        _account(order),
        _cooling(order),
        _holds(tranche),
    ]


def _agreement(grant: Any) -> Check:
    agreement = grant.agreements.filter(signed_on__isnull=False).order_by("-version").first()
    if agreement is None:
        return Check(_("Agreement signed"), "blocked")
    note = _("Version %(version)s, digest %(digest)s") % {
        "version": agreement.version,
        "digest": f"{agreement.terms_sha256[:4]}…{agreement.terms_sha256[-4:]}",
    }
    return Check(_("Agreement signed"), "done", note=note, at=agreement.signed_on)


def _conditions(tranche: Any) -> list[Check]:
    rows = list(tranche.conditions.all())
    missing = [row for row in rows if not row.is_met]
    words = _("Conditions of the instalment")
    note = _("%(met)s of %(all)s met") % {"met": len(rows) - len(missing), "all": len(rows)}
    return [Check(words, "blocked" if missing else "done", note=note)] if rows else []


def _purchase(tranche: Any) -> list[Check]:
    purchase = tranche.live_procurement()
    if purchase is None:
        return []
    matched = purchase.state == "matched"
    note = f"{purchase.number}, {purchase.get_state_display()}"
    return [Check(_("Order, delivery and invoice agree"), "done" if matched else "blocked", note=note)]


def _papers(tranche: Any) -> Check:
    label = _("Papers never handed in elsewhere")
    found = used_elsewhere(tranche)
    if found is None:
        return Check(label, "done", note=_("No other grant has these files or invoice numbers"))
    return Check(label, "blocked", note=display.labelled(found.paper, found.where))


def _account(order: PaymentOrder) -> Check:
    label = _("Payee's account verified by another person")
    account = order.destination
    if account is None:
        ready = order.tranche.payee_destination()
        return Check(label, "done" if ready else "blocked", note="" if ready else _("No verified account"))
    present = accounts_check.present_account(order)
    if present is None or present.pk != account.pk or present.state != "verified":
        return Check(label, "blocked", note=_("The account was changed since it was frozen"))
    note = _("Entered by %(entered)s, verified by %(verified)s") % {
        "entered": account.entered_by,
        "verified": account.verified_by,
    }
    return Check(label, "done", note=note, at=account.verified_at)


def _cooling(order: PaymentOrder) -> Check:
    label = _("Waiting time after a change of account")
    if order.destination is None or order.state not in ("submitted", "approved", "released"):
        return Check(label, "done" if order.instruction_is_out else "waiting")
    said = accounts_check.why_not_payable(order, timezone.now())
    return Check(label, "blocked" if said else "done", note=said or _("Over"))


def _holds(tranche: Any) -> Check:
    hold = tranche.open_holds().first()
    if hold is None:
        return Check(_("No hold on the money"), "done")
    return Check(_("No hold on the money"), "blocked", note=_("Held"), at=hold.placed_at)
