"""Guards of donors' instalments."""

from typing import Any

from django.utils.translation import gettext as _

from disbursements.guards.inputs import past_day_problem
from disbursements.guards.recovery import key_of
from programmes.money import Money
from workflow import display
from workflow.actors import Actor

Data = dict[str, Any] | None


def line_of(instalment: Any, data: Data) -> Any:
    """Return the movement that data name, in this programme; None when they name none."""
    from disbursements.models import BankLine

    key = key_of(data or {}, "line")
    if key is None:
        return None
    rows = BankLine.objects.filter(pk=key, programme=instalment.programme_id)
    return rows.select_related("account").first()


def request_is_documented(instalment: Any, actor: Actor, data: Data) -> str | None:
    """A letter or form, on a day that has come."""
    from disbursements.papers.originals import DONOR_REQUEST, original_of

    if data is None:
        return None
    if not data.get("file") and not data.get("paper"):
        return _("Print the request, or add the document by which the donor is asked.")
    if data.get("paper") is not None and original_of(instalment, DONOR_REQUEST, data["paper"]) is None:
        return _("This request is not the one that was printed last.")
    return past_day_problem(data.get("requested_on"))


def within_the_contribution(instalment: Any, actor: Actor, data: Data) -> str | None:
    """A donor is not asked for more than was promised, where that is known."""
    promised = instalment.contribution.amount_minor
    if promised is None:
        return None
    live = instalment.contribution.instalments.exclude(state__in=["cancelled", "planned"])
    asked = sum(row.amount_minor for row in live) + instalment.amount_minor
    if asked <= promised:
        return None
    return _("%(asked)s would be asked for, %(promised)s are promised.") % {
        "asked": display.money_text(Money(asked, instalment.currency)),
        "promised": display.money_text(Money(promised, instalment.currency)),
    }


def money_came_in(instalment: Any, actor: Actor, data: Data) -> str | None:
    """A movement by which money came in and that nobody explained."""
    if data is None:
        return None
    line = line_of(instalment, data)
    if line is None or line.amount_minor <= 0:
        return _("Choose a movement by which money came in.")
    return None if line.state == "open" else _("It is known already what this movement is.")


def not_more_than_was_asked_for(instalment: Any, actor: Actor, data: Data) -> str | None:
    """In the same currency, banks may have kept something on the way, but nobody adds to it."""
    line = line_of(instalment, data)
    if line is None or line.currency != instalment.currency or line.amount_minor <= instalment.amount_minor:
        return None
    return _("%(came)s came in, %(asked)s were asked for: this is another payment.") % {
        "came": display.money_text(line.amount),
        "asked": display.money_text(instalment.amount),
    }
