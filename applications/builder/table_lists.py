"""The columns and totals of a table as the builder lists them: name, kind, how they are computed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from applications import limit_words
from applications.builder.kinds import KIND_LABELS
from applications.form_definition import Question
from workflow import display


def columns_of(question: Question, currency: str) -> list[dict[str, Any]]:
    """Return the columns of a table with what they are, their limits and how they are computed.

    currency: of limits on amounts.
    """
    labels = {column.key: _label(column) for column in question.columns}
    return [
        {
            "column": column,
            "label": _label(column),
            "kind": KIND_LABELS[column.kind],
            "how": _how(column, labels),
            "limits": limit_words.words_of(column, currency),
        }
        for column in question.columns
    ]


def totals_of(question: Question) -> list[dict[str, Any]]:
    """Return the totals of a table with how they are computed."""
    labels = {column.key: _label(column) for column in question.columns}
    return [
        {"key": total.key, "label": _label(total), "how": _sum(total, labels)} for total in question.totals
    ]


def _label(part: Any) -> str:
    return part.label_in(display.language()) or part.key


def _how(column: Any, labels: Mapping[str, str]) -> str:
    if column.product:
        return " × ".join(_named(column.product, labels))
    if column.plus or column.minus:
        return _sum(column, labels)
    if column.running:
        return _("“%(column)s” added up from line to line") % {
            "column": labels.get(column.running, column.running)
        }
    return ""


def _sum(part: Any, labels: Mapping[str, str]) -> str:
    return " − ".join([" + ".join(_named(part.plus, labels)), *_named(part.minus, labels)])


def _named(keys: Sequence[str], labels: Mapping[str, str]) -> list[str]:
    return [labels.get(key, key) for key in keys]
