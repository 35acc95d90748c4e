"""Decisions and sittings: who was there, who left the room, what was decided, the papers that follow."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from programmes.money import AmountRefused, Money, parse
from scoring import batch_line, batches, funding_line, minutes, papers, posted_list, revisions, sittings
from scoring.batches import Change
from scoring.envelope import room_of
from scoring.explanation import failure_text
from scoring.models import Attendance, Decision, DecisionBatch, Deliberation, StepAside
from scoring.page_forms import AttendeeForm, RemarksForm, SittingForm, StepAsideForm
from scoring.scope import in_batch, in_sitting
from workflow import Refused, access, display
from workflow.clock import now
from workflow.views import back_to

PAGE = 50
PARTS = ("outcome", "amount", "conditions", "reason")

view_batch = access.rule("scoring.view_decisions", in_batch)
edit_batch = access.rule("scoring.edit_decisions", in_batch)
view_sitting = access.rule("scoring.view_decisions", in_sitting)
edit_sitting = access.rule("scoring.edit_decisions", in_sitting)


# Decisions


@view_batch
@require_safe
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """The decisions of a batch: to be changed while that is possible, to be read afterwards."""
    return _batch_page(request, access.object_of(request))


@edit_batch
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the decisions of one page of the table."""
    found: DecisionBatch = access.object_of(request)
    listed = found.decisions.filter(pk__in=_ids(request.POST))
    changes, errors = _changes(request.POST, listed, found.currency)
    if errors:
        return _batch_page(request, found, errors=errors, status=422)
    try:
        changed = batches.change(found, changes)
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    else:
        messages.success(request, _("Saved.") if changed else _("Nothing was changed."))
    return HttpResponseRedirect(back_to(request, found))


@edit_batch
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Schedule a sitting on a batch."""
    found: DecisionBatch = access.object_of(request)
    form = SittingForm(request.POST if request.method == "POST" else None, session=found.session)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                sitting = sittings.schedule(found, secretary=request.user, **form.cleaned_data)
            except Refused as refused:
                for sentence in refused.sentences:
                    form.add_error(None, sentence)
            else:
                messages.success(request, _("The sitting is scheduled."))
                return HttpResponseRedirect(sitting.get_absolute_url())
        status = 422
    context = {"batch": found, "session": found.session, "form": form}
    return render(request, "scoring/schedule.html", context, status=status)


@edit_batch
@require_POST
def post_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the posted list of an announced batch as a paper."""
    found: DecisionBatch = access.object_of(request)
    try:
        language = request.POST.get("language", "")
        posted_list.store(found, language=language, by=request.user, at=now())
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    else:
        messages.success(request, _("The list is stored."))
    return HttpResponseRedirect(found.get_absolute_url())


