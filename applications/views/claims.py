"""The claim of a case by its owner: the pages of the person, and what the agent decides at the desk."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import phone_codes
from accounts.address import client_network
from applications import claiming, follow_up
from applications.models import Claim, Registration
from applications.reception_desk import person_url
from applications.views.follow import WRONG, NumberAndPin, locked_sentence
from applications.views.people import in_person
from workflow import Refused, access

PURPOSE = "claim"


@access.signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Take case number and PIN from a signed-in person; the same throttle as for following a case."""
    form = NumberAndPin(request.POST or None, initial={"number": request.GET.get("case", "")[:20]})
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            slip = follow_up.enter(
                form.cleaned_data["number"],
                form.cleaned_data["pin"],
                address=client_network(request),
                now=now,
            )
            if slip is not None:
                return _asked(request, claiming.ask(slip.case, request.user, at=now))
            form.add_error(None, str(WRONG))
        except follow_up.Locked as locked:
            form.add_error(None, locked_sentence(locked))
            status = 429
        except Refused as refused:
            for sentence in refused.sentences:
                form.add_error(None, sentence)
    return render(request, "applications/claims/ask.html", {"form": form}, status=status)


def _asked(request: HttpRequest, claim: Claim) -> HttpResponse:
    if claiming.has_the_phone(claim.case, request.user):
        return _granted(request, claim, claiming.BY_ACCOUNT)
    return redirect("applications:claim", claim.pk)


def _granted(request: HttpRequest, claim: Claim, way: str) -> HttpResponse:
    try:
        claiming.grant(claim, way=way, actor=request.user, at=timezone.now())
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
        return redirect("applications:ask_claim")
    messages.success(request, _("The case is yours now. Only you write in it, and the slip is void."))
    return redirect("applications:status", claim.case.number)


def own_claim(request: HttpRequest, pk: int) -> Claim:
    """Return the visitor's own open claim; raises Http404."""
    found: Claim | None = (
        Claim.objects.filter(pk=pk, user=request.user.pk, decided_at__isnull=True)
        .select_related("case__programme")
        .first()
    )
    if found is None:
        raise Http404
    return found


@access.signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """Prove that the case is one's own: by a code to the phone in the vault, or at the office."""
    found = own_claim(request, pk)
    number = claiming.phone_of(found.case)
    waiting = phone_codes.waiting(request)
    sent = waiting is not None and waiting.purpose == PURPOSE and waiting.number == number
    if request.method == "POST" and number:
        if "send" in request.POST:
            try:
                phone_codes.send(request, number, PURPOSE)
            except phone_codes.CannotSend as refused:
                messages.error(request, str(refused))
            return redirect("applications:claim", pk)
        if sent:
            problem = phone_codes.check(request, request.POST.get("code", "")[:20])
            if problem is None:
                return _granted(request, found, claiming.BY_CODE)
            messages.error(request, problem)
            return redirect("applications:claim", pk)
    context: dict[str, Any] = {
        "claim": found,
        "programme": found.case.programme,
        "frame_title": found.case.programme.title,
        "by_phone": bool(number),
        "sent": sent,
        "office": found.case.programme.offices.first(),
    }
    return render(request, "applications/claims/prove.html", context)


@access.rule("applications.help_people", lookup=in_person)
@require_POST
def decide(request: HttpRequest, code: str, reference: Any, pk: int) -> HttpResponse:
    """Grant or refuse a claim at the desk: the agent sees the person and hears the number on the screen."""
    row: Registration = access.object_of(request)
    claims = Claim.objects.filter(case__application__applicant=row.person, case__programme=row.programme)
    found = claims.filter(pk=pk, decided_at__isnull=True).select_related("case").first()
    if found is None:
        raise Http404
    now = timezone.now()
    try:
        if "refuse" in request.POST:
            reason = request.POST.get("reason", "")[:500]
            claiming.refuse(found, actor=request.user, at=now, reason=reason)
            messages.success(request, _("The claim is refused."))
        else:
            match = request.POST.get("match", "")[:10]
            claiming.grant_at_the_desk(found, match=match, actor=request.user, at=now)
            messages.success(request, _("The person writes alone from now on."))
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
    return redirect(person_url(row))
