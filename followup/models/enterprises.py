"""The business that is followed, its members, and the coach who follows it."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from followup.querysets import CaseloadQuerySet, EnterpriseQuerySet
from followup.visit_form import BusinessStatus


class EnterpriseKind(models.TextChoices):
    """What the business is in law."""

    INDIVIDUAL = "individual", _("Individual")
    GROUP = "group", _("Group")
    COOPERATIVE = "cooperative", _("Cooperative")
    INSTITUTION = "institution", _("Public service")


class Enterprise(models.Model):
    """A business, funded or only accompanied. Its status is read from the last validated visit."""

    case = models.OneToOneField("applications.Case", on_delete=models.PROTECT, related_name="enterprise")
    grant = models.OneToOneField(
        "disbursements.Grant", on_delete=models.PROTECT, null=True, blank=True, related_name="enterprise"
    )
    programme = models.ForeignKey(
        "programmes.Programme", on_delete=models.PROTECT, related_name="enterprises"
    )
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=EnterpriseKind.choices)
    sector = models.CharField(_("sector"), max_length=60, blank=True)
    site = models.ForeignKey(
        "programmes.Site", on_delete=models.PROTECT, null=True, blank=True, related_name="enterprises"
    )
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    opened_on = models.DateField(_("opened on"), null=True, blank=True)
    existed_before = models.BooleanField(_("existed before the support"), default=False)
    status = models.CharField(
        _("status"), max_length=20, choices=BusinessStatus.choices, default=BusinessStatus.NOT_STARTED
    )
    status_on = models.DateField(_("status seen on"), null=True, blank=True)
    anchor_on = models.DateField(_("visits are counted from"), null=True, blank=True)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=BusinessStatus.values), name="followup_enterprise_known_status"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EnterpriseKind.values), name="followup_enterprise_known_kind"
            ),
        ]
        indexes = [models.Index(fields=["programme", "status"], name="followup_enterprise_status")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("applications:case", args=[self.case.number])

    @property
    def is_group(self) -> bool:
        """Whether it belongs to several people: they are asked about members, cash book and disputes."""
        return self.kind in (EnterpriseKind.GROUP, EnterpriseKind.COOPERATIVE)

    @property
    def stream(self) -> str:
        return self.case.stream

    def visits_after(self, point: Any) -> "models.QuerySet[Any]":
        """Visits handed in after an action point was agreed: they can tell whether it was done."""
        made = self.visits.filter(state__in=["submitted", "validated"], performed_at__isnull=False)
        if point.visit_id is not None:
            made = made.exclude(pk=point.visit_id)
        return made.filter(performed_at__date__gte=point.agreed_on).order_by("-performed_at")


class EnterpriseMember(models.Model):
    """A person's part in an enterprise over time. Persons are counted through these rows."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(
        "applications.Person", on_delete=models.PROTECT, related_name="enterprise_memberships"
    )
    role = models.CharField(_("role"), max_length=40, blank=True)
    share_percent = models.PositiveSmallIntegerField(
        _("share"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    joined_on = models.DateField(_("joined on"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        verbose_name = _("member of an enterprise")
        verbose_name_plural = _("members of enterprises")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "person"],
                condition=Q(left_on__isnull=True),
                name="followup_member_once",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True)
                | Q(joined_on__isnull=True)
                | Q(left_on__gte=models.F("joined_on")),
                name="followup_member_left_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise_id}/{self.person_id}"


class CaseloadRole(models.TextChoices):
    """Lead coach or backup."""

    LEAD = "lead", _("Lead coach")
    BACKUP = "backup", _("Backup coach")


class CaseloadAssignment(models.Model):
    """Which coach follows which enterprise, from when to when. No two leads overlap."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="caseload")
    coach = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="caseload")
    role = models.CharField(_("role"), max_length=10, choices=CaseloadRole.choices, default=CaseloadRole.LEAD)
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = CaseloadQuerySet.as_manager()

    class Meta:
        verbose_name = _("caseload")
        verbose_name_plural = _("caseloads")
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise"],
                condition=Q(role="lead", valid_until__isnull=True),
                name="followup_one_lead_coach",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("valid_from")),
                name="followup_caseload_dates",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coach_id}/{self.enterprise_id}"

    def covers(self, day: date) -> bool:
        """Tell whether the assignment is in force on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)
