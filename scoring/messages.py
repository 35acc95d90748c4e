"""The messages of scoring: invitations to jurors, letters with decisions to applicants.

What a letter tells is computed when it is read or leaves (`explanation.py`), in the applicant's language.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from applications import opening
from applications.models import Application
from programmes.messages import MessageKind, register
from programmes.money import format_money
from scoring import explanation
from scoring.models import Decision, Grid, JurorEngagement, JuryAssignment, Round
from workflow import display
from workflow.models import Notice

INVITATION = "scoring.jury_invitation"
REMINDER = "scoring.sheet_reminder"
GRID_AMENDED = "scoring.grid_amended"

LETTER_PLACEHOLDERS: Mapping[str, Any] = {
    "name": gettext_lazy("name of the applicant"),
    "number": gettext_lazy("case number"),
    "call": gettext_lazy("title of the call"),
    "project": gettext_lazy("title of the project"),
    "score": gettext_lazy("mean mark and its maximum"),
    "means": gettext_lazy("means by criterion, one a line"),
    "band": gettext_lazy("where the file stands in the ranking"),
    "reasons": gettext_lazy("reasons of the decision"),
    "amount": gettext_lazy("amount awarded"),
    "conditions": gettext_lazy("conditions of the award"),
    "place": gettext_lazy("turn on the waiting list"),
    "appeal": gettext_lazy("how and until when to appeal"),
    "link": gettext_lazy("address of the applicant's page"),
}
SAMPLES: Mapping[str, Any] = {
    "name": "Amel Kacem",
    "number": "59402-5",
    "call": "–",
    "project": "–",
    "score": "75.10 / 100",
    "means": "–",
    "band": "",
    "reasons": "",
    "amount": "",
    "conditions": "",
    "place": "1",
    "appeal": "",
    "link": "https://example.org/",
}


def invitation_values(notice: Notice) -> dict[str, Any] | None:
    """Who is invited to which jury, and until when an answer is asked."""
    engagement = JurorEngagement.objects.filter(pk=notice.context.get("engagement")).first()
    if engagement is None:
        return None
    return {
        "name": engagement.user.full_name,
        "call": engagement.session.call.title,
        "respond_by": display.date_text(engagement.respond_by) if engagement.respond_by else "",
        "link": _address(reverse("scoring:desk")),
    }


def reminder_values(notice: Notice) -> dict[str, Any] | None:
    """How many files of which round wait for the juror's marks, as it is when the message leaves."""
    engagement = JurorEngagement.objects.filter(pk=notice.context.get("engagement")).first()
    held = Round.objects.filter(pk=notice.context.get("round")).first()
    if engagement is None or held is None:
        return None
    left = JuryAssignment.objects.filter(round=held, engagement=engagement, state__in=["assigned", "opened"])
    return {
        "name": engagement.user.full_name,
        "call": held.session.call.title,
        "round": held.grid.title,
        "files": _files_left(left.count()),
        "due": _marks_due(held),
        "link": _address(reverse("scoring:desk")),
    }


def _files_left(count: int) -> str:
    if not count:
        return _("You have handed in every sheet: thank you, nothing is left to do.")
    return ngettext(
        "%(count)s file still waits for your marks.", "%(count)s files still wait for your marks.", count
    ) % {"count": display.number_text(count)}


def _marks_due(held: Round) -> str:
    if held.closes_at is None:
        return ""
    zone = held.session.call.programme.zone
    day, today = timezone.localtime(held.closes_at, zone).date(), timezone.localtime(None, zone).date()
    said = _("Marks were due on %(date)s.") if day < today else _("Marks are due on %(date)s.")
    return said % {"date": display.date_text(day)}


def amendment_values(notice: Notice) -> dict[str, Any] | None:
    """Which grid was amended and why, for a juror or an applicant."""
    grid = Grid.objects.filter(pk=notice.context.get("grid"), frozen=True).select_related("call").first()
    if grid is None:
        return None
    user = User.objects.filter(pk=notice.context.get("user") or 0).first()
    application = (
        Application.objects.filter(pk=notice.context.get("application") or 0)
        .select_related("case", "applicant")
        .first()
    )
    if user is None and application is None:
        return None
    return {
        "name": user.full_name if user is not None else opening.in_letter(application),
        "call": grid.call.title,
        "grid": grid.title,
        "version": grid.version,
        "reason": grid.because,
        "link": _address(grid.get_absolute_url()),
    }


