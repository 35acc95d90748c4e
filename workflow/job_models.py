"""The record of one long work: who started it, how far it is, what came of it. See `workflow/jobs.py`."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from workflow.states import BLOCKED, DOING, DONE, NEUTRAL, WAITING


class JobQuerySet(models.QuerySet[Any]):
    """Long works."""

    def visible_to(self, user: Any) -> "JobQuerySet":
        """One's own: what came of a work may name records that others do not see."""
        if getattr(user, "pk", None) is None:
            return self.none()
        return self.filter(owner=user.pk)


class Job(models.Model):
    """One long work. `given` and `result` hold ids, numbers and sentences, never an identity value."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waits for its turn")
        RUNNING = "running", _("At work")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        STOPPED = "stopped", _("Stopped")

    MEANINGS: ClassVar = {
        "waiting": WAITING,
        "running": DOING,
        "done": DONE,
        "failed": BLOCKED,
        "stopped": NEUTRAL,
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    programme_id = models.BigIntegerField(null=True, blank=True)
    language = models.CharField(max_length=8)
    given = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    phase = models.CharField(max_length=200, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    beat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    stop_asked = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("long work")
        verbose_name_plural = _("long works")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running", "done", "failed", "stopped"]),
                name="workflow_job_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "running"], ended_at__isnull=True)
                | Q(status__in=["done", "failed", "stopped"], ended_at__isnull=False),
                name="workflow_job_ended_has_a_date",
            ),
        ]
        indexes = [models.Index(fields=["owner", "read_at"], name="workflow_job_of_owner")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Its page: progress, then what came of it."""
        return reverse("workflow:job", args=[self.uid])

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.ended_at is not None

    @property
    def meaning(self) -> str:
        """What its status means."""
        return str(self.MEANINGS[self.status])
