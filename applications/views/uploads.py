"""Files of an application: adding a photo or a paper, taking one away, and what the page shows of them.

A file that is refused keeps nothing else from being saved. What was sent keeps its files: taking one away
from an answer that is asked again erases nothing that the sent answers name.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from applications import drafting
from applications.form_definition import FILE, Question, Section
from applications.models import AnswerSet, Application
from documents.filing import erase, read_upload, store
from documents.intake import FileRefused
from documents.limits import MAX_DOSSIER_FILES, MAX_FILE_BYTES, MEGABYTE
from documents.models import Document
from workflow import display

Only = set[str] | None


def _asked(section: Section, only: Only) -> list[Question]:
    return [one for one in section.questions if one.kind == FILE and (only is None or one.key in only)]


def _held(given: AnswerSet, key: str) -> list[str]:
    held = given.complete.get(key)
    return [str(uid) for uid in held] if isinstance(held, list) else []


def drawn(
    application: Application, given: AnswerSet, section: Section, only: Only, refused: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return what the page shows of each file question: its files, its limits, what was refused."""
    language = display.language()
    questions = _asked(section, only)
    uids = {question.key: _held(given, question.key) for question in questions}
    wanted = [uid for held in uids.values() for uid in held]
    rows = {str(row.uid): row for row in Document.objects.of(application).filter(uid__in=wanted)}
    return [
        {
            "key": question.key,
            "label": question.label_in(language),
            "help": question.help_in(language),
            "required": question.required,
            "most": int(question.maximum) if question.maximum else MAX_DOSSIER_FILES,
            "megabytes": MAX_FILE_BYTES // MEGABYTE,
            "files": [rows[uid] for uid in uids[question.key] if uid in rows],
            "refused": refused.get(question.key, ""),
        }
        for question in questions
    ]


def receive(
    request: HttpRequest,
    application: Application,
    given: AnswerSet,
    section: Section,
    only: Only,
    *,
    at: Any,
) -> dict[str, str]:
    """Keep the files that came with a page and take away the one named by "remove".

    Returns what was refused, a sentence by question. Raises `drafting.Frozen`.
    """
    refused: dict[str, str] = {}
    for question in _asked(section, only):
        for file in request.FILES.getlist(question.key):
            try:
                _add(file, question, application, given, actor=request.user, at=at)
            except FileRefused as error:
                sentence = display.labelled(file.name, " ".join(error.messages))
                refused[question.key] = f"{refused.get(question.key, '')} {sentence}".strip()
        if (uid := request.POST.get("remove", "")) and uid in _held(given, question.key):
            _take_away(uid, question, application, given, at=at)
        if request.POST.get("upload") == question.key and not request.FILES.getlist(question.key):
            refused.setdefault(question.key, _("Choose a file first."))
    return refused


def _add(
    file: Any, question: Question, application: Application, given: AnswerSet, *, actor: Any, at: Any
) -> None:
    most = int(question.maximum) if question.maximum else MAX_DOSSIER_FILES
    accepted, here = read_upload(file), _held(given, question.key)
    if Document.objects.filter(uid__in=here, received_sha256=accepted.received_sha256).exists():
        return  # it came twice, because the answer got lost
    if len(here) >= most:
        raise FileRefused("too_many_files", limit=most)
    document = store(
        accepted,
        owner=application,
        kind=question.key,
        actor=actor,
        at=at,
        stream=application.stream,
        sensitivity=question.sensitivity,
        juror_visible=question.jurors,
    )
    drafting.change_files(given, question.key, lambda held: [*held, str(document.uid)], at=at)


def _take_away(uid: str, question: Question, application: Application, given: AnswerSet, *, at: Any) -> None:
    drafting.change_files(given, question.key, lambda held: [one for one in held if one != uid], at=at)
    sent = application.answer_sets.filter(frozen_at__isnull=False)
    named = any(uid in _held(one, key) for one in sent for key in one.form.by_key)
    document = Document.objects.of(application).filter(uid=uid).first()
    if document is not None and not named:
        erase(document, at=at)


def answer(
    request: HttpRequest, application: Application, given: AnswerSet, section: Section, only: Only
) -> HttpResponse:
    """Answer the script of the page: the file question alone, drawn again."""
    refused = receive(request, application, given, section, only, at=timezone.now())
    key = request.headers["X-Upload"]
    found = [one for one in drawn(application, given, section, only, refused) if one["key"] == key]
    context = {"upload": found[0] if found else None, "application": application}
    return render(request, "applications/_upload.html", context, status=422 if refused else 200)
