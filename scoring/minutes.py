"""The minutes of a deliberation (PV): a numbered paper with attendance, recusals, ranking, reasons.

Written in one language at a time; who reads another one gets a paper of its own. The digest of the ranking is
printed at the foot, so that the paper and the stored ranking prove each other.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from documents.bidi import isolate
from documents.models import Paper, Sensitivity
from documents.sheet import (
    Align,
    Bold,
    Column,
    Facts,
    Heading,
    Items,
    Paragraph,
    Sheet,
    Signature,
    Signatures,
    Table,
)
from programmes.money import Money, format_money
from scoring import batch_line, batches, funding_line, line_words, papers, revisions, sittings
from scoring.envelope import room_of
from scoring.explanation import failure_text
from scoring.models import Criterion, Decision, Deliberation, Outcome, StepAside
from workflow import Refused, display
from workflow.models import StreamHead

SIGNED = ("signed", "closed")


def paper_of(deliberation: Deliberation) -> Paper | None:
    """Return the valid minutes of a deliberation, None before they were stored."""
    found: Paper | None = papers.valid_papers(deliberation, papers.MINUTES).last()
    return found


def papers_of(deliberation: Deliberation) -> list[Paper]:
    """Return the valid minutes in every language."""
    return list(papers.valid_papers(deliberation, papers.MINUTES))


def store(deliberation: Deliberation, *, language: str, by: Any, at: datetime) -> Paper:
    """Issue the signed minutes in a language; raises `Refused` before they are signed."""
    if deliberation.state not in SIGNED:
        raise Refused([_("The minutes are not signed.")])
    if language not in papers.LANGUAGES:
        raise Refused([_("Choose a language.")])
    return papers.issue(
        papers.MINUTES,
        deliberation,
        language,
        session=deliberation.session,
        by=by,
        at=at,
        sensitivity=Sensitivity.RESTRICTED,
        sheet=lambda: sheet(deliberation, language),
    )


def specimen(deliberation: Deliberation, language: str) -> bytes:
    """Return the draft of the minutes as a PDF that says on every page that it is one."""
    with translation.override(language):
        from documents.rendering import render  # heavy: loads ReportLab and HarfBuzz

        return render(sheet(deliberation, language))


def sheet(deliberation: Deliberation, language: str) -> Sheet:
    """Return what the minutes say, in the active language."""
    made = deliberation.batch.snapshot
    head = StreamHead.objects.filter(stream=deliberation.stream).first()
    seals = [(_("Ranking"), made.digest)] if made else []
    if head and head.hash:
        seals.append((_("Journal of the sitting"), head.hash))
    return papers.sheet_of(
        deliberation.session,
        language,
        title=_("Deliberation minutes"),
        blocks=lambda: blocks(deliberation, language),
        seals=seals,
    )


def blocks(deliberation: Deliberation, language: str) -> Iterator[Any]:
    """Yield the parts of the minutes, in the active language."""
    yield _facts(deliberation, language)
    yield Heading(_("1. Attendance"))
    yield _attendance(deliberation)
    yield Heading(_("2. Conflicts of interests"))
    yield from _steps_aside(deliberation)
    yield Heading(_("3. How the ranking was made"))
    yield Items(list(_method(deliberation, language)))
    yield Heading(_("4. Decisions"))
    yield from _decisions(deliberation, language)
    yield from _departures(deliberation)
    yield from _revisions(deliberation)
    if deliberation.remarks:
        yield Heading(_("Remarks"))
        yield from (Paragraph(isolate(line)) for line in deliberation.remarks.splitlines() if line.strip())
    yield Heading(_("Signatures"))
    yield from _signatures(deliberation, language)


def _facts(deliberation: Deliberation, language: str) -> Facts:
    session, present = deliberation.session, _voting(deliberation, present=True)
    local = timezone.localtime(deliberation.started_at or deliberation.sits_at)
    pairs = [
        (_("Programme"), isolate(f"{session.call.programme.title} · {session.call.programme.code}")),
        (_("Call"), isolate(session.call.title)),
        (_("Selection session"), f"{session.number}"),
        (_("Sitting"), f"{deliberation.number}"),
        (_("Date"), f"{papers.day(local.date(), language)}, {local:%H:%M}"),
        (_("Place"), isolate(deliberation.place)),
        (
            _("Quorum"),
            _("%(present)s voting members present, %(quorum)s needed")
            % {"present": present, "quorum": deliberation.quorum},
        ),
    ]
    return Facts([(label, value) for label, value in pairs if value])


def _voting(deliberation: Deliberation, *, present: bool) -> int:
    people = deliberation.attendances.filter(part__in=["chair", "member"])
    return people.filter(present=present).count()


def _attendance(deliberation: Deliberation) -> Table:
    columns = [Column(_("Name"), 3), Column(_("Part in the sitting"), 3), Column(_("Attendance"), 1.6)]
    rows = [
        [
            isolate(str(person)),
            " · ".join(
                [str(person.get_part_display()), *([isolate(person.function)] if person.function else [])]
            ),
            _("present") if person.present else _("absent"),
        ]
        for person in deliberation.attendances.select_related("user").order_by("pk")
    ]
    return Table(columns, rows)


def _steps_aside(deliberation: Deliberation) -> Iterator[Any]:
    steps = list(
        StepAside.objects.filter(attendance__deliberation=deliberation)
        .select_related("attendance__user", "application__case")
        .order_by("application__case__number", "pk")
    )
    if not steps:
        yield Paragraph(_("Nobody declared a conflict of interests with a file of this sitting."))
        return
    left = sittings.voters_by_file(deliberation)
    yield Paragraph(_("These members left the room while the file was decided and did not vote on it."))
    yield Table(
        [
            Column(_("File"), 1.4),
            Column(_("Member"), 3),
            Column(_("Declared"), 2),
            Column(_("Voting members in the room"), 1.8, Align.NUMBER),
        ],
        [
            [
                step.application.case.number,
                isolate(str(step.attendance)),
                _("before the sitting") if step.declared else _("in the sitting"),
                str(left[step.application_id]),
            ]
            for step in steps
        ],
    )


def _method(deliberation: Deliberation, language: str) -> Iterator[str]:
    made = deliberation.batch.snapshot
    if made is None:
        yield _("The decisions were taken without a ranking.")
        return
    yield _(
        "The order is that of the mean mark, out of %(maximum)s points; every mark counts alike and is not"
        " corrected."
    ) % {"maximum": papers.points(made.maximum)}
    ties = (
        Criterion.objects.filter(grid__rounds__session=made.session_id, tie_order__isnull=False)
        .filter(grid__stage=made.round.grid.stage, grid__number__lte=made.round.grid.number)
        .order_by("grid__number", "tie_order")
    )
    if names := _(", ").join(_("“%(criterion)s”") % {"criterion": line.title} for line in ties):
        yield _(
            "Equal marks are told apart by %(criteria)s, then by the number of highest marks, then by lot."
        ) % {"criteria": names}
    yield _("Lot: SHA-256 of “seed|case number”, the lowest first; seed %(seed)s.") % {
        "seed": isolate(made.seed)
    }
    yield _("Ranking number %(number)s of %(date)s: %(files)s files, %(ranked)s with a rank.") % {
        "number": made.number,
        "date": papers.day(made.made_at, language),
        "files": display.number_text(made.files),
        "ranked": made.ranked,
    }
    yield from _grid_rules(deliberation)


def _grid_rules(deliberation: Deliberation) -> Iterator[str]:
    made = deliberation.batch.snapshot
    if made is None:
        return
    grid = made.round.grid
    if grid.pass_mark is not None:
        yield _("Pass mark: %(points)s.") % {"points": papers.points(grid.pass_mark)}
    for line in grid.criteria.filter(threshold__isnull=False):
        yield _("“%(criterion)s”: at least %(points)s of %(maximum)s.") % {
            "criterion": line.title,
            "points": papers.points(line.threshold),
            "maximum": papers.points(line.points),
        }


def _decisions(deliberation: Deliberation, language: str) -> Iterator[Any]:
    batch = deliberation.batch
    decisions = list(
        batch.decisions.select_related("application__case", "batch__session__call").order_by("position")
    )
    awards = [decision for decision in decisions if decision.outcome == Outcome.AWARD]
    spent = sum(decision.amount_minor or 0 for decision in awards)
    if not batch.shortlisting:
        yield Facts(list(_funding_line(batch, len(awards), spent, language)))
    words = funding_line.words_of_call(batch.session.call)
    columns = [
        Column(_("Rank"), 0.9, Align.NUMBER),
        Column(_("File"), 1.5),
        Column(_("Mark"), 1, Align.NUMBER),
        Column(_("Decision"), 1.7),
        Column(_("Amount"), 2, Align.NUMBER),
        Column(_("Reason or condition"), 3.4),
    ]
    yield Table(columns, [_row(decision, language, words) for decision in decisions])


def _funding_line(batch: Any, count: int, spent: int, language: str) -> Iterator[tuple[str, str]]:
    room = room_of(batch)
    yield _("Funded"), str(count)
    awards = batch.decisions.filter(outcome=Outcome.AWARD, rank__isnull=False)
    last = awards.filter(reserved_for__isnull=True).order_by("rank").last()
    if last is not None:
        yield (
            _("Funding line"),
            _("after rank %(rank)s, mark %(mark)s")
            % {"rank": display.number_text(last.rank), "mark": papers.points(last.score)},
        )
    if below := awards.filter(reserved_for__isnull=False).count():
        yield _("Reserved places below the line"), str(below)
    yield _("Amount committed"), format_money(Money(spent, batch.currency), language)
    if room.money is not None:
        yield _("Envelope"), format_money(Money(room.money, batch.currency), language)
        yield _("Left"), format_money(Money(room.money - spent, batch.currency), language)
    if room.places is not None:
        yield _("Places"), str(room.places)
    stands = batch_line.read(batch)
    for one in stands.gauges if stands else ():
        yield one.sentence, line_words.gauge_figure(one)


def _row(decision: Decision, language: str, words: Mapping[int, tuple[str, str]]) -> list[Any]:
    word = str(Outcome(decision.outcome).label) if decision.outcome else _("Not decided yet")
    if decision.place:
        word = _("%(decision)s, turn %(place)s") % {"decision": word, "place": decision.place}
    remarks = []
    if decision.reserved_for_id is not None:
        who, _goal = words[decision.reserved_for_id]
        remarks.append(_("reserved place: %(who)s") % {"who": who})
    remarks += [*(failure_text(failure) for failure in decision.failures)]
    remarks += [isolate(text) for text in (decision.reason, decision.conditions) if text]
    return [
        "–" if decision.rank is None else str(decision.rank),
        decision.application.case.number,
        papers.points(decision.score),
        Bold(word) if decision.outcome == Outcome.AWARD else word,
        "" if decision.amount is None else format_money(decision.amount, language),
        " ".join(remarks),
    ]


def _departures(deliberation: Deliberation) -> Iterator[Any]:
    departs = batches.exceptions(deliberation.batch)
    reserved = deliberation.batch.decisions.filter(outcome=Outcome.AWARD, reserved_for__isnull=False)
    if not departs and reserved.exists():
        yield Paragraph(
            _("But for the reserved places, nobody who was left out stands above somebody who was chosen.")
        )
        return
    if not departs:
        yield Paragraph(_("Nobody who was left out stands above somebody who was chosen."))
        return
    decisions = deliberation.batch.decisions.filter(pk__in=departs).select_related("application__case")
    yield Paragraph(_("Decisions that depart from the order of the ranking, with their reasons:"), bold=True)
    yield Items(
        [
            _("File %(file)s, rank %(rank)s: %(reason)s")
            % {
                "file": decision.application.case.number,
                "rank": decision.rank or "–",
                "reason": isolate(decision.reason),
            }
            for decision in decisions.order_by("position")
        ]
    )


def _revisions(deliberation: Deliberation) -> Iterator[Any]:
    revised = revisions.of_sitting(deliberation)
    if not revised:
        return
    yield Heading(_("Marks revised in the sitting"))
    yield Paragraph(_("The earlier values are kept for ever; the ranking was made from the new ones."))
    yield Table(
        [
            Column(_("File"), 1.4),
            Column(_("Criterion"), 2.8),
            Column(_("Before"), 1.1, Align.NUMBER),
            Column(_("After"), 1, Align.NUMBER),
            Column(_("Reason"), 4),
        ],
        [
            [
                one.number,
                isolate(one.criterion),
                _("abstention") if one.before is None else papers.points(one.before),
                papers.points(one.after),
                isolate(one.reason) if one.reason else "",
            ]
            for one in revised
        ],
    )


def _signatures(deliberation: Deliberation, language: str) -> Iterator[Signatures]:
    people = deliberation.attendances.filter(present=True).select_related("user").order_by("pk")
    signed_on = papers.day(deliberation.signed_at, language)
    boxes = [
        Signature(
            str(person.get_part_display()),
            name=isolate(str(person)),
            signed_on=signed_on if person.user_id == deliberation.signed_by_id else "",
        )
        for person in people
        if person.part != "observer"
    ]
    for start in range(0, len(boxes), 3):
        yield Signatures(boxes[start : start + 3])
