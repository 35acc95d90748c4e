"""The secretary's pages of a jury: who sits in it, the draw, how far the marks are, single sheets."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from applications.models import Application
from programmes.models import SelectionSession
from scoring import entry, invitations, readiness, rounds
from scoring.models import (
    AssignmentState,
    DeclaredConflict,
    Grid,
    JurorEngagement,
    JuryAssignment,
    Round,
    Scoresheet,
    Stage,
)
from scoring.models.jury import DRAWN_IN, LIVE
from scoring.page_forms import ConflictForm, InviteForm, RoundForm
from scoring.scope import in_round, in_session, in_sheet
from scoring.sheet_page import page_of
from workflow import Refused, access, fire, listing
from workflow.clock import now

AT_ONCE = 300
"""More proposals or sheets than this are confirmed or locked by the task worker."""

JURORS_SHOWN = 25
"""How many jurors the board of a round shows, until all of them are asked for."""

view_jury = access.rule("scoring.view_jury", in_session)
run_jury = access.rule("scoring.run_jury", in_session)
view_round = access.rule("scoring.view_jury", in_round)
change_round = access.rule("scoring.change_round", in_round)


# Who sits in the jury


@view_jury
@require_safe
def jury(request: HttpRequest, pk: int) -> HttpResponse:
    """Jurors of a session, invitations, declared conflicts."""
    return _jury_page(request, access.object_of(request))


@run_jury
@require_POST
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a juror; the declaration is signed when the invitation is accepted."""
    session: SelectionSession = access.object_of(request)
    form = InviteForm(request.POST, session=session)
    if not form.is_valid():
        return _jury_page(request, session, invite_form=form, status=422)
    given = form.cleaned_data
    with transaction.atomic():
        engagement = JurorEngagement.objects.create(
            session=session,
            user=given["user"],
            languages=given["languages"],
            sectors=given["sectors"],
            max_files=given["max_files"],
            respond_by=given["respond_by"],
            invited_at=now(),
            invited_by_id=request.user.pk,
        )
        engagement.sites.set(given["sites"])
        invitations.tell(engagement, at=now())
    messages.success(request, _("%(juror)s is invited.") % {"juror": engagement})
    return HttpResponseRedirect(reverse("scoring:jury", args=[pk]))


@run_jury
@require_POST
def declare_conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a juror and a file apart in every draw to come."""
    session: SelectionSession = access.object_of(request)
    secretary: Any = request.user
    form = ConflictForm(request.POST, session=session)
    if not form.is_valid():
        return _jury_page(request, session, conflict_form=form, status=422)
    try:
        with transaction.atomic():
            DeclaredConflict.objects.create(
                engagement=form.cleaned_data["engagement"],
                application=form.cleaned_data["number"],
                declared_by=secretary,
                declared_at=now(),
            )
    except IntegrityError:
        messages.info(request, _("This conflict is declared already."))
    else:
        messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("scoring:jury", args=[pk]))


@run_jury
@require_POST
def lift_conflict(request: HttpRequest, pk: int, conflict: int) -> HttpResponse:
    """Take a declared conflict back; the row stays and says who lifted it."""
    session: SelectionSession = access.object_of(request)
    lifted = DeclaredConflict.objects.filter(
        pk=conflict, engagement__session=session, lifted_at__isnull=True
    ).update(lifted_at=now(), lifted_by=request.user.pk)
    if not lifted:
        raise Http404
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(reverse("scoring:jury", args=[pk]))


def _jury_page(
    request: HttpRequest,
    session: SelectionSession,
    *,
    invite_form: InviteForm | None = None,
    conflict_form: ConflictForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_run = access.may(request.user, "scoring.run_jury", session)
    jurors = (
        JurorEngagement.objects.filter(session=session)
        .prefetch_related("sites")
        .annotate(
            files=Count("assignments", filter=Q(assignments__state__in=LIVE)),
            done=Count("assignments", filter=Q(assignments__state="done")),
        )
        .order_by("user__full_name", "pk")
    )
    context = {
        "session": session,
        "jurors": jurors,
        "conflicts": DeclaredConflict.objects.filter(engagement__session=session, lifted_at__isnull=True)
        .select_related("engagement__user", "application__case")
        .order_by("declared_at"),
        "may_run": may_run,
        "invite_form": (invite_form or InviteForm(session=session)) if may_run else None,
        "conflict_form": (conflict_form or ConflictForm(session=session)) if may_run else None,
    }
    return render(request, "scoring/jury.html", context, status=status)


# Rounds


@view_round
@require_safe
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a round is: by juror, by file, what can be done now."""
    return _board_page(request, access.object_of(request))


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
        return _board_page(request, held, form=form, status=422)
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
        % {"n": locked},
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
    for application in waiting:
        try:
            fire(application, "start_final_review", actor=request.user)
        except Refused as refused:
            messages.error(request, " ".join(refused.sentences))
            break
        started += 1
    if started:
        messages.success(
            request,
            ngettext("%(n)s file is in the final review.", "%(n)s files are in the final review.", started)
            % {"n": started},
        )
    return HttpResponseRedirect(held.get_absolute_url())


