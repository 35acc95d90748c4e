"""Pages about people for those who receive them: the desk, the list, one person, receiving somebody."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import consents, reception, reception_desk
from applications.age_groups import age_group
from applications.models import Application, ApplicationMember, Consent, Person, Registration
from applications.models.application import WITHDRAWABLE
from applications.person_tables import PersonFilters, PersonTable
from applications.reception_desk import person_url
from applications.reception_form import ReceptionForm
from programmes import desk
from programmes.models import Programme
from programmes.scope import in_programme
from workflow import access
from workflow.inbox import inbox
from workflow.lists import ListView

ROWS = 12
OPEN_TO_HELP = WITHDRAWABLE
FOUND = 20


@access.rule("applications.view_people", lookup=in_programme)
@never_cache
@require_http_methods(["GET", "POST"])
def reception_page(request: HttpRequest, code: str) -> HttpResponse:
    """People to help today: receive somebody, find somebody again, and what waits.

    What is looked for is posted, so that no name ever stands in an address.
    """
    programme: Programme = access.object_of(request)
    now = timezone.now()
    waiting = reception_desk.waiting(request.user, programme, rows=ROWS)
    others = [one for one in inbox(request.user) if not reception_desk.is_mine(one.queue)]
    wanted = request.POST.get("q", "").strip()
    found = _summaries(reception.find(programme, request.user, wanted, by_name=True)) if wanted else []
    context = {
        "programme": programme,
        "today": timezone.localtime(now),
        "desk": desk.arrange(waiting, now),
        "others": desk.arrange(others, now),
        "wanted": wanted,
        "found": found[:FOUND],
        "more": len(found) > FOUND,
        "names": reception.may_search_names(request.user, programme),
        "closed": reception.why_closed(programme),
        "may_receive": access.may(request.user, "applications.receive_people", programme),
    }
    return render(request, "applications/people/reception.html", context)


def _summaries(rows: "QuerySet[Registration]") -> list[dict[str, Any]]:
    chosen = rows.select_related("person", "site", "programme").order_by("-received_at", "pk")[: FOUND + 1]
    return [_summary(row) for row in chosen]


def _summary(row: Registration) -> dict[str, Any]:
    group = age_group(row.birth_year, timezone.localdate().year)
    said = [row.get_sex_display() if row.sex else "", group.label if group else "", row.site or ""]
    return {
        "row": row,
        "person": row.person,
        "url": person_url(row),
        "words": " · ".join(str(word) for word in said if word),
    }


@access.rule("applications.view_people", lookup=in_programme)
class PersonList(ListView):
    """Persons of a programme by reference."""

    table_class = PersonTable
    filterset_class = PersonFilters
    title = gettext_lazy("Persons")
    export_name = "persons"
    export_needs_reason = True
    template_name = "applications/people/list.html"

    def get_queryset(self) -> "QuerySet[Any]":
        """Who is registered in the programme of the page, last received first."""
        programme = access.object_of(self.request)
        rows = Registration.objects.visible_to(self.request.user).filter(programme=programme)
        return rows.order_by("-received_at")

    def get_rows(self) -> "QuerySet[Any]":
        """What the columns show: cases of this programme that the reader may see, consents in force."""
        programme = access.object_of(self.request)
        seen = Application.objects.visible_to(self.request.user).filter(call__programme=programme)
        memberships = ApplicationMember.objects.filter(application__in=seen.values("pk"))
        consents = Consent.objects.filter(
            programme=programme, withdrawn_at__isnull=True, person=OuterRef("person")
        )
        agreed = {f"agreed_{kind}": Exists(consents.filter(kind=kind)) for kind in Consent.Kind.values}
        rows = Registration.objects.select_related("person", "site", "programme").annotate(**agreed)
        return rows.prefetch_related(
            Prefetch(
                "person__application_memberships",
                memberships.select_related("application__case").order_by("pk"),
                to_attr="shown_memberships",
            )
        )

    def get_context(self, **context: Any) -> dict[str, Any]:
        """Projects and persons are counted apart."""
        programme = access.object_of(self.request)
        may = access.may(self.request.user, "applications.receive_people", programme)
        return {
            **context,
            "counts": reception.counts(programme),
            "programme": programme,
            "may_receive": may and reception.why_closed(programme) is None,
        }


def in_person(request: HttpRequest, code: str, reference: Any, **_arguments: Any) -> Registration:
    """Return the registration of a person in the programme of the page; raises Http404."""
    programme = in_programme(request, code)
    found: Registration = access.get_visible(
        Registration.objects.select_related("person__user", "site", "received_by"),
        request.user,
        programme=programme,
        person__reference=reference,
    )
    found.programme = programme
    return found


@access.rule("applications.view_people", lookup=in_person)
@never_cache
@require_safe
def person_page(request: HttpRequest, code: str, reference: Any) -> HttpResponse:
    """One person by reference: registrations, cases and consents in programmes that the reader may see."""
    row: Registration = access.object_of(request)
    memberships = list(_memberships(request, row.person))
    helped, to_help = _help(request, row, memberships)
    context = {
        **_summary(row),
        "programme": row.programme,
        "registrations": _registrations(request, row),
        "memberships": memberships,
        "helped": helped,
        "to_help": to_help,
        "may_help": access.may(request.user, "applications.help_people", row)
        and reception.why_closed(row.programme) is None
        and row.person.user_id is None,
        "consents": consents.standings([row.person_id], row.programme_id)[row.person_id],
        "may_open": access.may(request.user, "applications.reveal_identity", row),
        "may_receive": access.may(request.user, "applications.receive_people", row.programme)
        and reception.why_closed(row.programme) is None,
        "elsewhere": _elsewhere(request, row),
    }
    return render(request, "applications/people/person.html", context)


def _registrations(request: HttpRequest, row: Registration) -> list[dict[str, Any]]:
    rows = Registration.objects.visible_to(request.user).filter(person=row.person)
    found = rows.select_related("programme", "site", "received_by", "person").order_by("received_at", "pk")
    return [_summary(one) for one in found]


def _memberships(request: HttpRequest, person: Person) -> "QuerySet[ApplicationMember]":
    seen = Application.objects.visible_to(request.user)
    rows = ApplicationMember.objects.filter(person=person, application__in=seen.values("pk"))
    papers = ("application__case", "application__call__programme", "application__track")
    return rows.select_related(*papers).order_by("-application__case__opened_at")


def _help(
    request: HttpRequest, row: Registration, memberships: list[ApplicationMember]
) -> tuple[set[int], set[int]]:
    """Return the applications of this programme that the reader helps with, and those with which he may."""
    if row.person.user_id is not None or not access.may(request.user, "applications.help_people", row):
        return set(), set()
    own = [one.application for one in memberships if one.application.applicant_id == row.person_id]
    keys = {one.pk for one in own if one.programme_id == row.programme_id and one.state in OPEN_TO_HELP}
    written = Application.objects.written_by(request.user).filter(pk__in=keys)
    helped = set(written.values_list("pk", flat=True))
    return helped, keys - helped


def _elsewhere(request: HttpRequest, row: Registration) -> list[Programme]:
    """Running programmes in which the reader receives people and this one is not registered yet."""
    known = row.person.registrations.values("programme")
    running = Programme.objects.worked_on_by(request.user).filter(state="running").exclude(pk__in=known)
    return [one for one in running if access.may(request.user, "applications.receive_people", one)]


@access.rule("applications.receive_people", lookup=in_programme)
@never_cache
@require_http_methods(["GET", "POST"])
def receive(request: HttpRequest, code: str) -> HttpResponse:
    """Write down somebody who came, or register somebody known from another programme in this one."""
    programme: Programme = access.object_of(request)
    if sentence := reception.why_closed(programme):
        messages.error(request, sentence)
        return redirect("applications:people", code)
    known = _known(request)
    form = ReceptionForm(request.POST or None, programme=programme, person=known)
    if request.method == "POST" and form.is_valid() and form.knows_whom(request.user):
        row = reception.receive(
            form,
            actor=request.user,
            at=timezone.now(),
            person=form.chosen or known,
            agreed=form.consents,
        )
        messages.success(request, _("Written down as %(person)s.") % {"person": row.person})
        row.programme = programme
        return redirect(person_url(row))
    context = {"form": form, "programme": programme, "known": known}
    return render(request, "applications/people/receive.html", context, status=422 if form.is_bound else 200)


def _known(request: HttpRequest) -> Person | None:
    """The person of the address, known from a programme that the visitor may see; raises Http404."""
    wanted = request.GET.get("person", "")
    if not wanted:
        return None
    try:
        reference = UUID(wanted)
    except ValueError as error:
        raise Http404 from error
    found: Person = access.get_visible(Person.objects, request.user, reference=reference)
    return found


@access.rule("applications.receive_people", lookup=in_person)
@require_POST
def ask_back(request: HttpRequest, code: str, reference: Any) -> HttpResponse:
    """Note the day for which the person was asked back; an empty day takes it away."""
    row: Registration = access.object_of(request)
    given = request.POST.get("day", "")
    try:
        day = date.fromisoformat(given) if given else None
    except ValueError:
        messages.error(request, _("Write a date."))
        return redirect(person_url(row))
    if sentence := reception.why_closed(row.programme):
        messages.error(request, sentence)
    elif day is not None and day < timezone.localdate():
        messages.error(request, _("This day has passed."))
    else:
        Registration.objects.filter(pk=row.pk).update(expected_on=day)
    return redirect(person_url(row))
