"""Telling people of alerts by e-mail or SMS: each alert once to whoever it has climbed to, one message a day.

The message names cases by their numbers only: an SMS is read by whoever holds the phone. It is written when
it leaves; what was dealt with meanwhile is not in it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from followup.escalation import ROLES, Step
from followup.models import Alert, AlertNotice
from programmes import messages
from programmes.messages import MessageKind
from programmes.models import Membership
from workflow import display, notices
from workflow.models import Notice

TEMPLATE = "followup.alerts"
MOST_LINES = 10


def tell_due(now: datetime) -> int:
    """Queue a message to everybody with alerts they were not told of; return how many were queued."""
    today = timezone.localdate(now)
    told_today = set(AlertNotice.objects.filter(on=today).values_list("user", flat=True))
    return sum(_tell(user, found, now) for user, found in untold(now).items() if user not in told_today)


def untold(now: datetime) -> dict[int, list[Alert]]:
    """Return open alerts by the key of each person who must look at them and was not told yet."""
    waiting = list(Alert.objects.waiting().filter(programme__state="running").select_related("programme"))
    if not waiting:
        return {}
    told = set(AlertNotice.objects.filter(alerts__in=waiting).values_list("user", "alerts"))
    holders: dict[tuple[int, str], set[int]] = {}
    members = Membership.objects.filter(
        programme__in={one.programme_id for one in waiting},
        role__in=ROLES[Step.AUDITOR],
        user__is_active=True,
    )
    for user, programme, role in members.in_force(timezone.localdate(now)).values_list(
        "user", "programme", "role"
    ):
        holders.setdefault((programme, role), set()).add(user)
    found: dict[int, list[Alert]] = {}
    for alert in waiting:
        keepers = set().union(
            *(holders.get((alert.programme_id, role), set()) for role in ROLES[Step(alert.step)])
        )
        for user in sorted(keepers):
            if (user, alert.pk) not in told:
                found.setdefault(user, []).append(alert)
    return found


def _tell(user: int, found: list[Alert], now: datetime) -> int:
    """Queue one message; 0 when another one of today was faster."""
    first = found[0]
    try:
        with transaction.atomic():
            notice = notices.queue(
                template=TEMPLATE,
                recipient_kind="user",
                recipient_id=user,
                stream=first.programme.stream,
                at=now,
                context={
                    "user": user,
                    "programme": first.programme_id,
                    "alerts": [alert.pk for alert in found],
                },
            )
            row = AlertNotice.objects.create(user_id=user, on=timezone.localdate(now), notice=notice)
            row.alerts.set(found)
    except IntegrityError:
        return 0
    return 1


def values(notice: Notice) -> Mapping[str, Any] | None:
    """Which alerts still wait for the reader, one a line, without a name of anybody."""
    user = User.objects.filter(pk=notice.context.get("user") or 0).first()
    if user is None:
        return None
    waiting = (
        Alert.objects.visible_to(user)
        .waiting()
        .filter(pk__in=notice.context.get("alerts") or [])
        .select_related("case", "programme")
    )
    lines = [
        _("%(programme)s, case %(number)s: %(why)s")
        % {"programme": one.programme.code, "number": one.case.number, "why": one.summary}
        for one in waiting
    ]
    left_out = len(lines) - MOST_LINES
    if left_out > 0:
        more = ngettext("and %(count)s more", "and %(count)s more", left_out) % {
            "count": display.number_text(left_out)
        }
        lines = [*lines[:MOST_LINES], more]
    return {
        "name": user.full_name,
        "alerts": "\n".join(lines) or _("All of them were dealt with meanwhile: nothing is left to do."),
        "link": settings.PUBLIC_URL.rstrip("/") + reverse("home"),
    }


KIND = MessageKind(
    key=TEMPLATE,
    label=gettext_lazy("Alerts of the follow-up"),
    when=gettext_lazy(
        "When an alert was raised, and again to the next person when nobody dealt with it; one message a day."
    ),
    subject=gettext_lazy("Alerts in {programme_code}"),
    body=gettext_lazy("Dear {name},\n\nThese alerts wait for you:\n{alerts}\n\n{link}\n"),
    placeholders={
        "name": gettext_lazy("name of the reader"),
        "alerts": gettext_lazy("alerts that wait, one a line"),
        "link": gettext_lazy("address of the start page"),
    },
    samples={"name": "Amel Kacem", "alerts": "–", "link": "https://example.org/"},
    values=values,
)


def register() -> None:
    """Make the message known, so that a programme may word it."""
    messages.register(KIND)
