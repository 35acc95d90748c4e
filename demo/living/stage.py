"""Where the living programme is played: its records, its people, and moments counted from today."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from accounts.models import User
from applications.models import Person
from demo.loading.staff import Staff
from documents.filing import store
from documents.models import Document
from programmes.models import Call, Programme, SelectionSession, Site, Track
from workflow import StateModel, fire

PAPER, INK = "#f4f1e8", "#2b2b2b"


@dataclass
class Stage:
    """The living programme while it is played. now: when it is loaded; nothing happens later."""

    now: datetime
    staff: Staff
    programme: Programme
    sites: dict[str, Site] = field(default_factory=dict)
    persons: list[Person] = field(default_factory=list)
    tracks: dict[str, Track] = field(default_factory=dict)
    sessions: dict[int, SelectionSession] = field(default_factory=dict)
    made_call: Call | None = None
    _photos: int = 0

    @property
    def call(self) -> Call:
        """The call, once it was made."""
        if self.made_call is None:
            raise LookupError("the call was not made yet")
        return self.made_call

    @cached_property
    def today(self) -> date:
        """The day of loading, where the programme is."""
        return self.programme.day_of(self.now)

    def at(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Return a moment so many days from today (before it if negative), never later than now."""
        moment = datetime.combine(self.day(days), time(hour, minute), tzinfo=self.programme.zone)
        return min(moment, self.now.astimezone(self.programme.zone)) if days <= 0 else moment

    def day(self, days: int) -> date:
        """Return a day so many days from today."""
        return self.today + timedelta(days=days)

    def fire(self, record: StateModel, verb: str, who: str | User, at: datetime, **data: Any) -> None:
        """Fire a verb as a role or as a person; a reason is in `data`."""
        actor = self.staff[who] if isinstance(who, str) else who
        fire(record, verb, actor=actor, at=at, data=data)

    def photo(
        self, owner: Any, kind: str, who: User, at: datetime, *lines: str, juror_visible: bool = False
    ) -> Document:
        """File a photo of a paper with some words on it; every one has its own bytes."""
        file = SimpleUploadedFile(f"{kind}.jpg", self.picture(*lines))
        return store(
            file,
            owner=owner,
            kind=kind,
            actor=who,
            at=at,
            stream=getattr(owner, "stream", ""),
            juror_visible=juror_visible,
        )

    def picture(self, *lines: str) -> bytes:
        """Return such a photo."""
        self._photos += 1
        image = Image.new("RGB", (420, 300), PAPER)
        pen = ImageDraw.Draw(image)
        pen.rectangle((12, 12, 408, 288), outline=INK)
        for number, line in enumerate((*lines, f"DEMO {self._photos:04}")):
            pen.text((28, 30 + 34 * number), line, fill=INK, font_size=20)
        out = BytesIO()
        image.save(out, "JPEG", quality=70)
        return out.getvalue()

    def scan(
        self, owner: Any, kind: str, who: User, at: datetime, pages: Sequence[Sequence[str]]
    ) -> Document:
        """File a PDF with some words on each page, for jurors to see."""
        images = []
        for lines in pages:
            image = Image.new("RGB", (620, 877), PAPER)
            pen = ImageDraw.Draw(image)
            for number, line in enumerate(lines):
                pen.text((60, 80 + 34 * number), line, fill=INK, font_size=20)
            images.append(image)
        out = BytesIO()
        images[0].save(out, "PDF", save_all=True, append_images=images[1:])
        file = SimpleUploadedFile(f"{kind}.pdf", out.getvalue())
        stream = getattr(owner, "stream", "")
        return store(file, owner=owner, kind=kind, actor=who, at=at, stream=stream, juror_visible=True)
