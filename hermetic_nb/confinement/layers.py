"""The layers between a payload and the host, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

LAYERS: Final = (
    "wasm",
    "process",
    "user",
    "pid",
    "network",
    "mount",
    "ipc",
    "uts",
    "cgroup",
    "capabilities",
    "no_new_privs",
    "landlock",
    "seccomp",
    "limits",
    "environment",
    "descriptors",
)
"""All layers there are, innermost first."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer as observed: whether it holds, and what was seen, or why the host refused it."""

    name: str
    holds: bool
    seen: str

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps that a process takes. All of them, but for tests, which leave one out and show that the others hold."""

    namespaces: bool = True
    root: bool = True
    capabilities: bool = True
    landlock: bool = True
    seccomp: bool = True
    limits: bool = True

    @classmethod
    def none(cls) -> Plan:
        """A process of its own, and nothing more."""
        return cls(namespaces=False, root=False, capabilities=False, landlock=False, seccomp=False, limits=False)

    def to_json(self) -> dict[str, bool]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, bool]) -> Plan:
        """Read `to_json`'s form."""
        return cls(**document)


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was not taken, and why. ``layer`` is the layer that it would have made."""

    layer: str
    why: str


class StepFailedError(Exception):
    """A step failed; the text says which system call, and with what error."""
