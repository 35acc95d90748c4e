"""Goals of a call for whom it funds: a share or places for women, young people, a status, a site, a track.

A quota is a goal on a denominator. It is announced with the call and shown beside every decision. One that
reserves places brings in the best of its list (`scoring/reserved.py`), each with the quota recorded on the
decision; the others are watched and move nobody.
"""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from programmes.models import Call


class Measure(models.TextChoices):
    """What a quota looks at."""

    SEX = "sex", _("Sex")
    YOUTH = "youth", _("Age")
    STATUS = "status", _("Status")
    SITE = "site", _("Site")
    TRACK = "track", _("Track")


class Denominator(models.TextChoices):
    """Of what the goal is a part: shares are in percent, places are counted."""

    AWARDS = "awards", _("percent of the funded applications")
    PERSONS = "persons", _("percent of the persons in funded applications")
    MONEY = "money", _("percent of the money awarded")
    PLACES = "places", _("funded applications, as a number")


class QuotaQuerySet(models.QuerySet["Quota"]):
    """Quotas: read by whoever reads the call."""

    def visible_to(self, user: Any) -> Self:
        """Those of calls that the user may see."""
        return self.filter(call__in=Call.objects.visible_to(user))


class Quota(models.Model):
    """One goal. value: f or m, an age in years, a status, the code of a site or a track.

    reserved: places are kept for it; otherwise it is watched alone. Never for a status: the list of the
    funded would tell who has it.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="quotas", verbose_name=_("call"))
    measure = models.CharField(_("looks at"), max_length=6, choices=Measure)
    value = models.CharField(_("for whom"), max_length=40)
    of = models.CharField(_("counted as"), max_length=7, choices=Denominator, default=Denominator.AWARDS)
    goal = models.PositiveIntegerField(_("at least"))
    reserved = models.BooleanField(_("places are reserved"), default=False)
    sort = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = QuotaQuerySet.as_manager()

    class Meta:
        verbose_name = _("quota")
        verbose_name_plural = _("quotas")
        ordering = ["call_id", "sort", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "measure", "value", "of"],
                name="quota_once",
                violation_error_message=_("This call has this quota already."),
            ),
            models.CheckConstraint(condition=Q(measure__in=Measure.values), name="quota_measure_known"),
            models.CheckConstraint(condition=Q(of__in=Denominator.values), name="quota_denominator_known"),
            models.CheckConstraint(condition=Q(goal__gt=0), name="quota_goal_positive"),
            models.CheckConstraint(
                condition=Q(of="places") | Q(goal__lte=100), name="quota_share_within_the_whole"
            ),
            models.CheckConstraint(
                condition=Q(reserved=False) | Q(of__in=["awards", "places"]), name="quota_reserves_awards"
            ),
            models.CheckConstraint(
                condition=Q(reserved=False) | ~Q(measure="status"),
                name="quota_reserves_no_status",
                violation_error_message=_(
                    "Places are not reserved for a status: the list of the funded would tell who has it."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.measure}={self.value} {self.of} {self.goal}"

    def get_absolute_url(self) -> str:
        """The page on which it is changed."""
        return reverse("scoring:edit_quota", args=[self.pk])

    @property
    def programme_id(self) -> int:
        """The programme of its call."""
        return self.call.programme_id
