"""Pages of one's own account, and of invitations."""

import logging
from typing import Any

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitations, language, phone_numbers, second_factor
from accounts.forms import AcceptForm, PreferencesForm
from accounts.models import Invitation, User
from workflow import access

log = logging.getLogger("jalon.accounts")


@access.public
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language of this browser, and of the account when somebody is signed in."""
    wanted = request.POST.get("language", "")
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    if wanted in language.CODES:
        user: Any = request.user
        if user.is_authenticated:
            user.language = wanted
            user.save(update_fields=["language"])
        language.remember(response, wanted)
    return response


@access.signed_in
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Name and language, and the ways to password, e-mail address and second factor."""
    user: Any = request.user
    form = PreferencesForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        request.user = user = form.save()
        translation.activate(user.language)
        messages.success(request, _("Your preferences are saved."))
        return redirect("accounts:preferences")
    context = {
        "form": form,
        "phone_shown": phone_numbers.shown(user.phone) if user.phone else "",
        "has_second_factor": second_factor.has_one(user),
        "second_factor_required": second_factor.is_required_of(user),
        "may_invite": access.may(user, "accounts.list_invitations"),
    }
    return render(request, "accounts/preferences.html", context, status=422 if form.errors else 200)


@access.signed_in
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Why a second factor is needed, and the two ways to get one."""
    user: Any = request.user
    context = {"has_second_factor": second_factor.has_one(user)}
    return render(request, "accounts/second_factor.html", context)


def purpose_or_404(request: HttpRequest, purpose: str) -> invitations.Purpose:
    """The purpose named in the URL."""
    found = invitations.purpose(purpose)
    if found is None:
        raise Http404
    return found


@access.rule("accounts.list_invitations")
def invitation_list(request: HttpRequest) -> HttpResponse:
    """The invitations that one sent, and what one may invite for."""
    now = timezone.now()
    rows = [
        {
            "invitation": invitation,
            "what": invitations.described(invitation),
            "expired": not invitation.accepted_at and invitation.expires_at <= now,
        }
        for invitation in Invitation.objects.visible_to(request.user)[:200]
    ]
    context = {"rows": rows, "purposes": invitations.purposes_of(request.user)}
    return render(request, "accounts/invitations.html", context)


@access.rule("accounts.invite", lookup=purpose_or_404)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, purpose: str) -> HttpResponse:
    """Invite one person for one purpose."""
    found: invitations.Purpose = access.object_of(request)
    user: Any = request.user
    initial = {"language": user.language}
    form = found.form(request.POST or None, user=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        invitation, token = invitations.invite(
            purpose=found,
            email=form.cleaned_data["email"],
            full_name=form.cleaned_data["full_name"],
            language=form.cleaned_data["language"],
            invited_by=user,
            payload=form.payload(),
            now=timezone.now(),
        )
        _send(request, invitation, token)
        return redirect("accounts:invitations")
    context = {"form": form, "purpose": found}
    return render(request, "accounts/invite.html", context, status=422 if form.errors else 200)


@access.rule("accounts.manage_invitation", lookup=access.visible(Invitation.objects))
@require_POST
def renew_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a new link; the old one dies."""
    invitation: Invitation = access.object_of(request)
    try:
        token = invitations.renew(invitation, now=timezone.now())
    except invitations.CannotAccept as refused:
        messages.error(request, str(refused))
    else:
        _send(request, invitation, token)
    return redirect("accounts:invitations")


@access.rule("accounts.manage_invitation", lookup=access.visible(Invitation.objects))
@require_POST
def withdraw_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the link before it is used."""
    try:
        invitations.withdraw(access.object_of(request), now=timezone.now())
        messages.success(request, _("The invitation is withdrawn."))
    except invitations.CannotAccept as refused:
        messages.error(request, str(refused))
    return redirect("accounts:invitations")


@access.public
@never_cache
@require_http_methods(["GET", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Where the mailed link leads: choose a password, or accept with the account one has."""
    now = timezone.now()
    invitation = Invitation.objects.filter(token_digest=invitations.digest(token)).first()
    if invitation is None:
        raise Http404
    if reason := invitations.why_closed(invitation, now=now):
        return _refused(request, reason, status=410)
    known = User.objects.filter(email=invitation.email).first()
    if request.user.is_authenticated and request.user != known:
        return _refused(request, _("This invitation was sent to another e-mail address."), status=409)
    if known and not request.user.is_authenticated:
        return access.ask_to_sign_in(request)
    form = None
    if known is None:
        start = {"full_name": invitation.full_name}
        form = AcceptForm(request.POST or None, email=invitation.email, initial=start)
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            user = _accepted(invitation, known, form.cleaned_data if form else {}, now)
        except invitations.CannotAccept as refused:
            return _refused(request, str(refused), status=409)
        if known is None:
            return perform_login(request, user)
        return redirect(settings.LOGIN_REDIRECT_URL)
    context = {"form": form, "invitation": invitation, "what": invitations.described(invitation)}
    status = 422 if form and form.errors else 200
    return render(request, "accounts/accept_invitation.html", context, status=status)


def _accepted(invitation: Invitation, known: User | None, data: dict[str, Any], now: Any) -> User:
    try:
        with transaction.atomic():
            user = known or User.objects.create_user(
                email=invitation.email,
                password=data["password1"],
                full_name=data["full_name"],
                language=invitation.language,
            )
            invitations.accept(invitation, user=user, now=now)
    except IntegrityError:
        raise invitations.CannotAccept(_("This invitation was already accepted. Sign in instead.")) from None
    return user


def _refused(request: HttpRequest, reason: str, *, status: int) -> HttpResponse:
    return render(request, "accounts/invitation_closed.html", {"reason": reason}, status=status)


def _send(request: HttpRequest, invitation: Invitation, token: str) -> None:
    try:
        invitations.send(invitation, token)
    except OSError as error:
        log.warning("invitation %s not sent: %s", invitation.pk, type(error).__name__)
        messages.error(request, _("The invitation is recorded, but the e-mail did not leave. Send it again."))
    else:
        messages.success(request, _("The invitation is sent."))
