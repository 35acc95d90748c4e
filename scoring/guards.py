"""Conditions of this package's own arrows, each a sentence when it does not hold.

What the lower machines (call, session, application) must wait for is in `scoring/readiness.py`.
"""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programmes.money import Money, format_money
from scoring import marks, merit
from workflow import clock, display
from workflow.actors import Actor
from workflow.history import data_guard

if TYPE_CHECKING:
    from scoring.models import (
        DecisionBatch,
        Deliberation,
        Discrepancy,
        JurorEngagement,
        JuryAssignment,
        Scoresheet,
    )

Data = dict[str, Any] | None


# Engagement of a juror


@data_guard
def declaration_is_signed(engagement: "JurorEngagement", actor: Actor, data: Data) -> str | None:
    """Nobody joins a jury without the declaration of impartiality."""
    if data is None or data.get("declared") is True:
        return None
    return _("Sign the declaration of impartiality to take part.")


def answer_is_overdue(engagement: "JurorEngagement", actor: Actor, data: Data) -> str | None:
    """The day until which an answer was asked is over."""
    zone = engagement.session.call.programme.zone
    if engagement.respond_by and clock.now().astimezone(zone).date() > engagement.respond_by:
        return None
    return _("The day to answer by is not over.")


# Assignment


def opened_by_its_juror_or_from_paper(assignment: "JuryAssignment", actor: Actor, data: Data) -> str | None:
    """A juror opens at the desk; the secretary only while typing in a sheet that was signed on paper."""
    if actor.pk == assignment.juror_id or (data is not None and data.get("on_paper") is True):
        return None
    return _("Only the juror opens a file; marks on paper are typed in with the signed sheet.")


@data_guard
def declares_no_conflict(assignment: "JuryAssignment", actor: Actor, data: Data) -> str | None:
    """A file opens only after the juror said that there is no conflict with it."""
    if data is None or data.get("no_conflict") is True:
        return None
    return _("Declare first that you have no conflict of interests with this file.")


def juror_takes_part(assignment: "JuryAssignment", actor: Actor, data: Data) -> str | None:
    """The juror accepted, and was not suspended."""
    if assignment.engagement.state == "accepted":
        return None
    return _("This juror does not take part in the session at the moment.")


def session_is_scoring(assignment: "JuryAssignment", actor: Actor, data: Data) -> str | None:
    """Marks are given while the session is in scoring."""
    if assignment.round.session.state == "scoring":
        return None
    return _("The session is not in scoring.")


def pitches_are_over(held: Any) -> str | None:
    """Marks given during pitches stay hidden until the round is closed: no ranking before."""
    if held.kind != "pitch" or held.is_closed:
        return None
    return _("Marks of pitches are hidden until the round is closed: close it first.")


def round_is_open(assignment: "JuryAssignment", actor: Actor, data: Data) -> str | None:
    """The round has opened and was not closed."""
    return _round_open(assignment.round)


def copy_is_ready(assignment: "JuryAssignment", actor: Actor, data: Data) -> str | None:
    """A person confirmed the masked copy; the original is never shown instead."""
    newest = assignment.application.redacted_copies.order_by("-version").first()
    if newest is None:
        return _("The masked copy of this file is not ready.")
    if assignment.round.names_hidden and not newest.is_confirmed:
        return _("The masked copy of this file waits for the secretary of the jury to confirm it.")
    return None


def scoresheet_is_submitted(assignment: "JuryAssignment", actor: Actor, data: Data) -> str | None:
    """An assignment is done when its sheet was handed in."""
    if assignment.sheets.filter(state="submitted").exists():
        return None
    return _("The scoresheet was not handed in.")


# Scoresheet


def sheet_is_complete(sheet: "Scoresheet", actor: Actor, data: Data) -> str | None:
    """Every criterion has a mark or an abstention with its reason, and comments where the grid asks."""
    found = gaps(sheet)
    if not found:
        return None
    words = {
        marks.MISSING: _("“%(criterion)s” has no mark."),
        marks.OFF_SCALE: _("The mark of “%(criterion)s” is not on its scale."),
        marks.NO_REASON: _("Say why you abstain on “%(criterion)s”."),
        marks.NO_COMMENT: _("Write a comment for “%(criterion)s”: this mark needs one."),
    }
    return " ".join(words[gap] % {"criterion": criterion.title} for criterion, gap in found)


