"""Large queries that are the same each time but for a few keys: Django writes them once a connection.

From its expressions Django takes longer to write such a query than the database to answer it: a third of the
time of a start page went into the words of one. Only what depends on nothing but keys and days may be written
once: no moment, no language, no list of keys.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import update_wrapper
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

Key = int | date
FIRST_MARK, FIRST_DAY = -73_025_001, date(1066, 1, 1)
"""Marks stand in the statement where the keys come; no constant of a query looks like them."""


class Statement(NamedTuple):
    """A query as its connection takes it. places: where each value is one of the keys, by its number."""

    sql: str
    values: list[Any]
    places: list[tuple[int, int]]
    compiler: Any
    converters: dict[int, Any]


class WrittenOnce:
    """A function from keys to a query of values (`values_list`); called, it returns the rows, as tuples.

    The columns stand in the order of the query.
    """

    def __init__(self, query: Callable[..., "QuerySet[Any, Any]"]) -> None:
        self.query = query
        update_wrapper(self, query)

    def __call__(self, *keys: Key) -> list[tuple[Any, ...]]:
        kept: dict[WrittenOnce, Statement] = connection.__dict__.setdefault("_written_once", {})
        if self not in kept:
            kept[self] = self._statement(keys)
        statement = kept[self]
        values = statement.values.copy()
        for place, number in statement.places:
            values[place] = _value(keys[number])
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, values)
            rows = cursor.fetchall()
        if statement.converters:
            return list(map(tuple, statement.compiler.apply_converters(rows, statement.converters)))
        return rows

    def _statement(self, keys: Sequence[Key]) -> Statement:
        marks = [_mark(key, number) for number, key in enumerate(keys)]
        compiler = self.query(*marks).query.get_compiler(connection=connection)
        sql, values = compiler.as_sql()
        sought = [_value(mark) for mark in marks]
        places = [(place, sought.index(value)) for place, value in enumerate(values) if value in sought]
        if {number for _place, number in places} != set(range(len(keys))):
            raise ValueError(f"{self.query.__qualname__}: not every key stands in the query as it was given")
        shown = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        return Statement(sql, list(values), places, compiler, compiler.get_converters(shown))


def _mark(key: Key, number: int) -> Key:
    return FIRST_DAY + timedelta(days=number) if isinstance(key, date) else FIRST_MARK - number


def _value(key: Key) -> Any:
    """Return a key as the database takes it."""
    return connection.ops.adapt_datefield_value(key) if isinstance(key, date) else key


def written_once(query: Callable[..., "QuerySet[Any, Any]"]) -> WrittenOnce:
    """Let Django write the query that a function makes from keys once; calling it reads the rows."""
    return WrittenOnce(query)
