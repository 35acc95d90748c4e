"""How much of what a person may upload: one definition for intake, form fields and help texts."""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workflow import display

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
MAX_FILE_BYTES = 10 * MEGABYTE
MAX_PIXELS = 40_000_000
MAX_DOSSIER_FILES = 20
MAX_DOSSIER_BYTES = 100 * MEGABYTE

JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

PHOTOS = (JPEG, PNG, WEBP)
ALL_TYPES = (*PHOTOS, PDF, DOCX, XLSX)

EXTENSIONS: dict[str, tuple[str, ...]] = {
    JPEG: ("jpg", "jpeg"),
    PNG: ("png",),
    WEBP: ("webp",),
    PDF: ("pdf",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
}
"""Extensions that a name may carry for each type; the first one is what we write."""

TYPE_NAMES = {
    JPEG: _("photo (JPEG)"),
    PNG: _("picture (PNG)"),
    WEBP: _("picture (WebP)"),
    PDF: _("PDF document"),
    DOCX: _("Word document"),
    XLSX: _("Excel workbook"),
}


def in_words(types: tuple[str, ...] = ALL_TYPES) -> "Promise | str":
    """The limits as a sentence for the page, for instance beside an upload field."""
    if all(media_type in PHOTOS for media_type in types):
        kinds = _("A photo (JPEG, PNG or WebP)")
    elif types == (PDF,):
        kinds = _("A PDF document")
    else:
        kinds = _("A photo (JPEG, PNG or WebP), a PDF, a Word or an Excel document")
    size = MAX_FILE_BYTES // MEGABYTE
    return format_lazy(_("{kinds}, up to {size} MB."), kinds=kinds, size=size)


def size_text(size: int) -> str:
    """Return the size of a file, given in bytes, as people read it: 21 KB, 1.4 MB."""
    if size < MEGABYTE:
        return gettext("%(size)s KB") % {"size": display.number_text(max(1, round(size / KILOBYTE)))}
    return gettext("%(size)s MB") % {"size": display.number_text(round(Decimal(size) / MEGABYTE, 1))}
