"""What a person agreed to: written down and taken back by those who stand in front of the person."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from applications import consents
from applications.consents import newest_case
from applications.models import Consent, Registration
from applications.views.identity import way_back
from programmes.scope import in_programme
from workflow import access


def served(request: HttpRequest, code: str, reference: UUID) -> Registration:
    """Return a person's registration for whoever receives or visits the person; raises Http404."""
    programme = in_programme(request, code)
    rows = Registration.objects.filter(programme=programme, person__reference=reference)
    found = rows.select_related("person", "programme", "site").first()
    if found is None or not access.may(request.user, "applications.view_consents", found):
        raise Http404
    return found


@access.rule("applications.view_consents", lookup=served)
@require_http_methods(["GET", "POST"])
def consent_page(request: HttpRequest, code: str, reference: UUID) -> HttpResponse:
    """The consents of a person in a programme, each with its dates; POST gives one or takes it back."""
    registration: Registration = access.object_of(request)
    if request.method == "POST":
        access.check(request.user, "applications.record_consents", registration)
        change(request, registration.person, registration.programme)
        return redirect("applications:consents", code, reference)
    rows = Consent.objects.filter(person=registration.person_id, programme=registration.programme_id)
    case = newest_case(registration.person_id, registration.programme_id)
    context: dict[str, Any] = {
        "registration": registration,
        "programme": registration.programme,
        "case": case,
        "back": way_back(request, registration, case),
        "standings": consents.standings([registration.person_id], registration.programme_id)[
            registration.person_id
        ],
        "history": rows.select_related("recorded_by", "withdrawn_by").order_by("-given_at"),
        "may_record": access.may(request.user, "applications.record_consents", registration),
        "may_ask": access.may(request.user, "applications.ask_erasure", registration),
    }
    return render(request, "applications/consents.html", context)


def change(request: HttpRequest, person: Any, programme: Any) -> None:
    """Give or take back the consent that the form names; what it does not name is left alone."""
    kind, now = request.POST.get("kind", ""), timezone.now()
    if kind not in Consent.Kind.values:
        return
    if request.POST.get("act") == "give":
        consents.give(person, programme, kind, actor=request.user, at=now)
        messages.success(request, _("Noted."))
        return
    held = Consent.objects.filter(person=person, programme=programme, kind=kind, withdrawn_at__isnull=True)
    consent = held.select_related("person").first()
    if request.POST.get("act") == "withdraw" and consent is not None:
        consents.withdraw(consent, actor=request.user, at=now)
        said = {
            Consent.Kind.PHOTO: _("Taken back. The photos are hidden."),
            Consent.Kind.DATA: _("Taken back. The protection officer was asked for erasure."),
        }
        messages.success(request, said[Consent.Kind(kind)])
