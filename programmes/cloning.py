"""Cloning a call in one action: the call and its tracks here, what hangs on them in the packages above."""

from collections.abc import Callable, Mapping

from django.db import transaction

from programmes.models import Call, Track

Copy = Callable[[Call, Call, Mapping[int, Track]], None]
_copies: list[Copy] = []


def register(copy: Copy) -> None:
    """Add `copy(old_call, new_call, {old track's key: new track})`: grids, forms, tranche and visit plans."""
    if copy not in _copies:
        _copies.append(copy)


@transaction.atomic
def clone(call: Call) -> Call:
    """Return a draft with the call's texts, money, tracks and plans; without dates and sessions."""
    made = Call(
        programme=call.programme,
        code=_free_code(call),
        title_fr=call.title_fr,
        title_en=call.title_en,
        title_ar=call.title_ar,
        summary_fr=call.summary_fr,
        summary_en=call.summary_en,
        summary_ar=call.summary_ar,
        currency=call.currency,
        envelope_minor=call.envelope_minor,
        grace_minutes=call.grace_minutes,
        appeal_days=call.appeal_days,
        languages=call.languages,
        is_test=call.is_test,
    )
    made.save()
    tracks = {}
    for track in call.tracks.all():
        old = track.pk
        track.pk, track.call = None, made
        track._state.adding = True
        track.save()
        tracks[old] = track
    for copy in _copies:
        copy(call, made, tracks)
    return made


def _free_code(call: Call) -> str:
    taken = set(Call.objects.filter(programme=call.programme).values_list("code", flat=True))
    number = 2
    while (code := f"{call.code[:35]}-{number}") in taken:
        number += 1
    return code
