"""Whether anything was written since somebody looked: who looked then need not look again."""

from collections.abc import Callable
from typing import Any

READS = ("SELECT", "SAVEPOINT", "RELEASE")


class Writes:
    """Counts the statements that may have changed a row, a rollback among them: an `execute_wrapper`."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(
        self, execute: Callable[..., Any], statement: str, parameters: Any, many: bool, context: Any
    ) -> Any:
        self.count += not statement.lstrip().startswith(READS)
        return execute(statement, parameters, many, context)


WRITES = Writes()
"""Of this process; `tests/walk/conftest.py` lets it listen."""
