"""What one run may spend, and has spent: agents of prompts that answer within it spend from the same purse."""

from __future__ import annotations

from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pydantic_ai.usage import RunUsage

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from pydantic_ai.usage import UsageLimits


@dataclass(frozen=True, slots=True)
class Purse:
    """Limits, and the usage that is counted against them."""

    limits: UsageLimits
    spent: RunUsage = field(default_factory=RunUsage)


_OPEN: Final[ContextVar[Purse | None]] = ContextVar("purse", default=None)


@asynccontextmanager
async def shared(purse: Purse) -> AsyncIterator[None]:
    """Let all that is asked in here spend from a purse."""
    token = _OPEN.set(purse)
    try:
        yield
    finally:
        _OPEN.reset(token)


def at_hand(otherwise: UsageLimits) -> Purse:
    """The purse of the run that goes on here; a new one with the given limits where none does."""
    return _OPEN.get() or Purse(otherwise)
