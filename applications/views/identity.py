"""Opening an identity: asked for with a reason, shown once, kept for ever as an opening."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications import categories, opening
from applications.consents import newest_case
from applications.models import Case, Registration
from programmes.scope import in_programme
from workflow import Refused, access, new_key


class ReasonForm(forms.Form):
    """Why somebody must know who this is."""

    reason = forms.CharField(
        label=_("Why do you need to know who this is?"),
        help_text=_("The person concerned can read this, and so can the protection officer and the auditor."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def registration_of(request: HttpRequest, code: str, reference: UUID) -> Registration:
    """Return a person's registration in the programme of the address; raises Http404."""
    programme = in_programme(request, code)
    rows = Registration.objects.select_related("person", "programme", "site")
    found: Registration = access.get_visible(
        rows, request.user, programme=programme, person__reference=reference
    )
    return found


def way_back(request: HttpRequest, registration: Registration, case: Case | None) -> str:
    """Return where a page about one person leads back to.

    The case for who reads cases, else the protection desk, else the start page.
    """
    if case is not None and Case.objects.visible_to(request.user).filter(pk=case.pk).exists():
        return case.get_absolute_url()
    if access.may(request.user, "applications.view_protection", registration):
        return reverse("applications:protection", args=[registration.programme.code])
    return reverse("home")


@access.rule("applications.reveal_identity", lookup=registration_of)
@never_cache
@require_http_methods(["GET", "POST"])
def identity(request: HttpRequest, code: str, reference: UUID) -> HttpResponse:
    """Ask for the reason, then show the identity: once, in this answer, and nowhere to come back to."""
    registration: Registration = access.object_of(request)
    form = ReasonForm(request.POST or None)
    case = newest_case(registration.person_id, registration.programme_id)
    context: dict[str, Any] = {
        "registration": registration,
        "programme": registration.programme,
        "case": case,
        "back": way_back(request, registration, case),
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        key = request.POST.get("key", "")[:80] or new_key()
        try:
            shown = opening.reveal(
                registration,
                actor=request.user,
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
                key=key,
            )
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error("reason", sentence)
        else:
            context |= {"identity": shown, "category": categories.shown_to(request.user, registration)}
            return render(request, "applications/identity_shown.html", context)
    return render(
        request,
        "applications/identity.html",
        {**context, "key": new_key()},
        status=422 if form.errors else 200,
    )