def letter_values(notice: Notice) -> dict[str, Any] | None:
    """What the letter about one decision tells."""
    decision = (
        Decision.objects.filter(pk=notice.context.get("decision"))
        .select_related(
            "application__case",
            "application__applicant",
            "batch__snapshot",
            "batch__session__call__programme",
        )
        .first()
    )
    if decision is None:
        return None
    told = explanation.of_decision(decision)
    application = decision.application
    return {
        "name": opening.in_letter(application),
        "number": application.case.number,
        "call": decision.batch.session.call.title,
        "project": application.title,
        "score": "" if told.score is None else f"{_points(told.score)} / {_points(told.maximum)}",
        "means": "\n".join(_means(told)),
        "band": told.band,
        "reasons": "\n".join(told.reasons),
        "amount": format_money(decision.amount, display.language()) if decision.amount else "",
        "conditions": told.conditions,
        "place": decision.place or "",
        "appeal": _appeal(decision),
        "link": _address(reverse("home")),
    }


def _points(value: Any) -> str:
    return display.number_text(value, 2)


def _means(told: explanation.Explanation) -> Iterator[str]:
    for mean in told.means:
        points = f"{_points(mean.points)} / {_points(mean.maximum)}"
        yield display.labelled(mean.title, points)
    if told.by_one:
        yield explanation.by_one_sentence()


def _appeal(decision: Decision) -> str:
    until = decision.batch.session.appeal_until
    if decision.outcome not in ("reject", "not_retain") or until is None:
        return ""
    return _(
        "If the procedure was not followed, you may appeal on your page until %(date)s. Somebody who took no"
        " part decides."
    ) % {"date": display.date_text(until)}


def _address(path: str) -> str:
    return settings.PUBLIC_URL.rstrip("/") + path


JURY_INVITATION = MessageKind(
    key=INVITATION,
    label=gettext_lazy("Invitation of a juror"),
    when=gettext_lazy("When the secretary invites somebody to a jury."),
    subject=gettext_lazy("You are invited to the jury of {call}"),
    body=gettext_lazy(
        "Dear {name},\n\nYou are invited to mark applications to “{call}” ({programme}). Read the declaration"
        " of impartiality and answer here, by {respond_by} if a date is given:\n\n{link}\n"
    ),
    placeholders={
        "name": gettext_lazy("name of the juror"),
        "call": gettext_lazy("title of the call"),
        "respond_by": gettext_lazy("day to answer by"),
        "link": gettext_lazy("address of the juror's desk"),
    },
    samples={"name": "Amel Kacem", "call": "–", "respond_by": "", "link": "https://example.org/"},
    values=invitation_values,
)

SHEET_REMINDER = MessageKind(
    key=REMINDER,
    label=gettext_lazy("Reminder of files to mark"),
    when=gettext_lazy("Before marks are due and while they are late; once a day and juror at most."),
    subject=gettext_lazy("Files wait for your marks: {call}"),
    body=gettext_lazy("Dear {name},\n\n{files} {due}\n{round}, {call} ({programme})\n\n{link}\n"),
    placeholders={
        "name": gettext_lazy("name of the juror"),
        "call": gettext_lazy("title of the call"),
        "round": gettext_lazy("title of the round"),
        "files": gettext_lazy("how many files wait for marks, as a sentence"),
        "due": gettext_lazy("when marks are due, as a sentence"),
        "link": gettext_lazy("address of the juror's desk"),
    },
    samples={
        "name": "Amel Kacem",
        "call": "–",
        "round": "–",
        "files": "–",
        "due": "–",
        "link": "https://example.org/",
    },
    values=reminder_values,
)

