"""The desk of the protection officer: find a case, who opened identities, how long they are kept."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from applications.filters import OpeningFilters
from applications.models import Registration, Reveal
from applications.tables import OpeningTable
from programmes.models import Programme
from programmes.scope import in_programme
from workflow import access
from workflow.lists import ListView

LATEST = 10


@access.rule("applications.view_protection", lookup=in_programme)
@require_safe
def desk(request: HttpRequest, code: str) -> HttpResponse:
    """What concerns identities in a programme, on one page."""
    programme: Programme = access.object_of(request)
    openings = Reveal.objects.visible_to(request.user).filter(programme=programme)
    wanted = request.GET.get("case", "").strip()
    context: dict[str, Any] = {
        "programme": programme,
        "openings": openings.with_reasons().order_by("-at", "-pk")[:LATEST],
        "wanted": wanted,
        "found": people_of_case(request.user, programme, wanted) if wanted else [],
        "may_change": access.may(request.user, "applications.set_retention", programme),
    }
    return render(request, "applications/protection.html", context)


def people_of_case(user: Any, programme: Programme, number: str) -> list[Registration]:
    """Return the persons of a case whose identity this user may open, in the order of the file."""
    rows = Registration.objects.visible_to(user).filter(programme=programme)
    rows = rows.filter(person__application_memberships__application__case__number=number)
    found = rows.select_related("person", "programme").order_by("person__application_memberships__pk")
    return [row for row in found if access.may(user, "applications.reveal_identity", row)]


@access.rule("applications.view_protection", lookup=in_programme)
class OpeningList(ListView):
    """Who opened whose identity in the programme, when and why."""

    table_class = OpeningTable
    filterset_class = OpeningFilters
    title = gettext_lazy("Openings of identities")
    lead = gettext_lazy("Every identity that was opened, and every name that was printed on a paper.")

    def get_queryset(self) -> "QuerySet[Any]":
        """Openings in the programme of the page, newest first."""
        programme = access.object_of(self.request)
        return Reveal.objects.visible_to(self.request.user).filter(programme=programme)

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Reveal.objects.with_reasons()


class RetentionForm(forms.ModelForm):
    """How long identities are kept."""

    class Meta:
        model = Programme
        fields = ("retention_months",)


@access.rule("applications.set_retention", lookup=in_programme)
@require_http_methods(["GET", "POST"])
def retention(request: HttpRequest, code: str) -> HttpResponse:
    """Set how long identities are kept after closing; a closed programme may still get a period."""
    programme: Programme = access.object_of(request)
    form = RetentionForm(request.POST or None, instance=programme)
    if request.method == "POST" and form.is_valid():
        Programme.objects.filter(pk=programme.pk).update(
            retention_months=form.cleaned_data["retention_months"]
        )
        messages.success(request, _("Saved."))
        return redirect("applications:protection", programme.code)
    context = {"programme": programme, "form": form}
    return render(request, "applications/retention.html", context, status=422 if form.errors else 200)
