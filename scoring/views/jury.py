"""The secretary's pages of a jury: who sits in it, conflicts, single sheets."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from programmes.models import SelectionSession
from scoring import entry, invitations, revisions
from scoring.models import (
    DeclaredConflict,
    Grid,
    JurorEngagement,
    JuryAssignment,
    Round,
    Scoresheet,
)
from scoring.models.jury import LIVE
from scoring.page_forms import ConflictForm, InviteForm
from scoring.scope import in_session, in_sheet
from scoring.sheet_page import page_of
from workflow import access, listing
from workflow.clock import now

view_jury = access.rule("scoring.view_jury", in_session)
run_jury = access.rule("scoring.run_jury", in_session)


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
            visits=given["visits"],
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
    found = JurorEngagement.objects.filter(session=session).prefetch_related("sites")
    rows = Paginator(found.order_by("user__full_name", "pk"), listing.page_size(request.GET))
    page = rows.get_page(request.GET.get("page"))
    loads = _loads(session)
    for juror in page:
        juror.done, juror.files = loads.get(juror.pk, (0, 0))
    context = {
        "session": session,
        "page": page,
        "conflicts": DeclaredConflict.objects.filter(engagement__session=session, lifted_at__isnull=True)
        .select_related("engagement__user", "application__case")
        .order_by("declared_at"),
        "may_run": may_run,
        "invite_form": (invite_form or InviteForm(session=session)) if may_run else None,
        "conflict_form": (conflict_form or ConflictForm(session=session)) if may_run else None,
    }
    return render(request, "scoring/jury.html", context, status=status)


def _loads(session: SelectionSession) -> dict[int, tuple[int, int]]:
    """Sheets handed in and files of every juror; counted over one index, round by round."""
    rounds = list(Round.objects.filter(session=session).values_list("pk", flat=True))
    given = JuryAssignment.objects.filter(round__in=rounds, state__in=LIVE).order_by()
    rows = given.values_list("engagement").annotate(
        done=Count("engagement", filter=Q(state="done")), files=Count("engagement")
    )
    return {engagement: (done, files) for engagement, done, files in rows}


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
        "hidden": found.hides_marks_from(request.user),
        "grid": page_of(grid, entry.entries_of(found)),
        "revisions": revisions.of_sheet(found),
    }
    return render(request, "scoring/sheet.html", context)