def _board_page(
    request: HttpRequest, held: Round, *, form: RoundForm | None = None, status: int = 200
) -> HttpResponse:
    may_change = access.may(request.user, "scoring.change_round", held)
    shown = None if request.GET.get("jurors") == "all" else JURORS_SHOWN
    jurors = _loads(held, None if shown is None else shown + 1)
    files: Any = BoardFiles(held)
    page = Paginator(files, listing.page_size(request.GET)).get_page(request.GET.get("page"))
    counts = dict(
        JuryAssignment.objects.filter(round=held).order_by().values_list("state").annotate(n=Count("pk"))
    )
    context = {
        "round": held,
        "session": held.session,
        "jurors": jurors[:shown],
        "more_jurors": len(jurors) > len(jurors[:shown]),
        "page": page,
        "counts": counts,
        "words": [(state.label, counts.get(state.value, 0), state) for state in AssignmentState],
        "live": sum(counts.get(state, 0) for state in LIVE),
        "done": counts.get(AssignmentState.DONE, 0),
        "form": (form or RoundForm(instance=held)) if may_change and not held.is_closed else None,
        "may_change": may_change,
        "plans": _plans_waiting(held) if may_change else 0,
        "rankings": held.rankings.order_by("-number")[:5],
        "late": held.closes_at is not None and timezone.now() > held.closes_at and not held.is_closed,
    }
    return render(request, "scoring/round.html", context, status=status)


def _plans_waiting(held: Round) -> int:
    if readiness.open_final_round(held.session) != held:
        return 0
    return Application.objects.filter(session=held.session_id, state="plan_submitted").count()


class BoardFiles:
    """The files of a round, those with fewest jurors first: counted by key, whole rows for one page only."""

    def __init__(self, held: Round) -> None:
        wanted = Q(state__in=DRAWN_IN[Stage(held.grid.stage)], session=held.session_id)
        given = JuryAssignment.objects.filter(round=held).values("application")
        self.held, self.files = held, Application.objects.filter(wanted | Q(pk__in=given)).order_by()

    def count(self) -> int:
        """How many there are."""
        return self.files.count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[Application]:
        """The files of a page, each with `live` and `handed_in`: how many jurors have it, and are done."""
        own, done = Q(jury_assignments__round=self.held), Q(jury_assignments__state="done")
        counted = self.files.values("pk").annotate(
            live=Count("jury_assignments", filter=own & Q(jury_assignments__state__in=LIVE)),
            handed_in=Count("jury_assignments", filter=own & done),
        )
        page = list(counted.order_by("live", "handed_in", "case__number")[part])
        rows = Application.objects.select_related("case").in_bulk([line["pk"] for line in page])
        for line in page:
            rows[line["pk"]].live, rows[line["pk"]].handed_in = line["live"], line["handed_in"]
        return [rows[line["pk"]] for line in page]


def _loads(held: Round, most: int | None = None) -> list[JurorEngagement]:
    """The jurors with files in the round, those with most left to do first; most: how many of them."""
    live, done = Q(state__in=LIVE), Q(state="done")
    counted = (
        JuryAssignment.objects.filter(round=held)
        .order_by()
        .values_list("engagement")
        .annotate(
            files=Count("pk", filter=live),
            opened=Count("pk", filter=Q(state="opened")),
            handed_in=Count("pk", filter=done),
            left=Count("pk", filter=live & ~done),
        )
        .filter(files__gt=0)
        .order_by("-left", "engagement__user__full_name")
    )
    rows = {row[0]: row[1:] for row in counted[:most]}
    jurors = JurorEngagement.objects.select_related("user").in_bulk(rows)
    for key, (files, opened, handed_in, _left) in rows.items():
        jurors[key].files, jurors[key].opened, jurors[key].handed_in = files, opened, handed_in
    return [jurors[key] for key in rows]


# One sheet


@access.rule("scoring.view_marks", in_sheet)
@require_safe
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One juror's sheet, for those who run or audit the jury."""
    found: Scoresheet = access.object_of(request)
    grid = Grid.objects.whole().get(pk=found.round.grid_id)
    context = {
        "sheet": found,
        "round": found.round,
        "grid": page_of(grid, entry.entries_of(found)),
        "revisions": [
            revision
            for mark in found.marks.prefetch_related("revisions__revised_by").select_related("criterion")
            for revision in mark.revisions.all()
        ],
    }
    return render(request, "scoring/sheet.html", context)
