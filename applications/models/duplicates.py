"""Likely duplicates: two files that a person must look at together, and what was decided about them.

What is found is a row, not a change of state: nothing is merged. The decision is an act in the histories of
both cases, with its reason in an erasable note.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from applications.querysets import DuplicateQuerySet


class Alike(models.TextChoices):
    """What is alike in two files."""

    PERSON = "person", _("Persons")
    PLAN = "plan", _("Plans")


class Strength(models.TextChoices):
    """How much speaks for it: a likely one holds the later file until somebody has decided."""

    LIKELY = "likely", _("Likely")
    POSSIBLE = "possible", _("Possible")


class Finding(models.TextChoices):
    """What a person decided."""

    OPEN = "", _("To decide")
    SAME = "same", _("Duplicate")
    DIFFERENT = "different", _("No duplicate")


class Duplicate(models.Model):
    """Two files that look like one. grounds: codes of the evidence (`applications/duplicates/wording.py`).

    Of two persons, `earlier_person` is part of the earlier file; both may be members of one file. `percent`
    is how much of two plans is the same. No value of anybody's identity stands here.
    """

    alike = models.CharField(_("what is alike"), max_length=6, choices=Alike.choices)
    strength = models.CharField(_("strength"), max_length=8, choices=Strength.choices)
    earlier = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="duplicates_after"
    )
    later = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="duplicates_before"
    )
    earlier_person = models.ForeignKey(
        "applications.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    later_person = models.ForeignKey(
        "applications.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    grounds = models.JSONField(_("evidence"), default=list)
    weight = models.FloatField(_("weight"), default=0)
    percent = models.PositiveSmallIntegerField(_("likeness"), null=True, blank=True)
    found_at = models.DateTimeField(_("found on"))
    finding = models.CharField(
        _("decision"), max_length=9, choices=Finding.choices, default=Finding.OPEN, blank=True
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided on"), null=True, blank=True)
    event = models.OneToOneField(
        "workflow.Event", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        verbose_name = _("likely duplicate")
        verbose_name_plural = _("likely duplicates")
        ordering = ["finding", "strength", "-weight", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["earlier", "later", "earlier_person", "later_person"],
                condition=Q(alike="person"),
                name="duplicate_persons_once",
            ),
            models.UniqueConstraint(
                fields=["earlier", "later"], condition=Q(alike="plan"), name="duplicate_plans_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    alike="person",
                    earlier_person__isnull=False,
                    later_person__isnull=False,
                    percent__isnull=True,
                )
                | Q(
                    alike="plan",
                    earlier_person__isnull=True,
                    later_person__isnull=True,
                    percent__isnull=False,
                ),
                name="duplicate_of_persons_or_plans",
            ),
            models.CheckConstraint(
                condition=Q(alike="plan") & ~Q(earlier=F("later"))
                | Q(alike="person") & ~Q(earlier_person=F("later_person")),
                name="duplicate_of_two",
            ),
            models.CheckConstraint(condition=Q(strength__in=Strength.values), name="duplicate_strength"),
            models.CheckConstraint(
                condition=Q(finding="", decided_by__isnull=True, decided_at__isnull=True, event__isnull=True)
                | Q(
                    finding__in=["same", "different"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    event__isnull=False,
                ),
                name="duplicate_decided_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["later", "finding"], name="duplicate_of_later"),
            models.Index(fields=["earlier", "finding"], name="duplicate_of_earlier"),
            models.Index(fields=["finding", "strength"], name="duplicate_by_finding"),
        ]

    def __str__(self) -> str:
        return f"{self.earlier_id}/{self.later_id}"

    def get_absolute_url(self) -> str:
        """The page with both sides."""
        return reverse("applications:duplicate", args=[self.later.call.programme.code, self.pk])

    @property
    def programme_id(self) -> int:
        """The programme of the later file, which is the one that waits."""
        return self.later.call.programme_id

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.finding == Finding.OPEN

    @property
    def outcome(self) -> str:
        """The decision as a word for lists: open, same, different."""
        return self.finding or "open"

    @property
    def reason(self) -> str:
        """Why it was decided so; empty once it was erased."""
        note: Any = self.event.note if self.event else None
        return note.text if note else ""


class Comparison(models.Model):
    """Whether a file was compared with the others since it was last sent."""

    application = models.OneToOneField(
        "applications.Application", on_delete=models.CASCADE, related_name="comparison"
    )
    asked_at = models.DateTimeField(_("asked for on"))
    done_at = models.DateTimeField(_("done on"), null=True, blank=True)

    class Meta:
        verbose_name = _("comparison of a file")
        verbose_name_plural = _("comparisons of files")
        indexes = [
            models.Index(fields=["asked_at"], name="comparison_waiting", condition=Q(done_at__isnull=True))
        ]

    def __str__(self) -> str:
        return str(self.application_id)


class MatchKey(models.Model):
    """The blind index of what brings two persons, or two plans, together for a comparison."""

    person = models.ForeignKey(
        "applications.Person", on_delete=models.CASCADE, null=True, blank=True, related_name="match_keys"
    )
    application = models.ForeignKey(
        "applications.Application", on_delete=models.CASCADE, null=True, blank=True, related_name="match_keys"
    )
    key = models.CharField(max_length=32, db_index=True)

    class Meta:
        verbose_name = _("key of a comparison")
        verbose_name_plural = _("keys of comparisons")
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="match_key_of_person_once"),
            models.UniqueConstraint(fields=["application", "key"], name="match_key_of_plan_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, application__isnull=True)
                | Q(person__isnull=True, application__isnull=False),
                name="match_key_of_person_or_plan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or ''}{self.application_id or ''}"
