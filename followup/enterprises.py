"""Founding the enterprise of a grant, and giving enterprises a coach."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from disbursements.models import Grant
from followup.models import CaseloadAssignment, Enterprise, EnterpriseMember, Visit
from followup.models.enterprises import CaseloadRole, EnterpriseKind

KIND_OF_COMPOSITION = {
    "individual": EnterpriseKind.INDIVIDUAL,
    "pair": EnterpriseKind.GROUP,
    "group": EnterpriseKind.GROUP,
    "cooperative": EnterpriseKind.COOPERATIVE,
    "institution": EnterpriseKind.INSTITUTION,
}


@transaction.atomic
def enterprise_of_grant(grant: Grant) -> Enterprise:
    """Return the enterprise of a grant, founding it with the application's members the first time."""
    found = Enterprise.objects.filter(grant=grant).select_related("case", "programme").first()
    if found is not None:
        return found
    application = grant.application
    enterprise = Enterprise.objects.create(
        case=grant.case,
        grant=grant,
        programme=application.call.programme,
        name=application.title or grant.case.number,
        kind=KIND_OF_COMPOSITION[application.track.composition],
        site=application.case.site,
        existed_before=application.track.purpose == "strengthening",
    )
    EnterpriseMember.objects.bulk_create(
        EnterpriseMember(
            enterprise=enterprise, person_id=member.person_id, role=member.role, share_percent=member.share
        )
        for member in application.members.all()
    )
    return enterprise


class HandoverError(ValueError):
    """The handover asked for is not possible; the message says why."""


@transaction.atomic
def hand_over(enterprise: Enterprise, *, coach: Any, day: date, reason: str) -> CaseloadAssignment:
    """Give an enterprise to a lead coach from a day on; open visits move, submitted ones stay.

    Raises `HandoverError` when the coach has it already.
    """
    current = (
        CaseloadAssignment.objects.select_for_update()
        .filter(enterprise=enterprise, role=CaseloadRole.LEAD, valid_until__isnull=True)
        .first()
    )
    if current is not None:
        if current.coach_id == coach.pk:
            raise HandoverError(_("This coach already follows the enterprise."))
        current.valid_until = max(current.valid_from, day - timedelta(days=1))
        current.save(update_fields=["valid_until"])
    assignment = CaseloadAssignment.objects.create(
        enterprise=enterprise, coach=coach, valid_from=day, reason=reason
    )
    Visit.objects.filter(enterprise=enterprise).waiting().update(coach=coach)
    Visit.objects.filter(enterprise=enterprise, state="missed").update(coach=coach)
    return assignment
