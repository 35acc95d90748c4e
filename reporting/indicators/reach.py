"""Reach: received, made aware, enrolled, trained. Persons are distinct by person."""

from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from applications import categories
from applications.models import Category, Person, Registration
from followup.models import Enrolment
from reporting.figure import Figure, counted, indicator

YOUNG_FROM, YOUNG_TO = 15, 35


def completed(programme: Any, kind: str) -> Any:
    """Return the completed enrolments of a programme's cohorts of one kind."""
    return Enrolment.objects.filter(cohort__programme=programme, cohort__kind=kind, state="completed")


def persons_of(enrolments: Any) -> Any:
    """Return the distinct persons of some enrolments."""
    return Person.objects.filter(pk__in=enrolments.values("person"))


@indicator(
    "participants",
    label=_("Participants"),
    definition=_("Distinct persons enrolled whose beneficiary category is former combatant."),
)
def participants(programme: Any, rule: str) -> Figure:
    """Count enrolled former combatants; the category is read by the figure engine alone."""
    enrolled = Enrolment.objects.filter(cohort__programme=programme).values("person")
    registrations = list(Registration.objects.filter(programme=programme, person__in=enrolled))
    held = categories.for_engines(registrations)
    fighters = [row.person_id for row in registrations if held[row.pk] == Category.FORMER_COMBATANT]
    return counted(Person.objects.filter(pk__in=fighters))


@indicator("received", label=_("Persons received"), definition=_("Distinct persons with a reception record."))
def received(programme: Any, rule: str) -> Figure:
    """Count reception records."""
    return counted(
        Person.objects.filter(
            pk__in=Registration.objects.filter(programme=programme, received_at__isnull=False).values(
                "person"
            )
        )
    )


@indicator(
    "sensitised",
    label=_("Persons made aware"),
    definition=_("Distinct persons with at least one attended awareness session."),
)
def sensitised(programme: Any, rule: str) -> Figure:
    """Count persons present at an awareness session."""
    return counted(
        Person.objects.filter(
            attendance__present=True,
            attendance__session__programme=programme,
            attendance__session__purpose="awareness",
            attendance__session__state__in=["held", "closed"],
        ).distinct()
    )


@indicator(
    "youth_trained",
    label=_("Young people trained"),
    definition=_("Distinct persons aged 15-35 with a completed entrepreneurship training."),
)
def youth_trained(programme: Any, rule: str) -> Figure:
    """Count trained persons by their age at the end of the cohort."""
    rows = completed(programme, "training").filter(
        person__registrations__programme=programme,
        person__registrations__birth_year__gte=F("cohort__ends_on__year") - YOUNG_TO,
        person__registrations__birth_year__lte=F("cohort__ends_on__year") - YOUNG_FROM,
    )
    return counted(persons_of(rows))