def _batch_page(
    request: HttpRequest, found: DecisionBatch, *, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    may_edit = access.may(request.user, "scoring.edit_decisions", found)
    context = {
        "batch": found,
        "session": found.session,
        "sittings": found.deliberations.order_by("number"),
        "may_edit": may_edit,
        "papers": posted_list.papers_of(found),
        "languages": papers.LANGUAGES,
        **_decisions(request, found, may_edit, errors),
    }
    return render(request, "scoring/batch.html", context, status=status)


def _decisions(
    request: HttpRequest, found: DecisionBatch, may_edit: bool, errors: dict[str, str] | None = None
) -> dict[str, Any]:
    """What the table of decisions needs, on the page of a batch and of a sitting."""
    rows = found.decisions.select_related(
        "application__case__site", "application__track", "batch__session__call"
    )
    words = funding_line.words_of_call(found.session.call)
    page = Paginator(rows.order_by("position"), PAGE).get_page(request.GET.get("page"))
    stands = batch_line.read(found, [decision.application_id for decision in page])
    departs = batches.exceptions(found)
    room = room_of(found)
    spent = found.decisions.filter(outcome="award").aggregate(total=Sum("amount_minor"))["total"] or 0
    editable = may_edit and batches.is_editable(found)
    lines = [
        {
            **_line(decision, departs, request.POST if errors else None, errors or {}),
            "quota": words.get(decision.reserved_for_id or 0, ("", ""))[0],
            "why": stands.why(decision) if stands else "",
        }
        for decision in page
    ]
    return {
        "page": page,
        "lines": lines,
        "editable": editable,
        "outcomes": batches.outcomes_of(found),
        "spent": Money(spent, found.currency),
        "room": None if room.money is None else Money(room.money, found.currency),
        "left": None if room.money is None else Money(room.money - spent, found.currency),
        "places": room.places,
        "awards": found.decisions.filter(outcome__in=["award", "shortlist"]).count(),
        "errors": errors,
        "quota_gauges": stands.gauges if stands else [],
        "currency": found.currency,
    }


def _line(
    decision: Decision, departs: set[int], data: Mapping[str, Any] | None, errors: Mapping[str, str]
) -> dict[str, Any]:
    amount = "" if decision.amount is None else display.amount_text(decision.amount)
    values = {
        "outcome": decision.outcome,
        "amount": amount,
        "conditions": decision.conditions,
        "reason": decision.reason,
    }
    if data is not None:
        values = {part: str(data.get(f"{part}-{decision.pk}", values[part])) for part in PARTS}
    return {
        "decision": decision,
        "departs": decision.pk in departs,
        "failures": [failure_text(failure) for failure in decision.failures],
        "error": errors.get(f"amount-{decision.pk}", ""),
        **values,
    }


def _ids(data: Mapping[str, Any]) -> list[int]:
    found = []
    for name in data:
        part, _dash, number = name.partition("-")
        if part == "outcome" and number.isascii() and number.isdigit() and len(number) < 18:
            found.append(int(number))
    return found


def _changes(
    data: Mapping[str, Any], decisions: Any, currency: str
) -> tuple[dict[int, Change], dict[str, str]]:
    changes: dict[int, Change] = {}
    errors: dict[str, str] = {}
    for decision in decisions:
        given = {part: str(data.get(f"{part}-{decision.pk}") or "").strip() for part in PARTS}
        amount = None
        if given["amount"]:
            try:
                amount = parse(given["amount"], currency).minor
                if amount < 0:
                    raise AmountRefused(_("An amount cannot be negative."))
            except AmountRefused as refused:
                errors[f"amount-{decision.pk}"] = " ".join(refused.messages)
        changes[decision.pk] = Change(
            outcome=given["outcome"],
            amount=amount,
            conditions=given["conditions"][:4000],
            reason=given["reason"][:4000],
        )
    return changes, errors


# Sittings


@view_sitting
@require_safe
def sitting(request: HttpRequest, pk: int) -> HttpResponse:
    """A sitting: its people, who is out of the room for what, its decisions, its minutes."""
    return _sitting_page(request, access.object_of(request))


@edit_sitting
@require_POST
def attend(request: HttpRequest, pk: int) -> HttpResponse:
    """Note who is there."""
    found: Deliberation = access.object_of(request)
    present = [int(text) for text in request.POST.getlist("present") if text.isascii() and text.isdigit()]
    return _done(request, found, lambda: sittings.record_attendance(found, present))


@edit_sitting
@require_POST
def expect(request: HttpRequest, pk: int) -> HttpResponse:
    """Expect one more person."""
    found: Deliberation = access.object_of(request)
    form = AttendeeForm(request.POST, sitting=found)
    if not form.is_valid():
        return _sitting_page(request, found, attendee_form=form, status=422)
    values = {name: form.cleaned_data[name] for name in ("user", "guest", "function", "part")}
    return _done(request, found, lambda: sittings.expect(found, values))


@edit_sitting
@require_POST
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a member leaves the room for a file."""
    found: Deliberation = access.object_of(request)
    form = StepAsideForm(request.POST, sitting=found)
    if not form.is_valid():
        return _sitting_page(request, found, aside_form=form, status=422)
    given = form.cleaned_data
    return _done(request, found, lambda: sittings.step_aside(found, given["attendance"], given["number"]))


@edit_sitting
@require_POST
def back(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Take back a step aside that was noted by mistake."""
    found: Deliberation = access.object_of(request)
    row = get_object_or_404(StepAside, pk=step, attendance__deliberation=found)
    return _done(request, found, lambda: sittings.come_back(found, row))


@edit_sitting
@require_POST
def remark(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the minutes say beside the decisions."""
    found: Deliberation = access.object_of(request)
    if found.state not in ("scheduled", "in_session", "minuted"):
        raise Http404
    form = RemarksForm(request.POST)
    if form.is_valid():
        Deliberation.objects.filter(pk=found.pk).update(remarks=form.cleaned_data["remarks"])
        messages.success(request, _("Saved."))
    return HttpResponseRedirect(found.get_absolute_url())


@edit_sitting
@require_POST
def rank_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the ranking of the decisions again, after marks were revised."""
    found: Deliberation = access.object_of(request)
    return _done(request, found, lambda: revisions.rank_again(found, by=request.user, at=now()))


@edit_sitting
@require_POST
def store_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Print the minutes once they are written, as a numbered paper."""
    found: Deliberation = access.object_of(request)
    language = request.POST.get("language", "")
    return _done(request, found, lambda: minutes.store(found, language=language, by=request.user, at=now()))


@view_sitting
@require_safe
def draft_minutes(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """The minutes as they would be printed now, marked as a specimen."""
    found: Deliberation = access.object_of(request)
    if language not in papers.LANGUAGES:
        raise Http404
    response = HttpResponse(minutes.specimen(found, language), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="pv-{found.pk}-{language}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _sitting_page(
    request: HttpRequest,
    found: Deliberation,
    *,
    attendee_form: AttendeeForm | None = None,
    aside_form: StepAsideForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_edit = access.may(request.user, "scoring.edit_decisions", found)
    is_open = found.state in sittings.OPEN
    people = list(Attendance.objects.filter(deliberation=found).select_related("user").order_by("pk"))
    steps = StepAside.objects.filter(attendance__deliberation=found)
    voters = sittings.voters_by_file(found)
    context = {
        "sitting": found,
        "session": found.session,
        "batch": found.batch,
        "people": people,
        "present": sum(person.present and person.votes for person in people),
        "voting": sum(person.votes for person in people),
        "steps": [
            (step, voters[step.application_id])
            for step in steps.select_related("attendance__user", "application__case").order_by("pk")
        ],
        "short_of_quorum": [count for count in voters.values() if count < found.quorum],
        "may_edit": may_edit,
        "is_open": is_open,
        "attendee_form": (attendee_form or AttendeeForm(sitting=found)) if may_edit and is_open else None,
        "aside_form": (aside_form or StepAsideForm(sitting=found)) if may_edit and is_open else None,
        "remarks_form": RemarksForm(instance=found) if may_edit else None,
        "papers": minutes.papers_of(found),
        "languages": papers.LANGUAGES,
        **_marks(request, found, may_edit),
        **_decisions(request, found.batch, may_edit),
    }
    return render(request, "scoring/sitting.html", context, status=status)


def _marks(request: HttpRequest, found: Deliberation, may_edit: bool) -> dict[str, Any]:
    """Marks that were revised, and the sheets of a file whose marks the jury speaks about."""
    may_see = access.may(request.user, "scoring.view_marks", found)
    number = request.GET.get("file", "").strip()[:20]
    return {
        "revisions": revisions.of_sitting(found) if may_see else [],
        "stale": found.state == "in_session" and revisions.are_after_the_ranking(found),
        "may_look": may_edit and may_see and found.state == "in_session",
        "number": number,
        "sheets": revisions.sheets_of(found, number, request.user) if number and may_see else [],
    }


def _done(request: HttpRequest, found: Deliberation, act: Any) -> HttpResponse:
    try:
        act()
    except Refused as refused:
        messages.error(request, " ".join(refused.sentences))
    else:
        messages.success(request, _("Saved."))
    return HttpResponseRedirect(found.get_absolute_url())
