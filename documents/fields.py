"""The form field that asks for a file: says its limits in words, opens the camera on a phone, inspects.

    receipt = UploadField(label=_("Receipt"), types=(*PHOTOS, PDF))
    photo = UploadField(label=_("Photo of the shop"), camera=True)

`cleaned_data` holds a `documents.intake.Accepted` (or None), which `documents.filing.store` takes.
"""

from collections.abc import Sequence
from typing import Any

from django import forms

from documents.intake import Accepted, FileRefused, inspect
from documents.limits import ALL_TYPES, EXTENSIONS, MAX_FILE_BYTES, MEGABYTE, PHOTOS, in_words


class UploadInput(forms.FileInput):
    """A plain file input; `capture` lets a phone open its camera at once."""

    def __init__(self, types: Sequence[str] = ALL_TYPES, *, camera: bool = False) -> None:
        dotted = [f".{extension}" for media_type in types for extension in EXTENSIONS[media_type]]
        attrs = {"accept": ",".join([*types, *dotted])}
        if camera:
            attrs["capture"] = "environment"
        super().__init__(attrs)


class UploadField(forms.FileField):
    """A file that is inspected while the form is cleaned.

    types: media types wanted, all that the product accepts by default. camera: a photo taken now.
    """

    def __init__(self, *, types: Sequence[str] | None = None, camera: bool = False, **kwargs: Any) -> None:
        self.types = tuple(types or (PHOTOS if camera else ALL_TYPES))
        kwargs.setdefault("help_text", in_words(self.types))
        kwargs.setdefault("widget", UploadInput(self.types, camera=camera))
        super().__init__(**kwargs)

    def to_python(self, data: Any) -> Accepted | None:  # type: ignore[override]  # gives more than a file
        """Return the inspected file; raises FileRefused, a ValidationError."""
        file = super().to_python(data)
        if file is None:
            return None
        if (file.size or 0) > MAX_FILE_BYTES:
            raise FileRefused("too_big", limit=MAX_FILE_BYTES // MEGABYTE)
        file.seek(0)
        return inspect(file.read(), file.name or "", self.types)
