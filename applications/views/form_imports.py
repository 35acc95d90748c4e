"""Pages of an XLSForm: hand it in, read what becomes of each row, take it as the draft or drop it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import form_imports, form_versions
from applications.builder.import_report import ImportForm, counts, lines
from applications.models import FormImport, Stage
from applications.views.builder import building, url
from applications.xlsform.refusals import FormRefused
from programmes.models import Call
from programmes.views.setup import read_only
from workflow import Refused, access


def _imports(call: Call, stage: str) -> Any:
    return FormImport.objects.filter(call=call, stage=stage).select_related("uploaded_by")


def _frame(call: Call, stage: str, **more: Any) -> dict[str, Any]:
    return {
        "call": call,
        "programme": call.programme,
        "stage": stage,
        "stage_name": Stage(stage).label,
        "back": url("builder", call, stage),
        **more,
    }


@building
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, code: str, call: str, stage: str) -> HttpResponse:
    """Hand an XLSForm in; what stands against the file is said beside it."""
    found: Call = access.object_of(request)
    form = ImportForm(request.POST or None, request.FILES or None, languages=found.languages)
    if request.method == "POST":
        if refused := read_only(request, found.programme):
            return refused
        if form.is_valid() and (made := _read(request, found, stage, form)):
            return redirect(made)
    rows = list(_imports(found, stage)[:20])
    for one in rows:
        one.call = found
    context = _frame(found, stage, form=form, imports=rows)
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/builder/import.html", context, status=status)


def _read(request: HttpRequest, call: Call, stage: str, form: ImportForm) -> FormImport | None:
    file = form.cleaned_data["file"]
    try:
        return form_imports.hand_in(
            call,
            stage,
            file.read(),
            file.name or "",
            spoken=form.cleaned_data["spoken"],
            actor=request.user,
            at=timezone.now(),
        )
    except ValidationError as refused:
        form.add_error("file", refused)
    except (FormRefused, Refused) as refused:
        form.add_error("file", refused.sentences)
    return None


@building
@require_safe
def report(request: HttpRequest, code: str, call: str, stage: str, pk: int) -> HttpResponse:
    """What becomes of each row of the file, first what is not carried over."""
    found: Call = access.object_of(request)
    one = get_object_or_404(_imports(found, stage), pk=pk)
    every = lines(one.findings)
    draft = form_versions.draft_of(found, stage)
    context = _frame(
        found,
        stage,
        found=one,
        lines=every,
        lost=[line for line in every if line.lost],
        counts=counts(one.findings),
        replaces=draft is not None and bool(draft.form.sections),
        may_take=one.taken_at is None and found.state not in form_versions.OVER,
    )
    return render(request, "applications/builder/import_report.html", context)


@building
@require_POST
def take(request: HttpRequest, code: str, call: str, stage: str, pk: int) -> HttpResponse:
    """Make the draft of the form of an imported one."""
    found: Call = access.object_of(request)
    if refused := read_only(request, found.programme):
        return refused
    one = get_object_or_404(_imports(found, stage), pk=pk)
    try:
        form_imports.take(one, shown_to_jurors="jurors" in request.POST, at=timezone.now())
    except Refused as refused_:
        messages.error(request, " ".join(refused_.sentences))
        return HttpResponseRedirect(url("builder", found, stage))
    messages.success(request, _("The form is the draft now: look at it, write what is missing, publish it."))
    return HttpResponseRedirect(url("builder", found, stage))


@building
@require_POST
def drop(request: HttpRequest, code: str, call: str, stage: str, pk: int) -> HttpResponse:
    """Forget an imported form that nobody took."""
    found: Call = access.object_of(request)
    one = get_object_or_404(_imports(found, stage), pk=pk)
    try:
        form_imports.drop(one)
        messages.success(request, _("The imported form is dropped; the form is as it was."))
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    return HttpResponseRedirect(url("import_form", found, stage))
