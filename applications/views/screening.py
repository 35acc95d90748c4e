"""The screening officer's pages: the queue, one file with its checklist and documents, flags, opinions."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import batches, checklist, decisions, duplicates_frame, flags
from applications.models import Application, Flag, FlagKind
from applications.models.case import SOME_NUMBER
from applications.presence import open_file
from applications.queue import next_file
from applications.tables import ScreeningTable
from applications.views.staff import ApplicationList, dossier_of, files_of
from programmes.scope import enter, in_call, in_programme
from workflow import Refused, access
from workflow.actions import actions_for
from workflow.addresses import address_of
from workflow.door import new_key
from workflow.list_address import open_list
from workflow.listing import ListTable
from workflow.lists import BatchAction


@access.rule("applications.screen_applications", lookup=in_programme)
class ScreeningQueue(ApplicationList):
    """What waits for a screening officer, the oldest first."""

    table_class = ScreeningTable
    title = gettext_lazy("To screen")
    export_name = ""
    empty = gettext_lazy("Nothing waits for screening.")
    template_name = "applications/queue.html"

    def get_queryset(self) -> "QuerySet[Any]":
        """Applications that were sent and are not checked."""
        rows: Any = super().get_queryset().filter(state="submitted")
        return rows.oldest_first()

    def get_table(self, chosen: "QuerySet[Any]") -> ListTable:
        """The table, whose numbers lead to the file with the way back into this queue."""
        table = super().get_table(chosen)
        kept = queue_of(self.request.GET)
        table.columns["case"].column.url = lambda record: screen_url(record.number, kept)
        return table

    def get_batch_actions(self) -> list[BatchAction]:
        """The three decisions of screening, on many files."""
        code = access.object_of(self.request).code
        return [
            BatchAction(
                label,
                reverse("applications:batch", args=[code, act]),
                "danger" if act == batches.INELIGIBLE else "",
            )
            for act, label in batches.LABELS.items()
        ]

    def get_context(self, **context: Any) -> dict[str, Any]:
        """The filters, for the file to begin with, and how many files wait because they look like another."""
        return {
            **super().get_context(**context),
            "queue": queue_of(self.request.GET),
            "duplicates": duplicates_frame.waiting_in(self.request.user, access.object_of(self.request)),
        }


def queue_of(query: QueryDict) -> str:
    """Return the filters of the queue as one value that travels from file to file."""
    kept = query.copy()
    for name in ("page", "per_page", "sort", "columns", "export", "after"):
        kept.pop(name, None)
    return kept.urlencode()


def screen_url(number: str, queue: str) -> str:
    """Return the page of a file to screen, with the queue from which it was opened."""
    url = address_of("applications:screen", number, like=SOME_NUMBER)
    return f"{url}?{urlencode({'queue': queue})}" if queue else url


def _next_url(application: Application, queue: str) -> str:
    url = reverse("applications:screen_next", args=[application.call.programme.code])
    return f"{url}?{urlencode({'after': application.case.number, 'queue': queue})}"


@access.rule("applications.screen_applications", lookup=in_programme)
@require_safe
def screen_next(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the file that waits longest, after the present one, in the queue as it was filtered."""
    queue = request.GET.get("queue", "")
    path = reverse("applications:screening", args=[code])
    view = open_list(request, path, queue)
    filterset = view.get_filterset()
    rows = filterset.qs if filterset else view.get_queryset()
    after = request.GET.get("after", "")
    present = Application.objects.visible_to(request.user).filter(case__number=after).first()
    found = next_file(rows, user=request.user, at=timezone.now(), after=present)
    if found is None:
        messages.success(request, _("No other file waits in this queue."))
        return HttpResponseRedirect(f"{path}?{queue}" if queue else path)
    return HttpResponseRedirect(screen_url(found.case.number, queue))


