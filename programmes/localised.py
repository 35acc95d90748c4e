"""Texts that people configure in three languages: plain columns, and one attribute in the reader's language.

Columns are `title_fr`, `title_en`, `title_ar`; `record.title` is the text of the active language, else the
first one that is written. What the product itself says is gettext's, not here.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Q

from workflow import display

LANGUAGES = ("fr", "en", "ar")


class Localised:
    """The text of `<name>_<language>` in the reader's language, "" when none is written."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.columns = {language: f"{name}_{language}" for language in LANGUAGES}

    def __get__(self, record: Any, owner: type | None = None) -> Any:
        if record is None:
            return self
        texts = (getattr(record, self.columns[language]) for language in reading_order())
        return next((text for text in texts if text), "")


def reading_order() -> tuple[str, ...]:
    """Return the languages, the reader's own first."""
    return _order(display.language())


@cache
def _order(own: str) -> tuple[str, ...]:
    return tuple(sorted(LANGUAGES, key=lambda language: language != own))


def chosen(texts: Sequence[str]) -> str:
    """Return the text that the reader gets of one in each language, in the order of `columns`."""
    known = dict(zip(LANGUAGES, texts, strict=True))
    return next((text for language in reading_order() if (text := known[language])), "")


def columns(name: str, languages: Iterable[str] = LANGUAGES) -> list[str]:
    """Return the columns of a text, for forms and querysets."""
    return [f"{name}_{language}" for language in languages]


def written(name: str, constraint: str) -> models.CheckConstraint:
    """Return the database constraint that a text is there in one language at least."""
    empty = Q(**dict.fromkeys(columns(name), ""))
    return models.CheckConstraint(condition=~empty, name=constraint)
