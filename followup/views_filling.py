"""The page on which a visit is filled in: on site without the app, or at a desk from the paper sheet."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from disbursements.models import BudgetLine
from followup import desk_media
from followup.answer_form import VisitAnswersForm
from followup.filling import EDITABLE, makes_it, save_answers, version_of
from followup.models import Visit
from followup.scope import in_visit
from followup.visit_guards import problems_of
from workflow import access


@access.rule("followup.edit_visit", in_visit)
class FillVisit(View):
    """The visit form: saved as often as the coach likes, by page or by autosave."""

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        visit: Visit = access.object_of(request)
        return self._page(request, visit, self._form(visit), {})

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        visit: Visit = access.object_of(request)
        autosave = request.headers.get("X-Autosave") == "1"
        form = self._form(visit, request.POST)
        refused: dict[str, str] = {}
        if visit.state not in EDITABLE:
            form.add_error(None, _("This visit is already submitted; it can no longer be changed."))
        elif form.is_valid():
            answers = form.answers(visit.answers)
            revision_read = request.POST.get("version", "")
            saved, revision = save_answers(visit, answers, revision_read, form.version, by=request.user)
            if autosave:
                now = f"{timezone.localtime():%H:%M}"
                if saved:
                    return JsonResponse({"version": revision, "saved_at": now})
                return JsonResponse({"version": revision, "fields": self._form(visit).texts()}, status=409)
            if saved:
                refused = self._files(request, visit, form)
                if not refused and "stay" not in request.POST and "remove" not in request.POST:
                    messages.success(request, _("Saved."))
                    return HttpResponseRedirect(visit.get_absolute_url())
                fresh = self._form(visit)
                return self._page(request, visit, fresh, refused, status=422 if refused else 200)
            form.add_error(None, _("Somebody else has saved this visit meanwhile. Compare, then save again."))
        if autosave:
            return JsonResponse({"errors": form.errors}, status=422)
        return self._page(request, visit, form, refused, status=422)

    def _files(self, request: HttpRequest, visit: Visit, form: VisitAnswersForm) -> dict[str, str]:
        asks = [ask for ask in form.asked() if ask.is_file]
        return desk_media.receive(
            visit, asks, request.POST, request.FILES, actor=request.user, at=timezone.now()
        )

    def _form(self, visit: Visit, data: Any = None) -> VisitAnswersForm:
        number, parts = version_of(visit, str((data or {}).get("form_version", "")))
        grant = visit.enterprise.grant_id
        lines = BudgetLine.objects.filter(grant=grant).order_by("pk") if grant else ()
        answers = {"performed_on": timezone.localdate().isoformat(), **visit.answers}
        form = VisitAnswersForm(
            data,
            parts=parts,
            answers=answers,
            code=visit.code,
            is_group=visit.enterprise.is_group,
            currency=visit.programme.currency,
            lines=[line.label for line in lines],
        )
        form.version = number
        return form

    def _page(
        self,
        request: HttpRequest,
        visit: Visit,
        form: VisitAnswersForm,
        refused: dict[str, str],
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "visit": visit,
            "programme": visit.programme,
            "form": form,
            "parts": drawn(form, visit, refused),
            "problems": named(form, problems_of(visit)) if visit.answers else [],
            "types_for": None if makes_it(request.user, visit) else visit.coach,
            "frame_title": visit.name,
        }
        return render(request, "followup/visit_form.html", context, status=status)


def drawn(form: VisitAnswersForm, visit: Visit | None, refused: dict[str, str]) -> list[dict[str, Any]]:
    """Return the parts of the form with the files of each question that files answer."""
    parts = form.drawn()
    for part in parts:
        for item in part["items"]:
            if item["ask"].is_file:
                item["files"] = desk_media.drawn(visit, item["ask"], refused)
    return parts


def named(form: VisitAnswersForm, problems: Any) -> list[dict[str, Any]]:
    """Return problems with the question that each is about, and where it stands on the page."""
    labels = {ask.name: ask.label for ask in form.asked()}
    return [
        {
            "sentence": problem.sentence,
            "blocks": problem.blocks,
            "label": labels.get(problem.field, ""),
            "anchor": f"ask-{'place' if problem.field == 'latitude' else problem.field}",
        }
        for problem in problems
    ]
