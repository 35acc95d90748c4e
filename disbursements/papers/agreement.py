"""The grant agreement: parties, amount, budget, schedule with conditions, duties, places to sign."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from disbursements.models import Agreement, PaymentMode
from disbursements.papers.blocks import amount_block, day, facts, figures, issue, places, steps, witnesses
from disbursements.papers.originals import AGREEMENT, valid_papers
from disbursements.papers.parties import beneficiary_name
from disbursements.wording import condition_sentence, in_a_row, lower_first
from documents.bidi import isolate
from documents.models import Paper
from documents.sheet import Align, Column, Heading, Items, Notice, Paragraph, Table
from programmes.money import Money
from workflow import display


def issue_agreement(agreement: Agreement, language: str, *, actor: Any, at: datetime) -> Paper:
    """Print a version of an agreement in a language; a second print in it replaces the first."""
    grant = agreement.grant
    reason = _("Grant agreement %(reference)s printed") % {"reference": grant.reference}
    name = beneficiary_name(grant.application, actor=actor, at=at, reason=reason, language=language)
    before = valid_papers(agreement, AGREEMENT).filter(language=language).last()
    with translation.override(language):
        title = _("Grant agreement")
        subtitle = isolate(grant.application.title)
    return issue(
        AGREEMENT,
        subject=agreement,
        case=grant.case,
        language=language,
        actor=actor,
        at=at,
        title=title,
        subtitle=subtitle,
        supersedes=before,
        blocks=lambda: agreement_blocks(agreement, name, language),
    )


def agreement_blocks(agreement: Agreement, name: str, language: str) -> Iterator[Any]:
    """Yield what the agreement says, from the terms that were written down, in the active language."""
    grant, terms = agreement.grant, agreement.terms
    application = grant.application
    yield facts(
        (_("Programme"), isolate(grant.programme.title)),
        (_("Beneficiary"), name),
        (_("Case"), grant.case.number),
        (_("Track"), isolate(str(grant.track))),
        (_("Place"), isolate(grant.case.site.name) if grant.case.site else ""),
        (_("Version"), str(agreement.version)),
        (_("Offer valid until"), day(grant.offer_until, language)),
    )
    yield Heading(_("1. Purpose"))
    yield Paragraph(
        _("The programme supports the project “%(project)s” of the beneficiary as follows.")
        % {"project": isolate(application.title or str(grant.track))}
    )
    yield Heading(_("2. Amount and budget"))
    if terms["amount_minor"] is None:
        yield Paragraph(_("Equipment is handed over to the beneficiary. No value is stated."))
    else:
        whole = Money(terms["amount_minor"], terms["currency"])
        yield amount_block(_("Amount of the grant"), whole, language)
    yield _budget(terms)
    yield Heading(_("3. Instalments"))
    yield _schedule(terms)
    yield Paragraph(_("An instalment is paid once everything that it waits for is there:"))
    yield Items(
        [
            _("Instalment %(number)s: %(conditions)s.")
            % {
                "number": row["number"],
                "conditions": lower_first(in_a_row(condition_sentence(*pair) for pair in row["conditions"]))
                or _("no condition"),
            }
            for row in terms["tranches"]
        ]
    )
    yield Heading(_("4. What both sides undertake"))
    yield Items(_duties(terms), numbered=True)
    table = steps(grant, "offer", "amend")
    if table is not None:
        yield Heading(_("5. Who offered it"))
        yield table
    yield Notice(_("Nobody may ask for money or a service in return for this grant."))
    yield places(_("For the programme"), (_("The beneficiary"), name))
    yield places(*witnesses())


def _money(terms: dict[str, Any], minor: int | None) -> Money | None:
    return None if minor is None else Money(minor, terms["currency"])


def _budget(terms: dict[str, Any]) -> Table:
    amount = Column(_("Amount"), 2, Align.NUMBER)
    rows = [
        [str(number), isolate(label), figures(_money(terms, minor))]
        for number, label, minor in terms["budget"]
    ]
    total = None
    if terms["amount_minor"] is not None:
        total = ["", _("Total"), figures(_money(terms, terms["amount_minor"]))]
    return Table([Column(_("No."), 0.6), Column(_("Item"), 4), amount], rows, total)


def _schedule(terms: dict[str, Any]) -> Table:
    whole = terms["amount_minor"]
    modes = dict(PaymentMode.choices)
    rows = []
    for row in terms["tranches"]:
        minor = row["amount_minor"]
        share = display.percent_text(100 * minor / whole, 0) if whole and minor else ""
        rows.append(
            [str(row["number"]), str(modes[row["payment_mode"]]), share, figures(_money(terms, minor))]
        )
    columns = [
        Column(_("Instalment"), 1),
        Column(_("Paid as"), 3.4),
        Column(_("Share"), 1, Align.NUMBER),
        Column(_("Amount"), 2, Align.NUMBER),
    ]
    total = ["", _("Total"), "", figures(_money(terms, whole))] if whole is not None else None
    return Table(columns, rows, total)


def _duties(terms: dict[str, Any]) -> list[str]:
    duties = [
        _("The beneficiary uses the grant for the budget above, and asks before using it otherwise."),
        _("The beneficiary receives the programme's visits and shows what was bought."),
        _("The programme pays each instalment within a reasonable time once its conditions are met."),
        _("What is not used as agreed, or not accounted for, is paid back."),
    ]
    if any(row["needs_receipts"] for row in terms["tranches"]):
        duties.insert(1, _("The beneficiary keeps the receipts and hands them in for each instalment."))
    return duties
