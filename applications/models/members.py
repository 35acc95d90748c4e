"""Who applies together: the persons of a group or cooperative, each with a role and perhaps a share."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MemberRole(models.TextChoices):
    """What somebody is in a group that applies."""

    LEAD = "lead", _("project lead")
    PRESIDENT = "president", _("president")
    VICE_PRESIDENT = "vice_president", _("vice-president")
    TREASURER = "treasurer", _("treasurer")
    SECRETARY = "secretary", _("secretary")
    MEMBER = "member", _("member")


class ApplicationMember(models.Model):
    """A person's part in an application; the applicant is one of them. Who applies alone has no role."""

    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="members"
    )
    person = models.ForeignKey(
        "applications.Person", on_delete=models.PROTECT, related_name="application_memberships"
    )
    role = models.CharField(_("role"), max_length=40, blank=True, choices=MemberRole.choices)
    share = models.PositiveSmallIntegerField(
        _("share in percent"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("member of an application")
        verbose_name_plural = _("members of applications")
        constraints = [
            models.UniqueConstraint(fields=["application", "person"], name="application_member_once"),
            models.CheckConstraint(
                condition=Q(role__in=["", *MemberRole.values]), name="application_member_role_known"
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True) | Q(share__lte=100),
                name="application_member_share_in_percent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.person_id}"
