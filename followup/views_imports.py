"""Page of the import of visits from other tools: a file, what its columns mean, what became of each row."""

import csv
import io
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from documents.intake.tables import Sheet, read_table
from followup import kobo, visit_imports
from followup.form_parts import LATEST
from followup.models.imports import VisitImport
from programmes.scope import in_programme
from workflow import access

OWN_LABELS = {
    kobo.UID: gettext_lazy("Identifier of the submission"),
    kobo.CASE: gettext_lazy("Case number"),
    kobo.VISIT: gettext_lazy("Code of the visit (V0, M1 …)"),
    kobo.COACH: gettext_lazy("Coach (e-mail address)"),
    kobo.ENDED: gettext_lazy("End of the visit"),
}
SHOWN = 20


class VisitTableForm(forms.Form):
    """The export, as KoboToolbox or ODK gives it."""

    file = forms.FileField(
        label=gettext_lazy("Export (CSV or XLSX)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy("One line a visit, with the names of the questions (XML values) as headings."),
    )

    def clean_file(self) -> Sheet:
        """The table in the file."""
        file = self.cleaned_data["file"]
        return read_table(file.read(), file.name)


class MappingForm(forms.Form):
    """What each column means; the table itself is carried along."""

    text = forms.CharField(widget=forms.HiddenInput, max_length=4_000_000)
    name = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(self, *args: Any, headings: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((heading, heading) for heading in headings)]
        for target, label in OWN_LABELS.items():
            must = target in (kobo.UID, kobo.CASE)
            self.fields[target] = forms.ChoiceField(label=label, choices=choices, required=must)
        for ask in kobo.targets(LATEST):
            self.fields[ask.name] = forms.ChoiceField(label=ask.label, choices=choices, required=False)

    @property
    def mapping(self) -> dict[str, str]:
        """Heading by target."""
        given = self.cleaned_data
        return {name: given[name] for name in self.fields if name not in ("text", "name") and given[name]}


@access.rule("followup.import_visits", in_programme)
class ImportVisits(View):
    """Hand a table in, say what its columns mean, take it in."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        return self._page(request, VisitTableForm())

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        if "text" in request.POST:
            return self._take(request)
        form = VisitTableForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form, status=422)
        sheet: Sheet = form.cleaned_data["file"]
        programme = access.object_of(request)
        initial = {
            **visit_imports.mapping_for(sheet, programme),
            "text": _as_text(sheet),
            "name": getattr(request.FILES["file"], "name", ""),
        }
        return self._page(request, MappingForm(headings=sheet.headings, initial=initial), mapping=True)

    def _take(self, request: HttpRequest) -> HttpResponse:
        sheet = read_table(request.POST["text"].encode(), "visits.csv")
        form = MappingForm(request.POST, headings=sheet.headings)
        if not form.is_valid():
            return self._page(request, form, mapping=True, status=422)
        programme = access.object_of(request)
        made = visit_imports.take_in(
            sheet,
            form.mapping,
            programme,
            name=form.cleaned_data["name"],
            by=request.user,
            at=timezone.now(),
        )
        return self._page(request, VisitTableForm(), made=made)

    def _page(
        self,
        request: HttpRequest,
        form: forms.Form,
        *,
        mapping: bool = False,
        made: VisitImport | None = None,
        status: int = 200,
    ) -> HttpResponse:
        programme = access.object_of(request)
        rows = VisitImport.objects.visible_to(request.user).filter(programme=programme)
        context = {
            "programme": programme,
            "form": form,
            "mapping": mapping,
            "made": made,
            "refused": [row for row in made.rows if row[2] == "refused"] if made else [],
            "media": sum(len(row[4]) for row in made.rows) if made else 0,
            "before": rows.select_related("taken_by")[:SHOWN],
            "submit": _("Take in") if mapping else _("Read the table"),
            "back": reverse("followup:visits", args=[programme.code]),
        }
        return render(request, "followup/import_visits.html", context, status=status)


def _as_text(sheet: Sheet) -> str:
    """Return a table as CSV, to be carried by the page."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(sheet.headings)
    writer.writerows(cells for _number, cells in sheet.rows)
    return out.getvalue()
