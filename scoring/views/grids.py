"""Grids of a call: chosen from a template, changed until the call is published, then read by everybody."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programmes.models import Call
from scoring import amending, grid_templates, readiness
from scoring.grid_forms import BLANK, AmendmentForm, CriterionForm, GridForm, SectionForm, TemplateForm
from scoring.marks import Given
from scoring.models import Grid
from scoring.scope import in_call, in_grid
from scoring.sheet_page import page_of
from workflow import Refused, access, display
from workflow.clock import now

PARTS = {"criteria": CriterionForm, "sections": SectionForm}

change_grid = access.rule("scoring.change_grid", in_grid)


@access.public
@require_safe
def grid(request: HttpRequest, pk: int) -> HttpResponse:
    """A grid as jurors will see it, with its rules."""
    try:
        found: Grid = in_grid(request, pk)
    except Http404:
        if not request.user.is_authenticated:
            return access.ask_to_sign_in(request)
        raise
    whole = Grid.objects.whole().get(pk=found.pk)
    may_change = _may_change(request, found)
    empty: dict[int, Given] = {}
    in_the_making = may_change and found.is_amendment
    context = {
        "grid": found,
        "call": found.call,
        "programme": found.call.programme,
        "page": page_of(whole, empty),
        "may_change": may_change,
        "may_amend": found.frozen and access.may(request.user, "scoring.change_grid", found),
        "faults": readiness.faults_of(whole) if may_change and not in_the_making else [],
        "objections": amending.objections(found) if in_the_making else [],
        "changes": amending.changes(whole) if found.is_amendment else [],
        "effects": amending.effects(found) if in_the_making else [],
        "versions": amending.history(found),
        "sections": whole.sections.all(),
    }
    return render(request, "scoring/grid.html", context)


@access.rule("scoring.change_grid", in_call)
@require_POST
def install(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft call the grids of a template, or an empty one."""
    call: Call = access.object_of(request)
    form = TemplateForm(request.POST)
    if call.state != "draft":
        messages.error(request, _("Grids are fixed once the call is published."))
    elif form.is_valid():
        made = _install(call, form.cleaned_data["template"])
        messages.success(request, _("The grid is there; change it until the call is published."))
        return HttpResponseRedirect(made[0].get_absolute_url())
    return HttpResponseRedirect(call.get_absolute_url())


def _install(call: Call, key: str) -> list[Grid]:
    if key != BLANK:
        return grid_templates.install(call, key)
    number = call.grids.count() + 1  # a draft call has one version of each
    titles = {"title_fr": f"Grille {number}", "title_en": f"Grid {number}", "title_ar": f"شبكة {number}"}
    return [Grid.objects.create(call=call, number=number, share=100, **titles)]


@change_grid
@require_POST
def amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin an amendment of a published grid: a copy to change and to publish with its reason."""
    found: Grid = access.object_of(request)
    try:
        made = amending.begin(found, by=request.user)
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
        return HttpResponseRedirect(found.get_absolute_url())
    return HttpResponseRedirect(made.get_absolute_url())


@change_grid
@require_POST
def publish_amendment(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish an amendment: rounds that nobody began take it, all others keep their version."""
    found: Grid = access.object_of(request)
    try:
        done = amending.publish(found, by=request.user, at=now())
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    else:
        taken = sum(effect.takes_it for effect in done)
        messages.success(
            request,
            _("Published. Rounds with the new version: %(taken)s; rounds that keep theirs: %(kept)s.")
            % {"taken": display.number_text(taken), "kept": display.number_text(len(done) - taken)},
        )
    return HttpResponseRedirect(found.get_absolute_url())


@change_grid
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change how a grid counts."""
    found: Grid = access.object_of(request)
    if refused := _fixed(request, found):
        return refused
    kind = AmendmentForm if found.is_amendment else GridForm
    form = kind(request.POST if request.method == "POST" else None, instance=found)
    return _form_page(request, found, form, _("How the grid counts"))


@change_grid
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a grid of a draft call."""
    found: Grid = access.object_of(request)
    if refused := _fixed(request, found):
        return refused
    call = found.call
    if found.amends is not None:
        found.delete()
        messages.success(request, _("The amendment is dropped; the published version stays."))
        return HttpResponseRedirect(call.get_absolute_url())
    if found.rounds.exists():
        messages.error(request, _("A round uses this grid already."))
        return HttpResponseRedirect(found.get_absolute_url())
    with transaction.atomic():
        found.delete()
        for number, left in enumerate(call.grids.order_by("number"), start=1):
            if left.number != number:
                Grid.objects.filter(pk=left.pk).update(number=number)
    messages.success(request, _("Removed."))
    return HttpResponseRedirect(call.get_absolute_url())


@change_grid
@require_http_methods(["GET", "HEAD", "POST"])
def edit_part(request: HttpRequest, pk: int, part: str, row: int | None = None) -> HttpResponse:
    """Add or change a section or a criterion."""
    found: Grid = access.object_of(request)
    if refused := _fixed(request, found):
        return refused
    rows = getattr(found, _known(part))
    instance = get_object_or_404(rows.all(), pk=row) if row else None
    if instance is None:
        instance = rows.model(grid=found, sort=rows.count() + 1)
    form = PARTS[part](request.POST if request.method == "POST" else None, instance=instance, grid=found)
    titles = {"criteria": _("Criterion"), "sections": _("Section")}
    return _form_page(request, found, form, titles[part])


@change_grid
@require_POST
def remove_part(request: HttpRequest, pk: int, part: str, row: int) -> HttpResponse:
    """Remove a section with its criteria, or one criterion."""
    found: Grid = access.object_of(request)
    if refused := _fixed(request, found):
        return refused
    get_object_or_404(getattr(found, _known(part)).all(), pk=row).delete()
    messages.success(request, _("Removed."))
    return HttpResponseRedirect(found.get_absolute_url())


def _known(part: str) -> str:
    if part not in PARTS:
        raise Http404
    return part


def _may_change(request: HttpRequest, found: Grid) -> bool:
    return found.may_be_edited and access.may(request.user, "scoring.change_grid", found)


def _fixed(request: HttpRequest, found: Grid) -> HttpResponse | None:
    if found.may_be_edited:
        return None
    messages.error(request, _("Grids are fixed once the call is published."))
    return HttpResponseRedirect(found.get_absolute_url())


def _form_page(request: HttpRequest, found: Grid, form: Any, title: str) -> HttpResponse:
    status = 200
    if request.method == "POST":
        if form.is_valid():
            form.save()
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(found.get_absolute_url())
        status = 422
    context = {"grid": found, "call": found.call, "form": form, "title": title}
    return render(request, "scoring/grid_form.html", context, status=status)
