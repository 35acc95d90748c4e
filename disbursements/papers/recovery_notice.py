"""The recovery notice: what is asked back, why, until when, in which parts, and how to object."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from disbursements.models import Recovery
from disbursements.papers.blocks import amount_block, day, facts, figures, issue, places, steps
from disbursements.papers.originals import RECOVERY_NOTICE, valid_papers
from disbursements.papers.parties import beneficiary_name
from documents.models import Paper
from documents.sheet import Align, Column, Heading, Notice, Paragraph, Table

STEPS = ("open", "notify", "decide", "schedule", "write_off", "close")


def issue_recovery_notice(recovery: Recovery, language: str, *, actor: Any, at: datetime) -> Paper:
    """Print the notice; a second print in a language replaces the first."""
    grant = recovery.grant
    reason = _("Recovery notice %(number)s printed") % {"number": recovery.number}
    name = beneficiary_name(grant.application, actor=actor, at=at, reason=reason, language=language)
    with translation.override(language):
        title = _("Recovery notice")
    return issue(
        RECOVERY_NOTICE,
        subject=recovery,
        case=grant.case,
        language=language,
        actor=actor,
        at=at,
        title=title,
        subtitle=recovery.number,
        supersedes=valid_papers(recovery, RECOVERY_NOTICE).filter(language=language).last(),
        blocks=lambda: notice_blocks(recovery, name, language),
    )


def notice_blocks(recovery: Recovery, name: str, language: str) -> Iterator[Any]:
    """Yield what the notice says, in the active language."""
    grant = recovery.grant
    yield amount_block(_("To be paid back"), recovery.outstanding, language)
    yield facts(
        (_("Beneficiary"), name),
        (_("Case"), grant.case.number),
        (_("Grant"), grant.reference),
        (_("Instalment"), str(recovery.tranche.number) if recovery.tranche else ""),
        (_("Why"), recovery.get_cause_display()),
        (_("Claimed"), figures(recovery.claimed)),
        (_("To be paid back by"), day(recovery.due_on, language)),
    )
    parts = list(recovery.parts.order_by("number"))
    if parts:
        yield Heading(_("Agreed parts"))
        yield Table(
            [Column(_("No."), 0.6), Column(_("Due"), 3), Column(_("Amount"), 2, Align.NUMBER)],
            [[str(part.number), day(part.due_on, language), figures(part.amount)] for part in parts],
        )
    yield Paragraph(_("Receipts that are accepted after all lower this amount."))
    yield Notice(_("Whoever does not agree may object, in the account or at the office."))
    table = steps(recovery, *STEPS)
    if table is not None:
        yield Heading(_("Who did what"))
        yield table
    yield places(_("For the programme"), (_("The beneficiary"), name))
