"""A toolbox as tools see it while they are only tried: nothing of a call is counted or kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hermetic_nb.confinement import Layer
    from hermetic_nb.delegation import Desk
    from hermetic_nb.digest import Digest
    from hermetic_nb.model import Artifact, Environment, Limits, Receipt, Session
    from hermetic_nb.toolbox.explained import Explained
    from hermetic_nb.toolbox.sealed import Home, Tool, Verification


class Apart:
    """A `Home` that is another one, but for what it counts and keeps; ``limits`` and ``desk`` None: those of the other."""

    def __init__(self, home: Home, *, limits: Limits | None = None, desk: Desk | None = None) -> None:
        self._home, self._limits, self._desk = home, limits, desk

    @property
    def limits(self) -> Limits:
        """Limits of a call."""
        return self._limits or self._home.limits

    @property
    def desk(self) -> Desk:
        """The agents, and who is asked."""
        return self._desk or self._home.desk

    def open(self, artifact: Artifact, given: Environment, /, limits: Limits | None = None) -> Session:
        """Make an artifact ready to be called."""
        return self._home.open(artifact, given, limits or self._limits)

    def content(self, digest: Digest) -> bytes:
        """A wheel or a file of data."""
        return self._home.content(digest)

    def keep_receipt(self, receipt: Receipt) -> None:
        """It is not kept."""

    def begin(self, tool: Tool, /) -> int:  # noqa: ARG002 (it is not counted)
        """Nothing is noted."""
        return 0

    def end(self, number: int, /) -> None:
        """Nothing was noted."""

    def layers(self, media_type: str, /) -> tuple[Layer, ...]:
        """What stands between tools of a media type and the host."""
        return self._home.layers(media_type)

    def verify(self, tool: Tool) -> Verification:
        """Rebuild a tool and compare."""
        return self._home.verify(tool)

    def explain(self, tool: Tool) -> Explained:
        """Ask the compiler about a tool's source."""
        return self._home.explain(tool)
