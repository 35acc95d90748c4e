"""How versions of a call's form follow each other: begun, published, dropped; drafts of applicants move on.

A published version is never edited: what changes is a copy, published under the next number. Applications
that answered version n keep pointing at n. Who is still writing moves on to the new version with everything
that fits it; the older text is kept beside, nobody's words are lost, and the applicant is told what changed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from applications.form_definition import Form, Question, read
from applications.form_faults import Fault, faults
from applications.models import AnswerSet, FormVersion, Stage
from programmes.models import Call
from workflow import Refused, notices
from workflow.models import NoticeBatch, StreamHead

OVER = ("concluded", "cancelled")
WRITING = {Stage.IDEA: "draft", Stage.PLAN: "plan_requested"}
BLANK: dict[str, Any] = {"sections": [], "summary": {}}


@dataclass(frozen=True)
class Change:
    """What became of the questions from one version to the next, by their keys."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


@dataclass
class Published:
    """A version that was published, how many drafts moved on, the mailing that tells them (None: nobody)."""

    version: FormVersion
    moved: int = 0
    mailing: NoticeBatch | None = field(default=None)


def newest(call: Call, stage: str) -> FormVersion | None:
    """Return the newest version of a form, the draft when there is one."""
    return FormVersion.objects.filter(call=call, stage=stage).order_by("-version").first()


def draft_of(call: Call, stage: str) -> FormVersion | None:
    """Return the version that can be changed, None when there is none."""
    return FormVersion.objects.filter(call=call, stage=stage, frozen_at__isnull=True).first()


def begin(call: Call, stage: str, definition: Mapping[str, Any] | None = None) -> FormVersion:
    """Return the draft of a form; one is made of a definition, else of the newest version, else blank.

    A definition given replaces what stands in the draft. Raises `Refused` when the call is over.
    """
    if call.state in OVER:
        raise Refused([_("The call is over.")])
    with transaction.atomic():
        _lock(call)
        found = FormVersion.objects.filter(call=call, stage=stage).order_by("-version").first()
        if found is not None and found.is_draft:
            if definition is not None:
                found.definition = dict(definition)
                found.__dict__.pop("form", None)
                found.save(update_fields=["definition"])
            return found
        copied = definition if definition is not None else found.definition if found else BLANK
        number = found.version + 1 if found else 1
        return FormVersion.objects.create(call=call, stage=stage, version=number, definition=dict(copied))


def drop(version: FormVersion) -> None:
    """Drop a draft; raises `Refused` for a version that was published, and for one that holds answers."""
    with transaction.atomic():
        held = FormVersion.objects.select_for_update().get(pk=version.pk)
        if not held.is_draft:
            raise Refused([_("A published version is kept for ever.")])
        if AnswerSet.objects.filter(form_version=held).exists():
            raise Refused([_("Somebody has answered this draft: change it instead.")])
        held.delete()


def faults_of(version: FormVersion) -> list[Fault]:
    """Return what stands against publishing a version in the languages and the currency of its call."""
    return faults(version.form, version.call.languages, version.call.currency)


def publish(version: FormVersion, *, actor: Any, at: datetime) -> Published:
    """Publish a further version of a form whose call is published, and let drafts of applicants move on.

    The call's stream is locked meanwhile: nobody sends an application halfway. Raises `Refused` while the
    call is a draft (then its forms are published with it), when it is over, and with every fault of the
    form.
    """
    with transaction.atomic():
        call = version.call
        _lock(call)
        call.refresh_from_db(fields=["state"])
        held = FormVersion.objects.select_for_update().get(pk=version.pk)
        held.call = call
        if call.state == "draft":
            raise Refused([_("The form is published together with its call.")])
        if call.state in OVER:
            raise Refused([_("The call is over.")])
        if not held.is_draft:
            raise Refused([_("This version is published already.")])
        if found := faults_of(held):
            raise Refused([str(fault) for fault in found])
        held.frozen_at, held.published_by = at, actor
        held.save(update_fields=["frozen_at", "published_by"])
        version.frozen_at, version.published_by = at, actor
        return _move_drafts(held, at)


def _lock(call: Call) -> None:
    """Lock the stream that sending an application locks too."""
    StreamHead.objects.get_or_create(stream=call.stream)
    StreamHead.objects.select_for_update().get(stream=call.stream)


