"""One act on many chosen files: the preview with its input and one confirmation."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from applications import batches
from applications.forms import EligibleForm, IneligibleForm, RequestPieceForm
from applications.models import Application
from programmes.scope import in_programme
from workflow import Refused, access
from workflow.list_address import Selection
from workflow.machines import machine_of

FORMS: dict[str, Any] = {
    batches.ELIGIBLE: EligibleForm,
    batches.PIECE: RequestPieceForm,
    batches.INELIGIBLE: IneligibleForm,
}


@access.rule("applications.screen_applications", lookup=in_programme)
@require_POST
def batch(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """Show what would happen to the chosen files; after the confirmation, start it."""
    if act not in FORMS:
        raise Http404
    selection = Selection.read(request.POST)
    if not selection.path:
        return HttpResponse(status=400)
    rows = selection.rows(request)
    seen = batches.preview(rows, act)
    back = f"{selection.path}?{selection.query}"
    sample = Application.objects.with_papers().filter(pk__in=rows.order_by().values("pk")).first()
    if sample is None:
        messages.error(request, _("Choose at least one file."))
        return HttpResponseRedirect(back)
    form = None
    one_call = len(seen.calls) == 1 or act == batches.ELIGIBLE
    if one_call:
        arrow = next(a for a in machine_of(Application).arrows if a.verb == batches.VERBS[act])
        confirmed = "confirm" in request.POST
        data = request.POST if confirmed else None
        form = FORMS[act](data, record=sample, actor=request.user, arrow=arrow)
        if confirmed and form.is_valid():
            try:
                made = batches.start(rows, act, form.to_data(), actor=request.user, at=timezone.now())
            except Refused as refused:
                for sentence in refused.sentences:
                    form.add_error(None, sentence)
            else:
                return redirect(made)
    context = {
        "label": batches.LABELS[act],
        "programme": access.object_of(request),
        "seen": seen,
        "form": form,
        "fields": selection.fields(),
        "back": back,
        "danger": act == batches.INELIGIBLE,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "applications/batch.html", context, status=status)
