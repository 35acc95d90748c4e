"""Grants: projects, persons and enterprises funded, kits delivered. Funded means a first payment was made."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from applications.models import Person
from disbursements.models import Grant, Procurement
from followup.models import Enterprise
from reporting.figure import Figure, counted, indicator

PAID = ("paid", "justified")
APART, INSIDE = "A", "B"
STRENGTHENED_RULES = (
    (APART, _("Rule A: strengthened enterprises are counted apart from the projects.")),
    (INSIDE, _("Rule B: strengthened enterprises are counted inside the projects.")),
)


def funded(programme: Any, *purposes: str) -> Any:
    """Return the grants with at least one instalment paid, on tracks of the given purposes."""
    return Grant.objects.filter(
        application__call__programme=programme,
        application__call__is_test=False,
        application__track__purpose__in=purposes,
        pk__in=Grant.objects.filter(tranches__state__in=PAID).values("pk"),
    )


def _projects(programme: Any, rule: str) -> Any:
    purposes = ("creation", "strengthening") if rule == INSIDE else ("creation",)
    return funded(programme, *purposes)


@indicator(
    "projects_funded",
    label=_("Projects funded"),
    definition=_("Grants of the creation track with at least one instalment paid."),
    rules=STRENGTHENED_RULES,
)
def projects_funded(programme: Any, rule: str) -> Figure:
    """Count funded projects."""
    return counted(_projects(programme, rule))


@indicator(
    "people_funded",
    label=_("Persons funded"),
    definition=_("Distinct member persons of the funded projects."),
    rules=STRENGTHENED_RULES,
)
def people_funded(programme: Any, rule: str) -> Figure:
    """Count persons through the memberships of the funded applications."""
    applications = _projects(programme, rule).values("application")
    return counted(Person.objects.filter(application_memberships__application__in=applications).distinct())


@indicator(
    "enterprises_strengthened",
    label=_("Enterprises strengthened"),
    definition=_("Grants of the strengthening track with at least one instalment paid."),
)
def enterprises_strengthened(programme: Any, rule: str) -> Figure:
    """Count strengthened enterprises."""
    return counted(funded(programme, "strengthening"))


@indicator(
    "cooperatives_created",
    label=_("Cooperatives created"),
    definition=_("Cooperatives registered among the creation-track grants."),
)
def cooperatives_created(programme: Any, rule: str) -> Figure:
    """Count registered cooperatives of funded creation grants."""
    return counted(
        Enterprise.objects.filter(
            grant__in=funded(programme, "creation"), kind="cooperative", registered_on__isnull=False
        )
    )


@indicator(
    "women_assisted",
    label=_("Women assisted"),
    definition=_("Distinct women members of grants of the women's activity track."),
)
def women_assisted(programme: Any, rule: str) -> Figure:
    """Count women in the funded women's groups."""
    grants = funded(programme, "creation").filter(application__track__code="AGR")
    return counted(
        Person.objects.filter(
            application_memberships__application__in=grants.values("application"),
            registrations__programme=programme,
            registrations__sex="f",
        ).distinct()
    )


@indicator(
    "kits_delivered",
    label=_("Kits delivered"),
    definition=_("In-kind instalments with a signed delivery note."),
)
def kits_delivered(programme: Any, rule: str) -> Figure:
    """Count procurements handed over."""
    return counted(
        Procurement.objects.filter(
            tranche__grant__application__call__programme=programme,
            tranche__grant__application__call__is_test=False,
            state__in=["handed_over", "matched"],
        )
    )