def gaps(sheet: "Scoresheet") -> list[tuple[Any, str]]:
    """Return the criteria that keep a sheet from being handed in, each with what is missing."""
    sheet.read_whole()
    given = {mark.criterion_id: mark for mark in sheet.marks.all()}
    found = []
    for criterion in sheet.round.grid.lines:
        mark = given.get(criterion.pk)
        entered = None
        if mark is not None:
            entered = marks.Given(mark.value, mark.abstained, mark.abstained_because, mark.comment)
        if gap := marks.gap(criterion.scale, criterion.definition.comment_at, entered):
            found.append((criterion, gap))
    return found


def round_of_sheet_is_open(sheet: "Scoresheet", actor: Actor, data: Data) -> str | None:
    """Sheets are handed in and reopened while their round is open."""
    return _round_open(sheet.round)


def round_of_sheet_is_closed(sheet: "Scoresheet", actor: Actor, data: Data) -> str | None:
    """Sheets are locked once their round is closed."""
    return None if sheet.round.is_closed else _("The round is not closed.")


def typed_sheet_has_its_scan(sheet: "Scoresheet", actor: Actor, data: Data) -> str | None:
    """Whoever hands in a sheet for a juror has the signed paper."""
    if actor.pk == sheet.assignment.juror_id or sheet.scan_id:
        return None
    return _("Attach the signed paper sheet: you type in the marks of somebody else.")


def a_deliberation_is_in_session(sheet: "Scoresheet", actor: Actor, data: Data) -> str | None:
    """Locked marks change only in a sitting."""
    if sitting_of(sheet.round.session_id):
        return None
    return _("Marks are revised in a sitting of the jury only.")


def revised_marks_are_on_the_scale(sheet: "Scoresheet", actor: Actor, data: Data) -> str | None:
    """The new mark is one of the criterion's scale, and another one than before."""
    if data is None:
        return None
    criterion = data.get("criterion")
    marks_of_it = sheet.marks.filter(criterion=criterion if isinstance(criterion, int) else None)
    mark = marks_of_it.select_related("criterion").first()
    try:
        value = Decimal(str(data.get("value")))
    except InvalidOperation:
        value = Decimal("NaN")
    if mark is None or not mark.criterion.scale.accepts(value):
        return _("This mark is not on the scale of the criterion.")
    return _("The mark is the same as before.") if value == mark.value else None


def sitting_of(session_id: int) -> int | None:
    """Return the deliberation of a session that is sitting now, None when there is none."""
    from scoring.models import Deliberation

    sitting = Deliberation.objects.filter(session=session_id, state="in_session")
    return sitting.values_list("pk", flat=True).first()


def _round_open(held: Any) -> str | None:
    if held.is_closed:
        return _("The round is closed.")
    if not held.is_open(clock.now()):
        return _("The round opens on %(date)s.") % {
            "date": display.date_text(timezone.localdate(held.opens_at))
        }
    return None


# Discrepancy


def round_takes_one_more_juror(discrepancy: "Discrepancy", actor: Actor, data: Data) -> str | None:
    """One more juror can still hand in a sheet: the round is not closed."""
    return _("The round is closed.") if discrepancy.round.is_closed else None


# Deliberation


def session_is_in_deliberation(deliberation: "Deliberation", actor: Actor, data: Data) -> str | None:
    """A jury decides on awards when the session is in deliberation; short-listing may come before."""
    state = deliberation.session.state
    if state == "deliberation" or (deliberation.batch.shortlisting and state == "scoring"):
        return None
    return _("The session is not in deliberation.")


def quorum_is_present(deliberation: "Deliberation", actor: Actor, data: Data) -> str | None:
    """Enough voting members are there."""
    present = deliberation.attendances.filter(present=True, part__in=["chair", "member"]).count()
    if present >= deliberation.quorum:
        return None
    return _("Quorum: %(present)s of the %(quorum)s voting members needed are present.") % {
        "present": present,
        "quorum": deliberation.quorum,
    }


def every_file_is_decided(deliberation: "Deliberation", actor: Actor, data: Data) -> str | None:
    """A decision or a postponement stands beside every file."""
    return _undecided(deliberation.batch)


def every_file_has_its_quorum(deliberation: "Deliberation", actor: Actor, data: Data) -> str | None:
    """Where too many left the room for a quorum, the file is postponed or the reason is written."""
    from scoring import sittings

    short = [
        file for file, left in sittings.voters_by_file(deliberation).items() if left < deliberation.quorum
    ]
    decided = deliberation.batch.decisions.filter(application__in=short).exclude(outcome__in=["", "postpone"])
    silent = decided.filter(reason="").values_list("application__case__number", flat=True)
    if not silent:
        return None
    return _(
        "The quorum was not in the room for these files: postpone them, or give the reason why the jury"
        " decides: %(files)s."
    ) % {"files": _enumerated(silent)}


