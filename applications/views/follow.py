"""Following a case by number and PIN, without an account: the way in, where it stands, what was written."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.address import client_network
from applications import follow_up
from applications.models import Application
from applications.standing import standing
from programmes.scope import enter
from workflow import Refused, access, display

WRONG = gettext_lazy("This case number and PIN do not belong together. Look at the slip again.")


class NumberAndPin(forms.Form):
    """What stands on the slip."""

    number = forms.CharField(
        label=gettext_lazy("Case number"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "text", "dir": "ltr", "autocomplete": "off"}),
    )
    pin = forms.CharField(
        label=gettext_lazy("PIN"),
        help_text=gettext_lazy("The eight digits on the slip."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "dir": "ltr", "autocomplete": "off"}),
    )

    def clean_number(self) -> str:
        """Take a case number as it is printed; its check digit finds most slips of the pen."""
        given = "".join(
            str(int(letter)) if letter.isdecimal() else letter for letter in self.cleaned_data["number"]
        )
        digits = "".join(letter for letter in given if letter.isdecimal())
        number = f"{digits[:-1]}-{digits[-1:]}"
        if not follow_up.is_number(number):
            raise forms.ValidationError(_("This is not a case number. Look at the slip again."))
        return number


def locked_sentence(locked: follow_up.Locked) -> str:
    """Return what is said to somebody who tried too often: the same whether the case exists or not."""
    until = timezone.localtime(locked.until)
    day = "" if until.date() == timezone.localdate() else f"{display.date_text(until.date())}, "
    return _("Too many attempts. Try again after %(time)s, or go to the office.") % {
        "time": f"{day}{until:%H:%M}"
    }


@access.public
@never_cache
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest, number: str = "") -> HttpResponse:
    """Ask for case number and PIN. An unknown case and a wrong PIN are answered alike."""
    form = NumberAndPin(request.POST or None, initial={"number": number})
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
        except follow_up.Locked as locked:
            form.add_error(None, locked_sentence(locked))
            status = 429
        else:
            if slip is not None:
                request.session.cycle_key()
                request.session[follow_up.SESSION_KEY] = follow_up.open_session(slip, now)
                return redirect("applications:follow_case")
            form.add_error(None, str(WRONG))
    return render(request, "applications/follow/enter.html", {"form": form}, status=status)


def _followed(request: HttpRequest) -> Application | None:
    found = follow_up.case_of_session(request.session.get(follow_up.SESSION_KEY), timezone.now())
    if found is None:
        request.session.pop(follow_up.SESSION_KEY, None)
        return None
    enter(request, found.call.programme, found.call)
    return found


def _ask_again(request: HttpRequest) -> HttpResponse:
    messages.info(request, _("For your safety this page closes after a while. Write number and PIN again."))
    return redirect("applications:follow")


@access.public
@never_cache
@require_GET
def case(request: HttpRequest) -> HttpResponse:
    """Where the case stands, in plain words, and what was written to the person; nobody is named."""
    application = _followed(request)
    if application is None:
        return _ask_again(request)
    piece = application.open_request if application.state == "incomplete" else None
    office = application.call.programme.offices.first()
    context: dict[str, Any] = {
        "application": application,
        "programme": application.call.programme,
        "frame_title": application.call.programme.title,
        "standing": standing(application, timezone.now()),
        "piece": piece,
        "asked": application.state in follow_up.ASKED,
        "latest": follow_up.latest_day(application),
        "read_at": follow_up.read_since_asked(application),
        "told": follow_up.told(application),
        "office": office,
        "today": timezone.localdate(),
    }
    return render(request, "applications/follow/case.html", context)


@access.public
@never_cache
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirm having read what is asked, and perhaps say on which day the person comes."""
    application = _followed(request)
    if application is None:
        return _ask_again(request)
    given = request.POST.get("day", "")
    try:
        day = date.fromisoformat(given) if given else None
        follow_up.confirm(application, day=day, today=timezone.localdate(), at=timezone.now())
    except ValueError:
        messages.error(request, _("Write a date."))
    except Refused as refused:
        for sentence in refused.sentences:
            messages.error(request, sentence)
    else:
        messages.success(request, _("Thank you. The office sees that you have read it."))
    return redirect("applications:follow_case")


@access.public
@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Close the page on this device."""
    request.session.pop(follow_up.SESSION_KEY, None)
    request.session.cycle_key()
    return redirect("applications:follow")
