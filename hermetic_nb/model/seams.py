"""The Protocols at the seams, and the steps in which an executor is driven."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.errors import LimitExceeded
    from hermetic_nb.model.artifact import Artifact, Environment, Payload
    from hermetic_nb.model.limits import Limits
    from hermetic_nb.model.receipt import Failure
    from hermetic_nb.model.spec import ToolSpec


class Toolchain(Protocol):
    """Turns a spec's source into a payload."""

    @property
    def language(self) -> str:
        """The ``--lang`` it answers to."""

    @property
    def tier(self) -> str:
        """The tier of the tools it makes."""

    def identity(self) -> Mapping[str, str]:
        """What of the toolchain decides bytes; goes into the manifest."""

    def compile(self, spec: ToolSpec, *, builders: int = 2) -> Sequence[Payload]:
        """Build the spec ``builders`` times, each in a process of its own. Raises BuildError."""


@dataclass(frozen=True, slots=True)
class Done:
    """A step that ended with a value; ``printed`` is what the tool printed."""

    value: Any
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A step that ended because the tool raised."""

    failure: Failure
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A pure tool's call of an agent: its arguments are wire data, an object with a key for each name."""

    agent: str
    arguments: Any


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a request: a value as wire data, or the class and message of an agent error."""

    value: Any = None
    error: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Calls:
    """A step that waits for the answers to these requests, in this order (pure tools)."""

    requests: tuple[Request, ...]


Step = Done | Failed | Calls


class Session(Protocol):
    """One artifact, ready to be called; each start is a fresh instance."""

    def start(self, arguments: Sequence[Any], *, packed: bool = False) -> Step:
        """Begin a call with positional values that already fit the signature. Raises ExecutionError.

        ``packed``: a list of numbers may come back as an array, where that saves work.
        """

    def start_all(self, calls: Sequence[Sequence[Any]]) -> Sequence[Step | LimitExceeded]:
        """Begin several calls that do not hang on each other; one that is stopped from outside gives its error."""

    def resume(self, replies: Sequence[Reply]) -> Step:
        """Go on with the answers to the requests of the last step. Raises ExecutionError."""

    def close(self) -> None:
        """Let go of the artifact."""


class Executor(Protocol):
    """Runs artifacts of some media type."""

    def open(self, artifact: Artifact, limits: Limits, environment: Environment) -> Session:
        """Make an artifact ready to be called. Raises ExecutionError."""

    def close(self) -> None:
        """End the processes behind it."""
