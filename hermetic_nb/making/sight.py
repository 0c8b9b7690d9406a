"""What a maker of tools sees of the registry, and is told by the user: now, or as a recording has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Sight(Protocol):
    """One run's way to the registry at large."""

    async def see(self, kind: str, of: Any, look: Callable[[], Awaitable[Any]]) -> Any:
        """What a look at the registry gives, as wire data."""

    def recalled(self, kind: str, of: Any) -> Any:  # noqa: ARG002 (a recording has an answer)
        """What the recorded run was told by the user; None where nothing is recorded."""
        return None

    def told(self, kind: str, of: Any, said: Any) -> None:  # noqa: ARG002 (a recorder keeps them)
        """Keep what the user said, where anything is kept."""
        return  # an empty body would be an abstract one


class LiveSight(Sight):
    """What is there now; nothing is kept."""

    async def see(self, kind: str, of: Any, look: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ARG002 (the protocol's)
        """What is there now."""
        return await look()
