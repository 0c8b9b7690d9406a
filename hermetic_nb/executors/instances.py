"""Fresh instances, one for each call, with the work around them put where nobody waits for it.

An instance is let go of after its answer is sent. Where one program is called again and again, its next instance starts in
that time too. An instance serves one call and never another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.executors.engine import EngineFailedError, TrappedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.executors.engine import Instance, Program


class Instances:
    """The instances of one worker, which answers one call at a time."""

    def __init__(self, clear: Callable[[], object], is_invalid: Callable[[], object]) -> None:
        """``clear`` and ``is_invalid``: the CPU's sticky flag, which a start function of the module may set."""
        self._clear, self._is_invalid = clear, is_invalid
        self._given: list[Instance] = []
        self._now: Program | None = None
        self._before: Program | None = None
        self._ahead: tuple[Program, Instance] | None = None

    def take(self, program: Program) -> Instance:
        """A fresh instance, to be used until `settle`. Raises TrappedError, EngineFailedError."""
        self._now = program
        if self._ahead is not None and self._ahead[0] is program:
            instance = self._ahead[1]
            self._ahead = None
        else:
            instance = program.start()
        self._given.append(instance)
        return instance

    def settle(self) -> None:
        """When the answer is sent: let go of what was given, and start ahead what is likely to be called next."""
        for instance in self._given:
            instance.close()
        self._given.clear()
        program, before, self._before, self._now = self._now, self._before, self._now, None
        if program is None:
            return
        if self._ahead is not None:
            self._ahead[1].close()
            self._ahead = None
        if program is before:
            self._start_ahead(program)

    def _start_ahead(self, program: Program) -> None:
        self._clear()
        try:
            instance = program.start()
        except (TrappedError, EngineFailedError):
            return  # the next call meets it again, and says so
        if self._is_invalid():
            instance.close()  # the next call has to see the flag itself
        else:
            self._ahead = program, instance
