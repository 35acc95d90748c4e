"""Erasing what people wrote in their own words about a case; the events and their chain stay.

The chain holds a salted digest of each note. With the text goes the salt, so that nobody can try guesses
against the digest. Proposals for a second person keep their digest too, without what was proposed in words.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from workflow.models import Event, EventNote, Proposal


def erase_words(streams: Collection[str], at: datetime) -> int:
    """Erase the notes and proposals of some streams; return how many notes held words. Safe to repeat."""
    events = Event.objects.filter(stream__in=streams)
    notes = EventNote.objects.filter(pk__in=events.filter(note__isnull=False).values("note"))
    held = notes.filter(erased_at__isnull=True)
    count = held.update(text="", salt="", erased_at=at)
    records = set(events.values_list("kind", "object_id"))
    for kind in {kind for kind, _pk in records}:
        of_kind = [pk for one, pk in records if one == kind]
        proposals = Proposal.objects.filter(kind=kind).filter(Q(object_id__in=of_kind))
        proposals.exclude(data={}).update(data={})
    return count
