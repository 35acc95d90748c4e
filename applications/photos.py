"""Photos of people: hidden when the consent is taken back, shown again when it is given anew.

Which files show a person is known to the package that took them; it registers them here.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from applications.models import Consent
from documents import erasing
from documents.models import Document

Source = Callable[[int, int], Any]
_sources: list[Source] = []


def register(photos_of: Source) -> None:
    """Name photos of a person in a programme: `(person key, programme key) -> files`."""
    if photos_of not in _sources:
        _sources.append(photos_of)


def hide(consent: Consent, actor: Any, at: datetime) -> None:
    """Hide the photos of a person who took the consent back."""
    _withhold(consent.person_id, consent.programme_id, at)


def _withhold(person: int, programme: int, at: datetime) -> int:
    return sum(
        erasing.withhold(Document.objects.filter(pk__in=photos_of(person, programme)), at)
        for photos_of in _sources
    )


def show_again(consent: Consent, actor: Any, at: datetime) -> None:
    """Show the photos of a person who agreed again."""
    for photos_of in _sources:
        rows = photos_of(consent.person_id, consent.programme_id)
        erasing.release(Document.objects.filter(pk__in=rows))


def hide_late_arrivals(now: datetime) -> int:
    """Hide what came in after a consent was taken back, from a phone that was offline; return how many."""
    newer = Consent.objects.filter(
        person=OuterRef("person"), programme=OuterRef("programme"), kind="photo", withdrawn_at__isnull=True
    )
    taken_back = Consent.objects.filter(kind="photo", withdrawn_at__isnull=False)
    pairs = taken_back.exclude(Exists(newer)).order_by().values_list("person", "programme").distinct()
    return sum(_withhold(person, programme, now) for person, programme in pairs)
