"""Signing in by phone, which is also how one signs up; and the phone number of one's own account.

One field, one message, one code: whoever holds the phone is in, with the account of that number or a new one.
Until the code is typed nobody learns whether there is an account, and none is made. Staff sign in by e-mail
and second factor: their number opens nothing.
"""

import time
from typing import Any

from allauth.account.app_settings import EmailVerificationMethod
from allauth.account.decorators import reauthentication_required
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import language, phone_codes, phone_numbers, staff
from accounts.forms import CodeForm, PhoneForm
from accounts.models import User
from workflow import access, sms

PROVED = "phone_proved_at"
PROOF_SECONDS = 10 * 60


def _switched_on() -> None:
    if not settings.PHONE_SIGN_IN:
        raise Http404


def _safe(request: HttpRequest, address: str) -> str:
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else ""


@access.public
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Take a number and send its code; staff, and newcomers where sign-up is closed, get a sentence."""
    _switched_on()
    if request.user.is_authenticated:
        return redirect(settings.LOGIN_REDIRECT_URL)
    form = PhoneForm(request.POST or None)
    following = _safe(request, request.POST.get("next", "") or request.GET.get("next", ""))
    if request.method == "POST" and form.is_valid():
        number = form.cleaned_data["phone"]
        user = User.objects.of_phone(number)
        try:
            phone_codes.send(
                request, number, phone_codes.SIGN_IN, following=following, text=_no_code_because(user)
            )
        except phone_codes.CannotSend as refused:
            form.add_error("phone", str(refused))
        else:
            return redirect("accounts:phone_code")
    context = {"form": form, "following": following}
    return render(request, "accounts/phone_sign_in.html", context, status=422 if form.errors else 200)


def _no_code_because(user: User | None) -> str:
    """Return the sentence that goes out instead of a code; empty for whoever may come in."""
    if user is None:
        return "" if settings.SIGN_UP_OPEN else _("There is no account with this number on Jalon.")
    if staff.is_staff(user):
        return _("Your account on Jalon opens by e-mail address and second factor, not by phone.")
    return ""


@access.public
@never_cache
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code that was sent, and do what it was asked for."""
    _switched_on()
    asked = phone_codes.waiting(request)
    if asked is None or (asked.purpose != phone_codes.SIGN_IN) != request.user.is_authenticated:
        return redirect("accounts:phone" if request.user.is_authenticated else "account_login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wrong = phone_codes.check(request, form.cleaned_data["code"])
        if wrong is None:
            return _proved(request, asked)
        form.add_error("code", wrong)
    context = {"form": form, "asked": asked, "number": phone_numbers.shown(asked.number)}
    return render(request, "accounts/phone_code.html", context, status=422 if form.errors else 200)


@access.public
@never_cache
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send another code to the same number."""
    _switched_on()
    asked = phone_codes.waiting(request)
    if asked is None or (asked.purpose != phone_codes.SIGN_IN) != request.user.is_authenticated:
        return redirect("account_login")
    text = ""
    if asked.purpose == phone_codes.SIGN_IN:
        text = _no_code_because(User.objects.of_phone(asked.number))
    try:
        phone_codes.send(request, asked.number, asked.purpose, following=asked.following, text=text)
        messages.success(request, _("A new code is on its way."))
    except phone_codes.CannotSend as refused:
        messages.error(request, str(refused))
    return redirect("accounts:phone_code")


def _proved(request: HttpRequest, asked: phone_codes.Waiting) -> HttpResponse:
    if asked.purpose == phone_codes.SIGN_IN:
        return _come_in(request, asked)
    if asked.purpose == phone_codes.PROVE:
        request.session[PROVED] = time.time()
        return redirect("accounts:phone")
    return _take_over(request, asked.number)


def _come_in(request: HttpRequest, asked: phone_codes.Waiting) -> HttpResponse:
    user, made = _account_of(asked.number)
    if staff.is_staff(user):  # became one between message and code
        return redirect("account_login")
    request.session[PROVED] = time.time()
    return perform_login(
        request,
        user,
        email_verification=EmailVerificationMethod.NONE,
        redirect_url=asked.following or None,
        signup=made,
    )


def _account_of(number: str) -> tuple[User, bool]:
    """Return the account of a number that was just proved, made if there is none, and whether it was made."""
    user = User.objects.of_phone(number)
    if user is not None:
        if user.phone_verified_at is None:
            user.confirm_phone(number, timezone.now())
        return user, False
    try:
        with transaction.atomic():
            return User.objects.create_user(phone=number, language=language.current()), True
    except IntegrityError:
        found = User.objects.of_phone(number)
        if found is None:
            raise
        return found, False


# The number of one's own account


@access.signed_in
@reauthentication_required
@never_cache
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Add, change or take away the number.

    Asked before: the password, where there is one; else a code to the present number, not ten minutes old.
    """
    _switched_on()
    user: Any = request.user
    proved = user.has_usable_password() or time.time() - request.session.get(PROVED, 0) < PROOF_SECONDS
    form = PhoneForm(request.POST if "phone" in request.POST else None)
    if request.method == "POST":
        if not proved:
            return _prove_first(request, user)
        if "remove" in request.POST:
            return _remove(request, user)
        if form.is_valid():
            try:
                phone_codes.send(request, form.cleaned_data["phone"], phone_codes.CHANGE)
            except phone_codes.CannotSend as refused:
                form.add_error("phone", str(refused))
            else:
                return redirect("accounts:phone_code")
    context = {
        "form": form,
        "proved": proved,
        "hidden": phone_numbers.hidden(user.phone) if user.phone else "",
        "number": phone_numbers.shown(user.phone) if user.phone else "",
        "may_remove": bool(user.phone) and user.has_usable_password(),
        "staff": staff.is_staff(user),
    }
    return render(request, "accounts/phone.html", context, status=422 if form.errors else 200)


def _prove_first(request: HttpRequest, user: User) -> HttpResponse:
    if not user.phone:
        return redirect("accounts:preferences")
    try:
        phone_codes.send(request, user.phone, phone_codes.PROVE)
    except phone_codes.CannotSend as refused:
        messages.error(request, str(refused))
        return redirect("accounts:phone")
    return redirect("accounts:phone_code")


def _remove(request: HttpRequest, user: User) -> HttpResponse:
    if not (user.phone and user.email and user.has_usable_password()):
        messages.error(request, _("Add an e-mail address and a password first: else nobody could sign in."))
        return redirect("accounts:phone")
    _tell_old_number(user)
    user.phone = None
    user.phone_verified_at = None
    user.save(update_fields=["phone_sealed", "phone_index", "phone_verified_at"])
    messages.success(request, _("The number is taken off your account."))
    return redirect("accounts:preferences")


def _take_over(request: HttpRequest, number: str) -> HttpResponse:
    """Move the account to a number that was just proved, and end its sessions on other devices."""
    user: User = User.objects.get(pk=request.user.pk)
    try:
        with transaction.atomic():
            old = user.phone
            user.confirm_phone(number, timezone.now())
    except IntegrityError:
        messages.error(
            request,
            _("There is another account with this number. Sign in with it, or ask the office for help."),
        )
        return redirect("accounts:phone")
    if old and old != number:
        _tell(old, _("The number of your account on Jalon was changed. Was it not you? Go to the office."))
    if not user.has_usable_password():
        user.set_unusable_password()
        user.save(update_fields=["password"])
        update_session_auth_hash(request, user)
    messages.success(request, _("Your number is confirmed."))
    return redirect("accounts:preferences")


def _tell_old_number(user: User) -> None:
    if user.phone:
        _tell(
            user.phone,
            _("Your number was taken off your account on Jalon. Was it not you? Go to the office."),
        )


def _tell(number: str, text: str) -> None:
    try:
        sms.backend().send(number, text)
    except Exception as error:
        # The change holds whether or not the gateway answers; the log learns no number.
        phone_codes.log.warning("a warning to the former number did not leave: %s", type(error).__name__)
