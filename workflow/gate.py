"""The lock on the door: a transition method runs only while the door has it open."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any

_open: ContextVar[bool] = ContextVar("workflow_gate_open", default=False)


class DirectTransition(RuntimeError):
    """A transition method was called outside `workflow.fire`."""


@contextmanager
def opened() -> Iterator[None]:
    """Open the gate for the door; nobody else imports this (a test reads the syntax tree)."""
    token = _open.set(True)
    try:
        yield
    finally:
        _open.reset(token)


def inside_the_door(method: Callable[..., Any]) -> Callable[..., Any]:
    """Make a transition method refuse to run outside the door."""

    @wraps(method)
    def guarded(self: Any, firing: Any) -> Any:
        if not _open.get():
            raise DirectTransition(f"{type(self).__name__}.{method.__name__}: use workflow.fire")
        return method(self, firing)

    return guarded
