"""What the papers of money share: amounts in figures and words, dates, who did what when, signature boxes."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Model
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from documents.amount_words import amount_in_words
from documents.bidi import isolate
from documents.dates import paper_date
from documents.models import Paper, Sensitivity
from documents.papers import issue_paper
from documents.sheet import Amount, Bold, Facts, Sheet, Signature, Signatures
from programmes.letterhead import letterhead_of
from programmes.money import Money
from workflow import display
from workflow.models import StreamHead


def issue(
    kind: str,
    *,
    subject: Model,
    case: Any,
    language: str,
    actor: Any,
    at: datetime,
    title: str,
    blocks: Callable[[], Iterable[Any]],
    subtitle: str = "",
    supersedes: Paper | None = None,
) -> Paper:
    """Issue one paper of this package: letterhead of the programme, blocks, the case's journal head as seal.

    title and subtitle are called in the paper's language by the caller; blocks is called in it here.
    """
    programme = case.programme
    head = StreamHead.objects.filter(stream=case.stream).first()

    def sheet() -> Sheet:
        return Sheet(
            title=title,
            language=language,
            letterhead=letterhead_of(programme),
            blocks=list(blocks()),
            subtitle=subtitle,
            place=case.site.name if case.site else "",
            seals=[(_("Journal of the case"), head.hash)] if head and head.hash else [],
        )

    with translation.override(language):
        return issue_paper(
            kind,
            subject=subject,
            stream=case.stream,
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


def strong(text: str) -> Bold:
    """Words in bold."""
    return Bold(text)


def places(*roles: str | tuple[str, str]) -> Signatures:
    """Boxes to sign in: a role, or a role and the name of who signs."""
    return Signatures(
        [Signature(role) if isinstance(role, str) else Signature(role[0], name=role[1]) for role in roles]
    )
