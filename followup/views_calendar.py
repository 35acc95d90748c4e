"""Pages over all visits of a programme: calendar by month and week, late visits, workload, map of sites."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from followup.agenda import first_weekday, lay_out, month_of, week_of
from followup.filters import VisitFilters
from followup.models import Enterprise, SupportSession, Visit
from followup.site_map import labels, outlines
from followup.tables import LateVisitTable
from followup.workload import workload
from programmes.models import Site
from programmes.scope import in_programme
from workflow import access, display
from workflow.lists import ListView

SLOW_TO_VALIDATE = timedelta(days=7)
MOST_SHOWN = 2000


@access.rule("followup.view_calendar", in_programme)
def calendar_page(request: HttpRequest, code: str) -> HttpResponse:
    """Visits and sessions of a month, or of a week, on their days; of all coaches or of one."""
    programme = access.object_of(request)
    today = timezone.localdate()
    shown = _day(request.GET.get("day", "")) or today
    by_week = request.GET.get("by") == "week"
    first = first_weekday(programme.country)
    weeks = [week_of(shown, first)] if by_week else month_of(shown, first)
    begin, end = weeks[0][0], weeks[-1][-1]
    visits = (
        Visit.objects.visible_to(request.user)
        .live()
        .filter(programme=programme)
        .annotate(on=Coalesce("planned_for", "due_on"))
        .filter(on__range=(begin, end))
        .select_related("case", "enterprise", "coach")
        .order_by("on", "pk")
    )
    coach = request.GET.get("coach", "")
    if coach.isdecimal() and len(coach) < 18:
        visits = visits.filter(coach=int(coach))
    sessions = SupportSession.objects.none()
    if access.may(request.user, "followup.view_support_sessions", programme):
        sessions = SupportSession.objects.visible_to(request.user).filter(
            programme=programme, held_on__range=(begin, end)
        )
    found: list[Any] = [*visits[:MOST_SHOWN], *sessions.exclude(state="cancelled")[:MOST_SHOWN]]
    for item in found:
        item.is_visit = isinstance(item, Visit)
    rows = lay_out(
        weeks,
        found,
        lambda item: item.on if item.is_visit else item.held_on,
        None if by_week else shown.month,
    )
    step = timedelta(days=7)
    context = {
        "programme": programme,
        "weeks": rows,
        "today": today,
        "shown": shown,
        "by_week": by_week,
        "before": begin - step if by_week else shown.replace(day=1) - timedelta(days=1),
        "after": begin + step if by_week else (shown.replace(day=28) + timedelta(days=4)).replace(day=1),
        "coach": coach,
        "coaches": User.objects.filter(visits__programme=programme).distinct().order_by("full_name"),
        "count": len(found),
        "heading": f"{display.date_text(begin)} – {display.date_text(end)}"
        if by_week
        else date_format(shown, "F Y"),
    }
    return render(request, "followup/calendar.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@access.rule("followup.view_visits", in_programme)
class LateVisits(ListView):
    """Visits whose day has passed, missed ones, and those that wait too long for their check."""

    table_class = LateVisitTable
    filterset_class = VisitFilters
    title = _("Late visits")
    lead = _("Not made on their day, missed, or handed in more than a week ago and not validated.")
    empty = _("No visit is late.")
    export_name = "late-visits"

    def get_queryset(self) -> Any:
        """Late visits of this programme that the reader sees."""
        today = timezone.localdate()
        late = Q(state__in=["planned", "confirmed", "in_progress", "returned"], due_on__lt=today)
        waits = Q(state="submitted", state_since__lt=timezone.now() - SLOW_TO_VALIDATE)
        rows = Visit.objects.visible_to(self.request.user).filter(programme=access.object_of(self.request))
        return rows.filter(late | waits | Q(state="missed")).order_by("due_on", "pk")

    def get_rows(self) -> Any:
        """What the columns show."""
        return Visit.objects.select_related("case", "enterprise", "coach", "enterprise__site")


@access.rule("followup.view_workload", in_programme)
def workload_page(request: HttpRequest, code: str) -> HttpResponse:
    """What each coach carries."""
    programme = access.object_of(request)
    loads = workload(programme, timezone.localdate())
    nobody = Enterprise.objects.filter(programme=programme).exclude(
        caseload__role="lead", caseload__valid_until__isnull=True
    )
    context = {"programme": programme, "loads": loads, "without_coach": nobody.count()}
    return render(request, "followup/workload.html", context)


@access.rule("followup.view_map", in_programme)
def map_page(request: HttpRequest, code: str) -> HttpResponse:
    """The sites of a programme over the outlines of its country, with what happens at each."""
    programme = access.object_of(request)
    enterprises = Counter(
        dict(
            Enterprise.objects.filter(programme=programme, site__isnull=False)
            .values_list("site")
            .annotate(number=Count("pk"))
        )
    )
    red = Counter(
        dict(
            Enterprise.objects.filter(
                programme=programme,
                site__isnull=False,
                alerts__handled_at__isnull=True,
                alerts__kind="risk",
            )
            .values_list("site")
            .annotate(number=Count("pk", distinct=True))
        )
    )
    due = Counter(
        dict(
            Visit.objects.filter(
                programme=programme,
                state__in=["planned", "confirmed", "in_progress"],
                due_on__lte=timezone.localdate() + timedelta(days=14),
                enterprise__site__isnull=False,
            )
            .values_list("enterprise__site")
            .annotate(number=Count("pk"))
        )
    )
    sites = list(Site.objects.filter(programme=programme).order_by("sort", "pk"))
    located = [site for site in sites if site.latitude is not None and site.longitude is not None]
    places = tuple((float(site.longitude or 0), float(site.latitude or 0)) for site in located)
    drawn = outlines(programme.country, places)
    marks = []
    for site, (longitude, latitude) in zip(located, places, strict=True):
        if drawn is not None:
            x, y = drawn.frame.place(longitude, latitude)
            number = enterprises[site.pk]
            size = round(9 + 3 * min(number, 64) ** 0.5, 1)
            marks.append(
                {"site": site, "x": round(x, 1), "y": round(y, 1), "size": size, "red": red[site.pk]}
            )
    if drawn is not None:
        named = [(mark["x"], mark["y"], mark["size"], str(mark["site"])) for mark in marks]
        for mark, label in zip(marks, labels(named, drawn.frame), strict=True):
            mark["label"] = label
    rows = [
        {"site": site, "enterprises": enterprises[site.pk], "due": due[site.pk], "red": red[site.pk]}
        for site in sites
    ]
    context = {
        "programme": programme,
        "drawn": drawn,
        "marks": marks,
        "rows": rows,
        "not_placed": len(sites) - len(located),
    }
    return render(request, "followup/map.html", context)
