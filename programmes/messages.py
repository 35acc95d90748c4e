"""The messages that leave in a programme's name: their kinds, their wording, their rendering.

A package registers each kind that it queues, with a wording in the code (translated by the catalogues); a
programme may write its own in each language (`MessageTemplate`). Queueing and sending are the kernel's
(`workflow/notices.py`); a notice of ours carries `context["programme"]`, the key of its programme.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _

from programmes.models import MessageTemplate, Programme
from workflow.models import Notice
from workflow.notices import Message

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
ISOLATE, POP = "\u2068", "\u2069"  # what is written from left to right stays whole inside Arabic


@dataclass(frozen=True)
class MessageKind:
    """One kind of message.

    key: the `template` of its notices, "package.word". label, when: what it is and when it leaves.
    subject, body: the wording, lazily translated, with `{placeholders}`. placeholders: name -> what it
    stands for. values: `notice -> {name: value}` in the active language, None when the notice's subject is
    gone (then the placeholders stay empty). samples: invented values, for a preview before any message left.
    `{programme}` and `{programme_code}` are always there.
    """

    key: str
    label: Any
    when: Any
    subject: Any
    body: Any
    values: Callable[[Notice], "Mapping[str, Any] | None"]
    placeholders: Mapping[str, Any] = field(default_factory=dict)
    samples: Mapping[str, Any] = field(default_factory=dict)


class Wording(NamedTuple):
    """Subject and body of one kind in one language; `own` when the programme wrote them."""

    subject: str
    body: str
    own: bool


_kinds: dict[str, MessageKind] = {}


def register(kind: MessageKind) -> None:
    """Add a kind of message; registering a key again replaces it."""
    _kinds[kind.key] = kind


def kinds() -> list[MessageKind]:
    """Return all kinds, by key."""
    return [_kinds[key] for key in sorted(_kinds)]


def kind_of(key: str) -> MessageKind | None:
    """Return the kind with a key, None when no package registered it."""
    return _kinds.get(key)


def allowed(kind: MessageKind) -> dict[str, str]:
    """Return the placeholders that a wording of this kind may use, with what they stand for."""
    common = {"programme": _("title of the programme"), "programme_code": _("code of the programme")}
    return {**common, **{name: str(label) for name, label in kind.placeholders.items()}}


def unknown_placeholders(kind: MessageKind, text: str) -> list[str]:
    """Return the placeholders of a text that nobody would fill in."""
    return sorted(set(PLACEHOLDER.findall(text)) - set(allowed(kind)))


def wording(kind: MessageKind, programme: Programme | None, language: str) -> Wording:
    """Return the programme's own wording in a language, else the one in the code."""
    own = None
    if programme is not None:
        own = MessageTemplate.objects.filter(programme=programme, key=kind.key, language=language).first()
    if own is not None:
        return Wording(own.subject, own.body, own=True)
    with translation.override(language):
        return Wording(str(kind.subject), str(kind.body), own=False)


def fill(text: str, values: Mapping[str, Any], language: str) -> str:
    """Put values into the placeholders; nothing but names is understood, so a wording can run no code."""

    def value(match: re.Match[str]) -> str:
        said = str(values.get(match[1]) or "")
        return f"{ISOLATE}{said}{POP}" if said and language == "ar" else said

    return PLACEHOLDER.sub(value, text)


def render(notice: Notice, language: str) -> Message | None:
    """Return the text of a notice in a language; None when its kind is not ours (`notices` then asks on)."""
    kind = kind_of(notice.template)
    if kind is None:
        return None
    programme = Programme.objects.filter(pk=notice.context.get("programme")).first()
    with translation.override(language):
        values = {**common_values(programme), **(kind.values(notice) or {})}
    return filled(wording(kind, programme, language), values, language)


def common_values(programme: Programme | None) -> dict[str, Any]:
    """Return the values that every message may use, in the active language."""
    if programme is None:
        return {}
    return {"programme": programme.title, "programme_code": programme.code}


def filled(words: Wording, values: Mapping[str, Any], language: str) -> Message:
    """Return a wording with its values; a subject stays on one line."""
    subject = " ".join(fill(words.subject, values, language).split())
    return Message(subject=subject, body=fill(words.body, values, language))


def latest(kind: MessageKind, programme: Programme) -> Notice | None:
    """Return the newest real message of a kind in a programme, for a preview with real data."""
    found = Notice.objects.filter(template=kind.key, context__programme=programme.pk)
    return found.order_by("-pk").first()


def preview(kind: MessageKind, programme: Programme, language: str, words: Wording) -> tuple[Message, bool]:
    """Return a wording filled in, and whether with the data of a real message (else with samples)."""
    notice = latest(kind, programme)
    with translation.override(language):
        real = kind.values(notice) if notice is not None else None
        given = real if real is not None else {name: str(value) for name, value in kind.samples.items()}
        values = {**common_values(programme), **given}
    return filled(words, values, language), real is not None
