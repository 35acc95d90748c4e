"""The visit sheet as a PDF: of one visit, and blank of a version of the form."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from followup import form_versions, visit_sheet
from followup.filling import version_of
from followup.form_versions import parts_of
from followup.models import Enterprise, Visit
from followup.models.enterprises import EnterpriseKind
from followup.scope import in_visit
from programmes.scope import in_programme
from workflow import access

LANGUAGES = ("fr", "ar", "en")


def _paper(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@access.rule("followup.print_visit_sheet", in_visit)
@require_safe
def of_visit(request: HttpRequest, pk: str, language: str) -> HttpResponse:
    """The sheet of a visit, with its case number and date and no name."""
    visit: Visit = access.object_of(request)
    if language not in LANGUAGES:
        raise Http404
    with translation.override(language):  # the questions' texts are chosen when the parts are made
        number, parts = version_of(visit)
    name = f"{visit.case.number}-{visit.code}-{language}.pdf"
    return _paper(visit_sheet.render(visit, parts, number, language), name)


@access.rule("followup.view_visit_form", in_programme)
@require_safe
def blank(request: HttpRequest, code: str, language: str) -> HttpResponse:
    """The newest version of the form as a blank sheet, with every question that any visit asks."""
    programme = access.object_of(request)
    if language not in LANGUAGES:
        raise Http404
    versions = form_versions.history(programme)
    version = versions[0] if versions else None
    kind = EnterpriseKind.GROUP
    visit = Visit(programme=programme, enterprise=Enterprise(programme=programme, kind=kind), code="V0")
    with translation.override(language):
        parts = parts_of(version.definition if version else {})
    data = visit_sheet.render(visit, parts, version.number if version else 1, language)
    return _paper(data, f"{programme.code}-{language}.pdf")
