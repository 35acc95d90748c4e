"""Erasures as the protection officer sees them: what is due, what each would take, what was erased."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from applications import erasing, retention
from applications.models import Cause, Erasure, Registration
from applications.protection_tables import ErasureFilters, ErasureTable
from applications.views.identity import registration_of
from programmes.scope import in_programme
from workflow import access
from workflow.lists import ListView


@access.rule("applications.view_protection", lookup=in_programme)
class ErasureList(ListView):
    """What is due, what was kept for a reason, what was erased."""

    table_class = ErasureTable
    filterset_class = ErasureFilters
    title = gettext_lazy("Erasures")
    lead = gettext_lazy("Whose identity is to go, and whose has gone. Money and statistics stay.")
    empty = gettext_lazy("Nobody is to be erased.")

    def get_queryset(self) -> "QuerySet[Any]":
        """Erasures of the programme of the page, what waits first."""
        programme = access.object_of(self.request)
        rows = Erasure.objects.visible_to(self.request.user).filter(programme=programme)
        return rows.waiting_first()

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Erasure.objects.select_related("person", "programme", "case", "requested_by")


def _erasure(request: HttpRequest, code: str, pk: int) -> Erasure:
    programme = in_programme(request, code)
    rows = Erasure.objects.select_related("person", "case", "requested_by")
    found: Erasure = access.get_visible(rows, request.user, programme=programme, pk=pk)
    found.programme = programme
    return found


@access.rule("applications.view_protection", lookup=_erasure)
@require_safe
def erasure(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One erasure: why, until when, what would go or has gone, and what may be done."""
    record: Erasure = access.object_of(request)
    waits = record.state in ("requested", "kept")
    # Asked before the erasure is tried out, which parts the account from the person.
    account = record.person.user_id
    by_the_person = account is not None and record.requested_by_id == account
    counts = (
        erasing.try_out(record.person, record.programme, at=timezone.now()).counts if waits else record.erased
    )
    context = {
        "programme": record.programme,
        "erasure": record,
        "waits": waits,
        "by_the_person": by_the_person,
        "things": [(trace.label, counts[trace.key]) for trace in erasing.traces() if counts.get(trace.key)],
    }
    return render(request, "applications/erasure.html", context)


class AskForm(forms.Form):
    """Who wishes the erasure, and why."""

    cause = forms.ChoiceField(
        label=gettext_lazy("Who asks"),
        choices=[
            (Cause.ASKED, gettext_lazy("The person, here at the office or by telephone")),
            (Cause.OFFICE, gettext_lazy("The office itself")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


@access.rule("applications.ask_erasure", lookup=registration_of)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, code: str, reference: UUID) -> HttpResponse:
    """Ask for the erasure of a person; the protection officer decides."""
    registration: Registration = access.object_of(request)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = retention.ask(
            registration.person,
            registration.programme,
            form.cleaned_data["cause"],
            actor=request.user,
            at=timezone.now(),
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("The protection officer decides about it."))
        if access.may(request.user, "applications.view_protection", registration):
            return redirect(made.get_absolute_url())
        return redirect("applications:consents", code, reference)
    context = {"registration": registration, "programme": registration.programme, "form": form}
    return render(request, "applications/ask_erasure.html", context, status=422 if form.errors else 200)
