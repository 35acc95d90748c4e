"""The list of a payment batch: every order of it with its amount, what was sealed, and who signed that."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from disbursements.models import PaymentBatch
from disbursements.papers.blocks import amount_block, day, facts, figures, issue, named, places, signatures
from disbursements.papers.originals import BATCH_LIST, valid_papers
from documents.bidi import isolate, ltr
from documents.digests import grouped
from documents.models import Paper
from documents.sheet import Align, Column, Heading, Notice, Table


def issue_batch_list(batch: PaymentBatch, *, actor: Any, at: datetime, language: str = "") -> Paper:
    """Print what was sealed; a second print in a language replaces the first."""
    chosen = language or translation.get_language() or "fr"
    with translation.override(chosen):
        title = _("List of a payment batch")
    return issue(
        BATCH_LIST,
        subject=batch,
        language=chosen,
        actor=actor,
        at=at,
        title=title,
        subtitle=batch.number,
        supersedes=valid_papers(batch, BATCH_LIST).filter(language=chosen).last(),
        blocks=lambda: list_blocks(batch, chosen),
    )


def list_blocks(batch: PaymentBatch, language: str) -> Iterator[Any]:
    """Yield what the list says, in the active language. Payees stand there by order and masked account."""
    if batch.total is None:
        raise ValueError(f"{batch.number} is not sealed")
    yield amount_block(_("Control sum"), batch.total, language)
    yield facts(
        (_("Batch"), batch.number),
        (_("Payments"), str(batch.count)),
        (_("Paying account"), f"{isolate(batch.account.name)} {ltr(batch.account.masked)}"),
        (_("Channel"), batch.get_channel_display()),
        (_("Day of payment"), day(batch.value_date, language)),
        (_("Opened by"), named(batch.prepared_by)),
        (_("Digest of the content"), ltr(grouped(batch.content_sha256))),
    )
    yield Heading(_("Payments of the batch"))
    yield Table(
        [
            Column(_("No."), 0.6),
            Column(_("Order"), 3),
            Column(_("Account"), 2.4),
            Column(_("Amount"), 2, Align.NUMBER),
        ],
        [
            [str(line.position), line.order.number, ltr(line.order.frozen_masked), figures(line.net)]
            for line in batch.live_lines().select_related("order")
        ],
        ["", _("Total"), "", figures(batch.total)],
    )
    yield Heading(_("Signatures"))
    yield signatures(batch)
    yield Notice(_("Pay only what stands in the file with the digest above."))
    yield places(_("Approved"), _("Released"), _("Received by the bank or operator"))
