"""Names for the types of the library's functions; the native compiler types each call anew."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar


class Ordered(Protocol):
    """What ``<`` compares."""

    def __lt__(self, other: Any, /) -> bool:
        """Less than."""


class Summed(Protocol):
    """What ``+`` adds to its like."""

    def __add__(self, other: Any, /) -> Any:
        """Sum."""


Item = TypeVar("Item")
Other = TypeVar("Other")
Rank = TypeVar("Rank", bound=Ordered)
Term = TypeVar("Term", bound=Summed)