def _file_to_screen(request: HttpRequest, number: str, **_arguments: Any) -> Application:
    rows = Application.objects.with_papers()
    found: Application = access.get_visible(rows, request.user, case__number=number)
    enter(request, found.call.programme, found.call)
    return found


@access.rule("applications.screen_application", lookup=_file_to_screen)
@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: HttpRequest, number: str) -> HttpResponse:
    """One file: the checklist of the rules, the answers and the documents beside each other, the decision."""
    application: Application = access.object_of(request)
    now = timezone.now()
    queue = request.GET.get("queue", "")
    others = open_file(application, user=request.user, at=now)
    if request.method == "POST":
        done = decisions.carry_out(application, request.POST, actor=request.user, at=now)
        if done.is_through:
            for sentence in done.said:
                messages.success(request, sentence)
            if decisions.goes_on(request.POST):
                return HttpResponseRedirect(_next_url(application, queue))
            return HttpResponseRedirect(screen_url(application.case.number, queue))
    else:
        done = decisions.Done(
            checklist.checklist(application, now), decisions.empty_form(application, request.user)
        )
    context = {
        "application": application,
        "programme": application.call.programme,
        "checklist": done.checklist,
        "piece": done.piece,
        "typed": done.typed,
        "refusals": done.refusals,
        "panel": decisions.panel_of(application, request.user),
        "actions": {action.verb: action for action in actions_for(application, request.user)},
        "key": request.POST.get("key") or new_key(),
        "dossier": dossier_of(application),
        "files": files_of(application, request.user),
        "flags": application.flags.with_names(),
        "flag_kinds": FlagKind.choices,
        "may_resolve": access.may(request.user, "applications.resolve_flag", application),
        "others": others,
        "queue": queue,
        "here": screen_url(application.case.number, queue),
        "next_url": _next_url(application, queue),
        "requests": application.piece_requests.select_related("asked_by").order_by("-asked_at"),
        "editable": application.state == "submitted",
    }
    status = 200 if request.method != "POST" else 409
    return render(request, "applications/screen.html", context, status=status)


@access.rule("applications.screen_application", lookup=_file_to_screen)
@require_safe
def presence(request: HttpRequest, number: str) -> HttpResponse:
    """Say who else has the file open; asked again and again while the page is open."""
    application: Application = access.object_of(request)
    others = open_file(application, user=request.user, at=timezone.now())
    return render(request, "applications/_presence.html", {"others": others, "application": application})


# Flags


def _back(request: HttpRequest, application: Application) -> HttpResponse:
    wanted = request.POST.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}):
        return HttpResponseRedirect(wanted)
    return redirect(application)


@access.rule("applications.raise_flag", lookup=_file_to_screen)
@require_POST
def raise_flag(request: HttpRequest, number: str) -> HttpResponse:
    """Raise a flag on a file."""
    application: Application = access.object_of(request)
    try:
        flags.raise_flag(
            application,
            kind=request.POST.get("kind", ""),
            reason=request.POST.get("reason", ""),
            actor=request.user,
            at=timezone.now(),
        )
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
    else:
        messages.success(request, _("The flag is raised."))
    return _back(request, application)


@access.rule("applications.resolve_flag", lookup=_file_to_screen)
@require_POST
def resolve_flag(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Resolve a flag of a file."""
    application: Application = access.object_of(request)
    flag = Flag.objects.filter(application=application, pk=pk).select_related("application__call").first()
    if flag is None:
        raise Http404
    try:
        flags.resolve(
            flag, resolution=request.POST.get("resolution", ""), actor=request.user, at=timezone.now()
        )
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
    else:
        messages.success(request, _("The flag is resolved."))
    return _back(request, application)


# How a call wants its files screened


@access.rule("applications.plan_screening", lookup=in_call)
@require_POST
def plan_screening(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """Say how many officers must agree before a file is ineligible."""
    record = access.object_of(request)
    try:
        decisions.plan(record, request.POST.get("members", ""))
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
    else:
        messages.success(request, _("Saved."))
    return redirect(record)
