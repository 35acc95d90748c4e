"""Questions about a call: asked by anybody, answered once for all, corrected by a new version.

What is published is never edited: a correction is a further version beside the old one, and each step is an
event of the call. A question that is not answered for all is set aside and emptied.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from programmes.localised import LANGUAGES, columns
from programmes.models import Call, CallQuestion, PublishedAnswer
from workflow import Refused, access, acts
from workflow.states import DOING, DONE, NEUTRAL, REFUSED

SUBJECT = "programmes.CallQuestion"
ASKED_WHILE = ("published", "open")
LONGEST = 1_000
MOST_WAITING = 500
TEXTS = (*columns("question"), *columns("answer"))


def may_ask(call: Call) -> bool:
    """Whether questions about a call are taken: from its publication until it closes."""
    return call.state in ASKED_WHILE and not call.programme.is_closed


def ask(call: Call, text: str, *, language: str, at: datetime) -> CallQuestion:
    """Keep a visitor's question for those who answer; nobody is named.

    Raises `Refused` when the call takes none, for an empty text, or while too many wait.
    """
    said = text.strip()[:LONGEST]
    if not may_ask(call):
        raise Refused([_("Questions about this call are not taken any more.")])
    if not said:
        raise Refused([_("Write your question.")])
    if call.questions.waiting().count() >= MOST_WAITING:
        raise Refused([_("Many questions wait for an answer. Please ask again in a few days.")])
    asked_in = language if language in LANGUAGES else ""
    return CallQuestion.objects.create(call=call, asked=said, asked_in=asked_in, asked_at=at)


def publish(question: CallQuestion, texts: Mapping[str, str], *, actor: Any, at: datetime) -> PublishedAnswer:
    """Publish a question with its answer, or a correction of it; return the version.

    texts: `question_fr` ... `answer_ar`. A new question is saved here. Raises `Refused`: not allowed, a text
    missing, an answer in a language whose question is missing, nothing changed.
    """
    _allowed(actor, question.call)
    given = {name: texts.get(name, "").strip() for name in TEXTS}
    if sentence := _gap(given):
        raise Refused([sentence])
    with transaction.atomic():
        if question._state.adding:
            question.sort = _next(question.call)
            question.save()
        held = CallQuestion.objects.select_for_update(of=("self",)).get(pk=question.pk)
        held.call = question.call
        before = held.versions.order_by("number").last()
        if (
            before is not None
            and held.is_shown
            and all(getattr(before, name) == given[name] for name in TEXTS)
        ):
            raise Refused([_("Nothing was changed.")])
        number = before.number + 1 if before else 1
        verb = "correct_answer" if before else "publish_answer"
        acts.record(held, verb, actor=actor, at=at, data={"version": number})
        made = PublishedAnswer.objects.create(
            of=held, number=number, published_at=at, published_by=actor, **given
        )
        held.sort = held.sort or _next(held.call)
        held.current, held.is_shown, held.set_aside_at = made, True, None
        held.save()
    question.refresh_from_db()
    return made


def take_down(question: CallQuestion, *, reason: str, actor: Any, at: datetime) -> None:
    """Show an answer no longer, with a reason; its versions stay. Raises `Refused`."""
    _allowed(actor, question.call)
    if not reason.strip():
        raise Refused([_("Give a reason.")])
    with transaction.atomic():
        acts.record(question, "take_down_answer", actor=actor, at=at, reason=reason)
        changed = CallQuestion.objects.filter(pk=question.pk, is_shown=True).update(is_shown=False)
        if not changed:
            raise Refused([_("This is not shown any more.")])


def set_aside(question: CallQuestion, *, actor: Any, at: datetime) -> None:
    """Leave a visitor's question without a published answer and empty it. Raises `Refused`."""
    _allowed(actor, question.call)
    with transaction.atomic():
        acts.record(question, "set_aside_question", actor=actor, at=at)
        waiting = CallQuestion.objects.waiting().filter(pk=question.pk)
        if not waiting.update(set_aside_at=at, asked="", asked_in=""):
            raise Refused([_("Somebody else has just dealt with this question.")])


def move(question: CallQuestion, by: int) -> None:
    """Move a shown question one place up (-1) or down (1); at the edge it stays."""
    with transaction.atomic():
        rows = list(
            CallQuestion.objects.select_for_update(of=("self",))
            .filter(call=question.call_id, is_shown=True)
            .order_by("sort", "pk")
        )
        at = next((place for place, row in enumerate(rows) if row.pk == question.pk), None)
        if at is None or not 0 <= at + by < len(rows):
            return
        rows[at], rows[at + by] = rows[at + by], rows[at]
        for place, row in enumerate(rows, start=1):
            if row.sort != place:
                CallQuestion.objects.filter(pk=row.pk).update(sort=place)


def _next(call: Call) -> int:
    return (CallQuestion.objects.filter(call=call).aggregate(last=Max("sort"))["last"] or 0) + 1


def _allowed(actor: Any, call: Call) -> None:
    if not access.may(actor, "programmes.answer_questions", call):
        raise Refused([_("You may not do this.")])
    if call.programme.is_closed:
        raise Refused([_("The programme is closed: it is read-only.")])


def _gap(given: Mapping[str, str]) -> str | None:
    pairs = [(given[f"question_{code}"], given[f"answer_{code}"]) for code in LANGUAGES]
    if not any(question and answer for question, answer in pairs):
        return _("Write the question and its answer in one language at least.")
    if any(bool(question) != bool(answer) for question, answer in pairs):
        return _("In each language, write both the question and its answer, or neither.")
    return None


def register() -> None:
    """Name the acts."""
    for verb, done, meaning in (
        ("publish_answer", gettext_lazy("Question answered for all"), DONE),
        ("correct_answer", gettext_lazy("Published answer corrected"), DOING),
        ("set_aside_question", gettext_lazy("Question set aside"), NEUTRAL),
    ):
        acts.declare(SUBJECT, verb, done, facts=("version",), meaning=meaning)
    acts.declare(
        SUBJECT,
        "take_down_answer",
        gettext_lazy("Published answer taken down"),
        meaning=REFUSED,
        reason=True,
    )
