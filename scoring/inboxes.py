"""What waits for jurors, secretaries and chairs, for the start page."""

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programmes.models import SelectionSession
from programmes.predicates import Role, programme_ids
from scoring import desk
from scoring.models import (
    DecisionBatch,
    Deliberation,
    JurorEngagement,
    JuryAssignment,
    RedactedCopy,
    Round,
)
from scoring.models.jury import DRAWN_IN
from workflow import display
from workflow.inbox import Queue, Row, register


def files_to_mark(user: Any) -> "QuerySet[JuryAssignment]":
    """The juror's own files."""
    if not programme_ids(user, Role.JUROR, Role.FIELD_AGENT):
        return JuryAssignment.objects.none()
    return desk.todo(desk.seats(user))


def invitations(user: Any) -> "QuerySet[JurorEngagement]":
    """Invitations that the juror has not answered."""
    if not programme_ids(user, Role.JUROR, Role.FIELD_AGENT):
        return JurorEngagement.objects.none()
    return JurorEngagement.objects.to_answer(user).order_by("invited_at")


def sessions_to_draw(user: Any) -> "QuerySet[SelectionSession]":
    """Sessions in screening that have eligible files and no juror yet."""
    ids = programme_ids(user, Role.JURY_SECRETARY)
    if not ids:
        return SelectionSession.objects.none()
    return (
        SelectionSession.objects.filter(call__programme__in=ids, state="screening")
        .filter(applications__state="eligible", rounds__assignments__isnull=True)
        .select_related("call__programme")
        .distinct()
        .order_by("cutoff_at")
    )


def copies_to_confirm(user: Any) -> "QuerySet[SelectionSession]":
    """Sessions with masked copies that a person has to confirm, each with how many."""
    ids = programme_ids(user, Role.JURY_SECRETARY)
    if not ids:
        return SelectionSession.objects.none()
    states = [state for stage in DRAWN_IN.values() for state in stage]
    waiting = RedactedCopy.objects.newest().filter(
        confirmed_at__isnull=True, application__session=OuterRef("pk"), application__state__in=states
    )
    number = waiting.order_by().values("application__session").annotate(n=Count("pk")).values("n")
    return (
        SelectionSession.objects.filter(call__programme__in=ids, state__in=["screening", "scoring"])
        .filter(Exists(waiting))
        .annotate(waiting=Subquery(number))
        .select_related("call__programme")
        .order_by("cutoff_at")
    )


def rounds_to_close(user: Any) -> "QuerySet[Round]":
    """Rounds in which every file is marked."""
    ids = programme_ids(user, Role.JURY_SECRETARY)
    if not ids:
        return Round.objects.none()
    own = JuryAssignment.objects.select_related(None).filter(round=OuterRef("pk")).order_by()
    return (
        Round.objects.filter(session__call__programme__in=ids, session__state="scoring")
        .filter(closed_at__isnull=True)
        .filter(~Exists(own.filter(state__in=["assigned", "opened"])), Exists(own.filter(state="done")))
        .order_by(F("closes_at").asc(nulls_last=True), "pk")
    )


def minutes_to_write(user: Any) -> "QuerySet[Deliberation]":
    """Sittings that the secretary ends, or whose minutes are to be stored."""
    ids = programme_ids(user, Role.JURY_SECRETARY)
    if not ids:
        return Deliberation.objects.none()
    rows = Deliberation.objects.filter(session__call__programme__in=ids, state__in=["in_session", "signed"])
    return rows.order_by("sits_at")


def batches_to_submit(user: Any) -> "QuerySet[DecisionBatch]":
    """Drafts of decisions."""
    ids = programme_ids(user, Role.JURY_SECRETARY)
    if not ids:
        return DecisionBatch.objects.none()
    return DecisionBatch.objects.filter(session__call__programme__in=ids, state="draft").order_by("pk")


def sittings_to_lead(user: Any) -> "QuerySet[Deliberation]":
    """Sittings that the chair opens, or whose minutes the chair signs."""
    ids = programme_ids(user, Role.JURY_CHAIR)
    if not ids:
        return Deliberation.objects.none()
    rows = Deliberation.objects.filter(session__call__programme__in=ids, state__in=["scheduled", "minuted"])
    return rows.order_by("sits_at")


