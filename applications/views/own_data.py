"""What is known about oneself: identity, consents, who opened it, and the way to have it erased."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from applications import consents, opening, retention
from applications.models import Cause, Erasure, Person, Registration, Reveal
from applications.views.consents import change
from workflow import access


@access.signed_in
@never_cache
@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """One's own page: what is stored, what was agreed, who looked."""
    person = Person.objects.filter(user=request.user.pk).first()
    if person is None:
        raise Http404
    return render(request, "applications/own_data.html", known_of(person))


def known_of(person: Person) -> dict[str, Any]:
    """Return what a person may know of the own data, for a page that this very person reads."""
    rows = Registration.objects.filter(person=person).select_related("programme", "site")
    asked = {
        row.programme_id: row
        for row in Erasure.objects.filter(person=person).exclude(state="dropped").order_by("requested_at")
    }
    programmes = [
        {
            "programme": row.programme,
            "site": row.site,
            "consents": consents.standings([person.pk], row.programme_id)[person.pk],
            "erasure": asked.get(row.programme_id),
        }
        for row in rows
    ]
    return {
        "person": person,
        "identity": opening.identity_of_the_reader(person),
        "programmes": programmes,
        "openings": Reveal.objects.filter(person=person).with_reasons().order_by("-at")[:50],
    }


def _own_registration(request: HttpRequest, code: str) -> Registration:
    rows = Registration.objects.filter(person__user=request.user.pk, programme__code=code)
    found = rows.select_related("person", "programme").first()
    if found is None:
        raise Http404
    return found


@access.signed_in
@require_POST
def own_consent(request: HttpRequest, code: str) -> HttpResponse:
    """Give or take back the own consent in a programme."""
    registration = _own_registration(request, code)
    change(request, registration.person, registration.programme)
    return redirect("applications:own_data")


@access.signed_in
@require_POST
def own_erasure(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for the erasure of the own data in a programme."""
    registration = _own_registration(request, code)
    retention.ask(
        registration.person, registration.programme, Cause.ASKED, actor=request.user, at=timezone.now()
    )
    messages.success(request, _("Your wish has arrived. The protection officer answers within a month."))
    return redirect("applications:own_data")
