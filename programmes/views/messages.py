"""The programme's messages: their wording with a preview, and mailings that are read before they leave."""

from typing import Any

from django.conf import settings
from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from programmes import messages
from programmes.forms.messages import WordingForm
from programmes.models import MessageTemplate, Programme
from programmes.scope import in_programme
from programmes.tables import MailingTable
from programmes.views.setup import read_only
from workflow import access, display, notices
from workflow.lists import ListView
from workflow.models import Notice, NoticeBatch

READ_PER_PAGE = 10
LANGUAGES = dict(settings.LANGUAGES)


@access.rule("programmes.view_messages", lookup=in_programme)
def message_list(request: HttpRequest, code: str) -> HttpResponse:
    """Every kind of message, and in which languages the programme wrote its own wording."""
    programme: Programme = access.object_of(request)
    own = set(MessageTemplate.objects.filter(programme=programme).values_list("key", "language"))
    rows = [
        {
            "kind": kind,
            "languages": [(language, (kind.key, language) in own) for language in LANGUAGES],
        }
        for kind in messages.kinds()
    ]
    context = {
        "programme": programme,
        "rows": rows,
        "may_change": access.may(request.user, "programmes.change_messages", programme),
    }
    return render(request, "programmes/messages.html", context)


@access.rule("programmes.view_messages", lookup=in_programme)
@require_http_methods(["GET", "POST"])
def wording(request: HttpRequest, code: str, key: str, language: str) -> HttpResponse:
    """The wording of one message in one language with a preview; managers may change it."""
    programme: Programme = access.object_of(request)
    kind = messages.kind_of(key)
    if kind is None or language not in LANGUAGES:
        raise Http404
    may_change = access.may(request.user, "programmes.change_messages", programme)
    words = messages.wording(kind, programme, language)
    initial = {"subject": words.subject, "body": words.body}
    form = WordingForm(request.POST or None, kind=kind, language=language, initial=initial)
    if request.method == "POST":
        access.check(request.user, "programmes.change_messages", programme)
        if refused := read_only(request, programme):
            return refused
        if "reset" in request.POST:
            MessageTemplate.objects.filter(programme=programme, key=key, language=language).delete()
            flash.success(request, _("The standard wording holds again."))
            return redirect("programmes:wording", programme.code, key, language)
        if form.is_valid():
            words = messages.Wording(form.cleaned_data["subject"], form.cleaned_data["body"], own=True)
            if "preview" not in request.POST:
                _keep(programme, key, language, words, request.user)
                flash.success(request, _("Saved."))
                return redirect("programmes:wording", programme.code, key, language)
    shown, is_real = messages.preview(kind, programme, language, words)
    context = {
        "programme": programme,
        "kind": kind,
        "chosen_language": language,
        "languages": LANGUAGES.items(),
        "form": form,
        "own": words.own,
        "preview": shown,
        "is_real": is_real,
        "placeholders": messages.allowed(kind).items(),
        "may_change": may_change and not programme.is_closed,
    }
    return render(request, "programmes/wording.html", context, status=422 if form.errors else 200)


def _keep(programme: Programme, key: str, language: str, words: messages.Wording, user: Any) -> None:
    MessageTemplate.objects.update_or_create(
        programme=programme,
        key=key,
        language=language,
        defaults={
            "subject": words.subject,
            "body": words.body,
            "edited_by": user,
            "edited_at": timezone.now(),
        },
    )


@access.rule("programmes.view_messages", lookup=in_programme)
class MailingList(ListView):
    """Mailings of a programme, those that wait to be read first."""

    table_class = MailingTable
    title = gettext_lazy("Mailings")
    lead = gettext_lazy("A mailing to many people is read by a person before it leaves.")

    def get_queryset(self) -> "QuerySet[Any]":
        """The mailings of the programme of the page."""
        programme = access.object_of(self.request)
        rows = NoticeBatch.objects.filter(programme_code=programme.code)
        waiting_first = F("released_at").desc(nulls_first=True)
        return rows.annotate(message_count=_message_count()).order_by(waiting_first, "-created_at")

    def get_rows(self) -> "QuerySet[Any]":
        """Their columns."""
        return NoticeBatch.objects.select_related("released_by").annotate(message_count=_message_count())


def _message_count() -> Any:
    rows = Notice.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def mailing_or_404(programme: Programme, pk: int) -> NoticeBatch:
    """Return a mailing of the programme."""
    return get_object_or_404(NoticeBatch.objects.filter(programme_code=programme.code), pk=pk)


@access.rule("programmes.view_messages", lookup=in_programme)
def mailing(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Read the messages of a mailing as their recipients will."""
    programme: Programme = access.object_of(request)
    batch = mailing_or_404(programme, pk)
    pages = Paginator(batch.notices.order_by("pk"), READ_PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "programme": programme,
        "batch": batch,
        "page": page,
        "letters": [(notice, notices.preview(notice)) for notice in page.object_list],
        "may_release": batch.released_at is None
        and access.may(request.user, "programmes.release_batch", programme),
    }
    return render(request, "programmes/mailing.html", context)


@access.rule("programmes.release_batch", lookup=in_programme)
@require_POST
def release(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Let a mailing leave, once."""
    programme: Programme = access.object_of(request)
    batch = mailing_or_404(programme, pk)
    count = notices.release(batch, by=request.user, at=timezone.now())
    if count:
        text = ngettext("%(count)s message leaves now.", "%(count)s messages leave now.", count)
        flash.success(request, text % {"count": display.number_text(count)})
    else:
        flash.warning(request, _("This mailing was released before."))
    return redirect(reverse("programmes:mailing", args=[programme.code, pk]))
