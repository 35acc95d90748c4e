"""The sheet on which a person signs, or sets a mark or thumbprint, after the application was read back."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application
from documents import kinds
from documents.bidi import isolate, ltr
from documents.models import Paper
from documents.papers import issue_paper
from documents.sheet import Facts, Method, Notice, Paragraph, Sheet, Signature, Signatures
from programmes.letterhead import letterhead_of
from workflow import display

KIND = "read_back_sheet"
DIGEST_SHOWN = 16


def register() -> None:
    """Name the kind of paper and what its numbers begin with."""
    kinds.register(KIND, title=gettext_lazy("Confirmation after reading back"), prefix="RL")


def issue(application: Application, *, actor: Any, at: datetime) -> Paper:
    """Print the sheet for the answers as they stand; one printed before for other answers is replaced."""
    language = application.language
    papers = Paper.objects.of(application).filter(kind=KIND, language=language)
    before = papers.filter(superseded_by__isnull=True).order_by("issued_at", "pk").last()
    programme = application.call.programme

    def sheet() -> Sheet:
        return Sheet(
            title=_("Confirmation after reading back"),
            language=language,
            letterhead=letterhead_of(programme),
            blocks=list(_blocks(application, actor)),
            subtitle=isolate(application.call.title),
            place=application.case.site.name if application.case.site else "",
        )

    with translation.override(language):
        return issue_paper(
            KIND,
            subject=application,
            stream=application.stream,
            language=language,
            actor=actor,
            at=at,
            scope=programme.code,
            supersedes=before,
            build=lambda context: context.render(sheet()),
        )


def _blocks(application: Application, helper: Any) -> Iterator[Any]:
    given = application.open_answers
    assistance = application.assistance
    pairs: list[tuple[str, Any]] = [
        (_("Case"), ltr(application.case.number)),
        (_("Activity"), isolate(application.title) if application.title else "–"),
    ]
    if application.requested is not None:
        pairs.append((_("Amount asked for"), ltr(display.money_text(application.requested))))
    pairs += [
        (_("Written by"), isolate(str(helper))),
        (_("Language spoken"), isolate(assistance.language) if assistance else "–"),
        (_("Digest of the answers"), ltr(given.digest[:DIGEST_SHOWN]) if given else "–"),
    ]
    yield Facts(pairs)
    yield Notice(
        _(
            "I did not write this application myself. The person named above wrote down what I said and read"
            " it back to me in a language that I understand. It is what I said, and I agree that it is sent."
        )
    )
    yield Paragraph(
        _(
            "I know what my data are used for and that I can take my agreement back. I was given the case"
            " number and told that I can take over the application myself at any time."
        )
    )
    yield Paragraph(_("Sign, or set a mark or a thumbprint before two witnesses."), small=True)
    yield Signatures([Signature(_("The person"), method=Method.THUMBPRINT)])
