"""Quotas of a draft call: added, changed and removed by its manager."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from programmes.models import Call
from programmes.views.setup import read_only
from scoring.models import Quota
from scoring.quota_forms import QuotaForm
from scoring.scope import in_call, in_quota
from workflow import access


@access.rule("scoring.change_quota", in_call)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a goal to a draft call."""
    return _form(request, access.object_of(request), None)


@access.rule("scoring.change_quota", in_quota)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a goal of a draft call."""
    quota: Quota = access.object_of(request)
    return _form(request, quota.call, quota)


@access.rule("scoring.change_quota", in_quota)
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a goal of a draft call."""
    quota: Quota = access.object_of(request)
    if refused := _fixed(request, quota.call):
        return refused
    call = quota.call
    quota.delete()
    messages.success(request, _("Removed."))
    return redirect(call)


def _form(request: HttpRequest, call: Call, quota: Quota | None) -> HttpResponse:
    if refused := _fixed(request, call):
        return refused
    form = QuotaForm(request.POST or None, instance=quota, call=call)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(call)
    context: dict[str, Any] = {
        "form": form,
        "programme": call.programme,
        "call": call,
        "title": _("Quota") if quota else _("New quota"),
        "back": call.get_absolute_url(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "programmes/call_form.html", context, status=status)


def _fixed(request: HttpRequest, call: Call) -> HttpResponse | None:
    if refused := read_only(request, call.programme):
        return refused
    if call.state == "draft":
        return None
    messages.error(request, _("Quotas are fixed once the call is published."))
    return redirect(call)
