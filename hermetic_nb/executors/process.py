"""What the programs of all worker processes do around their serving. Imports little: a first call waits for it."""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from hermetic_nb import child
from hermetic_nb.executors import engine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hermetic_nb.child import Buffer


def first_to_die() -> None:
    """If memory runs out, the system should end this process, not the notebook (Linux, proc(5): oom_score_adj)."""
    path = Path("/proc/self/oom_score_adj")
    if path.exists():
        try:
            path.write_text("1000")
        except OSError as error:
            sys.stderr.write(f"oom_score_adj: {error}\n")


def serve(answer: Callable[[memoryview], Buffer | Sequence[Buffer]], settle: Callable[[], None]) -> None:
    """Serve until the parent is gone, on a thread whose stack holds the deepest call."""
    threading.stack_size(engine.STACK_BYTES + engine.STACK_SPARE)
    thread = threading.Thread(target=child.serve, args=(answer,), kwargs={"afterwards": settle})
    thread.start()
    thread.join()
