"""What the papers of money share: amounts in figures and words, dates, who did what when, signature boxes."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from documents.amount_words import amount_in_words
from documents.bidi import isolate, ltr
from documents.dates import paper_date
from documents.models import Paper, Sensitivity
from documents.papers import issue_paper
from documents.sheet import Amount, Bold, Column, Facts, Sheet, Signature, Signatures, Table
from programmes.letterhead import letterhead_of
from programmes.money import Money
from workflow import display
from workflow.machines import machine_of_kind
from workflow.models import Event, StreamHead


def issue(
    kind: str,
    *,
    subject: Model,
    language: str,
    actor: Any,
    at: datetime,
    title: str,
    blocks: Callable[[], Iterable[Any]],
    case: Any = None,
    subtitle: str = "",
    supersedes: Paper | None = None,
) -> Paper:
    """Issue one paper of this package: letterhead of the programme, blocks, the journal's head as seal.

    title and subtitle are called in the paper's language by the caller; blocks is called in it here, with the
    times of the programme's zone, whoever prints. case: whose journal and place it is; without one they are
    the subject's own.
    """
    owner: Any = case or subject
    programme = owner.programme
    head = StreamHead.objects.filter(stream=owner.stream).exclude(hash="").first()

    def sheet() -> Sheet:
        sealed = _("Journal of the case") if case else _("Journal")
        return Sheet(
            title=title,
            language=language,
            letterhead=letterhead_of(programme),
            blocks=list(blocks()),
            subtitle=subtitle,
            place=case.site.name if case and case.site else "",
            seals=[(sealed, head.hash)] if head else [],
        )

    with translation.override(language), timezone.override(programme.zone):
        return issue_paper(
            kind,
            subject=subject,
            stream=owner.stream,
            language=language,
            actor=actor,
            at=at,
            scope=programme.code,
            sensitivity=Sensitivity.RESTRICTED,
            supersedes=supersedes,
            build=lambda context: context.render(sheet()),
        )


def amount_block(label: str, amount: Money, language: str) -> Amount:
    """An amount in figures and in words."""
    words = amount_in_words(amount.minor, amount.currency, language)
    return Amount(label, display.money_text(amount), words[:1].upper() + words[1:])


def figures(amount: Money | None) -> str:
    """An amount in figures, or that no value is stated."""
    return _("no value stated") if amount is None else display.money_text(amount)


def day(value: date | datetime | None, language: str) -> str:
    """A date written out; empty for none."""
    if value is None:
        return ""
    local = timezone.localtime(value).date() if isinstance(value, datetime) else value
    return paper_date(local, language)


def facts(*pairs: tuple[str, Any]) -> Facts:
    """Names and values; pairs without a value are left out."""
    return Facts([(label, value) for label, value in pairs if value not in (None, "")])


def named(user: Any) -> str:
    """A person's name, set apart from the text around it."""
    return isolate(str(user)) if user is not None else ""


def moment(value: datetime | None) -> str:
    """Day and time of a signature; empty for none."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return f"{display.date_text(local)}, {ltr(local.strftime('%H:%M'))}"


def signatures(record: Any) -> Table:
    """Who prepared, approved and released an order or a batch, and when."""
    return Table(
        [Column(_("Step"), 2), Column(_("Name"), 3), Column(_("When"), 2)],
        [
            [row.get_step_display(), named(row.user), moment(row.signed_at)]
            for row in record.signed_in_round().select_related("user")
        ],
    )


def steps(record: Any, *verbs: str) -> Table | None:
    """Who did which steps of a record, and when, from its history; None when nobody did one of them."""
    kind, machine = record.kind, machine_of_kind(record.kind)
    events = Event.objects.filter(kind=kind, object_id=str(record.pk), verb__in=verbs, actor__isnull=False)
    rows = [
        [str(machine.done_label(event.verb)), named(event.actor), moment(event.occurred_at)]
        for event in events.select_related("actor").order_by("seq")
    ]
    return Table([Column(_("Step"), 2), Column(_("Name"), 3), Column(_("When"), 2)], rows) if rows else None


def strong(text: str) -> Bold:
    """Words in bold."""
    return Bold(text)


def witnesses() -> tuple[str, str]:
    """Who stands by when somebody signs with a thumbprint."""
    return _("First witness, for a thumbprint"), _("Second witness, for a thumbprint")


def places(*roles: str | tuple[str, str]) -> Signatures:
    """Boxes to sign in: a role, or a role and the name of who signs."""
    return Signatures(
        [Signature(role) if isinstance(role, str) else Signature(role[0], name=role[1]) for role in roles]
    )