def ranking_follows_revised_marks(deliberation: "Deliberation", actor: Actor, data: Data) -> str | None:
    """Decisions are taken on the marks as they are: the ranking was made after the last revision."""
    from scoring import revisions

    if not revisions.are_after_the_ranking(deliberation):
        return None
    return _("Marks were revised after the ranking: make it again first.")


def minutes_are_stored(deliberation: "Deliberation", actor: Actor, data: Data) -> str | None:
    """The signed minutes exist as a paper."""
    from scoring import minutes

    if minutes.paper_of(deliberation) is not None:
        return None
    return _("Store the minutes as a paper first.")


def signing_sentence(deliberation: "Deliberation") -> str:
    """Say what signing does."""
    return _(
        "You sign the minutes of %(date)s with %(files)s files. They cannot be changed afterwards;"
        " a correction needs another sitting."
    ) % {
        "date": display.date_text(timezone.localdate(deliberation.sits_at)),
        "files": display.number_text(deliberation.batch.decisions.count()),
    }


# Decisions


def every_decision_is_made(batch: "DecisionBatch", actor: Actor, data: Data) -> str | None:
    """There are decisions, and none is open."""
    if not batch.decisions.exists():
        return _("There are no decisions in this batch.")
    return _undecided(batch)


def every_exception_has_a_reason(record: Any, actor: Actor, data: Data) -> str | None:
    """Whoever is funded above a better file, or left out below a worse one, is explained."""
    from scoring import batch_line

    batch = getattr(record, "batch", record)
    silent = merit.unexplained(merit_lines(batch)) | batch_line.unexplained(batch)
    if not silent:
        return None
    numbers = batch.decisions.filter(pk__in=silent).values_list("application__case__number", flat=True)
    return _("Give a reason for what departs from the order of the ranking: %(files)s.") % {
        "files": _enumerated(numbers)
    }


def merit_lines(batch: "DecisionBatch", *, every: bool = False) -> list[merit.Line]:
    """Return the decisions of a batch as the merit order looks at them, but for those below its last choice.

    A file that is left out departs from the order only above somebody who was chosen: the others are most of
    a large batch, and are not read unless `every` one is asked for.
    """
    from django.db.models import Count, Max, Q

    chosen = batch.decisions.filter(outcome__in=merit.CHOSEN)
    found = chosen.aggregate(last=Max("rank"), all=Count("pk"), ranked=Count("rank"))
    rows = batch.decisions.order_by()
    if not every and found["all"] == found["ranked"]:
        rows = rows.filter(Q(outcome__in=merit.CHOSEN) | Q(rank__lt=found["last"] or 0))
    return [
        merit.Line(pk, rank, outcome, bool(reason.strip()), quota is not None)
        for pk, rank, outcome, reason, quota in rows.values_list(
            "pk", "rank", "outcome", "reason", "reserved_for"
        )
    ]


def awards_fit_the_envelope(batch: "DecisionBatch", actor: Actor, data: Data) -> str | None:
    """Every award has an amount within its ceiling; together they stay within money and places."""
    from scoring.envelope import room_of

    awards = batch.decisions.filter(outcome="award")
    without = awards.filter(amount_minor__isnull=True, application__track__payment__in=["cash", "supplier"])
    if without.exists():
        return _("Give the amount of every award: %(files)s.") % {
            "files": _enumerated(without.values_list("application__case__number", flat=True))
        }
    from django.db.models import F

    above = awards.filter(amount_minor__gt=F("application__track__ceiling_minor"))
    if above.exists():
        return _("Above the ceiling of the track: %(files)s.") % {
            "files": _enumerated(above.values_list("application__case__number", flat=True))
        }
    found = awards.aggregate(total=Sum("amount_minor"), count=Count("pk"))
    room = room_of(batch)
    total = found["total"] or 0
    if room.money is not None and total > room.money:
        return _("The awards exceed the envelope by %(amount)s.") % {
            "amount": format_money(Money(total - room.money, batch.currency), display.language())
        }
    if room.places is not None and found["count"] > room.places:
        return too_many(room.places, found["count"])
    return None


def too_many(places: int, count: int) -> str:
    """Say that there are more awards than places."""
    return ngettext(
        "There is %(places)s place, and %(count)s awards.",
        "There are %(places)s places, and %(count)s awards.",
        places,
    ) % {"places": display.number_text(places), "count": display.number_text(count)}


