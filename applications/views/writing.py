"""Writing an application: the step about the person, and the sections, saved by themselves or by the button.

How a page saves, and what happens when two of them write at once, is told in `applications/drafting.py`.
"""

import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications import answer_texts, drafting, identity_forms
from applications.answer_forms import MORE_ROWS, SectionForm
from applications.form_definition import VAULT, Question
from applications.identity_forms import VAULT_FIELDS, AboutForm
from applications.models import AnswerSet, Application
from applications.views import assisted, uploads
from applications.views.applicant import STAGES, asked, editing, frame_of
from workflow import access, display

MOST_BASE = 20_000  # letters of JSON: a hundred questions and more


def new_page() -> str:
    """Return the word by which the server knows a page again that saves a second time."""
    return secrets.token_urlsafe(9)


def page_of(request: HttpRequest) -> str:
    """Return the word of the page that was sent, a fresh one when it has none."""
    return request.POST.get("page", "")[:24] or new_page()


def base_of(request: HttpRequest) -> dict[str, str]:
    """Return the fingerprints with which the page that was sent had been drawn."""
    text = request.POST.get("base", "")
    try:
        found = json.loads(text) if text and len(text) <= MOST_BASE else {}
    except ValueError:
        found = {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def wants_json(request: HttpRequest) -> bool:
    """Whether the page saves by itself."""
    return request.headers.get("X-Autosave") == "1"


def clock(now: Any) -> str:
    """Return the time of day of a save, as the page shows it."""
    return f"{timezone.localtime(now):%H:%M}"


# The step about the person


@editing
@never_cache
@require_http_methods(["GET", "POST"])
def about(request: HttpRequest, number: str) -> HttpResponse:
    """The first step: about the person."""
    application: Application = access.object_of(request)
    if application.state != "draft":
        return JsonResponse({"sent": True}, status=410) if wants_json(request) else _to_status(application)
    if application.is_assisted_by(request.user):
        return assisted.about(request, application)
    given = application.begin_answers("idea")
    if request.method == "POST" and wants_json(request):
        return _about_saved(request, application, given)
    conflicts: list[dict[str, str]] = []
    form = AboutForm(application=application)
    if request.method == "POST":
        form, conflicts = _about_sent(request, application, given)
        if not conflicts and form.is_valid():
            form.agree(request.user, timezone.now())
            return redirect("applications:section", number, given.form.sections[0].key)
    context = frame_of(application) | {
        "form": form,
        "step": 1,
        "steps": len(given.form.sections) + 2,
        "autosave": request.path,
        "page": page_of(request),
        "base": json.dumps(identity_forms.base_of(application)),
        "private": " ".join(VAULT_FIELDS),
        "saved_at": given.saved_at,
        "conflicts": conflicts,
    }
    status = 409 if conflicts else 422 if form.errors else 200
    return render(request, "applications/about.html", context, status=status)


def _about_sent(
    request: HttpRequest, application: Application, given: AnswerSet
) -> tuple[AboutForm, list[dict[str, str]]]:
    """Keep what was typed; return the form as it stands now, and what two pages wrote differently."""
    form = AboutForm(request.POST, application=application)
    taken = set(request.POST.getlist("take"))
    saved = form.keep(base_of(request), page_of(request), given, timezone.now(), taken)
    data = request.POST.copy()
    for name in {*saved.merged.theirs, *taken} & set(saved.stored):
        data[name] = form.written(name, saved.stored[name])
    conflicts = [
        {
            "key": name,
            "label": str(form.fields[name].label),
            "mine": form.said(name, form.draft()[name]),
            "theirs": form.said(name, value),
        }
        for name, value in saved.merged.conflicts.items()
    ]
    return AboutForm(data, application=application), conflicts


def _about_saved(request: HttpRequest, application: Application, given: AnswerSet) -> HttpResponse:
    """Keep what was typed so far; the consent is given by the button alone."""
    form = AboutForm(request.POST, application=application)
    now = timezone.now()
    saved = form.keep(base_of(request), page_of(request), given, now)
    answer: dict[str, Any] = {
        "saved_at": clock(now),
        "revision": saved.revision,
        "base": saved.base,
        "fields": {key: [form.written(key, value)] for key, value in saved.merged.theirs.items()},
    }
    if not saved.merged.conflicts:
        return JsonResponse(answer)
    answer["conflicts"] = {
        key: {
            "label": str(form.fields[key].label),
            "mine": form.said(key, form.draft()[key]),
            "theirs": form.said(key, value),
            "fields": {key: [form.written(key, value)]},
            "base": saved.base[key],
        }
        for key, value in saved.merged.conflicts.items()
    }
    return JsonResponse(answer, status=409)


def _to_status(application: Application) -> HttpResponse:
    return redirect("applications:status", application.case.number)


# Sections


@editing
@never_cache
@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, number: str, section: str) -> HttpResponse:
    """One section: write, save by itself or by the button, add files."""
    application: Application = access.object_of(request)
    if application.state not in STAGES:
        return JsonResponse({"sent": True}, status=410) if wants_json(request) else _to_status(application)
    given = application.begin_answers(STAGES[application.state])
    if section not in [one.key for one in given.form.sections] or given.frozen_at is not None:
        raise Http404
    if request.method == "POST":
        try:
            return _save(request, application, given, section)
        except drafting.Frozen:
            if wants_json(request):
                return JsonResponse({"sent": True}, status=410)
            messages.error(request, _("This was sent meanwhile."))
            return _to_status(application)
    form = SectionForm(
        given.form.section(section), given.complete, application.currency, only=asked(application)
    )
    if longer := form.tables().get(request.GET.get("lines", "")):
        longer.blank_rows += MORE_ROWS
    return _page(request, application, given, section, form)


