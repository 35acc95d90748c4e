"""The members of a group or cooperative, for the applicant and for a helper: see, add, change, remove."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from applications import membership
from applications.member_forms import KnownMemberForm, MemberForm, OrganisationForm, PartForm
from applications.models import Application, ApplicationMember
from applications.views.applicant import editing, frame_of
from workflow import Refused, access


def _with_members(request: HttpRequest) -> Application:
    """Return the application of the page if somebody applies together, or an organisation; raises Http404."""
    application: Application = access.object_of(request)
    if not (application.is_group or application.organisation_is_asked):
        raise Http404
    return application


def _back(application: Application) -> HttpResponse:
    return redirect("applications:members", application.case.number)


def _say(request: HttpRequest, refused: Refused) -> None:
    for sentence in refused.sentences:
        messages.error(request, sentence)


def summary(application: Application, user: Any) -> dict[str, Any]:
    """Return what a page shows of the members: lines, size, shares, composition."""
    year = timezone.localdate().year
    own = application.applicant is not None and application.applicant.user_id == user.pk
    lines = membership.lines(application, year=year, names=own)
    shares = [line.member.share for line in lines]
    return {
        "lines": lines,
        "size_asked": membership.size_asked(application),
        "size_fits": membership.size_fits(application, len(lines)),
        "shares_problem": membership.shares_problem(shares) if application.track.asks_shares else None,
        "composition": membership.composition(application, year),
        "may_change": membership.why_fixed(application) is None,
    }


@editing
@never_cache
@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, number: str) -> HttpResponse:
    """The members with their figures; the name and registration of an organisation."""
    application = _with_members(request)
    form = None
    if application.organisation_is_asked:
        form = OrganisationForm(request.POST or None, instance=application)
        if request.method == "POST" and form.is_valid():
            if sentence := membership.why_fixed(application):
                messages.error(request, sentence)
            else:
                Application.objects.filter(pk=application.pk, state="draft").update(**form.cleaned_data)
                messages.success(request, _("Saved."))
            return _back(application)
    context = {**frame_of(application), **summary(application, request.user), "form": form}
    return render(
        request, "applications/members/list.html", context, status=422 if form and form.errors else 200
    )


@editing
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Add somebody; a helper may also add somebody who was received before."""
    application = _with_members(request)
    if (sentence := membership.why_fixed(application)) or not application.is_group:
        messages.error(request, sentence or _("An institution has no members here."))
        return _back(application)
    helps = application.is_assisted_by(request.user)
    known_sent = request.method == "POST" and "known" in request.POST and helps
    form = MemberForm(None if known_sent else request.POST or None, application=application)
    known = None
    if helps:
        data = request.POST if known_sent else None
        known = KnownMemberForm(data, application=application, user=request.user, prefix="known")
    chosen: Any = known if known_sent else form
    if request.method == "POST" and chosen.is_valid():
        given = {
            "role": chosen.cleaned_data["role"],
            "share": chosen.cleaned_data["share"],
            "actor": request.user,
            "at": timezone.now(),
        }
        try:
            if known_sent:
                membership.add_known(application, chosen.person, **given)
            else:
                membership.add(application, form, **given)
        except Refused as refused:
            _say(request, refused)
        return _back(application)
    context = {**frame_of(application), "form": form, "known": known}
    return render(request, "applications/members/add.html", context, status=422 if chosen.errors else 200)


def _member(application: Application, pk: int) -> ApplicationMember:
    found = application.members.select_related("person").filter(pk=pk).first()
    if found is None:
        raise Http404
    found.application = application
    return found


@editing
@never_cache
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Change a member's role and share, and what was written of somebody whom this draft brought."""
    application = _with_members(request)
    member = _member(application, pk)
    if sentence := membership.why_fixed(application):
        messages.error(request, sentence)
        return _back(application)
    whole = membership.is_only_here(member)
    form_class: Any = MemberForm if whole else PartForm
    form = form_class(request.POST or None, application=application, member=member)
    if request.method == "POST" and form.is_valid():
        try:
            membership.change(
                member,
                role=form.cleaned_data["role"],
                share=form.cleaned_data["share"],
                form=form if whole else None,
            )
        except Refused as refused:
            _say(request, refused)
        return _back(application)
    context = {**frame_of(application), "form": form, "member": member}
    return render(request, "applications/members/change.html", context, status=422 if form.errors else 200)


@editing
@require_POST
def remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a member out of the draft."""
    application = _with_members(request)
    try:
        membership.remove(_member(application, pk))
    except Refused as refused:
        _say(request, refused)
    else:
        messages.success(request, _("The member was taken out."))
    return _back(application)