def batches_to_confirm(user: Any) -> "QuerySet[DecisionBatch]":
    """Decisions that wait for the chair: to be confirmed by another than the submitter, or announced."""
    ids = programme_ids(user, Role.JURY_CHAIR)
    if not ids:
        return DecisionBatch.objects.none()
    rows = DecisionBatch.objects.filter(session__call__programme__in=ids)
    mine = Q(state="submitted") & ~Q(submitted_by=user.pk)
    return rows.filter(mine | Q(state="confirmed")).order_by("submitted_at")


def _file_row(assignment: JuryAssignment) -> Row:
    return Row(
        title=_("Mark file %(number)s") % {"number": assignment},
        detail=f"{assignment.round.grid.title} · {assignment.state_word}",
        url=assignment.get_absolute_url(),
        since=assignment.state_since,
        due=assignment.round.closes_at,
    )


def _invitation_row(engagement: JurorEngagement) -> Row:
    return Row(
        title=_("Answer the invitation to a jury"),
        detail=engagement.session.call.title,
        url=reverse("scoring:invitation", args=[engagement.pk]),
        since=engagement.invited_at,
    )


def _session_row(session: SelectionSession) -> Row:
    return Row(
        title=_("Draw the jurors of session %(number)s") % {"number": session.number},
        detail=session.call.title,
        url=session.get_absolute_url(),
        since=session.state_since,
    )


def _copies_row(session: SelectionSession) -> Row:
    waiting = session.waiting  # type: ignore[attr-defined]  # annotated
    return Row(
        title=ngettext("Confirm %(n)s masked copy", "Confirm %(n)s masked copies", waiting)
        % {"n": display.number_text(waiting)},
        detail=session.label,
        url=reverse("scoring:copies", args=[session.pk]),
        since=session.state_since,
    )


def _round_row(held: Round) -> Row:
    return Row(
        title=_("Close the round “%(round)s”: every file is marked") % {"round": held},
        detail=held.session.call.title,
        url=held.get_absolute_url(),
        due=held.closes_at,
    )


def _sitting_row(sitting: Deliberation) -> Row:
    return Row(
        title=_("Sitting %(number)s · %(state)s")
        % {"number": sitting.number, "state": sitting.get_state_display()},
        detail=sitting.session.call.title,
        url=sitting.get_absolute_url(),
        since=sitting.state_since,
        due=sitting.sits_at,
    )


def _batch_row(batch: DecisionBatch) -> Row:
    return Row(
        title=_("Decisions %(number)s · %(state)s")
        % {"number": batch.number, "state": batch.get_state_display()},
        detail=batch.session.call.title,
        url=batch.get_absolute_url(),
        since=batch.state_since,
    )


def _desk() -> str:
    return reverse("scoring:desk")


def register_all() -> None:
    """Put the queues on the start pages."""
    for queue in (
        Queue("scoring.files", gettext_lazy("Files to mark"), files_to_mark, _file_row, _desk, 10),
        Queue("scoring.invitations", gettext_lazy("Invitations"), invitations, _invitation_row, _desk, 5),
        Queue("scoring.draw", gettext_lazy("Jurors to draw"), sessions_to_draw, _session_row, None, 30),
        Queue(
            "scoring.copies",
            gettext_lazy("Masked copies to confirm"),
            copies_to_confirm,
            _copies_row,
            None,
            29,
        ),
        Queue("scoring.rounds", gettext_lazy("Rounds to close"), rounds_to_close, _round_row, None, 31),
        Queue(
            "scoring.minutes",
            gettext_lazy("Sittings"),
            minutes_to_write,
            _sitting_row,
            None,
            32,
            gettext_lazy("End the sitting, or store its minutes"),
        ),
        Queue(
            "scoring.drafts",
            gettext_lazy("Decisions to submit"),
            batches_to_submit,
            _batch_row,
            None,
            33,
            gettext_lazy("Submit the decisions"),
        ),
        Queue(
            "scoring.lead",
            gettext_lazy("Sittings to lead"),
            sittings_to_lead,
            _sitting_row,
            None,
            20,
            gettext_lazy("Lead the sitting, or sign its minutes"),
        ),
        Queue(
            "scoring.confirm",
            gettext_lazy("Decisions to confirm"),
            batches_to_confirm,
            _batch_row,
            None,
            21,
            gettext_lazy("Confirm or announce the decisions"),
        ),
    ):
        register(queue)
