"""The request for funds: which part of its contribution a donor is asked for, and where it stands."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from disbursements.models import Channel, DonorInstalment, PayingAccount
from disbursements.papers.blocks import amount_block, day, facts, figures, issue, places
from disbursements.papers.originals import DONOR_REQUEST, valid_papers
from documents.bidi import isolate, ltr
from documents.models import Paper
from documents.sheet import Align, Column, Heading, Paragraph, Table
from programmes.money import Money


def issue_donor_request(instalment: DonorInstalment, language: str, *, actor: Any, at: datetime) -> Paper:
    """Print the request for an instalment of a donor; a second print in a language replaces the first."""
    with translation.override(language):
        title = _("Request for funds")
        subtitle = _("Instalment %(number)s of the contribution") % {"number": instalment.number}
    return issue(
        DONOR_REQUEST,
        subject=instalment,
        language=language,
        actor=actor,
        at=at,
        title=title,
        subtitle=subtitle,
        supersedes=valid_papers(instalment, DONOR_REQUEST).filter(language=language).last(),
        blocks=lambda: request_blocks(instalment, language),
    )


def request_blocks(instalment: DonorInstalment, language: str) -> Iterator[Any]:
    """Yield what the request says, in the active language."""
    contribution, programme = instalment.contribution, instalment.programme
    rows = list(contribution.instalments.exclude(state="cancelled").order_by("number"))
    yield amount_block(_("Requested"), instalment.amount, language)
    yield facts(
        (_("Donor"), isolate(str(contribution.donor))),
        (_("Programme"), f"{isolate(programme.title)} ({ltr(programme.code)})"),
        (_("Expected on"), day(instalment.due_on, language)),
        (_("Promised"), figures(contribution.amount) if contribution.amount else _("not published")),
        (_("Received so far"), _received(rows)),
    )
    account = _account(instalment)
    if account is not None:
        yield Heading(_("Pay to"))
        yield facts(
            (_("Holder"), isolate(account.holder)),
            (_("Bank or operator"), isolate(account.institution)),
            (_("Account number"), ltr(account.number)),
            (_("BIC"), ltr(account.bic) if account.bic else ""),
            (_("Currency"), ltr(account.currency)),
        )
    yield Heading(_("Instalments of the contribution"))
    yield _instalments(rows, language)
    yield Paragraph(_("The donor reads in its account what became of its money."), small=True)
    yield places(_("For the programme"), (_("For the donor"), isolate(str(contribution.donor))))


def _received(rows: list[DonorInstalment]) -> str:
    """What came in, in the currencies in which it did."""
    sums: dict[str, int] = {}
    for row in rows:
        if row.received is not None:
            sums[row.received.currency] = sums.get(row.received.currency, 0) + row.received.minor
    return " + ".join(figures(Money(minor, currency)) for currency, minor in sorted(sums.items()))


def _account(instalment: DonorInstalment) -> PayingAccount | None:
    """The bank account of the programme in the currency of the instalment, where there is just one."""
    found = PayingAccount.objects.filter(
        programme=instalment.programme_id, channel=Channel.BANK, currency=instalment.currency
    )[:2]
    return found[0] if len(found) == 1 else None


def _instalments(rows: list[DonorInstalment], language: str) -> Table:
    total = Money(sum(row.amount_minor for row in rows), rows[0].currency)
    return Table(
        [
            Column(_("No."), 0.6),
            Column(_("Expected on"), 2.4),
            Column(_("State"), 2.4),
            Column(_("Amount"), 2, Align.NUMBER),
        ],
        [
            [str(row.number), day(row.due_on, language), row.get_state_display(), figures(row.amount)]
            for row in rows
        ],
        ["", _("Total"), "", figures(total)],
    )
