"""Versions of the visit form: the standard one is number 1, what a programme makes of it 2, 3 and so on.

A version's definition is that of `applications/form_definition.py`: sections of own questions. Beside it:

    "standard": {"met": {"off": true}, "turnover": {"level": "warn"}}

A standard question that nothing is computed from can be left out; one that is asked can be demanded ("block")
or asked for ("warn"). Own questions may have "level" ("block", "warn"), "soft" (limits only warn), "groups"
(only groups and cooperatives) and "baseline" (only the visit before the first payment).
A published version is never changed: a visit keeps the version that it was begun with.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from applications import form_definition as own
from followup import form_parts
from followup.form_parts import BASELINE, FIXED, VERSION_1, Ask, Part
from followup.models import VisitFormVersion
from workflow import Refused

BLOCK, WARN = "block", "warn"
LEVELS = (WARN, BLOCK)
KINDS = {
    own.TEXT: form_parts.TEXT,
    own.LONG_TEXT: form_parts.LONG,
    own.NUMBER: form_parts.NUMBER,
    own.MONEY: form_parts.MONEY,
    own.CHOICE: form_parts.CHOICE,
    own.CHOICES: form_parts.CHOICES,
    own.DATE: form_parts.DATE,
    own.DECLARATION: form_parts.YES_NO,
    own.FILE: form_parts.PHOTOS,
    own.TABLE: form_parts.TABLE,
    own.NOTE: form_parts.NOTE,
}
"""What a visit can ask of what the builder of forms knows: a declaration is a question of yes or no."""
LIMITS = {own.TEXT: 300, own.LONG_TEXT: 1000}
TRUTH = {"true": True, "false": False}
STANDARD_NAMES = frozenset(ask.name for ask in form_parts.asks_of(VERSION_1))
TAKEN = STANDARD_NAMES | {"latitude", "longitude", "accuracy", "standard"}
"""Keys that no question of a programme may have."""
Definition = Mapping[str, Any]
Said = Callable[[own.Texts], Any]


class UnknownVersion(LookupError):
    """The programme never had this version of the form."""


def parts_for(programme_id: int, number: int) -> tuple[Part, ...]:
    """Return the parts of a version of a programme's form, texts in the active language.

    Raises UnknownVersion, also for a draft.
    """
    if number == 1:
        return VERSION_1
    row = VisitFormVersion.objects.filter(
        programme=programme_id, number=number, frozen_at__isnull=False
    ).first()
    if row is None:
        raise UnknownVersion(f"{programme_id}/{number}")
    return parts_of(row.definition)


def parts_of(definition: Definition) -> tuple[Part, ...]:
    """Return the parts that a definition makes: the standard ones as it wants them, then its own."""
    language = translation.get_language() or ""
    return (*standard_parts(definition), *_own(definition, lambda texts: own.in_language(texts, language)))


def standard_parts(definition: Definition) -> tuple[Part, ...]:
    """Return the standard parts as a definition wants them; a part of which nothing is asked is left out."""
    wanted = definition.get("standard") or {}
    off = left_out(definition)
    found = []
    for part in VERSION_1:
        asks = tuple(_at_level(ask, wanted.get(ask.name)) for ask in part.asks if ask.name not in off)
        if asks:
            found.append(part._replace(asks=asks))
    return tuple(found)


def left_out(definition: Definition) -> set[str]:
    """Return the names of standard questions that are not asked; what depends on them goes with them."""
    wanted = definition.get("standard") or {}
    off = {name for name, how in wanted.items() if how.get("off") and name not in FIXED}
    for ask in form_parts.asks_of(VERSION_1):
        if ask.shown_if and ask.shown_if[0] in off and ask.name not in FIXED:
            off.add(ask.name)
    return off


def _at_level(ask: Ask, how: Mapping[str, Any] | None) -> Ask:
    level = (how or {}).get("level")
    return ask if ask.must or level not in LEVELS else ask._replace(must=level == BLOCK, wish=level == WARN)


def _own(definition: Definition, said: Said) -> tuple[Part, ...]:
    form = own.read(definition)
    raw = {
        one["key"]: one for section in definition.get("sections", ()) for one in section.get("questions", ())
    }
    kinds = {ask.name: ask.kind for ask in form_parts.asks_of(VERSION_1)}
    kinds |= {question.key: KINDS.get(question.kind, "") for question in form.questions()}
    return tuple(
        Part(
            f"own_{section.key}",
            said(section.title),
            tuple(
                _ask(question, raw[question.key], kinds, said)
                for question in section.questions
                if question.kind in KINDS
            ),
        )
        for section in form.sections
    )


def _ask(question: own.Question, raw: Definition, kinds: Mapping[str, str], said: Said) -> Ask:
    kind = KINDS[question.kind]
    level = raw.get("level") or (BLOCK if question.required else "")
    return Ask(
        question.key,
        form_parts.COUNT if kind == form_parts.NUMBER and question.whole else kind,
        said(question.label),
        help=said(question.help) if question.help else "",
        choices=tuple((value, said(texts)) for value, texts in question.choices),
        must=level == BLOCK,
        wish=level == WARN,
        groups=bool(raw.get("groups")),
        visits=BASELINE if raw.get("baseline") else (),
        limit=question.limit or LIMITS.get(question.kind, 0),
        shown_if=_condition(question.shown_if, kinds),
        columns=tuple(
            Ask(
                column.key,
                KINDS[column.kind],
                said(column.label),
                limit=column.limit or LIMITS.get(column.kind, 0),
            )
            for column in question.typed_columns
        ),
        least=_number(question.minimum),
        most=_number(question.maximum),
        soft=bool(raw.get("soft")),
    )


def _condition(given: tuple[str, ...] | None, kinds: Mapping[str, str]) -> Any:
    if not given:
        return None
    key, *values = given
    truth = kinds.get(key) == form_parts.YES_NO
    return key, tuple(TRUTH.get(one, one) if truth else one for one in values)


def _number(bound: Decimal | None) -> float | None:
    if bound is None:
        return None
    return int(bound) if bound == bound.to_integral_value() else float(bound)


# For the app


def latest(programme_ids: Iterable[int]) -> dict[int, VisitFormVersion]:
    """Return the newest published version of each programme that has one of its own."""
    rows = VisitFormVersion.objects.filter(programme__in=set(programme_ids), frozen_at__isnull=False)
    return {row.programme_id: row for row in rows.order_by("number")}


def newest_number(programme_id: int) -> int:
    """Return the number of the version that a visit begun now is filled in with."""
    row = latest([programme_id]).get(programme_id)
    return row.number if row else 1


def for_devices(programmes: Mapping[int, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what programmes (id to code) made of the form, all published versions by "CODE/2".

    First the parts that they added, texts by language; then how they ask the standard questions.
    """
    rows = VisitFormVersion.objects.filter(programme__in=set(programmes), frozen_at__isnull=False)
    parts, standard = {}, {}
    for row in rows:
        name = f"{programmes[row.programme_id]}/{row.number}"
        parts[name] = [
            {
                "name": part.name,
                "title": part.title,
                "asks": [form_parts.ask_data(ask) for ask in part.asks],
            }
            for part in _own(row.definition, dict)
        ]
        wanted: dict[str, Any] = {name: {"off": True} for name in left_out(row.definition)}
        for ask in form_parts.asks_of(standard_parts(row.definition)):
            if ask.must or ask.wish:
                wanted[ask.name] = {"must": ask.must, "wish": ask.wish}
        standard[name] = wanted
    return parts, standard


