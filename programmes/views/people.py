"""Who works on a programme: roles, invitations, giving one more role, ending one."""

import logging
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import invitations
from accounts.models import Invitation
from programmes import delegation, roles
from programmes.forms.people import DelegateForm, GiveRoleForm, InviteForm
from programmes.models import Membership, Programme
from programmes.scope import in_programme
from programmes.views.setup import read_only
from workflow import access

log = logging.getLogger("jalon.programmes")


@access.rule("programmes.view_people", lookup=in_programme)
def people(request: HttpRequest, code: str) -> HttpResponse:
    """Who has which role now, who had one, who is invited."""
    programme: Programme = access.object_of(request)
    today = timezone.localdate()
    rows = Membership.objects.filter(programme=programme).select_related(
        "user", "donor", "granted_by", "ended_by", "delegated_from__user"
    )
    current: list[Membership] = []
    past: list[Membership] = []
    for row in rows.order_by("user__full_name", "user_id", "role"):
        (current if row.in_force(today) or row.valid_from > today else past).append(row)
    waiting = Invitation.objects.filter(
        purpose=roles.PURPOSE,
        payload__programme=programme.pk,
        accepted_at__isnull=True,
        withdrawn_at__isnull=True,
        expires_at__gt=timezone.now(),
    )
    context = {
        "programme": programme,
        "current": current,
        "past": past,
        "waiting": [(row, invitations.described(row)) for row in waiting.select_related("invited_by")],
        "may_manage": access.may(request.user, "programmes.manage_people", programme)
        and not programme.is_closed,
    }
    return render(request, "programmes/people.html", context)


@access.rule("programmes.manage_people", lookup=in_programme)
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, code: str) -> HttpResponse:
    """Invite somebody to a role by e-mail."""
    programme: Programme = access.object_of(request)
    if refused := read_only(request, programme):
        return refused
    user: Any = request.user
    purpose = invitations.purpose(roles.PURPOSE)
    initial = {"language": user.language}
    form = InviteForm(request.POST or None, user=user, programme=programme, initial=initial)
    if request.method == "POST" and form.is_valid() and purpose is not None:
        invitation, token = invitations.invite(
            purpose=purpose,
            email=form.cleaned_data["email"],
            full_name=form.cleaned_data["full_name"],
            language=form.cleaned_data["language"],
            invited_by=user,
            payload=form.payload(),
            now=timezone.now(),
        )
        try:
            invitations.send(invitation, token)
            messages.success(request, _("The invitation was sent."))
        except OSError:
            log.exception("invitation %s could not be mailed", invitation.pk)
            messages.error(request, _("The mail server does not answer. Send the invitation again later."))
        return redirect("programmes:people", programme.code)
    context = {"form": form, "programme": programme, "title": _("Invite somebody"), "button": _("Send")}
    return render(request, "programmes/people_form.html", context, status=422 if form.errors else 200)


@access.rule("programmes.manage_people", lookup=in_programme)
@require_http_methods(["GET", "POST"])
def give_role(request: HttpRequest, code: str) -> HttpResponse:
    """Give one more role to somebody who works here already."""
    programme: Programme = access.object_of(request)
    if refused := read_only(request, programme):
        return refused
    user: Any = request.user
    form = GiveRoleForm(request.POST or None, programme=programme, user=user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            roles.give(
                programme,
                data["person"],
                data["role"],
                by=user,
                at=timezone.now(),
                donor=data["donor"],
                until=data["valid_until"],
            )
        except roles.RoleRefused as refused_role:
            form.add_error(None, str(refused_role))
        else:
            messages.success(request, _("The role is given; the person is told by e-mail."))
            return redirect("programmes:people", programme.code)
    context = {"form": form, "programme": programme, "title": _("Give a role"), "button": _("Give the role")}
    return render(request, "programmes/people_form.html", context, status=422 if form.errors else 200)


@access.rule("programmes.manage_people", lookup=in_programme)
@require_POST
def end_role(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """End a role at once."""
    programme: Programme = access.object_of(request)
    membership = get_object_or_404(Membership.objects.filter(programme=programme), pk=pk)
    if refused := read_only(request, programme):
        return refused
    try:
        roles.end(membership, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        messages.success(request, _("The role has ended."))
    except roles.RoleRefused as refused_role:
        messages.error(request, str(refused_role))
    return redirect("programmes:people", programme.code)


@access.rule("programmes.delegate_role", lookup=in_programme)
@require_http_methods(["GET", "POST"])
def delegate(request: HttpRequest, code: str) -> HttpResponse:
    """Let somebody stand in for a role of one's own for some days; and who stands in now."""
    programme: Programme = access.object_of(request)
    if refused := read_only(request, programme):
        return refused
    user: Any = request.user
    form = DelegateForm(request.POST or None, programme=programme, user=user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            delegation.delegate(
                data["own"],
                data["person"],
                valid_from=data["valid_from"],
                valid_until=data["valid_until"],
                reason=data["reason"],
                by=user,
                at=timezone.now(),
            )
        except roles.RoleRefused as refused_role:
            form.add_error(None, str(refused_role))
        else:
            messages.success(request, _("The role is delegated; the person is told by e-mail."))
            return redirect("programmes:delegate", programme.code)
    given = Membership.objects.filter(
        programme=programme,
        delegated_from__user=user.pk,
        ended_at__isnull=True,
        valid_until__gte=timezone.localdate(),
    )
    context = {
        "form": form,
        "programme": programme,
        "given": given.select_related("user"),
    }
    return render(request, "programmes/delegate.html", context, status=422 if form.errors else 200)


def _delegation(request: HttpRequest, code: str, pk: int) -> Membership:
    rows = Membership.objects.select_related("delegated_from", "programme")
    return get_object_or_404(rows, programme__code=code, pk=pk)


@access.rule("programmes.take_back_role", lookup=_delegation)
@require_POST
def end_delegation(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a delegation of one's own back."""
    membership: Membership = access.object_of(request)
    try:
        delegation.take_back(membership, by=request.user, at=timezone.now())
        messages.success(request, _("The role has ended."))
    except roles.RoleRefused as refused_role:
        messages.error(request, str(refused_role))
    return redirect("programmes:delegate", membership.programme.code)
