"""Guards of instalments and holds."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from workflow import clock, display
from workflow.actors import Actor, System
from workflow.history import data_guard

Data = dict[str, Any] | None


def grant_is_active(tranche: Any, actor: Actor, data: Data) -> str | None:
    """The agreement is in force and not suspended."""
    grant = tranche.grant
    if grant.state == "active":
        return None
    return _("The grant is %(state)s; it must be active.") % {"state": grant.get_state_display().lower()}


def grant_is_under_way(tranche: Any, actor: Actor, data: Data) -> str | None:
    """The agreement is signed and not over: before, the draft is changed; after, nothing is."""
    grant = tranche.grant
    under_way = ("signed", "active", "suspended")
    if grant.state in under_way or (grant.state == "terminated" and isinstance(actor, System)):
        return None
    return _("The grant is %(state)s: its instalments cannot be cancelled one by one.") % {
        "state": grant.get_state_display().lower()
    }


def dated_conditions_are_met(tranche: Any, actor: Actor, data: Data) -> str | None:
    """No condition "not before" lies in the future."""
    today = timezone.localdate(clock.now()).isoformat()
    later = [row for row in tranche.conditions.all() if row.kind == "not_before" and row.parameter > today]
    if not later:
        return None
    return _("Not before %(date)s.") % {"date": later[0].parameter}


def previous_tranche_is_paid(tranche: Any, actor: Actor, data: Data) -> str | None:
    """Every earlier instalment was paid, justified or cancelled."""
    earlier = tranche.grant.tranches.filter(number__lt=tranche.number)
    unpaid = earlier.exclude(state__in=("paid", "justified", "cancelled")).order_by("number").first()
    if unpaid is None:
        return None
    return _("Instalment %(number)s is not paid yet.") % {"number": unpaid.number}


def required_documents_are_present(tranche: Any, actor: Actor, data: Data) -> str | None:
    """Every kind of document asked for was handed in; the system may go on only where none is asked for."""
    wanted = [row for row in tranche.conditions.all() if row.kind == "documents"]
    missing = [row.parameter for row in wanted if not row.is_met]
    if missing:
        from disbursements.wording import document_word

        return _("Still missing: %(documents)s.") % {
            "documents": ", ".join(document_word(kind) for kind in missing)
        }
    if wanted and isinstance(actor, System):
        return _("A person must hand in the papers.")
    return None


def every_condition_is_met(tranche: Any, actor: Actor, data: Data) -> str | None:
    """Nothing that the instalment waits for is missing; says what, since when, and who has it."""
    from disbursements.conditions import missing_sentence
    from disbursements.holders import with_holder

    if all(row.is_met for row in tranche.conditions.all()):
        return None
    return missing_sentence(tranche, with_holder(tranche.conditions.filter(met_at__isnull=True)))


def no_file_or_invoice_was_used_elsewhere(tranche: Any, actor: Actor, data: Data) -> str | None:
    """No file and no supplier's invoice of this instalment was handed in for another grant."""
    from disbursements.duplicates import used_elsewhere

    found = used_elsewhere(tranche)
    if found is None:
        return None
    return _("%(paper)s was already handed in for %(where)s.") % {
        "paper": found.paper,
        "where": found.where,
    }


def no_justification_is_overdue(tranche: Any, actor: Actor, data: Data) -> str | None:
    """No earlier payment of this grant waits for its receipts beyond the due date."""
    from disbursements.models import Justification

    overdue = Justification.objects.overdue(timezone.localdate(clock.now())).filter(
        tranche__grant=tranche.grant_id
    )
    late = overdue.exclude(tranche=tranche).select_related("tranche").first()
    if late is None:
        return None
    return _("The receipts of instalment %(number)s are overdue since %(date)s.") % {
        "number": late.tranche.number,
        "date": display.date_text(late.due_on),
    }


@data_guard
def approver_is_not_the_verifier(tranche: Any, actor: Actor, data: Data) -> str | None:
    """Two persons look at it."""
    if tranche.verified_by_id != actor.pk:
        return None
    return _("You verified this instalment yourself; another person must approve it.")


def no_hold_is_open(tranche: Any, actor: Actor, data: Data) -> str | None:
    """Nobody stopped the money of this instalment or of its grant."""
    from disbursements.holds import open_sentence

    return open_sentence(tranche)


