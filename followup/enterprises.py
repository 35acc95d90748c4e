"""Founding enterprises, with a grant or without, and giving them coaches."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.models import Case
from disbursements.models import Grant
from followup.models import ActionPoint, CaseloadAssignment, Enterprise, EnterpriseMember, Visit
from followup.models.enterprises import CaseloadRole, EnterpriseKind
from workflow import acts, display
from workflow.actors import Actor

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


@transaction.atomic
def found_without_grant(case: Case, *, name: str, kind: str, site: Any = None) -> Enterprise:
    """Found the enterprise of a case that is only accompanied, with the people of the case as members."""
    enterprise = Enterprise.objects.create(
        case=case, programme=case.programme, name=name, kind=kind, site=site or case.site
    )
    application = getattr(case, "application", None)
    people = [member.person_id for member in application.members.all()] if application else []
    people += case.enrolments.values_list("person", flat=True)
    EnterpriseMember.objects.bulk_create(
        EnterpriseMember(enterprise=enterprise, person_id=person) for person in dict.fromkeys(people)
    )
    return enterprise


class HandoverError(ValueError):
    """The handover asked for is not possible; the message says why."""


@transaction.atomic
def hand_over(
    enterprise: Enterprise, *, coach: Any, day: date, reason: str, by: "Actor | None" = None
) -> CaseloadAssignment:
    """Give an enterprise to a lead coach from a day on; open visits and action points move along.

    by: who decides; it then stands in the history of the case. Whoever was to begin on that same day never
    did. Raises `HandoverError` when the coach has it already, or the present one began later than that day.
    """
    if by is not None:
        facts = {"coach": coach.pk, "day": day.isoformat()}
        acts.record(enterprise, "hand_over", actor=by, at=timezone.now(), reason=reason, data=facts)
    leads = CaseloadAssignment.objects.select_for_update().filter(
        enterprise=enterprise, role=CaseloadRole.LEAD
    )
    current = leads.filter(valid_until__isnull=True).first()
    if current is not None:
        if current.coach_id == coach.pk:
            raise HandoverError(_("This coach already follows the enterprise."))
        if current.valid_from > day:
            raise HandoverError(
                _("The present coach begins on %(day)s: choose a later day.")
                % {"day": display.date_text(current.valid_from)}
            )
        if current.valid_from == day:
            current.delete()
        else:
            current.valid_until = day - timedelta(days=1)
            current.save(update_fields=["valid_until"])
    if leads.filter(valid_until__gte=day).exists():
        raise HandoverError(_("Another coach followed the enterprise until a later day: choose that day."))
    enterprise.caseload.filter(coach=coach, role=CaseloadRole.BACKUP).in_force(day).update(valid_until=day)
    assignment = CaseloadAssignment.objects.create(
        enterprise=enterprise, coach=coach, valid_from=day, reason=reason
    )
    Visit.objects.filter(enterprise=enterprise).waiting().update(coach=coach)
    Visit.objects.filter(enterprise=enterprise, state="missed").update(coach=coach)
    ActionPoint.objects.filter(enterprise=enterprise).waiting().update(coach=coach)
    return assignment


@transaction.atomic
def stand_in(
    enterprise: Enterprise, *, coach: Any, day: date, until: date | None, reason: str, by: Actor
) -> CaseloadAssignment:
    """Let another coach stand in for the lead coach, from a day to a day; who visits is agreed each time.

    Raises `HandoverError` for somebody who follows the enterprise on that day already.
    """
    if until is not None and until < day:
        raise HandoverError(_("The last day lies before the first."))
    if enterprise.caseload.in_force(day).filter(coach=coach).exists():
        raise HandoverError(_("This coach already follows the enterprise."))
    facts = {"coach": coach.pk, "day": day.isoformat()}
    acts.record(enterprise, "stand_in", actor=by, at=timezone.now(), reason=reason, data=facts)
    return CaseloadAssignment.objects.create(
        enterprise=enterprise,
        coach=coach,
        role=CaseloadRole.BACKUP,
        valid_from=day,
        valid_until=until,
        reason=reason,
    )


def declare_acts() -> None:
    """Name what is done about an enterprise in the history of its case."""
    label = Enterprise._meta.label
    acts.declare(
        label, "hand_over", gettext_lazy("Handed over to another coach"), facts=("coach", "day"), reason=True
    )
    acts.declare(label, "stand_in", gettext_lazy("A coach stands in"), facts=("coach", "day"), reason=True)
    acts.declare(
        label, "move_anchor", gettext_lazy("Visits counted from another day"), facts=("day",), reason=True
    )
