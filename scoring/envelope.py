"""How much money and how many places a batch of decisions may still give away."""

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, Sum

if TYPE_CHECKING:
    from scoring.models import DecisionBatch


class Room(NamedTuple):
    """What is left, in minor units and in places; None means no limit."""

    money: int | None
    places: int | None


def room_of(batch: "DecisionBatch", *, apart: Any = None) -> Room:
    """Return what is left for a batch: the session's own share and places, else the call's envelope.

    Awards announced before count as spent while the application still holds them. A short list has no
    envelope. apart: lines of the ranking in question: awards of its applications do not count.
    """
    from scoring.models import Decision

    if batch.shortlisting:
        return Room(None, None)
    session = batch.session
    spent = Decision.objects.filter(
        outcome__in=["award", "waitlist"], batch__state="announced", application__state="awarded"
    ).exclude(batch=batch.pk)
    if apart is not None:
        spent = spent.exclude(Exists(apart.filter(application=OuterRef("application"))))
    own = spent.filter(batch__session=session).aggregate(
        total=Sum("application__awarded_minor"), count=Count("pk")
    )
    places = None if session.places is None else max(session.places - own["count"], 0)
    if session.envelope_minor is not None:
        return Room(max(session.envelope_minor - (own["total"] or 0), 0), places)
    if session.call.envelope_minor is None:
        return Room(None, places)
    whole = spent.filter(batch__session__call=session.call_id)
    total = whole.aggregate(total=Sum("application__awarded_minor"))["total"] or 0
    return Room(max(session.call.envelope_minor - total, 0), places)
