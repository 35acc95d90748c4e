"""Stopping money: placing a hold, clearing it by a later visit, asking for its release.

A hold is a row on an instalment or on a grant. Its release is a transition (`models/holds.py`).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from disbursements.models import Grant, Hold, HoldState, Tranche
from workflow import Refused, display
from workflow.actors import Actor, System


def place(
    target: Grant | Tranche,
    *,
    reason: str,
    link_record: Model | None = None,
    actor: Actor,
    at: datetime,
) -> Hold:
    """Stop the money of an instalment or of a whole grant; return the hold.

    reason: for the people who will release it. link_record: what the hold comes from, such as a red visit;
    one record holds one thing once. Raises `Refused` without a reason.
    """
    if not reason.strip():
        raise Refused([_("Give a reason.")])
    held = {"tranche": target} if isinstance(target, Tranche) else {"grant": target}
    link = {
        "link_kind": link_record._meta.label_lower if link_record else "",
        "link_id": str(link_record.pk)[:40] if link_record else "",
    }
    if link_record is not None:
        same = Hold.objects.filter(**held, **link, state=HoldState.PLACED).first()
        if same is not None:
            return same
    return Hold.objects.create(
        **held,
        **link,
        reason=reason,
        placed_by=None if isinstance(actor, System) else actor,
        placed_at=at,
        state_since=at,
    )


def clear(grant: Grant, *, by_record: Model, at: datetime) -> int:
    """Note that a visit was validated after the open holds of a grant: an approver may now release them."""
    mine = Q(grant=grant) | Q(tranche__grant=grant)
    rows = Hold.objects.filter(mine, state=HoldState.PLACED, placed_at__lt=at, cleared_at__isnull=True)
    return int(
        rows.update(
            cleared_at=at, cleared_kind=by_record._meta.label_lower, cleared_id=str(by_record.pk)[:40]
        )
    )


def take_clearance_back(grant: Grant, *, by_record: Model) -> int:
    """Note that a visit which let holds be released counts no more; released ones stay released."""
    mine = Q(grant=grant) | Q(tranche__grant=grant)
    rows = Hold.objects.filter(
        mine,
        state=HoldState.PLACED,
        cleared_kind=by_record._meta.label_lower,
        cleared_id=str(by_record.pk)[:40],
    )
    return int(rows.update(cleared_at=None, cleared_kind="", cleared_id=""))


def ask_release(hold: Hold, *, actor: Any, reason: str, at: datetime) -> None:
    """Ask in writing for a release although no visit was validated since; another person may then release.

    Raises `Refused` without a reason, for a released hold, and when somebody asked before.
    """
    if not reason.strip():
        raise Refused([_("Give a reason.")])
    with transaction.atomic():
        asked = Hold.objects.filter(pk=hold.pk, state=HoldState.PLACED, asked_by__isnull=True).update(
            asked_by=actor, asked_at=at, asked_reason=reason
        )
    if not asked:
        raise Refused([_("Somebody asked for this release already.")])
    hold.refresh_from_db()


def open_sentence(tranche: Tranche) -> str | None:
    """Say that money is held, since when and who can lift it; None when nothing holds it."""
    hold = tranche.open_holds().order_by("placed_at").first()
    return None if hold is None else held_sentence(hold)


def held_sentence(hold: Hold) -> str:
    """Say since when a hold stops money, and who can lift it."""
    return _("The money is held since %(date)s. An approver who did not place the hold can release it.") % {
        "date": display.date_text(hold.placed_at)
    }