def awards_were_deliberated(batch: "DecisionBatch", actor: Actor, data: Data) -> str | None:
    """Awards come out of a sitting with minutes; a short list may come from the published cut alone."""
    sittings = list(batch.deliberations.exclude(state="cancelled").values_list("state", flat=True))
    if any(state in ("scheduled", "in_session") for state in sittings):
        return _("The sitting of the jury is not over.")
    if batch.shortlisting or sittings:
        return None
    return _("The jury has not deliberated on these decisions.")


def confirmer_is_another_person(batch: "DecisionBatch", actor: Actor, data: Data) -> str | None:
    """Nobody confirms what he or she submitted."""
    if actor.pk is not None and actor.pk == batch.submitted_by_id:
        return _("You submitted these decisions; another person confirms them.")
    return None


def confirmer_has_no_conflict(batch: "DecisionBatch", actor: Actor, data: Data) -> str | None:
    """Who declared a conflict with one of the files, or stepped aside for it, does not confirm them."""
    if actor.pk is None:
        return None
    declared = Q(
        application__jury_conflicts__engagement__user=actor.pk,
        application__jury_conflicts__lifted_at__isnull=True,
    )
    recused = Q(
        application__jury_assignments__engagement__user=actor.pk,
        application__jury_assignments__state="recused",
    )
    aside = Q(application__steps_aside__attendance__user=actor.pk)
    files = batch.decisions.filter(declared | recused | aside).distinct()
    if not files.exists():
        return None
    return _("You have a conflict of interests with %(files)s; somebody else confirms these decisions.") % {
        "files": _enumerated(files.values_list("application__case__number", flat=True))
    }


def letters_are_drafted(batch: "DecisionBatch", actor: Actor, data: Data) -> str | None:
    """A letter waits for every applicant of whom something was decided."""
    wanted = batch.decisions.exclude(outcome="postpone").count()
    drafted = batch.letters.notices.count() if batch.letters else 0
    if drafted >= wanted:
        return None
    return _("%(drafted)s of %(wanted)s letters are drafted.") % {
        "drafted": display.number_text(drafted),
        "wanted": display.number_text(wanted),
    }


def minutes_of_batch_are_signed(batch: "DecisionBatch", actor: Actor, data: Data) -> str | None:
    """No award is announced before the chair signed the minutes."""
    if batch.deliberations.filter(state__in=["scheduled", "in_session", "minuted"]).exists():
        return _("The minutes are not signed.")
    if batch.shortlisting or batch.deliberations.filter(state__in=["signed", "closed"]).exists():
        return None
    return _("There are no signed minutes.")


def confirming_sentence(batch: "DecisionBatch") -> str:
    """Say what is confirmed."""
    said = _("You confirm %(decisions)s. Letters are drafted; nobody outside learns anything yet.") % {
        "decisions": tally(batch)
    }
    departs = len(merit.exceptions(merit_lines(batch)))
    if not departs:
        return said
    second = ngettext(
        "%(count)s decision departs from the order of the ranking: you answer for it as the second person.",
        "%(count)s decisions depart from the order of the ranking: you answer for them as the second person.",
        departs,
    )
    return f"{said} {second % {'count': departs}}"


def announcing_sentence(batch: "DecisionBatch") -> str:
    """Say what announcing does."""
    return _("All decisions take effect at once: %(decisions)s. This cannot be undone.") % {
        "decisions": tally(batch)
    }


def tally(batch: "DecisionBatch") -> str:
    """Return the decisions in words: "42 funded (378 000,000 LYD), 18 not funded"."""
    from scoring.models import Outcome

    rows = batch.decisions.order_by().values("outcome").annotate(count=Count("pk"), total=Sum("amount_minor"))
    found = {row["outcome"]: row for row in rows}
    parts = []
    for outcome in Outcome:
        if row := found.get(outcome.value):
            part = f"{row['count']} × {outcome.label}"
            if outcome == Outcome.AWARD and row["total"]:
                part += f" ({format_money(Money(row['total'], batch.currency), display.language())})"
            parts.append(part)
    return ", ".join(parts)


def _undecided(batch: "DecisionBatch") -> str | None:
    count = batch.decisions.filter(outcome="").count()
    if not count:
        return None
    return ngettext(
        "%(count)s file has neither a decision nor a postponement.",
        "%(count)s files have neither a decision nor a postponement.",
        count,
    ) % {"count": display.number_text(count)}


def _enumerated(numbers: Iterable[str], most: int = 5) -> str:
    listed = list(numbers)
    shown = ", ".join(listed[:most])
    return (
        shown
        if len(listed) <= most
        else _("%(files)s and %(count)s more")
        % {
            "files": shown,
            "count": display.number_text(len(listed) - most),
        }
    )
