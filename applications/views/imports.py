"""Pages of an import: hand the table in, say what its columns mean, read what a dry run found, import."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from applications.imports import running, targets
from applications.models import ImportBatch, ImportMapping, current_form
from applications.written_dates import DAY_FIRST, MONTH_FIRST
from documents.intake.tables import FORMULA, MOST_ROWS
from documents.limits import MAX_FILE_BYTES
from programmes.scope import in_call
from workflow import Refused, access, display
from workflow.digits import western


class OptionsForm(forms.Form):
    """What holds for every row."""

    track = forms.ChoiceField(label=gettext_lazy("Track, where no column says it"), required=False)
    site = forms.ChoiceField(label=gettext_lazy("Site, where no column says it"), required=False)
    received_on = forms.DateField(
        label=gettext_lazy("Received on, where no column says it"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Dates such as 03/04/1994 are written"),
        choices=[
            (DAY_FIRST, gettext_lazy("day, month, year")),
            (MONTH_FIRST, gettext_lazy("month, day, year")),
        ],
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Everybody in this table agreed to the use of the data"), required=False
    )
    note = forms.CharField(
        label=gettext_lazy("Where the signed consents are kept"), max_length=200, required=False
    )

    def __init__(self, *args: Any, call: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = [("", display.DASH)]
        tracks = [(one.code, one.title) for one in call.tracks.all()]
        sites = [(one.code, one.name) for one in call.programme.sites.all()]
        self.fields["track"].choices = nothing + tracks  # type: ignore[attr-defined]
        self.fields["site"].choices = nothing + sites  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Demand where the consents are, when they are not in the table."""
        data = super().clean() or {}
        if data.get("consent") and not data.get("note"):
            self.add_error("note", _("Say where the signed consents are kept."))
        return data

    def options(self) -> dict[str, str]:
        """Return the options as plain text."""
        given = {key: str(value) for key, value in self.cleaned_data.items() if value}
        return given | {"language": display.language()}


@access.rule("applications.import_applications", lookup=in_call)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """The imports of a call, and the place to hand in a table."""
    record = access.object_of(request)
    problem, status = "", 200
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None or (file.size or 0) > MAX_FILE_BYTES:
                raise Refused([_("Choose a CSV or XLSX file of at most 10 MB.")])
            data, name = file.read(), file.name or ""
            sheet = running.read_file(data, name, _row_of_headings(request))
            batch = running.hand_in(record, data, name, actor=request.user, at=timezone.now(), sheet=sheet)
            for number, text in sheet.above:
                messages.info(
                    request,
                    _("Row %(row)s stands above the headings and is left out: “%(text)s”.")
                    % {"row": number, "text": text[:120]},
                )
            return redirect(batch)
        except Refused as refused:
            problem, status = " ".join(refused.sentences), 422
        except ValidationError as refused_file:
            problem, status = " ".join(refused_file.messages), 422
    context = {
        "call": record,
        "programme": record.programme,
        "batches": record.imports.select_related("made_by")[:50],
        "problem": problem,
    }
    return render(request, "applications/imports.html", context, status=status)


def _row_of_headings(request: HttpRequest) -> int | None:
    """Return the row that was typed, None for nothing; raises Refused."""
    typed = western(request.POST.get("row", "")).strip()
    if not typed:
        return None
    if not (typed.isdecimal() and 0 < int(typed[:6]) <= MOST_ROWS):
        raise Refused([_("Write the number of the row in which the headings stand.")])
    return int(typed)


@access.rule("applications.import_applications", lookup=in_call)
@require_http_methods(["GET", "HEAD", "POST"])
def one_import(request: HttpRequest, code: str, call: str, uid: UUID) -> HttpResponse:
    """One table: its columns, what they mean, and the way to a dry run and to the import."""
    record = access.object_of(request)
    batch = ImportBatch.objects.filter(call=record, uid=uid).select_related("made_by").first()
    version = current_form(record, "idea")
    if batch is None or version is None:
        raise Http404
    batch.call = record
    form = OptionsForm(call=record, initial=batch.options)
    status = 200
    if request.method == "POST" and batch.table:
        return _pressed(request, batch) if "import" in request.POST else _mapped(request, batch, version)
    saved = ImportMapping.objects.filter(call=record)
    if (chosen := request.GET.get("mapping", "")).isdecimal() and len(chosen) < 18:
        mapping = saved.filter(pk=chosen).first()
        if mapping is not None:
            batch.columns, form = mapping.columns, OptionsForm(call=record, initial=mapping.options)
    return _page(request, batch, version, form, status)


def _page(request: HttpRequest, batch: Any, version: Any, form: Any, status: int) -> HttpResponse:
    sample = [cells for _number, cells in running.sheet_of(batch).rows[:3]]
    columns = [
        {
            "name": f"column-{place}",
            "heading": heading,
            "meaning": batch.columns.get(heading, ""),
            "sample": [_shown(cells[place]) for cells in sample if cells[place]],
        }
        for place, heading in enumerate(batch.headings)
    ]
    context = {
        "batch": batch,
        "call": batch.call,
        "programme": batch.call.programme,
        "columns": columns,
        "choices": targets.choices(version.form, display.language()),
        "form": form,
        "mappings": ImportMapping.objects.filter(call=batch.call),
    }
    return render(request, "applications/import.html", context, status=status)


def _shown(cell: str) -> str:
    return _("(formula)") if cell == FORMULA else cell[:40]


def _mapped(request: HttpRequest, batch: ImportBatch, version: Any) -> HttpResponse:
    form = OptionsForm(request.POST, call=batch.call)
    columns = {
        heading: request.POST.get(f"column-{place}", "") for place, heading in enumerate(batch.headings)
    }
    if not form.is_valid():
        batch.columns = columns
        return _page(request, batch, version, form, 422)
    running.map_columns(batch, columns, form.options())
    now = timezone.now()
    if running.save_mapping(batch, request.POST.get("mapping_name", ""), actor=request.user, at=now):
        messages.success(request, _("The mapping is saved for the next file."))
    return redirect(running.start(batch, write=False, actor=request.user, at=now))


def _pressed(request: HttpRequest, batch: ImportBatch) -> HttpResponse:
    if batch.checked_at is None:
        messages.error(request, _("Let the file be checked first."))
        return redirect(batch)
    return redirect(running.start(batch, write=True, actor=request.user, at=timezone.now()))