AMENDMENT = MessageKind(
    key=GRID_AMENDED,
    label=gettext_lazy("Scoring grid amended"),
    when=gettext_lazy("When a published grid was amended, to jurors and to applicants who wait for marks."),
    subject=gettext_lazy("The scoring grid of {call} was amended"),
    body=gettext_lazy(
        "Dear {name},\n\nThe grid “{grid}” of “{call}” was amended (version {version}). The reason:\n{reason}"
        "\n\nFiles of a round that had begun are marked to the end by the version with which it began. What"
        " changed stands here:\n\n{link}\n"
    ),
    placeholders={
        "name": gettext_lazy("name of the reader"),
        "call": gettext_lazy("title of the call"),
        "grid": gettext_lazy("title of the grid"),
        "version": gettext_lazy("number of the version"),
        "reason": gettext_lazy("reason of the amendment"),
        "link": gettext_lazy("address of the grid"),
    },
    samples={
        "name": "Amel Kacem",
        "call": "–",
        "grid": "–",
        "version": "2",
        "reason": "–",
        "link": "https://example.org/",
    },
    values=amendment_values,
)

_ABOUT = gettext_lazy("When a decision of the jury was announced and the letter was released.")
_MARKS = gettext_lazy("Mean mark of the jury: {score} {band}\n{means}\n\n{reasons}\n\n{appeal}\n\n{link}\n")


def _letter(
    outcome: str, label: Any, subject: Any, opening: Any, when: Any = _ABOUT, closing: Any = _MARKS
) -> MessageKind:
    return MessageKind(
        key=f"scoring.{outcome}",
        label=label,
        when=when,
        subject=subject,
        body=_Joined(opening, closing),
        placeholders=LETTER_PLACEHOLDERS,
        samples=SAMPLES,
        values=letter_values,
    )


class _Joined:
    """Translated texts put together when they are read."""

    def __init__(self, *parts: Any) -> None:
        self.parts = parts

    def __str__(self) -> str:
        return "\n\n".join(str(part) for part in self.parts)


LETTERS = (
    _letter(
        "award",
        gettext_lazy("Letter: funded"),
        gettext_lazy("Your project is funded"),
        gettext_lazy(
            "Dear {name},\n\nThe jury has decided to fund your project “{project}” (file {number}).\n"
            "Amount: {amount}\n{conditions}"
        ),
    ),
    _letter(
        "waitlist",
        gettext_lazy("Letter: waiting list"),
        gettext_lazy("Your project is on the waiting list"),
        gettext_lazy(
            "Dear {name},\n\nYour project “{project}” (file {number}) is on the waiting list, turn {place}."
            " If a place becomes free, you are told at once."
        ),
    ),
    _letter(
        "reject",
        gettext_lazy("Letter: not funded"),
        gettext_lazy("The decision on your project"),
        gettext_lazy("Dear {name},\n\nYour project “{project}” (file {number}) is not funded."),
    ),
    _letter(
        "freed",
        gettext_lazy("Letter: a place became free"),
        gettext_lazy("A place became free: your project is funded"),
        gettext_lazy(
            "Dear {name},\n\nA place became free, and it was your turn on the waiting list. Your project"
            " “{project}” (file {number}) is funded.\nAmount: {amount}\n{conditions}"
        ),
        when=gettext_lazy("At once, when a freed place reaches somebody on the waiting list."),
        closing="{link}\n",
    ),
    _letter(
        "shortlist",
        gettext_lazy("Letter: short-listed"),
        gettext_lazy("Your project is short-listed"),
        gettext_lazy(
            "Dear {name},\n\nYour project “{project}” (file {number}) is short-listed."
            " You are told what comes next."
        ),
    ),
    _letter(
        "not_retain",
        gettext_lazy("Letter: not retained"),
        gettext_lazy("The decision on your idea"),
        gettext_lazy("Dear {name},\n\nYour idea “{project}” (file {number}) is not retained."),
    ),
)


def register_all() -> None:
    """Make the kinds known."""
    for kind in (JURY_INVITATION, SHEET_REMINDER, AMENDMENT, *LETTERS):
        register(kind)
