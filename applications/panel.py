"""Ineligible by panel: where a call wants several officers to agree, each one's opinion is kept as a row.

The last one who agrees declares the file ineligible through the door, whose guard counts the others' rows. An
opinion counts for the file as it was read: what came in later makes the opinions before it void.
"""

import secrets
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from applications.models import Application, EligibilityRule, PanelOpinion, ScreeningPlan
from workflow import Refused, access, chain
from workflow.door import NotAllowed
from workflow.models import EventNote

PERMISSION = "applications.mark_ineligible_application"
STATES = ("submitted", "incomplete")


class Standing(NamedTuple):
    """Where the panel stands on a file. needed: how many must agree; opinions: the newest of each member."""

    needed: int
    opinions: tuple[PanelOpinion, ...]

    @property
    def decides_together(self) -> bool:
        """Whether one officer alone cannot do it."""
        return self.needed > 1

    def agreeing(self, rule_id: int, besides: Any = None) -> int:
        """How many agree that a rule is not met, one member left out."""
        return sum(
            opinion.agrees and opinion.rule_id == rule_id and opinion.member_id != besides
            for opinion in self.opinions
        )

    def nearest(self, besides: Any = None) -> int:
        """How many agree on the rule on which most agree."""
        rules = {opinion.rule_id for opinion in self.opinions}
        return max((self.agreeing(rule, besides) for rule in rules), default=0)

    def of(self, member: Any) -> PanelOpinion | None:
        """The newest opinion of a member."""
        return next((opinion for opinion in self.opinions if opinion.member_id == member.pk), None)


def members_needed(call: Any) -> int:
    """Return how many officers must agree that a file of a call is ineligible."""
    plan = ScreeningPlan.objects.filter(call=call).first()
    return plan.members_to_refuse if plan else 1


def standing(application: Application) -> Standing:
    """Return where the panel stands on the file as it was last sent."""
    needed = members_needed(application.call_id)
    if needed == 1:
        return Standing(1, ())
    since = last_sent(application)
    newest: dict[int, PanelOpinion] = {}
    for opinion in application.opinions.select_related("member", "rule", "note"):
        if since is None or opinion.at >= since:
            newest[opinion.member_id] = opinion
    return Standing(needed, tuple(sorted(newest.values(), key=lambda opinion: opinion.at)))


def last_sent(application: Application) -> datetime | None:
    """Return when what the officers read was sent."""
    sent = application.sent_answers("idea")
    return sent.frozen_at if sent and sent.frozen_at else application.submitted_at


@transaction.atomic
def give(
    application: Application, *, rule: EligibilityRule, agrees: bool, reason: str, actor: Any, at: datetime
) -> PanelOpinion:
    """Record what an officer says; raises `NotAllowed`, or `Refused` with a sentence."""
    if not access.may(actor, PERMISSION, application):
        raise NotAllowed([_("You may not do this.")])
    said = " ".join(reason.split())[:4000]
    if rule.call_id != application.call_id:
        raise Refused([_("Name the rule that is not met.")])
    if not said:
        raise Refused([_("Give a reason.")])
    if application.state not in STATES:
        raise Refused([_("This application is no longer in screening.")])
    return keep(application, rule_id=rule.pk, agrees=agrees, reason=said, actor=actor, at=at)


def keep(
    application: Application, *, rule_id: int, agrees: bool, reason: str, actor: Any, at: datetime
) -> PanelOpinion:
    """Store an opinion with its reason in an erasable note."""
    note = EventNote.objects.create(text=reason, salt=secrets.token_hex(16))
    return PanelOpinion.objects.create(
        application=application,
        member=actor,
        rule_id=rule_id,
        agrees=agrees,
        at=at,
        note=note,
        note_digest=chain.note_digest(note.text, note.salt),
    )
