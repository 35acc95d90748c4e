"""What a coach's device carries: the own caseload, the visits to make, and what the form is checked against.

A constant number of queries, however many visits.
"""

from datetime import date, datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery, Sum, TextField
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from disbursements.models import BudgetLine, Tranche
from followup import attendance_sync
from followup.form_versions import for_devices, latest
from followup.models import CaseloadAssignment, DeviceContact, Enterprise, Visit
from programmes.money import exponent
from programmes.predicates import Role, programme_ids
from workflow.models import Event

MOST_VISITS = 500


def caseload_of(user: Any, now: datetime) -> dict[str, Any]:
    """Return everything that the app of a coach needs without a network, as plain JSON.

    revoked: the person is no coach any more; the device sends what it holds, then wipes itself.
    """
    today = timezone.localdate(now)
    revoked = not programme_ids(user, Role.COACH)
    visits = [] if revoked else list(_visits(user, today))
    enterprises = [] if revoked else list(_enterprises(user, today))
    newest = latest(one.programme_id for one in enterprises)
    forms, standard = for_devices({one.programme_id: one.programme.code for one in enterprises})
    return {
        "user": {"id": user.pk, "name": str(user), "language": user.language},
        "now": now.isoformat(),
        "revoked": revoked,
        "forms": forms,
        "standard": standard,
        "enterprises": _with_money(enterprises, {key: row.number for key, row in newest.items()}),
        "visits": _with_reasons(visits),
        "sessions": [] if revoked else attendance_sync.carried(user, now),
    }


def _visits(user: Any, today: date) -> Any:
    rows = Visit.objects.carried_by(user, today).select_related("plan_row")
    return rows.order_by("due_on", "pk")[:MOST_VISITS]


def _enterprises(user: Any, today: date) -> Any:
    """The enterprises of the visits and of the caseload: an unplanned visit may be made to any of them."""
    before = Visit.objects.filter(enterprise=OuterRef("pk"), state="validated").order_by("-due_on")
    turnover = before.annotate(said=KeyTextTransform("turnover", "answers")).values("said")[:1]
    own = CaseloadAssignment.objects.in_force(today).filter(coach=user.pk).values("enterprise")
    visited = Visit.objects.carried_by(user, today).values("enterprise")
    rows = Enterprise.objects.filter(
        Q(pk__in=own) | Q(pk__in=visited), programme__in=programme_ids(user, Role.COACH)
    )
    return rows.select_related("case", "programme", "site").annotate(
        turnover_before=Subquery(turnover, output_field=TextField())
    )


def _number(said: Any) -> int | None:
    """An amount in an answer, text on PostgreSQL; None for what was not asked, or not known."""
    return int(said) if str(said).isdecimal() else None


def _with_money(enterprises: list[Any], forms: dict[int, int]) -> list[dict[str, Any]]:
    grants = [one.grant_id for one in enterprises if one.grant_id]
    paid = dict(
        Tranche.objects.filter(grant__in=grants, state__in=["paid", "justified"])
        .values("grant")
        .annotate(total=Sum("amount_minor"))
        .values_list("grant", "total")
    )
    lines: dict[int, list[str]] = {}
    for grant, label in (
        BudgetLine.objects.filter(grant__in=grants).order_by("number").values_list("grant", "label")
    ):
        lines.setdefault(grant, []).append(label)
    return [
        {
            **_enterprise(one, paid.get(one.grant_id), lines.get(one.grant_id, [])),
            "form": forms.get(one.programme_id, 1),
        }
        for one in enterprises
    ]


def _enterprise(one: Any, paid: int | None, lines: list[str]) -> dict[str, Any]:
    site = one.site
    place = None
    if site is not None and site.latitude is not None:
        place = [float(site.latitude), float(site.longitude)]
    return {
        "id": one.pk,
        "name": one.name,
        "kind": one.kind,
        "case": one.case.number,
        "programme": one.programme.code,
        "currency": one.programme.currency,
        "digits": exponent(one.programme.currency),
        "site": str(site) if site else "",
        "place": place,
        "paid": paid if one.grant_id else None,
        "lines": lines,
        "turnover_before": _number(one.turnover_before),
    }


def _with_reasons(visits: list[Visit]) -> list[dict[str, Any]]:
    returned = [str(visit.pk) for visit in visits if visit.state == "returned"]
    reasons: dict[str, str] = {}
    if returned:
        events = Event.objects.filter(kind="followup.visit", object_id__in=returned, target="returned")
        for event in events.select_related("note").order_by("pk"):
            reasons[event.object_id] = event.note.text if event.note else ""
    return [
        {
            "uid": str(visit.pk),
            "enterprise": visit.enterprise_id,
            "name": visit.name,
            "code": visit.code,
            "due": visit.due_on.isoformat(),
            "planned_for": visit.planned_for.isoformat() if visit.planned_for else None,
            "state": visit.state,
            "form": visit.form_version,
            "base": visit.revision,
            "answers": visit.answers,
            "releases": visit.plan_row.gates_tranche if visit.plan_row else None,
            "reason": reasons.get(str(visit.pk), ""),
        }
        for visit in visits
    ]


def note_contact(
    user: Any, *, now: datetime, waiting: int | None, offset: int | None, app: str, sent: bool = False
) -> None:
    """Remember that a coach's device spoke with the server. waiting: reports still on the device."""
    values: dict[str, Any] = {"seen_at": now}
    if waiting is not None:
        values["waiting"] = waiting
    if offset is not None:
        values["clock_offset"] = offset
    if app:
        values["app_version"] = app[:40]
    if sent:
        values["sent_at"] = now
    changed = DeviceContact.objects.filter(coach=user.pk).update(**values)
    if not changed:
        DeviceContact.objects.bulk_create([DeviceContact(coach_id=user.pk, **values)], ignore_conflicts=True)
