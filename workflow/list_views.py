"""Pages around lists: a view saved or deleted, a file asked for, approved and fetched."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from workflow import access, list_files, saved_views
from workflow.door import Refused
from workflow.fields import active_filters
from workflow.list_address import open_list
from workflow.lists import EXPORTS, ListView, column_choice
from workflow.models import ListExport, SavedView


def _said(request: HttpRequest, refused: Refused) -> None:
    for sentence in refused.sentences:
        messages.error(request, sentence)


# Saved views


@access.signed_in
@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Save the filters, order and columns of a list under a name."""
    if "list" not in request.POST:
        return HttpResponseBadRequest()
    view = open_list(request, request.POST["list"], request.POST.get("query", ""))
    try:
        saved = saved_views.save(
            view,
            name=request.POST.get("name", ""),
            shared=bool(request.POST.get("shared")),
            at=timezone.now(),
        )
    except Refused as refused:
        _said(request, refused)
        return HttpResponseRedirect(f"{view.request.path}?{request.POST.get('query', '')}")
    messages.success(request, _("The view “%(name)s” is saved.") % {"name": saved.name})
    return HttpResponseRedirect(saved.url)


@access.signed_in
@require_POST
def delete_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a saved view."""
    found: SavedView = access.get_visible(SavedView.objects, request.user, pk=pk)
    if not saved_views.may_delete(request.user, found):
        raise Http404
    found.delete()
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": found.name})
    return HttpResponseRedirect(found.path)


# Files


@access.signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def export_ask(request: HttpRequest) -> HttpResponse:
    """Ask for the file of a list: what it holds, what it is for, whether somebody else must agree."""
    sent = request.POST if request.method == "POST" else request.GET
    if "list" not in sent:
        return HttpResponseBadRequest()
    view = open_list(request, sent["list"], sent.get("query", ""))
    kind = sent.get("kind", "")
    if kind not in EXPORTS or not view.export_name:
        raise Http404
    filterset = view.get_filterset()
    table = view.get_table(filterset.qs if filterset else view.get_queryset())
    rows = len(table.data)
    status, refusals = 200, []
    if request.method == "POST":
        try:
            asked = list_files.ask(view, kind, rows, reason=request.POST.get("reason", ""), at=timezone.now())
        except Refused as refused:
            refusals, status = refused.sentences, 422
        else:
            if asked.needs_second:
                return redirect(asked)
            return redirect("workflow:export_file", asked.uid)
    context = {
        "view": view,
        "title": view.get_title(),
        "path": view.request.path,
        "query": sent.get("query", ""),
        "back": f"{view.request.path}?{sent.get('query', '')}",
        "kind": kind,
        "rows": rows,
        "large": list_files.is_large(rows),
        "chips": active_filters(filterset.form) if filterset else [],
        "columns": _column_words(view, table),
        "reason": sent.get("reason", ""),
        "refusals": refusals,
        "shortest": list_files.SHORTEST_REASON,
    }
    return render(request, "workflow/export_ask.html", context, status=status)


def _column_words(view: ListView, table: Any) -> list[str]:
    shown = column_choice(table, view.request.GET.getlist("columns"))
    return [
        str(table.columns[name].verbose_name)
        for name in shown
        if not table.columns[name].column.exclude_from_export
    ]


def _export(request: HttpRequest, uid: UUID) -> ListExport:
    found: ListExport = access.get_visible(
        ListExport.objects.select_related("asked_by", "answered_by"), request.user, uid=uid
    )
    return found


@access.signed_in
@require_safe
def export(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One file that was asked for: what it holds, why, and what can be done with it now."""
    asked = _export(request, uid)
    chips: list[Any] = []
    columns: list[str] = []
    try:
        view = open_list(request, asked.path, asked.query)
    except Http404:
        readable = False
    else:
        readable = True
        filterset = view.get_filterset()
        chips = active_filters(filterset.form) if filterset else []
        columns = _column_words(view, view.get_table(view.get_queryset()))
    context = {
        "asked": asked,
        "chips": chips,
        "columns": columns,
        "readable": readable,
        "may_answer": readable and list_files.may_answer(request.user, asked),
        "may_fetch": readable and list_files.may_fetch(request.user, asked, timezone.now()),
        "days": list_files.FETCHED_WITHIN.days,
    }
    return render(request, "workflow/export.html", context)


@access.signed_in
@require_POST
def export_answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let a large file leave, or not; whoever agrees reads the list too."""
    asked = _export(request, uid)
    open_list(request, asked.path, asked.query)
    granted = request.POST.get("answer") == "grant"
    try:
        list_files.answer(asked, granted=granted, by=request.user, at=timezone.now())
    except Refused as refused:
        _said(request, refused)
    else:
        said = _("The file may leave; the person who asked can fetch it.") if granted else _("Refused.")
        messages.success(request, said)
    return redirect(asked)


@access.signed_in
@require_safe
def export_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """The file itself: the list as it is now, read with the rights of the one who asked."""
    asked = _export(request, uid)
    now = timezone.now()
    if not list_files.may_fetch(request.user, asked, now):
        raise Http404
    view = open_list(request, asked.path, asked.query)
    filterset = view.get_filterset()
    table = view.get_table(filterset.qs if filterset else view.get_queryset())
    list_files.fetched(asked, now)
    return view.exported(table, asked.kind, list_files.watermark(asked))
