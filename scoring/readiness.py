"""What this package asks of the machines below: of publishing a call, of a session's way, of an application.

Each function is a guard that `register` hangs on an arrow of a lower package.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes import publishing
from scoring import quotas
from scoring.models import (
    Attendance,
    Decision,
    DecisionBatch,
    Deliberation,
    Discrepancy,
    Grid,
    JurorEngagement,
    JuryAssignment,
    RedactedCopy,
    Round,
    Scoresheet,
    Stage,
)
from scoring.models.jury import LIVE
from workflow import clock, display, register_guard
from workflow.actors import Actor

if TYPE_CHECKING:
    from applications.models import Application
    from programmes.models import Call, SelectionSession

Data = dict[str, Any] | None


def register() -> None:
    """Hang the guards on the lower machines."""
    register_guard("programmes.Call", "publish", grid_is_complete)
    register_guard("programmes.Call", "publish", quotas.quotas_fit)
    publishing.mend_at(quotas.quotas_fit, publishing.on_the_page("quotas"))
    publishing.mend_at(grid_is_complete, publishing.on_the_page("grids"))
    register_guard("programmes.SelectionSession", "start_scoring", nothing_waits_for_screening)
    register_guard("programmes.SelectionSession", "start_scoring", every_eligible_file_has_its_jurors)
    register_guard("programmes.SelectionSession", "start_scoring", declarations_are_signed)
    register_guard("programmes.SelectionSession", "start_scoring", copies_are_confirmed)
    register_guard("programmes.SelectionSession", "start_deliberation", every_sheet_is_locked)
    register_guard("programmes.SelectionSession", "start_deliberation", no_discrepancy_is_open)
    register_guard("programmes.SelectionSession", "announce", decisions_are_confirmed)
    register_guard("programmes.SelectionSession", "announce", minutes_are_signed)
    for verb in ("award", "waitlist", "reject", "shortlist", "not_retain"):
        register_guard("applications.Application", verb, decision_is_announced)
    register_guard("applications.Application", "start_final_review", final_round_is_open)
    register_guard("applications.Application", "start_final_review", copy_of_plan_is_confirmed)
    for verb in ("uphold", "dismiss"):
        register_guard("applications.Appeal", verb, nobody_of_the_jury_hears_it)


# Publishing a call


def grid_is_complete(call: "Call", actor: Actor, data: Data) -> str | None:
    """The call has a grid that adds up."""
    grids = list(Grid.objects.current().filter(call=call).whole().order_by("number"))
    if not grids:
        return _("Choose a scoring grid.")
    sentences = [said for grid in grids for said in faults_of(grid)]
    return " ".join([*sentences, *stage_faults(grids)]) or None


def faults_of(grid: Grid) -> list[str]:
    """Return what keeps a grid from being published, one sentence each."""
    name = {"grid": grid.title}
    found = []
    lines = [line for line in grid.lines if not line.gate]
    if not lines:
        return [_("“%(grid)s” has no criterion with points.") % name]
    for line in grid.lines:
        scale = line.scale.values()
        if scale[-1] != line.high:
            found.append(
                _("“%(criterion)s”: the steps do not end at the highest mark.") % {"criterion": line}
            )
        if any(Decimal(mark) not in scale for mark in line.comment_at):
            found.append(
                _("“%(criterion)s”: a comment is asked for a mark that does not exist.") % {"criterion": line}
            )
        if line.section is not None and line.section.grid_id != grid.pk:
            found.append(_("“%(criterion)s” stands in a section of another grid.") % {"criterion": line})
    places = sorted(line.tie_order for line in lines if line.tie_order)
    if not places or places != list(range(1, len(places) + 1)):
        found.append(_("“%(grid)s”: say in which order criteria decide a tie (1, 2, …).") % name)
    for section in grid.sections.all():
        points = sum((line.points for line in lines if line.section_id == section.pk), Decimal(0))
        if section.threshold is not None and section.threshold > points:
            found.append(_("“%(section)s” asks for more points than it has.") % {"section": section})
    return found


def stage_faults(grids: list[Grid]) -> list[str]:
    """Return what keeps the grids of a call from adding up, one sentence each."""
    found = []
    for stage in Stage:
        total = Decimal(0)
        for grid in (grid for grid in grids if grid.stage == stage):
            total += grid.share
            if grid.pass_mark is not None and grid.pass_mark > total:
                found.append(_("“%(grid)s”: the pass mark is above the highest mark.") % {"grid": grid.title})
    numbers = [grid.number for grid in grids if grid.stage == Stage.REVIEW]
    later = [grid.number for grid in grids if grid.stage == Stage.FINAL]
    if not numbers:
        found.append(_("The first round belongs to the first selection."))
    elif later and min(later) < max(numbers):
        found.append(_("Rounds of the final selection come after those of the first one."))
    return found


# The way of a session


def nothing_waits_for_screening(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """Screening is through: no application is submitted or incomplete."""
    waiting = session.applications.filter(state__in=["submitted", "incomplete"]).count()
    if not waiting:
        return None
    return ngettext(
        "%(count)s application still waits for screening.",
        "%(count)s applications still wait for screening.",
        waiting,
    ) % {"count": display.number_text(waiting)}


def every_eligible_file_has_its_jurors(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """Every eligible application has as many jurors as the first round asks for."""
    first = Round.objects.filter(session=session, grid__stage=Stage.REVIEW).order_by("grid__number").first()
    if first is None:
        return _("The session has no round.")
    eligible = session.applications.filter(state__in=["eligible", "in_review"])
    if not eligible.exists():
        return _("There is no eligible application in this session.")
    live = Count(
        "jury_assignments", filter=Q(jury_assignments__round=first, jury_assignments__state__in=LIVE)
    )
    short = eligible.annotate(live=live).filter(live__lt=first.jurors).count()
    if not short:
        return None
    return ngettext(
        "%(count)s eligible application lacks jurors: draw and confirm them.",
        "%(count)s eligible applications lack jurors: draw and confirm them.",
        short,
    ) % {"count": display.number_text(short)}


def declarations_are_signed(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """Every juror who has files signed the declaration and takes part."""
    missing = (
        session.engagements.filter(assignments__state__in=LIVE)
        .filter(~Q(state="accepted") | Q(declaration_signed_at__isnull=True))
        .distinct()
        .count()
    )
    if not missing:
        return None
    return ngettext(
        "%(count)s juror with files has not signed the declaration of impartiality or was suspended.",
        "%(count)s jurors with files have not signed the declaration of impartiality or were suspended.",
        missing,
    ) % {"count": display.number_text(missing)}


def copies_are_confirmed(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """Where the first round hides names, a person confirmed the masked copy of every eligible application."""
    first = Round.objects.filter(session=session, grid__stage=Stage.REVIEW).order_by("grid__number").first()
    if first is None or not first.names_hidden:
        return None
    eligible = session.applications.filter(state="eligible")
    ready = RedactedCopy.objects.newest().confirmed().filter(application__in=eligible)
    waiting = eligible.count() - ready.count()
    if waiting <= 0:
        return None
    return ngettext(
        "%(count)s masked copy waits to be confirmed: names are hidden in this round.",
        "%(count)s masked copies wait to be confirmed: names are hidden in this round.",
        waiting,
    ) % {"count": display.number_text(waiting)}


def every_sheet_is_locked(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """All scoresheets are locked or voided, and nobody still holds a file."""
    open_rounds = Round.objects.filter(session=session, closed_at__isnull=True, assignments__state__in=LIVE)
    if name := open_rounds.values_list("grid__number", flat=True).distinct().order_by("grid__number").first():
        return _("Round %(number)s is not closed.") % {"number": name}
    of_session = Scoresheet.objects.filter(assignment__round__session=session)
    unlocked = of_session.filter(state__in=["draft", "submitted", "reopened"]).count()
    waiting = JuryAssignment.objects.filter(round__session=session, state__in=["assigned", "opened"]).count()
    if unlocked:
        return ngettext(
            "%(count)s scoresheet is neither locked nor voided.",
            "%(count)s scoresheets are neither locked nor voided.",
            unlocked,
        ) % {"count": display.number_text(unlocked)}
    if waiting:
        return ngettext(
            "%(count)s file still lies with a juror: withdraw it or wait for it.",
            "%(count)s files still lie with jurors: withdraw them or wait for them.",
            waiting,
        ) % {"count": display.number_text(waiting)}
    return None


def no_discrepancy_is_open(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """Somebody said of every file on which jurors differ what is to be done about it."""
    waiting = Discrepancy.objects.filter(round__session=session, state="open").count()
    if not waiting:
        return None
    return ngettext(
        "Jurors differ on %(count)s file: say what is to be done about it.",
        "Jurors differ on %(count)s files: say what is to be done about them.",
        waiting,
    ) % {"count": display.number_text(waiting)}


def decisions_are_confirmed(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """The decisions of the session were confirmed by a second person."""
    batches = DecisionBatch.objects.filter(session=session)
    if batches.filter(state__in=["draft", "submitted"]).exists():
        return _("Decisions still wait to be submitted or confirmed.")
    if not batches.filter(shortlisting=False).exists():
        return _("There are no confirmed decisions.")
    return None


def minutes_are_signed(session: "SelectionSession", actor: Actor, data: Data) -> str | None:
    """Every sitting that was held has signed minutes."""
    sittings = Deliberation.objects.filter(session=session).exclude(state="cancelled")
    if sittings.filter(state__in=["scheduled", "in_session", "minuted"]).exists():
        return _("The minutes are not signed.")
    return None if sittings.exists() else _("There are no signed minutes.")


# The way of an application


def decision_is_announced(application: "Application", actor: Actor, data: Data) -> str | None:
    """What happens to the application is what an announced batch says of it; a freed place takes its turn."""
    if data is None:
        return None
    announced = Decision.objects.filter(application=application, batch__state="announced")
    named = data.get("decision")
    decision = announced.filter(pk=named).first() if isinstance(named, int) else None
    if decision is None:
        return _("No announced decision says so.")
    if application.state == "waitlisted":
        told = decision.outcome == "waitlist"
    else:
        told = decision.outcome in ("award", "waitlist", "reject", "shortlist", "not_retain")
    if not told or ("amount" in data and data["amount"] != decision.amount_minor):
        return _("The announced decision says something else.")
    return None


def final_round_is_open(application: "Application", actor: Actor, data: Data) -> str | None:
    """The round of the final selection has opened and was not closed."""
    rounds = Round.objects.filter(session=application.session_id, grid__stage=Stage.FINAL)
    first = rounds.order_by("grid__number").first()
    if first is not None and first.is_open(clock.now()):
        return None
    return _("The final round is not open.")


def copy_of_plan_is_confirmed(application: "Application", actor: Actor, data: Data) -> str | None:
    """Where the final round hides names, a person confirmed the masked copy with the plan."""
    held = open_final_round(application.session) if application.session else None
    newest = RedactedCopy.objects.filter(application=application).order_by("-version").first()
    if held is None or not held.names_hidden or (newest is not None and newest.is_confirmed):
        return None
    return _("The masked copy of file %(file)s waits to be confirmed.") % {"file": application.case.number}


def open_final_round(session: "SelectionSession") -> Round | None:
    """Return the first round of the final selection, None when the call has none."""
    return (
        Round.objects.filter(session=session, grid__stage=Stage.FINAL)
        .annotate(number_=F("grid__number"))
        .order_by("number_")
        .first()
    )


def nobody_of_the_jury_hears_it(appeal: Any, actor: Any, data: Any) -> str | None:
    """An appeal is heard by somebody who neither sat in the jury of its session nor decided with it."""
    session, user = appeal.application.session_id, getattr(actor, "pk", None)
    if session is None or user is None:
        return None
    if JurorEngagement.objects.filter(session=session, user=user).exists():
        return _("You belonged to the jury of this session. Somebody else must hear the appeal.")
    sat = Attendance.objects.filter(deliberation__session=session, user=user, present=True)
    signed = Deliberation.objects.filter(session=session, signed_by=user)
    decided = DecisionBatch.objects.filter(Q(submitted_by=user) | Q(confirmed_by=user), session=session)
    if sat.exists() or signed.exists() or decided.exists():
        return _("You took part in the decisions of this session. Somebody else must hear the appeal.")
    return None
