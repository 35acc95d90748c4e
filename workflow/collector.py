"""Pausing the collector of unused objects while one large computation makes many that are all used.

It would look at every living object of the process again and again, which takes as long as the computation.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def paused() -> Iterator[None]:
    """Collect nothing inside the block, in no thread: for a second or two, never while waiting."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
