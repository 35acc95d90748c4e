"""Making the masked copies that jurors read: the database's edge of `redaction.py`.

The text copy is made inside the change that calls for it; its pictures, where there are any, follow right
after the commit, or with the next `tick`. Only pictures are copied: re-encoded without metadata, under names
that say nothing. Other files are withheld and counted, because nobody can be sure that no name stands in
them.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from applications import answers, form_definition
from documents import filing
from documents.intake import FileRefused, inspect
from documents.models import Document
from documents.storage import pieces
from scoring.models import RedactedCopy
from scoring.redaction import Identity, masked
from workflow.actors import System

if TYPE_CHECKING:
    from applications.models import Application

COPIER = System("redaction")
LANGUAGES = ("fr", "en", "ar")
LINE = {"fr": "Ligne", "en": "Line", "ar": "السطر"}
HIDDEN_KINDS = frozenset(
    {form_definition.PHONE, form_definition.DECLARATION, form_definition.FILE, form_definition.NOTE}
)
HIDDEN_SENSITIVITIES = frozenset({form_definition.RESTRICTED, form_definition.VAULT})


def make(application: "Application", *, at: datetime) -> RedactedCopy:
    """Make the next version of an application's masked copy; its pictures follow after the commit."""
    identity = identity_of(application)
    last = RedactedCopy.objects.filter(application=application).aggregate(last=Max("version"))["last"]
    files = _files_of(application)
    to_copy = any(_is_copied(document) for document in files)
    copy = RedactedCopy.objects.create(
        application=application,
        version=(last or 0) + 1,
        title=masked(application.title, identity),
        content=list(_parts(application, identity)),
        language=application.language,
        withheld=0 if to_copy else len(files),
        made_at=at,
        files_made_at=None if to_copy else at,
    )
    if to_copy:
        transaction.on_commit(lambda: make_files(copy, at=at), robust=True)
    return copy


def make_missing_files(now: datetime) -> int:
    """Copy the pictures of copies that still lack them; return how many copies were completed."""
    waiting = RedactedCopy.objects.filter(files_made_at__isnull=True).select_related("application")
    return sum(make_files(copy, at=now) for copy in waiting.order_by("made_at")[:100])


def make_files(copy: RedactedCopy, *, at: datetime) -> bool:
    """Give a copy its own pictures, once; False when another process has just done it."""
    with transaction.atomic():
        claimed = RedactedCopy.objects.filter(pk=copy.pk, files_made_at__isnull=True).update(files_made_at=at)
        if not claimed:
            return False
        withheld = 0
        for document in _files_of(copy.application):
            if not (_is_copied(document) and _copy_picture(document, copy, at)):
                withheld += 1
        RedactedCopy.objects.filter(pk=copy.pk).update(withheld=withheld)
    return True


def _files_of(application: "Application") -> list[Document]:
    """The files that jurors should see: each is copied, or withheld and counted."""
    shown = Document.objects.of(application).filter(juror_visible=True)
    return list(shown.exclude(sensitivity__in=HIDDEN_SENSITIVITIES))


def _is_copied(document: Document) -> bool:
    return document.is_picture and document.is_served


def identity_of(application: "Application") -> Identity:
    """Return everything by which the people behind an application could be known."""
    names: list[str] = [application.organisation_name]
    numbers: list[str] = []
    places: list[str] = []
    references: list[str] = []
    for person in _persons(application):
        references += [str(person), str(person.reference)]
        if person.user is not None:
            names.append(person.user.full_name)
            numbers.append(str(person.user.phone or ""))
            references.append(person.user.email or "")
        identity = getattr(person, "identity", None)
        if identity is not None:
            names += [identity.latin_name, identity.arabic_name]
            numbers += [identity.phone, identity.document_number]
            places.append(identity.address)
    return Identity(_written(names), _written(numbers), _written(places), _written(references))


def _persons(application: "Application") -> list[Any]:
    members = application.members.select_related("person__user", "person__identity")
    found = {member.person_id: member.person for member in members}
    if application.applicant is not None and application.applicant_id not in found:
        found[application.applicant.pk] = application.applicant
    return list(found.values())


def _written(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text and text.strip()))


def _parts(application: "Application", identity: Identity) -> Iterator[dict[str, Any]]:
    for answer_set in application.all_sent_answers():
        yield from parts_of(answer_set.form, answer_set.answers, application.currency, identity)


def parts_of(
    form: form_definition.Form, given: Mapping[str, Any], currency: str, identity: Identity
) -> Iterator[dict[str, Any]]:
    """Yield what jurors read of the answers to a form, section by section, masked."""
    shown = {question.key for question in answers.shown(form, given) if _is_for_jurors(question)}
    for section in form.sections:
        parts = [
            _answer(question, given[question.key], currency, identity)
            for question in section.questions
            if question.key in shown and not answers.is_empty(given.get(question.key))
        ]
        if parts:
            yield {"title": dict(section.title), "answers": parts}


def _is_for_jurors(question: form_definition.Question) -> bool:
    return (
        question.jurors
        and question.kind not in HIDDEN_KINDS
        and question.sensitivity not in HIDDEN_SENSITIVITIES
    )


def _answer(
    question: form_definition.Question, value: Any, currency: str, identity: Identity
) -> dict[str, Any]:
    shown: dict[str, Any] = {"kind": question.kind, "label": dict(question.label), "currency": currency}
    if question.kind == form_definition.TABLE:
        return {**shown, **_table(question, value, identity)}
    if question.kind == form_definition.CHOICE:
        labels = dict(question.choices)
        return {**shown, "choice": dict(labels.get(str(value), {"fr": str(value)}))}
    if question.kind == form_definition.CHOICES:
        labels = dict(question.choices)
        chosen = value if isinstance(value, list) else [value]
        return {**shown, "chosen": [dict(labels.get(str(one), {"fr": str(one)})) for one in chosen]}
    return {**shown, **_value(question.kind, value, identity)}


def _value(kind: str, value: Any, identity: Identity) -> dict[str, Any]:
    """One value: whole minor units, or masked text."""
    if kind == form_definition.MONEY and isinstance(value, int):
        return {"minor": value}
    return {"pieces": masked("" if value is None else str(value), identity)}


def _table(question: form_definition.Question, rows: list[Any], identity: Identity) -> dict[str, Any]:
    kinds = question.column_kinds
    lines = answers.lines(question, rows)
    totals = answers.totals(question, rows)
    of = {total.key: kinds.get(total.plus[0], "") for total in question.totals if total.plus}
    columns = [{"label": dict(column.label), "kind": column.kind} for column in question.columns]
    shown = [[_value(kind, line.get(key), identity) for key, kind in kinds.items()] for line in lines]
    if question.row_labels:
        columns.insert(0, {"label": LINE, "kind": form_definition.TEXT})
        for row, texts in zip(shown, question.row_labels, strict=False):
            row.insert(0, {"texts": dict(texts)})
    return {
        "columns": columns,
        "rows": shown,
        "totals": [
            {"label": dict(total.label), **_value(of[total.key], totals[total.key], identity)}
            for total in question.totals
            if total.key in of
        ],
    }


def _copy_picture(document: Document, copy: RedactedCopy, at: datetime) -> bool:
    try:
        data = b"".join(pieces(document.stored_as))
        # Written anew once more: nothing of the original but its pixels reaches the copy.
        accepted = inspect(data, f"picture.{document.name.rpartition('.')[2]}")
        filing.store(accepted, owner=copy, kind="picture", actor=COPIER, at=at, juror_visible=True)
    except (FileRefused, OSError):
        return False
    return True
