"""Inviting jurors: the message that leaves, and invitations that nobody answered in time."""

from datetime import datetime
from typing import TYPE_CHECKING

from programmes.days import days_by_zone
from scoring.messages import INVITATION
from workflow import notices, tick

if TYPE_CHECKING:
    from scoring.models import JurorEngagement


def tell(engagement: "JurorEngagement", *, at: datetime) -> None:
    """Queue the invitation of a juror, in the caller's transaction."""
    notices.queue(
        template=INVITATION,
        recipient_kind="user",
        recipient_id=engagement.user_id,
        stream=engagement.stream,
        at=at,
        context={"engagement": engagement.pk, "programme": engagement.programme_id},
    )


def expire(now: datetime) -> int:
    """Let invitations expire whose day to answer is over."""
    from scoring.models import JurorEngagement

    invited = JurorEngagement.objects.filter(state="invited")
    return sum(
        tick.fire_due(
            invited.filter(session__call__programme__time_zone=zone, respond_by__lt=today), "expire", now
        )
        for zone, today in days_by_zone(now)
    )
