"""Why a file is not accepted: one exception, one clear sentence per reason."""

import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SENTENCES: "dict[str, StrOrPromise]" = {
    "empty": _("This file is empty."),
    "too_big": _("This file is larger than %(limit)s MB. Send a smaller one."),
    "unknown_type": _("This kind of file is not accepted. Send a photo, a PDF, a Word or an Excel document."),
    "not_wanted": _("Not accepted here: %(found)s."),
    "wrong_extension": _(
        "The name ends in “.%(extension)s” but the file is a %(found)s. Send the original file."
    ),
    "heic": _(
        "This phone photo is in the HEIC format. Send it as JPEG: choose “most compatible” in the camera."
    ),
    "gif": _("GIF pictures are not accepted. Send the picture as JPEG or PNG."),
    "tiff": _("TIFF pictures are not accepted. Send the scan as PDF or JPEG."),
    "svg": _("SVG drawings are not accepted. Send the drawing as PNG or PDF."),
    "web_page": _("Web pages are not accepted. Print the page to a PDF and send that."),
    "program": _("This is a program, not a document. It was not kept."),
    "archive": _("Archives are not accepted. Send each document by itself."),
    "old_office": _(
        "This is an old Office document or one protected by a password."
        " Save it as .docx or .xlsx without a password and send that."
    ),
    "damaged": _("This file is damaged or incomplete and cannot be opened. Send it again."),
    "too_many_pixels": _("This picture is larger than %(limit)s megapixels. Send a smaller one."),
    "bomb": _("This document unpacks to far more than it should. It was not kept."),
    "too_many_tables": _("This file holds more than %(limit)s tables, the most that are read. Send fewer."),
    "macros": _("This document contains macros. Save it without macros and send it again."),
    "embedded": _("This document contains another file inside it. Send the two as separate files."),
    "external": _("This document fetches content from somewhere else. Save it with its content inside."),
    "fields": _(
        "This document contains fields that run commands or fetch data. Remove them and send it again."
    ),
    "entities": _("This document is built in an unsafe way. Open it, save it anew and send that."),
    "password": _("This document is protected by a password. Send it without one."),
    "script": _("This PDF contains scripts or actions. Print it to a new PDF and send that."),
    "form_xfa": _("This PDF is an interactive form of an old kind. Print it to a new PDF and send that."),
    "media": _("This PDF contains sound, film or attached media. Print it to a new PDF and send that."),
    "infected": _("The virus scanner found something in this file. It was not kept."),
    "too_many_files": _(
        "This dossier already holds %(limit)s files, the most that it can. Remove one first."
    ),
    "dossier_full": _("This dossier would grow beyond %(limit)s MB. Send smaller files or remove one first."),
}

DAMAGED_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""What opening and reading a zip raises when its bytes are wrong, cut off or encrypted."""


class FileRefused(ValidationError):
    """A file that is not accepted; `code` names the reason, `messages` holds its sentence."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(SENTENCES[code], code=code, params=params)