# Versions follow each other


def history(programme: Any) -> list[VisitFormVersion]:
    """Return the versions of a programme, the newest first, the draft before all."""
    rows = VisitFormVersion.objects.filter(programme=programme).select_related("made_by")
    return list(rows.order_by("-number"))


def draft_of(programme: Any) -> VisitFormVersion | None:
    """Return the version that can be changed, None when there is none."""
    return VisitFormVersion.objects.filter(programme=programme, frozen_at__isnull=True).first()


@transaction.atomic
def begin(programme: Any, *, actor: Any, at: datetime) -> VisitFormVersion:
    """Return the draft of a programme's form; one is made of the newest version, else of the standard."""
    _lock(programme)
    newest = VisitFormVersion.objects.filter(programme=programme).order_by("-number").first()
    if newest is not None and newest.is_draft:
        return newest
    return VisitFormVersion.objects.create(
        programme=programme,
        number=newest.number + 1 if newest else 2,
        definition=newest.definition if newest else {"sections": []},
        made_by_id=actor.pk,
        made_at=at,
    )


def change_draft(
    version: VisitFormVersion, edit: Callable[[dict[str, Any]], dict[str, Any]], **more: Any
) -> None:
    """Change the definition of a draft by a function, on what stands there now; `Refused` once published.

    more: other fields of the draft to set. What the function raises goes through and nothing is changed.
    """
    with transaction.atomic():
        held = VisitFormVersion.objects.select_for_update().get(pk=version.pk)
        if not held.is_draft:
            raise Refused([_("This version is published already.")])
        definition = edit(held.definition)
        own.read(definition)
        held.definition = definition
        for name, value in more.items():
            setattr(held, name, value)
        held.save(update_fields=["definition", *more])
        version.definition = definition
        version.__dict__.pop("form", None)


@transaction.atomic
def drop(version: VisitFormVersion) -> None:
    """Drop a draft; raises `Refused` for a version that was published."""
    held = VisitFormVersion.objects.select_for_update().get(pk=version.pk)
    if not held.is_draft:
        raise Refused([_("A published version is kept for ever.")])
    held.delete()


@transaction.atomic
def publish(version: VisitFormVersion, *, actor: Any, at: datetime) -> None:
    """Publish a draft: visits begun from now on are filled in with it; raises `Refused` with every fault."""
    from followup.form_faults import faults_of

    _lock(version.programme)
    held = VisitFormVersion.objects.select_for_update().get(pk=version.pk)
    if not held.is_draft:
        raise Refused([_("This version is published already.")])
    if found := faults_of(held.definition, version.programme):
        raise Refused([str(fault) for fault in found])
    held.made_by_id, held.made_at, held.frozen_at = actor.pk, at, at
    held.save(update_fields=["made_by", "made_at", "frozen_at"])
    version.frozen_at = at


def keys_ever_used(programme: Any) -> set[str]:
    """Return the keys of all questions of all versions: a new question never takes over older answers."""
    found = set(TAKEN)
    for version in VisitFormVersion.objects.filter(programme=programme):
        found |= set(version.form.by_key)
    return found


def _lock(programme: Any) -> None:
    type(programme).objects.select_for_update().get(pk=programme.pk)
