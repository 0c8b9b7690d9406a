"""What an attempt is, and the list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an escaped payload is told, so that it need not guess: the strongest payload knows its host."""

    folder: str
    """A folder of the host that anybody may write to."""
    secret: str
    """A file in it."""
    handle: str
    """The file's handle (open_by_handle_at(2)): its type, a colon, its bytes in hexadecimal."""
    tcp: int
    udp: int
    stream: str
    """A listening unix socket in the file system."""
    abstract: str
    """One without a file."""
    host: int
    """The notebook's process."""
    victim: int
    """Another process of the same user, which holds `WORDS` in its memory and its environment."""
    address: int
    """Where in its memory."""
    segment: int
    """A piece of System V shared memory (its id)."""
    key: str
    """The name of a key in the session's keyring (keyrings(7))."""
    sibling: int = 0
    """Another worker, as the zygote sees it."""

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


Act = Callable[[Facts], str | None]
"""Returns what it reached outside, None where it did something that stays inside. Raises OSError where it is refused."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt. ``root``: an ordinary user is refused even without walls; ``uncertain``: so are some hosts' users."""

    kind: str
    act: Act
    root: bool = False
    uncertain: bool = False


WORDS = b"what only the host knows"
"""What is planted: whoever has seen it has reached the host."""
ATTEMPTS: dict[str, Attempt] = {}


def attempt(kind: str, *, root: bool = False, uncertain: bool = False) -> Callable[[Act], Act]:
    """Add a function to the list, by its name."""

    def add(act: Act) -> Act:
        ATTEMPTS[act.__name__] = Attempt(kind, act, root, uncertain)
        return act

    return add


def seen(content: bytes) -> str:
    """The proof that something of the host was read. Raises OSError where it was something else."""
    if WORDS not in content:
        raise FileNotFoundError(2, "something else was there")
    return "read what only the host knows"