def _save(request: HttpRequest, application: Application, given: AnswerSet, key: str) -> HttpResponse:
    wanted, only = given.form.section(key), asked(application)
    if "X-Upload" in request.headers:
        return uploads.answer(request, application, given, wanted, only)
    form = SectionForm(wanted, {}, application.currency, request.POST, only=only)
    form.is_valid()
    taken = set(request.POST.getlist("take"))
    values = {name: value for name, value in form.given().items() if name not in taken}
    now = timezone.now()
    saved = drafting.save(given, key, values, base=base_of(request), page=page_of(request), at=now, only=only)
    if wants_json(request):
        return _json(application, given, form, saved, now)
    refused = uploads.receive(request, application, given, wanted, only, at=now)
    if saved.merged.conflicts or refused or form.errors:
        return _again(request, application, given, key, saved, taken, refused)
    if "upload" in request.POST or "remove" in request.POST:
        return redirect("applications:section", application.case.number, key)
    if (longer := request.POST.get("lines")) in form.tables():
        address = reverse("applications:section", args=[application.case.number, key])
        return redirect(f"{address}?{urlencode({'lines': longer})}#table-{longer}")
    return redirect(_following(application, given, key, only))


def _following(application: Application, given: AnswerSet, key: str, only: set[str] | None) -> str:
    """Return the address of the step after this one."""
    keys = [one.key for one in given.form.sections]
    position = keys.index(key) + 1
    if position < len(keys) and only is None:
        return reverse("applications:section", args=[application.case.number, keys[position]])
    return reverse("applications:review", args=[application.case.number])


def _json(
    application: Application, given: AnswerSet, form: SectionForm, saved: drafting.Saved, now: Any
) -> JsonResponse:
    by_key, currency = given.form.by_key, application.currency
    fields: dict[str, list[str]] = {}
    for key, value in saved.merged.theirs.items():
        fields |= answer_texts.inputs(by_key[key], value, currency)
    answer: dict[str, Any] = {
        "saved_at": clock(now),
        "revision": saved.revision,
        "base": saved.base,
        "fields": fields,
        "computed": {
            place: text
            for key, table in form.tables().items()
            for place, text in table.computed(key, saved.stored.get(key)).items()
        },
    }
    if not saved.merged.conflicts:
        return JsonResponse(answer)
    mine = form.given()
    answer["conflicts"] = {
        key: {
            "label": by_key[key].label_in(display.language()),
            "mine": answer_texts.plain(by_key[key], mine.get(key), currency),
            "theirs": answer_texts.plain(by_key[key], value, currency),
            "fields": answer_texts.inputs(by_key[key], value, currency),
            "base": saved.base[key],
        }
        for key, value in saved.merged.conflicts.items()
    }
    return JsonResponse(answer, status=409)


def _again(
    request: HttpRequest,
    application: Application,
    given: AnswerSet,
    key: str,
    saved: drafting.Saved,
    taken: set[str],
    refused: Mapping[str, str],
) -> HttpResponse:
    """Show the page again: what was typed, and what somebody else wrote where this page wrote nothing."""
    wanted, only, currency = given.form.section(key), asked(application), application.currency
    data = request.POST.copy()
    for name in {*saved.merged.theirs, *taken} & set(saved.stored):
        question = given.form.by_key[name]
        for input_name in [one for one in data if one.partition("-")[0] == name]:
            del data[input_name]
        for input_name, values in answer_texts.inputs(question, saved.stored[name], currency).items():
            data.setlist(input_name, values)
    form = SectionForm(wanted, {}, currency, data, only=only)
    form.is_valid()
    mine = form.given()
    conflicts = [
        {
            "key": name,
            "label": given.form.by_key[name].label_in(display.language()),
            "mine": answer_texts.plain(given.form.by_key[name], mine.get(name), currency),
            "theirs": answer_texts.plain(given.form.by_key[name], value, currency),
        }
        for name, value in saved.merged.conflicts.items()
    ]
    status = 409 if conflicts else 422
    return _page(request, application, given, key, form, conflicts=conflicts, refused=refused, status=status)


def _page(
    request: HttpRequest,
    application: Application,
    given: AnswerSet,
    key: str,
    form: SectionForm,
    *,
    conflicts: Any = (),
    refused: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    wanted, only = given.form.section(key), asked(application)
    keys = [one.key for one in given.form.sections]
    language = display.language()
    for table in form.tables().values():
        table.grows = True
    context = frame_of(application) | {
        "form": form,
        "fields": [(form[name], condition(given, wanted.questions, name)) for name in form.fields],
        "title": wanted.title_in(language),
        "page": page_of(request),
        "base": json.dumps(drafting.base_of(given, key)),
        "private": " ".join(one.key for one in wanted.questions if one.sensitivity == VAULT),
        "saved_at": given.saved_at,
        "uploads": uploads.drawn(application, given, wanted, only, refused or {}),
        "conflicts": conflicts,
        "piece": application.open_request if application.state == "incomplete" else None,
        "step": keys.index(key) + 2,
        "steps": len(keys) + 2,
        "autosave": request.path,
    }
    return render(request, "applications/section.html", context, status=status)


def condition(given: AnswerSet, questions: tuple[Question, ...], name: str) -> dict[str, str] | None:
    """Return on which answer a question depends: for the script, and in words for whoever has none."""
    question = given.form.by_key[name]
    if question.shown_if is None:
        return None
    key, *values = question.shown_if
    other = given.form.by_key[key]
    here = any(one.key == key for one in questions)
    return {
        "key": key if here else "",
        "value": " ".join(values),
        "question": other.label_in(display.language()),
        "answer": display.listed(other.choice_in(value, display.language()) for value in values)
        if other.choices
        else _("Yes"),
    }
