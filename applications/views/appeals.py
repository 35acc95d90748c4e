"""Appeals: the applicant lodges one, the appeal officer reads and answers it."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from applications import appeal_guards, appealing
from applications.messages import tell_of_appeal
from applications.models import Appeal, AppealState, Application
from applications.views.applicant import editing, frame_of
from applications.views.staff import dossier_of
from programmes.scope import enter, in_programme
from workflow import Refused, access, listing
from workflow.lists import ListView

WORDS = {value: (label, Appeal.MEANINGS[value]) for value, label in AppealState.choices}


class AppealForm(forms.Form):
    """What an applicant says against a decision."""

    ground = forms.ChoiceField(
        label=gettext_lazy("What is it about?"), choices=Appeal.Ground.choices, widget=forms.RadioSelect
    )
    statement = forms.CharField(
        label=gettext_lazy("What happened?"),
        help_text=gettext_lazy("In your own words: which rule was not followed, when, and how you know."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )


@editing
@never_cache
@require_http_methods(["GET", "POST"])
def lodge(request: HttpRequest, number: str) -> HttpResponse:
    """Explain what an appeal is, and take one."""
    application: Application = access.object_of(request)
    now = timezone.now()
    form = AppealForm(request.POST or None)
    why_not = appeal_guards.why_not_lodge(application, now)
    if request.method == "POST" and form.is_valid():
        try:
            appeal = appealing.lodge(application, **form.cleaned_data, actor=request.user, at=now)
        except Refused as refused:
            why_not = " ".join(str(sentence) for sentence in refused.sentences)
        else:
            tell_of_appeal(appeal, now)
            return redirect("applications:status", number)
    context = frame_of(application) | {
        "form": form,
        "why_not": why_not,
        "until": appeal_guards.window_of(application),
    }
    return render(request, "applications/lodge_appeal.html", context, status=422 if form.errors else 200)


class AppealFilters(django_filters.FilterSet):
    """State of an appeal."""

    state = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("State"), choices=AppealState.choices, distinct=False
    )

    class Meta:
        model = Appeal
        fields = ["state"]


class AppealTable(listing.ListTable):
    """Appeals by case number."""

    case = listing.RefColumn(
        verbose_name=gettext_lazy("Case"),
        accessor="application__case__number",
        order_by="application__case__serial",
        url=lambda record: record.get_absolute_url(),
    )
    state = listing.StateColumn(verbose_name=gettext_lazy("State"), words=WORDS.__getitem__)
    ground = listing.tables.Column(verbose_name=gettext_lazy("Ground"), orderable=False)
    lodged_at = listing.DateColumn(verbose_name=gettext_lazy("Lodged on"))
    caption = gettext_lazy("Appeals")

    def render_ground(self, record: Appeal) -> str:
        """The ground in words."""
        return str(record.get_ground_display())


@access.rule("applications.view_appeals", lookup=in_programme)
class AppealList(ListView):
    """Appeals of a programme, the oldest first."""

    table_class = AppealTable
    filterset_class = AppealFilters
    title = gettext_lazy("Appeals")
    empty = gettext_lazy("Nobody has appealed.")
    export_name = ""

    def get_queryset(self) -> "QuerySet[Any]":
        """Those of the page's programme."""
        programme = access.object_of(self.request)
        rows = Appeal.objects.visible_to(self.request.user)
        return rows.filter(application__call__programme=programme).order_by("lodged_at")

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Appeal.objects.select_related("application__case", "application__call__programme")


def _appeal(request: HttpRequest, code: str, pk: int) -> Appeal:
    rows = Appeal.objects.select_related(
        "application__case__site", "application__call__programme", "application__session"
    )
    found: Appeal = access.get_visible(rows, request.user, application__call__programme__code=code, pk=pk)
    enter(request, found.application.call.programme, found.application.call)
    return found


@access.rule("applications.view_appeals", lookup=_appeal)
@require_safe
def appeal(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One appeal: what is said, against which decision, the file, and the answer."""
    found: Appeal = access.object_of(request)
    application = found.application
    context = {
        "appeal": found,
        "application": application,
        "programme": application.call.programme,
        "against": dict(Application._meta.get_field("state").choices or ())[found.against],
        "facts": [
            {"label": _("Lodged on"), "value": found.lodged_at},
            {"label": _("Appeals until"), "value": found.until},
        ],
        "dossier": dossier_of(application),
    }
    return render(request, "applications/appeal.html", context)
