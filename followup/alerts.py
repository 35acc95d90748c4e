"""Raising alerts, letting them climb with age, and saying what was done about them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from followup.escalation import step_of
from followup.models import Alert, Enterprise, Visit
from followup.models.alerts import AlertKind
from workflow import Refused, acts


def raise_alert(
    enterprise: Enterprise,
    kind: str,
    facts: Mapping[str, Any],
    *,
    visit: Visit | None = None,
    at: datetime,
) -> Alert:
    """Raise an alert on an enterprise; one of risk that is still open is brought up to date instead."""
    found = None
    if kind == AlertKind.RISK:
        found = Alert.objects.filter(enterprise=enterprise, kind=kind, handled_at__isnull=True).first()
    if found is not None:
        found.facts, found.visit = dict(facts), visit or found.visit
        found.save(update_fields=["facts", "visit"])
        return found
    return Alert.objects.create(
        programme=enterprise.programme,
        case=enterprise.case,
        enterprise=enterprise,
        visit=visit,
        kind=kind,
        facts=dict(facts),
        raised_at=at,
        step=step_of(at, at, money_is_out=kind == AlertKind.MONEY_OUT),
    )


def settle(enterprise: Enterprise, kind: str, *, at: datetime) -> int:
    """Close the open alerts of a kind, because a later visit found nothing to be alarmed about."""
    rows = Alert.objects.filter(enterprise=enterprise, kind=kind, handled_at__isnull=True)
    return int(rows.update(handled_at=at, settled=True))


@transaction.atomic
def handle(alert: Alert, *, note: str, actor: Any, at: datetime) -> None:
    """Say what was done about an alert. Raises `Refused` without a word, or when somebody was faster."""
    if not note.strip():
        raise Refused([_("Say what was done.")])
    acts.record(alert, "handle", actor=actor, at=at, reason=note)
    done = Alert.objects.filter(pk=alert.pk, handled_at__isnull=True).update(
        handled_at=at, handled_by=actor, note=" ".join(note.split())[:500]
    )
    if not done:
        raise Refused([_("Somebody dealt with this alert already.")])


def escalate(now: datetime) -> int:
    """Let open alerts climb with their age; return how many did."""
    done = 0
    for alert in Alert.objects.filter(handled_at__isnull=True, programme__state="running"):
        step = step_of(alert.raised_at, now, money_is_out=alert.kind == AlertKind.MONEY_OUT)
        if step > alert.step:
            done += Alert.objects.filter(pk=alert.pk, step__lt=step).update(step=step)
    return done
