"""The donors' own instalments: planning a part of a contribution, booking what came in."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from disbursements.bookings import cash_account
from disbursements.journal import AccountKey, Entry, moved, write
from disbursements.models import AccountKind, DonorInstalment
from programmes.models import Contribution
from programmes.money import Money
from workflow import Firing, Refused, display, on


def plan(
    contribution: Contribution, minor: int, due_on: date, *, actor: Any, at: datetime
) -> DonorInstalment:
    """Plan one part of a contribution. Raises `Refused` beyond what was promised, where that is known."""
    if minor <= 0:
        raise Refused([_("Give an amount above zero.")])
    with transaction.atomic():
        row = Contribution.objects.select_for_update(of=("self",)).get(pk=contribution.pk)
        live = row.instalments.exclude(state="cancelled")
        planned = sum(live.values_list("amount_minor", flat=True)) + minor
        if row.amount_minor is not None and planned > row.amount_minor:
            raise Refused(
                [
                    _("With this %(planned)s would be planned, %(promised)s are promised.")
                    % {
                        "planned": display.money_text(Money(planned, row.currency)),
                        "promised": display.money_text(Money(row.amount_minor, row.currency)),
                    }
                ]
            )
        return DonorInstalment.objects.create(
            programme_id=row.programme_id,
            contribution=row,
            number=row.instalments.count() + 1,
            amount_minor=minor,
            currency=row.currency,
            due_on=due_on,
            planned_by=actor,
            planned_at=at,
            state_since=at,
        )


@on("disbursements.DonorInstalment", "receive")
def book_receipt(firing: Firing) -> None:
    """What the donor paid in -> the account on which it came; the movement is explained by it."""
    instalment = firing.record
    line = instalment.bank_line
    source = AccountKey(AccountKind.DONOR_PAID_IN, instalment.contribution_id)
    target = cash_account(instalment.programme_id, line.account.channel)
    write(Entry.of(firing, currency=line.currency), [moved(source, target, line.amount_minor)])
    firing.then(line, "receive")
