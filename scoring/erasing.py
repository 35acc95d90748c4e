"""What this package holds of an erased person: the masked copies. Marks, ranks and decisions stay."""

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _

from applications import erasing
from applications.erasing import Scope
from documents.erasing import erase_files
from documents.models import Document
from scoring.models import CopySpan, RedactedCopy


def copies(scope: Scope) -> int:
    """Empty the masked copies and erase their pictures: a masked story is still a person's story."""
    rows = RedactedCopy.objects.filter(application__case__in=scope.case_keys)
    pictures = Document.objects.filter(
        owner_type=ContentType.objects.get_for_model(RedactedCopy), owner_id__in=rows.values("pk")
    )
    erased = erase_files(pictures, scope.at)
    CopySpan.objects.filter(copy__in=rows).delete()
    return erased + rows.exclude(title=[], content=[], texts={}).update(title=[], content=[], texts={})


def register() -> None:
    """Put it where it is asked for."""
    erasing.register("copies", _("masked copies"), copies)
