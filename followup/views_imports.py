"""Page of the import of visits from other tools: a file, what its columns mean, what became of each row."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from documents.limits import MEGABYTE
from followup import field_exports, kobo, visit_imports
from followup.field_exports import Export, Pictures
from followup.models.imports import VisitImport, WaitingTable
from followup.visit_imports import columns_of
from programmes.scope import in_programme
from workflow import access, display

OWN_LABELS = {
    kobo.UID: gettext_lazy("Identifier of the submission"),
    kobo.CASE: gettext_lazy("Case number"),
    kobo.VISIT: gettext_lazy("Code of the visit (V0, M1 …)"),
    kobo.COACH: gettext_lazy("Coach (e-mail address)"),
    kobo.ENDED: gettext_lazy("End of the visit"),
}
SHOWN = 20
CARRIED = ("_table", "_photos")
"""Fields that are no columns; no question has such a key."""


class VisitTableForm(forms.Form):
    """The export, as KoboToolbox or ODK gives it."""

    file = forms.FileField(
        label=gettext_lazy("Export (CSV, XLSX, or the zip of ODK Central)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.zip"}),
        help_text=gettext_lazy(
            "One line a visit, with the names of the questions (XML values) as headings. What repeats stands"
            " on sheets of its own."
        ),
    )

    def clean_file(self) -> Export:
        """The tables in the file."""
        file = self.cleaned_data["file"]
        _check_size(file)
        return field_exports.read_export(file.read(), file.name)


def _check_size(file: Any) -> None:
    if file.size > field_exports.MOST_BYTES:
        limit = field_exports.MOST_BYTES // MEGABYTE
        raise forms.ValidationError(
            _("This file is larger than %(limit)s MB. Send a smaller one.") % {"limit": limit}
        )


class PhotosForm(forms.Form):
    """An archive of the photos that imported visits name."""

    _photos = forms.FileField(
        label=gettext_lazy("Photos (zip)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
        help_text=gettext_lazy(
            "KoboToolbox: the zip of media attachments. ODK Central: the same zip as the tables. They can"
            " come later."
        ),
    )

    def clean__photos(self) -> Pictures | None:
        """The pictures in the archive."""
        file = self.cleaned_data["_photos"]
        if not file:
            return None
        _check_size(file)
        return Pictures(file.read())


class MappingForm(PhotosForm):
    """What each column means; the table itself waits on the server under its identifier."""

    _table = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, export: Export, programme: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "—"), *((heading, heading) for heading in export.main.headings)]
        columns = [("", "—"), *((key, name) for key, name in columns_of(export).items() if "\t" in key)]
        _number, parts = visit_imports.parts_now(programme)
        for target, label in OWN_LABELS.items():
            must = target in (kobo.UID, kobo.CASE)
            self.fields[target] = forms.ChoiceField(label=label, choices=choices, required=must)
        for ask in kobo.targets(parts):
            self.fields[ask.name] = forms.ChoiceField(label=ask.label, choices=choices, required=False)
        for ask in kobo.tables(parts) if export.repeats else ():
            for column in ask.columns:
                self.fields[f"{ask.name}.{column.name}"] = forms.ChoiceField(
                    label=display.labelled(ask.label, column.label), choices=columns, required=False
                )
        self.order_fields([*(name for name in self.fields if name != "_photos"), "_photos"])

    @property
    def mapping(self) -> dict[str, str]:
        """Heading by target."""
        given = self.cleaned_data
        return {name: given[name] for name in self.fields if name not in CARRIED and given[name]}


@access.rule("followup.import_visits", in_programme)
class ImportVisits(View):
    """Hand a table in, say what its columns mean, take it in."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        return self._page(request, VisitTableForm())

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        if "_table" in request.POST:
            return self._take(request)
        if "later" in request.POST:
            return self._attach(request)
        form = VisitTableForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form, status=422)
        export: Export = form.cleaned_data["file"]
        programme = access.object_of(request)
        name = getattr(request.FILES["file"], "name", "")
        waiting = visit_imports.hand_in(export, programme, name=name, by=request.user, at=timezone.now())
        initial = {**visit_imports.mapping_for(export, programme), "_table": waiting.uid}
        return self._page(
            request, MappingForm(export=export, programme=programme, initial=initial), mapping=True
        )

    def _take(self, request: HttpRequest) -> HttpResponse:
        programme = access.object_of(request)
        waiting = self._waiting(request, programme)
        if waiting is None:
            messages.error(request, _("This table does not wait here any more. Hand it in once more."))
            return self._page(request, VisitTableForm(), status=422)
        export = field_exports.from_text(waiting.table)
        form = MappingForm(request.POST, request.FILES, export=export, programme=programme)
        if not form.is_valid():
            return self._page(request, form, mapping=True, status=422)
        made = visit_imports.take_in(
            export,
            form.mapping,
            programme,
            name=waiting.file_name,
            by=request.user,
            at=timezone.now(),
            pictures=form.cleaned_data["_photos"],
        )
        waiting.delete()
        return self._page(request, VisitTableForm(), made=made)

    def _waiting(self, request: HttpRequest, programme: Any) -> WaitingTable | None:
        """The table that this person handed in for the programme."""
        try:
            uid = UUID(request.POST["_table"])
        except ValueError:
            return None
        rows = WaitingTable.objects.filter(programme=programme, handed_by=request.user.pk)
        return rows.filter(uid=uid).first()

    def _attach(self, request: HttpRequest) -> HttpResponse:
        """Keep photos that come after their table."""
        form = PhotosForm(request.POST, request.FILES)
        if not form.is_valid() or form.cleaned_data["_photos"] is None:
            return self._page(request, VisitTableForm(), later=form, status=422)
        programme = access.object_of(request)
        found = visit_imports.attach(
            form.cleaned_data["_photos"], programme, by=request.user, at=timezone.now()
        )
        messages.success(
            request,
            _("Photos kept: %(kept)s; not readable: %(refused)s; named by no visit that waits: %(unknown)s.")
            % {
                "kept": display.number_text(found.kept),
                "refused": display.number_text(found.refused),
                "unknown": display.number_text(found.unknown),
            },
        )
        return HttpResponseRedirect(request.path)

    def _page(
        self,
        request: HttpRequest,
        form: forms.Form,
        *,
        mapping: bool = False,
        made: VisitImport | None = None,
        later: PhotosForm | None = None,
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
            "lost": [row for row in made.rows if row[2] == "lost"] if made else [],
            "media": sum(len(row[4]) for row in made.rows) if made else 0,
            "awaited": visit_imports.awaited(programme).count(),
            "later": later or PhotosForm(),
            "before": rows.select_related("taken_by")[:SHOWN],
            "submit": _("Take in") if mapping else _("Read the table"),
            "back": reverse("followup:visits", args=[programme.code]),
        }
        return render(request, "followup/import_visits.html", context, status=status)
