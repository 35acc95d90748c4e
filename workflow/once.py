"""What the guards of one change ask the database once, however many of its arrows ask it.

The answers live as long as the running `fire`, its consequences included; outside of one nothing is kept.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("workflow_answers", default=None)


def ask(question: Hashable, read: Callable[[], Any]) -> Any:
    """Return the answer to a question, read at most once in the running change.

    Only for what no consequence of the same change can alter.
    """
    answers = _answers.get()
    if answers is None:
        return read()
    if question not in answers:
        answers[question] = read()
    return answers[question]


@contextmanager
def change() -> Iterator[None]:
    """Keep answers inside the block; the door opens it for the outermost `fire`."""
    token = _answers.set({}) if _answers.get() is None else None
    try:
        yield
    finally:
        if token is not None:
            _answers.reset(token)
