"""Pages that anybody may open: programmes, one programme, one call, the stylesheet of an accent."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from programmes import accent, predicates, public_page, questions
from programmes.models import Call, CallQuestion, Programme
from programmes.scope import enter
from workflow import access

A_YEAR = 365 * 24 * 3600


def shown_or_sign_in(request: HttpRequest, rows: Any, **wanted: Any) -> Any:
    """Return the row the visitor may see, or the answer that sends him to sign-in; raises Http404."""
    try:
        return access.get_visible(rows, request.user, **wanted)
    except Http404:
        if request.user.is_authenticated:
            raise
        return access.ask_to_sign_in(request)


@access.public
def programme_list(request: HttpRequest) -> HttpResponse:
    """Every programme that the visitor may see, his own first."""
    own = predicates.programme_ids(request.user)
    rows = list(Programme.objects.visible_to(request.user).order_by("state", "code"))
    context = {
        "own": [row for row in rows if row.pk in own],
        "others": [row for row in rows if row.pk not in own],
        "may_add": access.may(request.user, "programmes.add_programme"),
        "sets_up": predicates.is_administrator(request.user),
    }
    return render(request, "programmes/list.html", context)


@access.public
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """The public page of a programme: everything that was published about it, and on which basis."""
    found = shown_or_sign_in(request, Programme.objects.select_related("logo", "parent"), code=code)
    if isinstance(found, HttpResponse):
        return found
    enter(request, found)
    calls = Call.objects.visible_to(request.user).filter(programme=found).exclude(state="draft")
    context = {
        "programme": found,
        "country": public_page.country_name(found.country) if found.country else "",
        "period": public_page.period_text(found),
        "durations": public_page.durations(found),
        "shares": public_page.shares(list(found.contributions.select_related("donor"))),
        "results": list(found.results.all()),
        "partnerships": list(found.partnerships.select_related("organisation")),
        "sites": list(found.sites.all()),
        "offices": list(found.offices.all()),
        "links": public_page.links_by_kind(list(found.links.select_related("document"))),
        "relatives": public_page.relatives(found, request.user),
        "calls": list(calls.select_related("programme").order_by("-opens_at")),
        "works_here": access.may(request.user, "programmes.work_on_programme", found),
    }
    return render(request, "programmes/programme.html", context)


@access.public
def public_call(request: HttpRequest, code: str, call: str) -> HttpResponse:
    """What a call offers, to whom, until when, and how to apply."""
    rows = Call.objects.select_related("programme__logo")
    found = shown_or_sign_in(request, rows, programme__code=code, code=call)
    if isinstance(found, HttpResponse):
        return found
    enter(request, found.programme, found)
    sessions = list(found.sessions.exclude(state="cancelled"))
    context = {
        "call": found,
        "programme": found.programme,
        "tracks": list(found.tracks.all()),
        "sessions": [one for one in sessions if one.cutoff_at > timezone.now()] if len(sessions) > 1 else [],
        "questions": list(CallQuestion.objects.filter(call=found).shown()),
        "may_ask": questions.may_ask(found),
        "extension": found.extensions.order_by("at").last(),
        "works_here": access.may(request.user, "programmes.work_on_programme", found.programme),
    }
    return render(request, "programmes/public_call.html", context)


@access.public
def accent_stylesheet(request: HttpRequest, code: str, colour: str) -> HttpResponse:
    """The small stylesheet of an accent: made from its own address, so it may be kept for a year."""
    try:
        css = accent.accent_stylesheet(code, f"#{colour}")
    except ValueError as error:
        raise Http404 from error
    headers = {"Cache-Control": f"public, max-age={A_YEAR}, immutable"}
    return HttpResponse(css, content_type="text/css; charset=utf-8", headers=headers)
