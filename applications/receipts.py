"""The receipt of an application: a numbered PDF that says what arrived, and when. It names nobody."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Application
from documents import kinds
from documents.bidi import isolate
from documents.dates import paper_date
from documents.models import Document, Paper
from documents.papers import issue_paper
from documents.sheet import Facts, Paragraph, Sheet
from programmes.letterhead import letterhead_of
from programmes.money import Money
from workflow import display
from workflow.models import Event

RECEIPT = "application_receipt"


def register() -> None:
    """Name the paper."""
    kinds.register(RECEIPT, title=gettext_lazy("Receipt of an application"), prefix="AR")


def sendings(application: Application) -> list[Event]:
    """Return when something was sent, oldest first: the application, answers asked for, the plan."""
    events = Event.objects.filter(kind="applications.application", object_id=str(application.pk))
    return list(events.filter(verb__in=["submit", "answer", "submit_plan"]).order_by("pk"))


@transaction.atomic
def receipt_of(application: Application, *, language: str, actor: Any, at: datetime) -> Paper:
    """Return the receipt in a language, issued when first asked for and again when more was sent since.

    Raises LookupError when nothing was sent.
    """
    type(application)._base_manager.select_for_update().filter(pk=application.pk).values("pk").first()
    sent = sendings(application)
    if not sent:
        raise LookupError(application.pk)
    papers = Paper.objects.of(application).filter(kind=RECEIPT, language=language, superseded_by__isnull=True)
    before = papers.order_by("issued_at", "pk").last()
    if before is not None and before.issued_at >= sent[-1].recorded_at:
        return before
    with translation.override(language):
        return issue_paper(
            RECEIPT,
            subject=application,
            stream=application.stream,
            language=language,
            actor=actor,
            at=at,
            scope=application.call.programme.code,
            supersedes=before,
            build=lambda context: context.render(_sheet(application, sent, language)),
        )


def _sheet(application: Application, sent: list[Event], language: str) -> Sheet:
    programme = application.call.programme
    return Sheet(
        title=_("Receipt of an application"),
        language=language,
        letterhead=letterhead_of(programme),
        blocks=list(_blocks(application, sent, language)),
        subtitle=isolate(application.call.title),
        place=application.case.site.name if application.case.site else "",
    )


def _blocks(application: Application, sent: list[Event], language: str) -> Iterator[Any]:
    zone = application.call.programme.zone
    words = {
        "submit": _("Application sent"),
        "answer": _("What was asked for sent"),
        "submit_plan": _("Plan sent"),
    }
    yield Paragraph(_("The programme has received this application. Keep this paper and the number on it."))
    pairs = [
        (_("Case number"), isolate(application.case.number)),
        (_("Call"), isolate(application.call.title)),
        (_("Track"), isolate(application.track.title)),
    ]
    for event in sent:
        moment = event.occurred_at.astimezone(zone)
        day = paper_date(moment.date(), language)
        pairs.append((words[event.verb], f"{isolate(day)}, {isolate(f'{moment:%H:%M}')}"))
    if application.requested_minor is not None:
        asked = display.money_text(Money(application.requested_minor, application.currency))
        pairs.append((_("Amount asked for"), isolate(asked)))
    pairs.append((_("Files"), isolate(str(Document.objects.of(application).count()))))
    digest = str(sent[-1].data.get("answers", ""))
    if digest:
        pairs.append((_("Fingerprint of the answers"), isolate(digest[:16])))
    yield Facts(pairs)
    yield Paragraph(
        _("Follow it in your account or at the programme's office. Nobody may ask you for money for it.")
    )
