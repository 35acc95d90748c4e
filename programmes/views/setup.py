"""Setting a programme up: its data, its look, and the lists that it is described by."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError, RestrictedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents.filing import erase, store
from documents.models import Sensitivity
from programmes import public_page
from programmes.forms.programme import LookForm, ProgrammeForm
from programmes.models import Membership, Programme, Role
from programmes.parts import PARTS, Part
from programmes.scope import in_programme
from workflow import access


def read_only(request: HttpRequest, programme: Programme) -> HttpResponse | None:
    """Return the answer to whoever would change a closed programme, None while it is open."""
    if not programme.is_closed:
        return None
    messages.error(request, _("The programme is closed: it is read-only."))
    return redirect("programmes:settings", programme.code)


@access.rule("programmes.add_programme")
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a draft programme; whoever manages another one becomes its manager."""
    form = ProgrammeForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            programme = form.save()
            if not access.may(request.user, "programmes.manage_people", programme):
                _first_manager(programme, request.user)
        messages.success(request, _("The programme is created as a draft."))
        return redirect("programmes:settings", programme.code)
    context = {"form": form, "title": _("New programme")}
    return render(request, "programmes/programme_form.html", context, status=_status(form))


def _first_manager(programme: Programme, user: Any) -> None:
    Membership.objects.create(
        programme=programme, user=user, role=Role.MANAGER, valid_from=timezone.localdate(), granted_by=user
    )


@access.rule("programmes.work_on_programme", lookup=in_programme)
def settings_page(request: HttpRequest, code: str) -> HttpResponse:
    """Everything that is set up for a programme, and what its machine allows."""
    programme: Programme = access.object_of(request)
    may_change = (
        access.may(request.user, "programmes.change_programme", programme) and not programme.is_closed
    )
    context = {
        "programme": programme,
        "country": public_page.country_name(programme.country) if programme.country else "",
        "period": public_page.period_text(programme),
        "durations": public_page.durations(programme),
        "parts": [
            {"part": part, "rows": [(row, *part.reads(row)) for row in part.rows(programme)]}
            for part in PARTS.values()
        ],
        "may_change": may_change,
        "may_view_people": access.may(request.user, "programmes.view_people", programme),
    }
    return render(request, "programmes/settings.html", context)


@access.rule("programmes.change_programme", lookup=in_programme)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """Change the programme's own data."""
    programme: Programme = access.object_of(request)
    if refused := read_only(request, programme):
        return refused
    form = ProgrammeForm(request.POST or None, instance=programme, user=request.user)
    if request.method == "POST" and form.is_valid():
        changed = form.save()
        messages.success(request, _("Saved."))
        return redirect("programmes:settings", changed.code)
    context = {"form": form, "programme": programme, "title": _("Data of the programme")}
    return render(request, "programmes/programme_form.html", context, status=_status(form))


@access.rule("programmes.change_programme", lookup=in_programme)
@require_http_methods(["GET", "POST"])
def look(request: HttpRequest, code: str) -> HttpResponse:
    """Change accent colour and logo."""
    programme: Programme = access.object_of(request)
    if refused := read_only(request, programme):
        return refused
    form = LookForm(request.POST or None, request.FILES or None, programme=programme)
    if request.method == "POST" and form.is_valid():
        _save_look(programme, form.cleaned_data, request.user)
        messages.success(request, _("Saved."))
        return redirect("programmes:settings", programme.code)
    context = {"form": form, "programme": programme}
    return render(request, "programmes/look_form.html", context, status=_status(form))


@transaction.atomic
def _save_look(programme: Programme, data: dict[str, Any], user: Any) -> None:
    old, now = programme.logo, timezone.now()
    programme.accent = data["accent"].lower()
    if data.get("logo"):
        programme.logo = store(
            data["logo"], owner=programme, kind="logo", actor=user, at=now, sensitivity=Sensitivity.PUBLIC
        )
    elif data.get("remove_logo"):
        programme.logo = None
    programme.save(update_fields=["accent", "logo"])
    if old is not None and programme.logo_id != old.pk:
        erase(old, at=now)


def part_or_404(word: str) -> Part:
    """Return the list named in the address."""
    if word not in PARTS:
        raise Http404
    return PARTS[word]


@access.rule("programmes.change_programme", lookup=in_programme)
@require_http_methods(["GET", "POST"])
def edit_part(request: HttpRequest, code: str, part: str, pk: int | None = None) -> HttpResponse:
    """Add a row to one of the programme's lists, or change one."""
    programme: Programme = access.object_of(request)
    kind = part_or_404(part)
    row = get_object_or_404(kind.rows(programme), pk=pk) if pk else None
    if refused := read_only(request, programme):
        return refused
    form = kind.form(
        request.POST or None,
        request.FILES or None,
        instance=row,
        programme=programme,
        user=request.user,
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(f"{_settings_url(programme)}#{kind.word}")
    context = {"form": form, "programme": programme, "part": kind, "row": row}
    return render(request, "programmes/part_form.html", context, status=_status(form))


@access.rule("programmes.change_programme", lookup=in_programme)
@require_http_methods(["GET", "POST"])
def remove_part(request: HttpRequest, code: str, part: str, pk: int) -> HttpResponse:
    """Remove a row that nothing depends on, after asking."""
    programme: Programme = access.object_of(request)
    kind = part_or_404(part)
    row = get_object_or_404(kind.rows(programme), pk=pk)
    if refused := read_only(request, programme):
        return refused
    if request.method == "POST":
        try:
            row.delete()
            messages.success(request, _("Removed."))
        except (ProtectedError, RestrictedError):
            messages.error(request, _("This is in use and cannot be removed."))
        return redirect(f"{_settings_url(programme)}#{kind.word}")
    title, _detail = kind.reads(row)
    context = {"programme": programme, "part": kind, "row": row, "row_title": title}
    return render(request, "programmes/part_remove.html", context)


def _settings_url(programme: Programme) -> str:
    return reverse("programmes:settings", args=[programme.code])


def _status(form: Any) -> int:
    return 422 if form.errors else 200
