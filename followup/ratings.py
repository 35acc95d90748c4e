"""Rating an enterprise: gathers the situation, stores the rating with its parts, and what follows from it.

A rating is made by a validated visit, and without one when a visit is missed, nobody can be reached or an
action becomes overdue. A manager may set it aside with a reason until a day; a later validated visit counts
again.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disbursements import holds
from followup import alerts
from followup.models import Alert, Enterprise, RiskRating, Visit
from followup.models.alerts import AlertKind
from followup.risk import Level, Rating, Situation, rate
from followup.visit_form import off_budget_percent
from workflow import Refused, acts
from workflow.actors import Actor

UNREACHABLE = ("absent", "moved", "unreachable")
GONE = ("absent", "sold")
LONGEST_OVERRIDE = timedelta(days=183)


def situation_of(enterprise: Enterprise, visit: Visit | None, day: date) -> Situation:
    """Return what is known of an enterprise on a day, once the visit counts (None: no visit brought it)."""
    validated = list(enterprise.visits.filter(state="validated").order_by("performed_at"))
    visits = [one for one in validated if visit is None or one.pk != visit.pk]
    if visit is not None:
        visits.append(visit)
    last: Mapping[str, Any] = visits[-1].answers if visits else {}
    return Situation(
        statuses=[str(seen.answers.get("status", "")) for seen in visits],
        profits=[seen.answers.get("profit") for seen in visits],
        months_since_start=_months_since_start(enterprise, visits[-1] if visits else None),
        off_budget_percent=off_budget_percent(last),
        asset_gone=asset_is_gone(last),
        missed=missed_in_a_row(enterprise, visit),
        unreachable=unreachable_in_a_row(enterprise),
        group_dispute=bool(last.get("dispute")),
        overdue_actions=enterprise.action_points.overdue(day).count(),
    )


def asset_is_gone(answers: Mapping[str, Any]) -> bool:
    """Tell whether a visit found an asset absent or sold that nobody had approved to part with."""
    assets = answers.get("assets") or ()
    return any(asset.get("found") in GONE and not asset.get("approved") for asset in assets)


@transaction.atomic
def rate_enterprise(enterprise: Enterprise, visit: Visit | None, *, actor: Actor, at: datetime) -> Rating:
    """Rate an enterprise, store the rating, and hold its money or raise an alert where the rating asks.

    Without a visit nothing is stored while the parts are those of the latest rating.
    """
    rating = rate(situation_of(enterprise, visit, timezone.localdate(at)))
    parts = [part._asdict() for part in rating.parts]
    latest = enterprise.ratings.standing().filter(overridden_by__isnull=True).first()
    if visit is None and (latest.parts if latest else []) == parts:
        return rating
    stored = RiskRating.objects.create(
        enterprise=enterprise,
        visit=visit,
        rated_at=at,
        points=rating.points,
        level=rating.level,
        parts=parts,
    )
    if rating.hold or rating.level == Level.RED:
        _stop(enterprise, stored, rating, actor=actor, at=at)
    elif visit is not None:
        alerts.settle(enterprise, AlertKind.RISK, at=at)
        if enterprise.grant is not None:
            holds.clear(enterprise.grant, by_record=visit, at=at)
    return rating


def _stop(enterprise: Enterprise, stored: RiskRating, rating: Rating, *, actor: Actor, at: datetime) -> None:
    codes = [part.code for part in rating.parts]
    facts = {"codes": codes, "points": rating.points}
    alerts.raise_alert(enterprise, AlertKind.RISK, facts, visit=stored.visit, at=at)
    grant = enterprise.grant
    if grant is None:
        return
    if stored.visit is not None:
        reason = _("Visit “%(code)s” rates this enterprise as high risk.") % {"code": stored.visit.name}
        holds.place(grant, reason=reason, link_record=stored.visit, actor=actor, at=at)
    elif not grant.holds.filter(state="placed", link_kind=RiskRating._meta.label_lower).exists():
        reason = _("The rules rate this enterprise as high risk: %(why)s") % {
            "why": " ".join(stored.sentences)
        }
        holds.place(grant, reason=reason, link_record=stored, actor=actor, at=at)


def current(enterprise: Enterprise, day: date) -> RiskRating | None:
    """Return the rating in force on a day: the latest, or what a manager set instead and still holds."""
    rows = enterprise.ratings.standing()
    computed = rows.filter(overridden_by__isnull=True).first()
    override = rows.filter(overridden_by__isnull=False, expires_on__gte=day).first()
    if override is None:
        return computed
    since = rows.filter(visit__isnull=False, rated_at__gt=override.rated_at).exists()
    return computed if since else override


@transaction.atomic
def override(
    enterprise: Enterprise, level: str, *, reason: str, until: date, actor: Any, at: datetime
) -> RiskRating:
    """Set another level until a day, with a reason; a later validated visit counts again.

    It releases no hold; set to high risk, it places one. Raises `Refused` without a reason, for a day that
    has passed or lies more than half a year ahead.
    """
    today = timezone.localdate(at)
    if not reason.strip():
        raise Refused([_("Give a reason.")])
    if not today <= until <= today + LONGEST_OVERRIDE:
        raise Refused([_("Choose a day between today and half a year from now.")])
    data = {"level": level, "until": until.isoformat()}
    acts.record(enterprise, "override_risk", actor=actor, at=at, reason=reason, data=data)
    before = enterprise.ratings.standing().filter(overridden_by__isnull=True).first()
    made = RiskRating.objects.create(
        enterprise=enterprise,
        rated_at=at,
        points=before.points if before else 0,
        level=Level(level),
        parts=before.parts if before else [],
        overridden_by=actor,
        override_reason=" ".join(reason.split())[:300],
        expires_on=until,
    )
    if level == Level.RED and enterprise.grant is not None:
        holds.place(enterprise.grant, reason=reason, link_record=made, actor=actor, at=at)
    return made


def rerate_overdue(now: datetime) -> int:
    """Rate the enterprises whose action points became overdue; return how many ratings changed."""
    from followup.models import ActionPoint
    from workflow.tick import TICK

    today = timezone.localdate(now)
    late = ActionPoint.objects.overdue(today).filter(enterprise=OuterRef("pk"))
    rows = Enterprise.objects.filter(Exists(late), programme__state="running")
    done = 0
    for enterprise in rows.select_related("case", "grant", "programme").order_by("pk"):
        before = enterprise.ratings.count()
        rate_enterprise(enterprise, None, actor=TICK, at=now)
        done += enterprise.ratings.count() > before
    return done


def declare_acts() -> None:
    """Name what is done about a rating or an alert in the history of its case."""
    acts.declare(
        "followup.Enterprise",
        "override_risk",
        gettext_lazy("Risk rating set by a manager"),
        facts=("level", "until"),
        reason=True,
    )
    acts.declare(Alert._meta.label, "handle", gettext_lazy("Alert dealt with"), reason=True)


def _months_since_start(enterprise: Enterprise, visit: Visit | None) -> int | None:
    """Return the full months between the anchor and a visit."""
    if enterprise.anchor_on is None or visit is None or visit.performed_at is None:
        return None
    start, day = enterprise.anchor_on, timezone.localdate(visit.performed_at)
    return (day.year - start.year) * 12 + day.month - start.month - (day.day < start.day)


def missed_in_a_row(enterprise: Enterprise, visit: Visit | None) -> int:
    """Count the visits missed just before this one, or just now."""
    made = enterprise.visits.filter(state__in=["missed", "submitted", "validated", "returned"])
    if visit is not None:
        made = made.filter(due_on__lt=visit.due_on).exclude(pk=visit.pk)
    count = 0
    for state in made.order_by("-due_on").values_list("state", flat=True):
        if state != "missed":
            break
        count += 1
    return count


def unreachable_in_a_row(enterprise: Enterprise) -> int:
    """Count the attempts in a row that reached nobody, since the last visit that was made."""
    attempts = Visit.objects.filter(enterprise=enterprise, attempts__isnull=False)
    last = (
        enterprise.visits.filter(state__in=["submitted", "validated"], performed_at__isnull=False)
        .order_by("-performed_at")
        .values_list("performed_at", flat=True)
        .first()
    )
    if last is not None:
        attempts = attempts.filter(attempts__at__gt=last)
    count = 0
    for result in attempts.order_by("-attempts__at").values_list("attempts__result", flat=True):
        if result not in UNREACHABLE:
            break
        count += 1
    return count
