"""Rows of lists that show what calls, tracks and sites are called, and name them by key."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Aggregate, QuerySet

from programmes.named_parts import NamedParts
from workflow.lists import KeyedRows


class NamedRows(KeyedRows):
    """Rows beside the named parts of their programme. rows: a queryset of values, with the keys of parts."""

    def __init__(
        self,
        chosen: "QuerySet[Any]",
        rows: "QuerySet[Any, Any]",
        sums: Mapping[str, Aggregate],
        parts: NamedParts,
    ) -> None:
        super().__init__(chosen, rows, sums)
        self.parts = parts
