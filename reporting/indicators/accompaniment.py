"""Accompaniment without a grant: partnerships, cohorts, ideas, openings, profits, organisations."""

from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from followup.models import Enrolment, Enterprise, Visit
from programmes.models import Organisation, Partnership
from reporting.figure import Figure, counted, indicator, share
from reporting.indicators.reach import completed, persons_of

BASELINE, MONTH_6 = "V0", "M6"


@indicator("partnerships", label=_("Partnerships"), definition=_("Partnership records signed."))
def partnerships(programme: Any, rule: str) -> Figure:
    """Count signed partnerships."""
    return counted(Partnership.objects.filter(programme=programme, signed_on__isnull=False))


@indicator(
    "partnership_youth",
    label=_("Young people in partnerships"),
    definition=_("Distinct persons linked to a partnership."),
)
def partnership_youth(programme: Any, rule: str) -> Figure:
    """Count persons whose enrolment names a partnership."""
    linked = Enrolment.objects.filter(cohort__programme=programme, partnership__isnull=False)
    return counted(persons_of(linked))


@indicator(
    "youth_initiated",
    label=_("Young people initiated"),
    definition=_("Distinct persons completing the awareness cohort."),
)
def youth_initiated(programme: Any, rule: str) -> Figure:
    """Count completed awareness enrolments by person."""
    return counted(persons_of(completed(programme, "awareness")))


@indicator(
    "idea_rate",
    label=_("Share with an idea"),
    definition=_("Share of the young people initiated with an idea form submitted."),
)
def idea_rate(programme: Any, rule: str) -> Figure:
    """Share of initiated persons who handed in an idea."""
    initiated = completed(programme, "awareness")
    return share(persons_of(initiated.filter(idea_submitted_on__isnull=False)), persons_of(initiated))


@indicator(
    "holders_trained",
    label=_("Project holders trained"),
    definition=_("Distinct persons completing the project-holder cohort."),
)
def holders_trained(programme: Any, rule: str) -> Figure:
    """Count completed training enrolments by person."""
    return counted(persons_of(completed(programme, "training")))


@indicator(
    "launch_rate",
    label=_("Share who launched"),
    definition=_("Share of project holders trained whose business was seen open by a validated visit."),
)
def launch_rate(programme: Any, rule: str) -> Figure:
    """Share of trained holders with an open business."""
    holders = persons_of(completed(programme, "training"))
    seen_open = Visit.objects.filter(programme=programme, state="validated", answers__status="open")
    opened = _of_real_calls().filter(pk__in=seen_open.values("enterprise"))
    launched = holders.filter(pk__in=opened.values("members__person"))
    return share(launched, holders)


@indicator(
    "entrepreneurs_trained",
    label=_("Entrepreneurs trained"),
    definition=_("Distinct persons completing the strengthening cohort."),
)
def entrepreneurs_trained(programme: Any, rule: str) -> Figure:
    """Count completed strengthening enrolments by person."""
    return counted(persons_of(completed(programme, "strengthening")))


def _of_real_calls() -> Any:
    """Enterprises, those of grants of trials left out."""
    return Enterprise.objects.exclude(grant__application__call__is_test=True)


def _profit(code: str) -> Subquery:
    visits = Visit.objects.filter(enterprise=OuterRef("pk"), code=code, state="validated")
    return Subquery(visits.values(found=Cast(KT("answers__profit"), BigIntegerField()))[:1])


@indicator(
    "profit_increase_rate",
    label=_("Share with higher profit"),
    definition=_(
        "Share of entrepreneurs trained with month-6 profit above baseline profit, both visits validated."
    ),
)
def profit_increase_rate(programme: Any, rule: str) -> Figure:
    """Share of trained entrepreneurs whose profit rose from baseline to month 6."""
    trained = persons_of(completed(programme, "strengthening"))
    judged = (
        _of_real_calls()
        .filter(programme=programme, members__person__in=trained)
        .annotate(before=_profit(BASELINE), after=_profit(MONTH_6))
    )
    risen = judged.filter(after__gt=F("before"))
    both = judged.filter(after__isnull=False, before__isnull=False)
    return share(trained.filter(pk__in=risen.values("members__person")), trained, observed=both.count())


@indicator(
    "organisations_strengthened",
    label=_("Organisations strengthened"),
    definition=_("Distinct partner organisations with at least one capacity-building session."),
)
def organisations_strengthened(programme: Any, rule: str) -> Figure:
    """Count organisations at capacity-building sessions that were held."""
    return counted(
        Organisation.objects.filter(
            strengthened_in__session__programme=programme,
            strengthened_in__session__purpose="capacity",
            strengthened_in__session__state__in=["held", "closed"],
        ).distinct()
    )


@indicator("women_share", label=_("Women's share"), definition=_("Women among all cohort enrolments."))
def women_share(programme: Any, rule: str) -> Figure:
    """Pooled share of women among enrolments, not among persons."""
    enrolments = Enrolment.objects.filter(cohort__programme=programme)
    women = enrolments.filter(person__registrations__programme=programme, person__registrations__sex="f")
    return share(women, enrolments)
