"""The name of the runner's machine code in the cache, known without the engine."""

from __future__ import annotations

from hermetic_nb import runner
from hermetic_nb.executors.compiled import CompiledCache
from hermetic_nb.executors.configuration import Kind, identity


def key(kind: Kind) -> str:
    """All that decides the machine code of the runner."""
    return f"runner {runner.digest()} {identity(kind)}"


def is_compiled(cache: CompiledCache, kind: Kind) -> bool:
    """Whether the code is there, so that nobody has to wait for it."""
    return cache.has(key(kind))
