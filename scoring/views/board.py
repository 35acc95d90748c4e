"""The page of a round: its progress by juror and file, its dates, closing it, reminding jurors."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.models import Application
from scoring import board, discrepant, progress, readiness, reminders, rounds
from scoring.messages import REMINDER
from scoring.models import AssignmentState, Round, Stage
from scoring.page_forms import RoundForm
from scoring.scope import in_round
from workflow import Refused, access, display, fire, listing, notices
from workflow.clock import now
from workflow.models import Notice

AT_ONCE = 300
"""More sheets than this are locked by the task worker."""

JURORS_SHOWN = 25
"""How many jurors the board of a round shows, until all of them are asked for."""

view_round = access.rule("scoring.view_jury", in_round)
change_round = access.rule("scoring.change_round", in_round)


@view_round
@require_safe
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a round is: by juror, by file, what can be done now."""
    return _page(request, access.object_of(request))


@change_round
@require_POST
def set_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the dates of a round and who may see what."""
    held: Round = access.object_of(request)
    form = RoundForm(request.POST, instance=held)
    if held.is_closed:
        messages.error(request, _("The round is closed."))
        return HttpResponseRedirect(held.get_absolute_url())
    if not form.is_valid():
        return _page(request, held, form=form, status=422)
    form.save()
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(held.get_absolute_url())


@access.rule("scoring.close_round", in_round)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a round and lock what was handed in."""
    held: Round = access.object_of(request)
    rounds.close_round(held, by=request.user, at=now())
    locked = rounds.lock_sheets(held, actor=request.user, limit=AT_ONCE)
    messages.success(
        request,
        ngettext(
            "The round is closed, %(n)s sheet locked.", "The round is closed, %(n)s sheets locked.", locked
        )
        % {"n": display.number_text(locked)},
    )
    return HttpResponseRedirect(held.get_absolute_url())


@access.rule("scoring.change_round", in_round)
@require_POST
def start_final(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand the files that filed their plan to the final round, one by one."""
    held: Round = access.object_of(request)
    waiting = Application.objects.filter(session=held.session_id, state="plan_submitted").select_related(
        "case", "call", "session"
    )
    started = 0
    said: dict[str, None] = {}
    for application in waiting:
        try:
            fire(application, "start_final_review", actor=request.user)
        except Refused as refused:
            said.update(dict.fromkeys(refused.sentences))
            continue
        started += 1
    if said:
        messages.error(request, " ".join(list(said)[:5]))
    if started:
        messages.success(
            request,
            ngettext("%(n)s file is in the final review.", "%(n)s files are in the final review.", started)
            % {"n": display.number_text(started)},
        )
    return HttpResponseRedirect(held.get_absolute_url())


@change_round
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose jurors to remind and read the message; it waits as a mailing until it is released."""
    held: Round = access.object_of(request)
    if request.method == "POST":
        secretary: Any = request.user
        chosen = [int(key) for key in request.POST.getlist("juror") if key.isascii() and key.isdigit()]
        try:
            mailing = reminders.prepare(held, chosen, by=secretary.pk, at=now())
        except Refused as refused:
            messages.error(request, " ".join(refused.sentences))
            return HttpResponseRedirect(reverse("scoring:remind", args=[pk]))
        messages.success(request, _("The reminders are drafted: read them, then let them leave."))
        code = held.session.call.programme.code
        return HttpResponseRedirect(reverse("programmes:mailing", args=[code, mailing.pk]))
    return _remind_page(request, held)


def _remind_page(request: HttpRequest, held: Round) -> HttpResponse:
    at = now()
    span = board.span_of(held, at)
    waiting = {one.pk for one in reminders.waiting_jurors(held, at)}
    loads = {key: load for key, load in board.counted(held, at).loads.items() if key in waiting}
    lines = board.jurors(held, loads, span)
    told = reminders.reminded_today([line.engagement.user_id for line in lines], span.today)
    free = [line for line in lines if line.engagement.user_id not in told]
    return render(
        request,
        "scoring/remind.html",
        {
            "round": held,
            "session": held.session,
            "span": span,
            "lines": [(line, line.engagement.user_id in told) for line in lines],
            "some": bool(free) and not held.is_closed,
            "example": _example(held, free[0]) if free else None,
        },
    )


def _example(held: Round, line: board.JurorLine) -> notices.Message:
    """The message to the first juror of the list, as it would leave now."""
    context = {"engagement": line.engagement.pk, "round": held.pk, "programme": held.programme_id}
    draft = Notice(
        template=REMINDER,
        recipient_kind="user",
        recipient_id=str(line.engagement.user_id),
        context=context,
    )
    return notices.preview(draft)


def _page(
    request: HttpRequest, held: Round, *, form: RoundForm | None = None, status: int = 200
) -> HttpResponse:
    at = now()
    may_change = access.may(request.user, "scoring.change_round", held)
    span, counted = board.span_of(held, at), board.counted(held, at)
    loads = counted.loads
    whole = progress.total(loads.values())
    shown = None if request.GET.get("jurors") == "all" else JURORS_SHOWN
    short = request.GET.get("files") == "short"
    named = access.may(request.user, "scoring.view_marks", held)
    files: Any = board.BoardFiles(held, short=short, named=named)
    needed = progress.pace_needed(whole, span)
    outlooks = [progress.outlook(load, span) for load in loads.values()]
    context = {
        "round": held,
        "session": held.session,
        "jurors": board.jurors(held, loads, span, shown),
        "more_jurors": shown is not None and len(loads) > shown,
        "to_chase": sum(word in progress.TO_CHASE for word in outlooks),
        "page": Paginator(files, listing.page_size(request.GET)).get_page(request.GET.get("page")),
        "short": short,
        "named": named,
        "lacking": files.count_short(),
        "words": [(state.label, counted.states.get(state.value, 0), state) for state in AssignmentState],
        "differs": discrepant.of_round(held, request.user, whole=request.GET.get("differ") == "all")
        if named
        else None,
        "whole": whole,
        "span": span,
        "days_late": -(span.days_left or 0),
        "pace": Decimal(progress.pace(whole, span)),
        "pace_needed": None if needed is None else Decimal(needed),
        "ends_on": progress.ends_on(whole, span),
        "form": (form or RoundForm(instance=held)) if may_change and not held.is_closed else None,
        "may_change": may_change,
        "may_remind": may_change
        and not held.is_closed
        and bool(whole.left)
        and held.session.state == "scoring",
        "plans": _plans_waiting(held) if may_change else 0,
        "rankings": held.rankings.defer("inputs").order_by("-number")[:5],
        "late": held.closes_at is not None and at > held.closes_at and not held.is_closed,
    }
    return render(request, "scoring/round.html", context, status=status)


def _plans_waiting(held: Round) -> int:
    if held.grid.stage != Stage.FINAL or readiness.open_final_round(held.session) != held:
        return 0
    return Application.objects.filter(session=held.session_id, state="plan_submitted").count()