def writing(call: Call, stage: str) -> int:
    """Return how many applicants are writing their answers to a form now: their drafts will move on."""
    return _open_answers(call.pk, stage).count()


def _open_answers(call_id: int, stage: str) -> "QuerySet[AnswerSet]":
    return AnswerSet.objects.filter(
        form_version__call=call_id,
        form_version__stage=stage,
        frozen_at__isnull=True,
        superseded_by__isnull=True,
        application__state=WRITING[Stage(stage)],
    )


def _move_drafts(version: FormVersion, at: datetime) -> Published:
    published = Published(version)
    held = _open_answers(version.call_id, version.stage).select_for_update(of=("self",))
    rows = held.exclude(form_version=version).select_related("form_version", "application__case")
    for old in rows.order_by("pk"):
        _move(old, version)
        published.moved += 1
        if old.application.applicant_id is not None and change(old.form, version.form):
            published.mailing = published.mailing or _mailing(version, at)
            notices.queue(
                template="form_changed",
                recipient_kind="person",
                recipient_id=old.application.applicant_id,
                stream=old.application.stream,
                at=at,
                context={"application": old.application_id},
                batch=published.mailing,
            )
    return published


def _mailing(version: FormVersion, at: datetime) -> NoticeBatch:
    call = version.call
    return NoticeBatch.objects.create(
        label=_("New version of a form: %(call)s") % {"call": call.title},
        stream=call.stream,
        programme_code=call.programme.code,
        created_at=at,
    )


def _move(old: AnswerSet, version: FormVersion) -> AnswerSet:
    """Give a draft its answers under the new version: those whose question is still asked in the same way."""
    new = AnswerSet(
        application_id=old.application_id,
        form_version=version,
        revision=old.revision + 1,
        writers=old.writers,
        saved_at=old.saved_at,
    )
    kept = {key: value for key, value in old.complete.items() if _fits(old.form, version.form, key)}
    new.put(kept)
    new.save(force_insert=True)
    AnswerSet.objects.filter(pk=old.pk).update(superseded_by=new)
    return new


def _fits(old: Form, new: Form, key: str) -> bool:
    before, now = old.by_key.get(key), new.by_key.get(key)
    return before is not None and now is not None and before.kind == now.kind


# What changed


def change(old: Form, new: Form) -> Change:
    """Return what became of the questions that are answered, in the order of the form."""
    before = {question.key: question for question in old.questions() if question.is_asked}
    now = {question.key: question for question in new.questions() if question.is_asked}
    return Change(
        added=tuple(key for key in now if key not in before or before[key].kind != now[key].kind),
        removed=tuple(key for key in before if key not in now or before[key].kind != now[key].kind),
        changed=tuple(
            key
            for key in now
            if key in before and before[key].kind == now[key].kind and _says(before[key]) != _says(now[key])
        ),
    )


def _says(question: Question) -> tuple[Any, ...]:
    """What an applicant notices of a question."""
    return (
        dict(question.label),
        question.required,
        question.limit,
        question.minimum,
        question.maximum,
        question.whole,
        question.only,
        question.choices,
        question.columns,
        question.totals,
        question.row_labels,
    )


def history(call: Call, stage: str) -> Iterator[tuple[FormVersion, int]]:
    """Yield the versions of a form, newest first, each with how many applications answered it."""
    rows = FormVersion.objects.filter(call=call, stage=stage).select_related("published_by")
    answered = Count(
        "answer_sets__application", distinct=True, filter=Q(answer_sets__superseded_by__isnull=True)
    )
    for version in rows.annotate(answered=answered).order_by("-version"):
        version.call = call
        yield version, version.answered


def change_draft(version: FormVersion, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Change the definition of a draft by a function, on what stands there now; `Refused` once published.

    What the function raises goes through and nothing is changed.
    """
    with transaction.atomic():
        held = FormVersion.objects.select_for_update().get(pk=version.pk)
        if not held.is_draft:
            raise Refused([_("This version is published already.")])
        definition = edit(held.definition)
        read(definition)
        held.definition = definition
        held.save(update_fields=["definition"])
        version.definition = definition
        version.__dict__.pop("form", None)


def keys_ever_used(call: Call, stage: str) -> set[str]:
    """Return the keys of all questions of all versions: a new question never takes over older answers."""
    found: set[str] = set()
    for version in FormVersion.objects.filter(call=call, stage=stage):
        found |= set(version.form.by_key)
    return found
