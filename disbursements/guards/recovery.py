"""Guards of recoveries: claims of money that is to be paid back."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from applications.vault import fold
from disbursements.guards.inputs import day_of, past_day_problem
from programmes.money import Money
from workflow import clock, display
from workflow.actors import Actor
from workflow.history import data_guard

Data = dict[str, Any] | None
MOST_PARTS = 24


def amount_of(data: dict[str, Any], name: str = "amount") -> int | None:
    """Return the whole minor units above zero that data name, None when they name none."""
    found = data.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and found > 0 else None


def key_of(data: dict[str, Any], name: str) -> int | None:
    """Return the key of a row that data name, None when they name none."""
    found = data.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 < found < 2**63 else None


def line_of(recovery: Any, data: Data) -> Any:
    """Return the movement that data name, in this claim's programme; None when they name none."""
    from disbursements.models import BankLine

    key = key_of(data or {}, "line")
    if key is None:
        return None
    return BankLine.objects.filter(pk=key, programme=recovery.programme_id).select_related("account").first()


def receipt_key(recovery: Any, reference: str) -> str:
    """Return what identifies a cash receipt of a programme, however its number is written."""
    return f"{recovery.programme_id}|{fold(reference).replace(' ', '')[:80]}"


def books_are_open(recovery: Any, actor: Actor, data: Data) -> str | None:
    """The present month of the programme's books takes postings."""
    from disbursements import journal

    now = clock.now()
    if journal.is_open(recovery.programme_id, now):
        return None
    return _("The books of %(month)s are closed.") % {"month": f"{now:%Y-%m}"}


def something_is_owed(recovery: Any, actor: Actor, data: Data) -> str | None:
    """Receipts accepted meanwhile may have covered everything."""
    return None if recovery.outstanding_minor > 0 else _("Nothing is owed any more.")


def nothing_is_owed(recovery: Any, actor: Actor, data: Data) -> str | None:
    """A claim ends by itself only when nothing is left of it."""
    if recovery.outstanding_minor == 0:
        return None
    return _("%(amount)s are still owed.") % {"amount": display.money_text(recovery.outstanding)}


def told_on_a_channel(recovery: Any, actor: Actor, data: Data) -> str | None:
    """How the beneficiary was told, and until when the money is to be paid back."""
    if data is None:
        return None
    from disbursements.models import SecondChannel

    if data.get("told_by") not in SecondChannel.values:
        return _("Say how the beneficiary was told.")
    until = day_of(data.get("due_on"))
    if until is None or until < _today():
        return _("Say until which day the money is to be paid back.")
    return None


def _today() -> date:
    from django.utils import timezone

    return timezone.localdate(clock.now())


@data_guard
def decider_did_not_open(recovery: Any, actor: Actor, data: Data) -> str | None:
    """Whoever opened the claim does not judge the objection."""
    if recovery.opened_by_id is not None and recovery.opened_by_id == actor.pk:
        return _("You opened this recovery; another person must decide on the objection.")
    return None


def decision_is_given(recovery: Any, actor: Actor, data: Data) -> str | None:
    """The claim stands or is dropped."""
    if data is None or data.get("decision") in ("stands", "dropped"):
        return None
    return _("Say whether the claim stands or is dropped.")


def schedule_is_possible(recovery: Any, actor: Actor, data: Data) -> str | None:
    """Between two and twenty-four parts, the first not in the past, each above zero."""
    if data is None:
        return None
    count = amount_of(data, "count")
    if count is None or not 2 <= count <= MOST_PARTS:
        return _("Between 2 and %(most)s parts are possible.") % {"most": MOST_PARTS}
    if count > recovery.outstanding_minor:
        return _("So many parts would be nothing each.")
    first = day_of(data.get("first_on"))
    if first is None or first < _today():
        return _("The first part is due today or later.")
    return None if data.get("every") in ("week", "month") else _("Say how often a part is due.")


def repayment_is_proved(recovery: Any, actor: Actor, data: Data) -> str | None:
    """A movement that came in on an account, or a cash receipt with its number and day."""
    if data is None:
        return None
    if data.get("line") is not None:
        line = line_of(recovery, data)
        if line is None or line.amount_minor <= 0 or line.currency != recovery.currency:
            return _("Choose a movement by which money came in.")
        return None
    if amount_of(data) is None:
        return _("Give an amount above zero.")
    reference = data.get("reference")
    if not isinstance(reference, str) or not reference.strip():
        return _("Give the number of the cash receipt.")
    return past_day_problem(data.get("paid_on"))


