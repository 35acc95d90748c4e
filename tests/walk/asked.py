"""Questions that the watch asks after every step: made into SQL once, answered in rows that are no records.

After each of thousands of steps it reads every row that has to do with money. To make the statements anew and
an instance of each row took four times as long as the database did. The product has the like
(`workflow/written_once.py`); a watch shares no code with what it watches.
"""

from collections import namedtuple
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Question = Callable[[], QuerySet[Any, Any]]
"""Returns a query with `values_list`, the same each time, of values that need no conversion."""


def rows_of(question: Question) -> list[Any]:
    """Ask a question of the database as it is now; return its rows, each with its values by name."""
    statement, values, row = _made(question)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [*map(row._make, cursor.fetchall())]


@cache
def _made(question: Question) -> tuple[str, tuple[Any, ...], Any]:
    query = question().query
    statement, values = query.sql_with_params()
    return statement, values, namedtuple("Row", query.selected)
