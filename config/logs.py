"""How production writes its log: enough to find a fault, nothing about a person.

The message of an exception often quotes what somebody typed or what a row holds (PostgreSQL's
"Key (email)=(...) already exists"). Production therefore logs the kind of exception and where it
happened, never what it said.
"""

import logging
import traceback
from types import TracebackType

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LeanFormatter(logging.Formatter):
    """A formatter whose tracebacks name files, lines and exception classes, but no values."""

    def formatException(self, ei: ExceptionInfo) -> str:  # noqa: N802 - logging's own name
        """The chain of exceptions, oldest first, without their messages."""
        exception = ei[1]
        parts: list[str] = []
        seen: set[int] = set()
        while exception is not None and id(exception) not in seen:
            seen.add(id(exception))
            frames = traceback.format_tb(exception.__traceback__)
            name = f"{type(exception).__module__}.{type(exception).__qualname__}"
            parts.append("Traceback (messages left out):\n" + "".join(frames) + name)
            exception = exception.__cause__ or (
                None if exception.__suppress_context__ else exception.__context__
            )
        return "\n".join(reversed(parts))

    def formatStack(self, stack_info: str) -> str:  # noqa: N802 - logging's own name
        """The stack as it is: it holds source lines only."""
        return stack_info