def repayment_is_new(recovery: Any, actor: Actor, data: Data) -> str | None:
    """A movement or a receipt counts once, for one claim."""
    if data is None or repayment_is_proved(recovery, actor, data) is not None:
        return None
    from disbursements.models import RecoveryMove

    line = line_of(recovery, data)
    if line is not None:
        return None if line.state == "open" else _("It is known already what this movement is.")
    known = RecoveryMove.objects.filter(receipt_key=receipt_key(recovery, data["reference"]))
    found = known.select_related("recovery").first()
    if found is None:
        return None
    return _("Receipt %(reference)s was recorded already, for %(number)s.") % {
        "reference": data["reference"],
        "number": found.recovery.number,
    }


def not_more_than_is_owed(recovery: Any, actor: Actor, data: Data) -> str | None:
    """What comes in is not more than what is owed."""
    if data is None:
        return None
    line = line_of(recovery, data)
    minor = line.amount_minor if line is not None else amount_of(data)
    if minor is None or minor <= recovery.outstanding_minor:
        return None
    return _("%(given)s are more than the %(owed)s that are owed.") % {
        "given": display.money_text(Money(minor, recovery.currency)),
        "owed": display.money_text(recovery.outstanding),
    }


def later_instalments(recovery: Any) -> list[Any]:
    """Return the instalments that are paid to the beneficiary and not ordered yet."""
    from disbursements.models.tranche_states import UNORDERED

    if recovery.grant.state not in ("signed", "active", "suspended"):
        return []
    rows = recovery.grant.tranches.filter(state__in=UNORDERED, payment_mode="cash", amount_minor__gt=0)
    taken = recovery.moves.filter(tranche__isnull=False).values("tranche")
    return list(rows.exclude(pk__in=taken).order_by("number"))


def a_later_instalment_waits(recovery: Any, actor: Actor, data: Data) -> str | None:
    """There is an instalment to the beneficiary that is not ordered."""
    found = later_instalments(recovery)
    if not found:
        return _("No later instalment is paid to the beneficiary: nothing can be kept back from it.")
    if data is None or key_of(data, "tranche") in {row.pk for row in found}:
        return None
    return _("Choose an instalment of this grant that is not ordered yet.")


def offset_leaves_something_to_pay(recovery: Any, actor: Actor, data: Data) -> str | None:
    """Not more is kept back than is owed, and less than the instalment."""
    if data is None or a_later_instalment_waits(recovery, actor, data) is not None:
        return None
    minor = amount_of(data)
    if minor is None:
        return _("Give an amount above zero.")
    if minor > recovery.outstanding_minor:
        return not_more_than_is_owed(recovery, actor, {"amount": minor})
    tranche = next(row for row in later_instalments(recovery) if row.pk == data["tranche"])
    left = tranche.amount_minor - tranche.offset_minor
    if minor < left:
        return None
    return _("Less than %(left)s can be kept back, so that something is paid.") % {
        "left": display.money_text(Money(left, recovery.currency))
    }


def within_the_ceiling(recovery: Any, actor: Actor, data: Data) -> str | None:
    """The programme says up to which sum of a grant may be written off; no row refuses."""
    from disbursements.models.policy import ceiling_for

    ceiling = ceiling_for(recovery.programme_id, recovery.currency)
    if ceiling is None:
        return _("No write-off ceiling is set for %(currency)s: a programme manager must set one.") % {
            "currency": recovery.currency
        }
    before = sum(row.written_off_minor for row in recovery.grant.recoveries.all())
    if before + recovery.outstanding_minor <= ceiling.up_to_minor:
        return None
    return _("At most %(ceiling)s of one grant may be written off; with this it would be %(sum)s.") % {
        "ceiling": display.money_text(ceiling.amount),
        "sum": display.money_text(Money(before + recovery.outstanding_minor, recovery.currency)),
    }


def books_agree(recovery: Any, actor: Actor, data: Data) -> str | None:
    """Its moves add up to what its columns say."""
    made = sum(move.amount_minor for move in recovery.moves.all())
    if made == recovery.settled_minor and recovery.outstanding_minor == 0:
        return None
    return _("What was recorded does not add up to what was claimed.")
