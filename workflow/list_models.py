"""What belongs to lists: views that people saved, and every file that a list gave away.

How a list looks is in `workflow/lists.py`. Which programmes' views and files somebody else may see is said by
the package that knows roles (`workflow/list_scope.py`).
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from workflow import list_scope


class SavedViewQuerySet(models.QuerySet[Any]):
    """Saved views."""

    def visible_to(self, user: Any) -> "SavedViewQuerySet":
        """One's own, and those shared in programmes on which one works."""
        if getattr(user, "pk", None) is None:
            return self.none()
        shared = Q(shared=True, programme_id__in=list_scope.programmes_of(user))
        return self.filter(Q(owner=user.pk) | shared)


class SavedView(models.Model):
    """A name for the filters, order and columns of one list. path: the list's address, without query."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=200)
    programme_id = models.BigIntegerField(null=True, blank=True)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(blank=True)
    shared = models.BooleanField(_("shared in the programme"), default=False)
    created_at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "path", "name"], name="saved_view_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="saved_view_has_a_name"),
            models.CheckConstraint(
                condition=Q(shared=False) | Q(programme_id__isnull=False),
                name="saved_view_shared_in_a_programme",
            ),
        ]
        indexes = [models.Index(fields=["path"], name="saved_view_by_path")]

    def __str__(self) -> str:
        return self.name

    @property
    def url(self) -> str:
        """The list as it was saved."""
        return f"{self.path}?{self.query}" if self.query else self.path


class ListExportQuerySet(models.QuerySet[Any]):
    """Files that lists gave away."""

    def visible_to(self, user: Any) -> "ListExportQuerySet":
        """One's own, and those of programmes whose large files one approves."""
        if getattr(user, "pk", None) is None:
            return self.none()
        return self.filter(Q(asked_by=user.pk) | Q(programme_id__in=list_scope.approves_in(user)))

    def waiting(self) -> "ListExportQuerySet":
        """Those that a second person has not answered."""
        return self.filter(needs_second=True, answered_at__isnull=True)


class ListExport(models.Model):
    """One file of a list: who took what when and why. A large one leaves after a second person agreed."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    path = models.CharField(max_length=200)
    query = models.TextField(blank=True)
    programme_id = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=4)
    rows = models.PositiveIntegerField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked on"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    needs_second = models.BooleanField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(default=False)
    fetched_at = models.DateTimeField(null=True, blank=True)

    objects = ListExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of a list")
        verbose_name_plural = _("files of lists")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["csv", "xlsx"]), name="list_export_kind_known"),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
                name="list_export_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True, answered_at__isnull=True)
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="list_export_answer_has_an_author",
            ),
            models.CheckConstraint(
                condition=Q(granted=False) | Q(answered_at__isnull=False),
                name="list_export_granted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False) | Q(granted=True) | Q(fetched_at__isnull=True),
                name="list_export_large_only_when_granted",
            ),
            models.CheckConstraint(
                condition=Q(needs_second=False) | ~Q(reason=""), name="list_export_large_has_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["programme_id", "answered_at"], name="list_export_waiting")]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """The page on which it is asked for, answered and fetched."""
        return reverse("workflow:export", args=[self.uid])

    @property
    def reference(self) -> str:
        """What stands in the file: leads back to who asked, who agreed and why."""
        return f"EX-{self.uid.hex[:8].upper()}"
