"""Acts that need two persons: one proposes with the exact data, another one fires."""

from typing import Any

import rules
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from workflow import acts, chain, clock
from workflow.actors import Actor, System
from workflow.declare import Arrow
from workflow.guards import objections
from workflow.machines import machine_of
from workflow.models import Event, Proposal
from workflow.states import StateModel


def open_proposal(record: StateModel, verb: str) -> Proposal | None:
    """Return the proposal that waits for a second person, None when there is none."""
    return (
        Proposal.objects.still_open()
        .filter(kind=record.kind, object_id=str(record.pk), verb=verb)
        .select_related("proposer")
        .first()
    )


def propose(record: StateModel, verb: str, *, actor: Actor, data: dict[str, Any]) -> Proposal:
    """Record the first half of an act that needs two persons.

    Raises `Refused` when the act would be refused now, or when a proposal waits already.
    """
    from workflow.door import NotAllowed, Refused

    machine = machine_of(type(record))
    arrow = machine.arrow(verb, record.state)
    if arrow is None or actor.pk is None or not rules.has_perm(machine.permission(verb), actor, record):
        raise NotAllowed([_("You may not do this.")])
    sentences = objections(record, arrow, actor, data)
    if sentences:
        raise Refused(sentences)
    try:
        with transaction.atomic():
            return Proposal.objects.create(
                kind=record.kind,
                object_id=str(record.pk),
                verb=verb,
                digest=chain.digest(data),
                data=data,
                proposer_id=actor.pk,
                proposed_at=timezone.now(),
            )
    except IntegrityError as error:
        raise Refused([_("A proposal already waits for a second person.")]) from error


def withdraw(proposal: Proposal, record: StateModel, *, actor: Actor) -> bool:
    """Take an open proposal back, so that another one can be made: by its proposer, or by who disagrees.

    The trail of the record says who did. Returns False when it was confirmed or taken back meanwhile.
    """
    now = clock.now()
    with transaction.atomic():
        acts.record(proposal, "withdraw", actor=actor, at=now, stream=record.stream)
        found = Proposal.objects.filter(pk=proposal.pk, event__isnull=True, withdrawn_at__isnull=True)
        if not found.update(withdrawn_at=now):
            transaction.set_rollback(True)
            return False
    return True


def take(record: StateModel, arrow: Arrow, actor: Actor, data: dict[str, Any]) -> Proposal:
    """Return the open proposal that the actor, a second person, confirms with the same data.

    Raises `Refused` when there is none, when it is the actor's own, or when the data differ.
    """
    from workflow.door import Refused

    proposal = open_proposal(record, arrow.verb)
    if proposal is None:
        raise Refused([_("Another person must propose this first.")])
    if isinstance(actor, System) or proposal.proposer_id == actor.pk:
        raise Refused([_("You proposed this yourself; a second person must confirm it.")])
    if proposal.digest != chain.digest(data):
        raise Refused([_("What you confirm is not what was proposed.")])
    return proposal


def close(proposal: Proposal, event: Event) -> None:
    """Tie a confirmed proposal to its event."""
    proposal.event = event
    proposal.save(update_fields=["event"])
