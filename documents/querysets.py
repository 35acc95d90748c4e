"""How files and papers are selected. Lists for a person go through `visible_to`."""

from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Max, Sum

from documents.readers import readable

if TYPE_CHECKING:
    from documents.models import Document, Paper


class DocumentQuerySet(models.QuerySet["Document"]):
    """Uploaded files."""

    def of(self, owner: models.Model) -> "DocumentQuerySet":
        """Files of one record that still exist, oldest first."""
        return self.filter(
            owner_type=ContentType.objects.get_for_model(owner), owner_id=owner.pk, erased_at=None
        )

    def of_stream(self, stream: str) -> "DocumentQuerySet":
        """Files of one case, whatever record of it owns them."""
        return self.filter(stream=stream, erased_at=None)

    def visible_to(self, user: Any) -> "list[Document]":
        """Those that `user` may read. A list: the owners' rules decide file by file."""
        return readable(user, self.prefetch_related("owner"))

    def bytes_kept(self) -> int:
        """Sum of their sizes."""
        return self.aggregate(total=Sum("size"))["total"] or 0


class PaperQuerySet(models.QuerySet["Paper"]):
    """Issued papers."""

    def of(self, subject: models.Model) -> "PaperQuerySet":
        """Papers about one record, oldest first."""
        return self.filter(subject_type=ContentType.objects.get_for_model(subject), subject_id=subject.pk)

    def of_stream(self, stream: str) -> "PaperQuerySet":
        """Papers of one case, whatever record of it they are about, newest first."""
        return self.filter(stream=stream).order_by("-issued_at", "-pk")

    def with_standing(self) -> "PaperQuerySet":
        """With the number of what replaces them, erasures, and `reprints`: how many duplicates there are."""
        own = [field.name for field in self.model._meta.concrete_fields]
        successor = [f"superseded_by__{name}" for name in ("kind", "year", "number")]
        rows = self.select_related("superseded_by", "erasure").only(*own, *successor, "erasure__paper")
        return rows.annotate(reprints=Max("copies__number"))

    def visible_to(self, user: Any) -> "list[Paper]":
        """Those that `user` may read. A list: the subjects' rules decide paper by paper."""
        return readable(user, self.with_standing().prefetch_related("subject"))
