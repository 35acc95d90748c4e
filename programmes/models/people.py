"""Who is what in a programme. Rows are ended, never deleted: they say who gave a role and who ended it."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from programmes import predicates
from programmes.models.partners import Organisation
from programmes.models.programme import Programme
from programmes.predicates import Role
from programmes.querysets import MembershipQuerySet

__all__ = ["Membership", "Role"]


class Membership(models.Model):
    """One role of one person in one programme, from a day until another (both included) or until ended."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="memberships",
        verbose_name=_("person"),
    )
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("programme")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    donor = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="members",
        verbose_name=_("for the donor"),
    )
    valid_from = models.DateField(_("from"))
    valid_until = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    delegated_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="delegations"
    )
    ended_at = models.DateTimeField(_("ended on"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["programme_id", "role", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(role=Role.DONOR, donor__isnull=False)
                | (~Q(role=Role.DONOR) & Q(donor__isnull=True)),
                name="membership_donor_names_organisation",
                violation_error_message=_("Say for which donor, and only for the role of a donor."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="membership_period_in_order",
            ),
            models.CheckConstraint(
                condition=Q(delegated_from__isnull=True) | Q(valid_until__isnull=False, donor__isnull=True),
                name="membership_delegated_until_a_day",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(ended_by__isnull=True),
                name="membership_ended_by_whom_and_when",
            ),
            models.UniqueConstraint(
                fields=["user", "programme", "role"],
                condition=Q(ended_at__isnull=True, donor__isnull=True),
                name="membership_role_once",
                violation_error_message=_("This person has that role already."),
            ),
            models.UniqueConstraint(
                fields=["user", "programme", "donor"],
                condition=Q(ended_at__isnull=True, donor__isnull=False),
                name="membership_donor_once",
                violation_error_message=_("This person has that role already."),
            ),
        ]
        indexes = [models.Index(fields=["programme", "role"], name="membership_by_role")]

    def __str__(self) -> str:
        return f"{self.programme}: {self.role}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and let the person's user object read its roles again."""
        super().save(*args, **kwargs)
        predicates.forget(self.user)

    def in_force(self, on: date) -> bool:
        """Whether it counts on a day."""
        if self.ended_at is not None or on < self.valid_from:
            return False
        return self.valid_until is None or on <= self.valid_until