def books_are_open(tranche: Any, actor: Actor, data: Data) -> str | None:
    """The present month of the programme's books takes postings."""
    from disbursements import journal

    now = clock.now()
    if journal.is_open(tranche.grant.programme_id, now):
        return None
    return _("The books of %(month)s are closed.") % {"month": f"{now:%Y-%m}"}


def no_order_is_live(tranche: Any, actor: Actor, data: Data) -> str | None:
    """No other order stands for this instalment."""
    order = tranche.live_order()
    if order is None:
        return None
    return _("Payment order %(number)s stands for this instalment.") % {"number": order.number}


@data_guard
def preparer_did_not_verify_or_approve(tranche: Any, actor: Actor, data: Data) -> str | None:
    """A third person prepares the payment."""
    if actor.pk in (tranche.verified_by_id, tranche.approved_by_id):
        return _("You verified or approved this instalment; another person must prepare the payment.")
    return None


def goods_are_handed_over_and_invoiced(tranche: Any, actor: Actor, data: Data) -> str | None:
    """What is given in kind has reached the beneficiary, and its invoice matches; money needs no goods."""
    if not tranche.is_in_kind:
        return None
    purchase = tranche.live_procurement()
    if purchase is None:
        return _("No purchase was started for this instalment.")
    wanted = "handed_over" if tranche.amount_minor is None else "matched"
    if purchase.state == wanted or purchase.state == "matched":
        return None
    return _("The purchase is %(state)s: goods must be handed over and, where paid, invoiced first.") % {
        "state": purchase.get_state_display().lower()
    }


def its_order_is_executed(tranche: Any, actor: Actor, data: Data) -> str | None:
    """The bank, the cashier or the hand-over record says that it was paid."""
    if tranche.amount_minor is None:
        return goods_are_handed_over_and_invoiced(tranche, actor, data)
    order = tranche.live_order()
    if order is not None and order.state in ("executed", "receipted"):
        return None
    return _("Its payment order is not executed.")


def its_order_came_to_nothing(tranche: Any, actor: Actor, data: Data) -> str | None:
    """No order stands for it any more: cancelled, failed or returned."""
    if tranche.amount_minor is not None and tranche.live_order() is None:
        return None
    return _("Its payment order still stands.")


def justification_is_accepted_or_none_required(tranche: Any, actor: Actor, data: Data) -> str | None:
    """The receipts were accepted; kits and equipment have their acceptance record instead."""
    if not tranche.needs_receipts:
        return None
    standing = list(tranche.justifications.filter(order__state__in=("executed", "receipted")))
    if any(row.state == "accepted" or row.is_settled for row in standing):
        return None
    return _("The receipts of this instalment are not accepted yet.")


def no_purchase_is_on_its_way(tranche: Any, actor: Actor, data: Data) -> str | None:
    """Nothing was ordered from a supplier for it."""
    purchase = tranche.live_procurement()
    if purchase is None or purchase.state in ("quoting", "supplier_chosen"):
        return None
    return _("A purchase was ordered for this instalment: cancel it first, or take the goods.")


def nothing_was_kept_back_from_it(tranche: Any, actor: Actor, data: Data) -> str | None:
    """What was owed was set against it: it is paid, or the whole grant is ended and the debt stands again."""
    if not tranche.offset_minor or isinstance(actor, System):
        return None
    return _("%(amount)s that were owed are kept back from this instalment: it can no more be cancelled.") % {
        "amount": display.money_text(tranche.kept_back_sum)
    }


@data_guard
def releaser_is_not_the_placer(hold: Any, actor: Actor, data: Data) -> str | None:
    """Whoever placed a hold does not release it."""
    if hold.placed_by_id is not None and hold.placed_by_id == actor.pk:
        return _("You placed this hold; another person must release it.")
    return None


@data_guard
def visit_validated_since_or_asked_by_another_person(hold: Any, actor: Actor, data: Data) -> str | None:
    """A visit validated after the hold lifts it; else somebody asks in writing and another one releases."""
    if hold.cleared_at is not None:
        return None
    if hold.asked_by_id is None:
        return _(
            "No visit was validated since. Somebody must ask for the release with a reason, "
            "then another person can release."
        )
    if hold.asked_by_id == actor.pk:
        return _("You asked for this release; a second person must do it.")
    return None
