"""Likely duplicates: the list, one pair with both sides and the decision, both identities with a reason."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from applications.duplicate_tables import DuplicateFilters, DuplicateTable, finding_words
from applications.duplicates import deciding, wording
from applications.models import Alike, Duplicate, Finding
from applications.views.identity import ReasonForm
from programmes.scope import in_programme
from workflow import Refused, access, new_key
from workflow.lists import ListView


@access.rule("applications.view_duplicates", lookup=in_programme)
class DuplicateList(ListView):
    """Files that look like one, what waits first."""

    table_class = DuplicateTable
    filterset_class = DuplicateFilters
    title = gettext_lazy("Duplicates")
    lead = gettext_lazy("Files that look like one. Nothing is merged: a person decides, with a reason.")
    empty = gettext_lazy("No file looks like another one.")

    def get_queryset(self) -> "QuerySet[Any]":
        """Those of the programme of the page of which the reader may read both sides."""
        programme = access.object_of(self.request)
        rows = Duplicate.objects.visible_to(self.request.user).of_programme(programme)
        return rows.to_decide_first()

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show."""
        return Duplicate.objects.with_files()


class DecisionForm(forms.Form):
    """What a person decides, and how they know."""

    finding = forms.ChoiceField(
        label=gettext_lazy("What is it?"),
        choices=[
            (Finding.SAME, gettext_lazy("A duplicate: the later file is held by a flag")),
            (Finding.DIFFERENT, gettext_lazy("No duplicate: both files go on")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("How do you know?"),
        help_text=gettext_lazy(
            "Kept in the history of both cases. Write no name and no number of a document."
        ),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def in_duplicate(request: HttpRequest, code: str, pk: int, **_arguments: Any) -> Duplicate:
    """Return a likely duplicate of the programme of the address; raises Http404."""
    programme = in_programme(request, code)
    rows = Duplicate.objects.with_files().of_programme(programme).select_related("event__note")
    found: Duplicate = access.get_visible(rows, request.user, pk=pk)
    return found


@access.rule("applications.decide_duplicate", lookup=in_duplicate)
@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Both sides of a likely duplicate with the evidence in words, and the decision."""
    record: Duplicate = access.object_of(request)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            deciding.decide(
                record,
                finding=given["finding"],
                reason=given["reason"],
                actor=request.user,
                at=timezone.now(),
            )
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
        else:
            messages.success(request, _("Your decision is kept with both cases."))
            return redirect("applications:duplicate", code, pk)
    context = {
        **_context(request, record),
        "form": form,
        "ask": ReasonForm(prefix="open") if record.alike == Alike.PERSON else None,
        "key": new_key(),
    }
    return render(request, "applications/duplicate.html", context, status=422 if form.errors else 200)


def _context(request: HttpRequest, record: Duplicate) -> dict[str, Any]:
    from applications.duplicates import sides  # heavy: loads numpy

    word, meaning = finding_words(record.finding)
    is_plan = record.alike == Alike.PLAN
    return {
        "duplicate": record,
        "programme": request.programme,  # type: ignore[attr-defined]
        "word": word,
        "meaning": meaning,
        "grounds": wording.grounds(record),
        "lines": sides.facts(record, timezone.localdate().year),
        "passages": sides.passages(record) if is_plan else None,
        "may_open": not is_plan and sides.may_open(request.user, record),
    }


@access.rule("applications.decide_duplicate", lookup=in_duplicate)
@never_cache
@require_POST
def open_both(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Show both identities beside each other: once, in this answer, with a reason that is kept."""
    from applications.duplicates import sides  # heavy: loads numpy

    record: Duplicate = access.object_of(request)
    if not sides.may_open(request.user, record):
        raise Http404
    ask = ReasonForm(request.POST, prefix="open")
    key = request.POST.get("key", "")[:70] or new_key()
    if ask.is_valid():
        try:
            both = sides.open_both(
                record, actor=request.user, reason=ask.cleaned_data["reason"], at=timezone.now(), key=key
            )
        except Refused as refused:
            for sentence in refused.sentences:
                ask.add_error("reason", sentence)
        else:
            context = {"identities": sides.identities(*both), "form": DecisionForm(), "key": new_key()}
            return render(
                request, "applications/duplicate_identities.html", {**_context(request, record), **context}
            )
    context = {**_context(request, record), "form": DecisionForm(), "ask": ask, "key": new_key()}
    return render(request, "applications/duplicate.html", context, status=422)
