"""The page on which lists by case number are printed: which list, of what, in which language."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications import printed_lists
from applications.blank_form import OWN_NAMES
from programmes.models import Call, SelectionSession
from programmes.scope import in_programme
from workflow import Refused, access


class PrintForm(forms.Form):
    """What to print. Every call and session of the programme that is not a draft is offered."""

    kind = forms.ChoiceField(
        label=gettext_lazy("List"),
        choices=[(kind.code, kind.title) for kind in printed_lists.KINDS.values()],
    )
    about = forms.ChoiceField(label=gettext_lazy("Call or session"))
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[(code, OWN_NAMES[code]) for code in printed_lists.LANGUAGES]
    )

    def __init__(self, *args: Any, calls: list[Call], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.records: dict[str, Call | SelectionSession] = {}
        groups = []
        for call in calls:
            choices = [(call.code, _("%(call)s: all sessions") % {"call": call.title})]
            self.records[call.code] = call
            for session in call.sessions.all():
                session.call = call
                value = f"{call.code}:{session.number}"
                choices.append((value, session.label))
                self.records[value] = session
            groups.append((call.title, choices))
        self.fields["about"].choices = groups  # type: ignore[attr-defined]


@access.rule("applications.print_lists", lookup=in_programme)
@require_http_methods(["GET", "HEAD", "POST"])
def printed(request: HttpRequest, code: str) -> HttpResponse:
    """Choose and print a list; the lists printed last stand beside it."""
    programme = access.object_of(request)
    rows = Call.objects.visible_to(request.user).filter(programme=programme).exclude(state="draft")
    calls = list(rows.select_related("programme").prefetch_related("sessions").order_by("-opens_at", "pk"))
    begun = {"about": request.GET.get("call", ""), "language": (get_language() or "fr")[:2]}
    form = PrintForm(request.POST if request.method == "POST" else None, initial=begun, calls=calls)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _issued(request, form):
            return HttpResponseRedirect(reverse("applications:printed_lists", args=[code]))
        status = 422
    context = {
        "programme": programme,
        "form": form if calls else None,
        "papers": printed_lists.printed_in(programme),
    }
    return render(request, "applications/printed_lists.html", context, status=status)


def _issued(request: HttpRequest, form: PrintForm) -> bool:
    chosen = form.cleaned_data
    try:
        paper = printed_lists.issue(
            printed_lists.KINDS[chosen["kind"]],
            form.records[chosen["about"]],
            language=chosen["language"],
            actor=request.user,
            at=timezone.now(),
        )
    except Refused as refused:
        for sentence in refused.sentences:
            form.add_error(None, sentence)
        return False
    messages.success(request, _("%(number)s is ready to print.") % {"number": paper.reference})
    return True
