"""A word to the user when work takes long; nothing where it does not."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from hermetic_nb.toolbox.executors import is_watched

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def told(message: str, after: float) -> Iterator[None]:
    """Print the message, once, if the work takes more than ``after`` seconds (negative: never)."""
    if after < 0 or not is_watched():
        yield
        return
    timer = threading.Timer(after, lambda: print(message, file=sys.stderr, flush=True))  # noqa: T201 (what it is for)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
