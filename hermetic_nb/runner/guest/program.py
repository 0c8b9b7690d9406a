"""One tool inside one instance: its source defined, then called once."""

from __future__ import annotations

import sys
import typing
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import policy, values
from hermetic_nb.runner.guest import imports, printing, records, rounds
from hermetic_nb.runner.guest.outcome import CELL, OutputLimitError, failed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

PRINTED: Final = 1 << 16
"""Characters of what a call prints that are kept."""
FRAMES: Final = 12
"""Frames of the runner's own below the cell's first function."""


class Program:
    """A tool's source and how to call it.

    ``document`` holds ``kind`` (``python`` or ``pure``), ``source``, ``entry``, ``depth`` (nested calls), ``output`` (most
    characters of a result's wire text), ``modules`` (path in a wheel -> text) and ``files`` (path -> base64) of declared
    packages, ``bound`` the arguments that no caller gives (name -> wire data); ``own`` the modules of which a cell has its own version.
    """

    def __init__(self, document: dict[str, Any], own: Mapping[str, ModuleType]) -> None:
        self._document = document
        self._own = own
        self._output = printing.Output(PRINTED)
        self._rounds: rounds.Rounds | None = None
        self.namespace: dict[str, Any] = {}

    @property
    def is_pure(self) -> bool:
        """Whether the source is a pure tool's, under the policy."""
        return bool(self._document["kind"] == "pure")

    def printed(self) -> str:
        """What was printed so far."""
        return self._output.text()

    def define(self) -> None:
        """Run the source in a fresh namespace. Raises what it raises."""
        sys.stdout = sys.stderr = self._output
        source = self._document["source"]
        if self.is_pure:
            self._rounds = rounds.Rounds()
            code = policy.compile(source, CELL)  # needs a stack of its own, whatever the tool's depth
            self.namespace = policy.namespace(extra=rounds.names(self._rounds))
        else:
            rules = imports.Imports(self._own, self._document.get("modules", {}), self._document.get("files", {}))
            code = compile(source, CELL, "exec", dont_inherit=True)
            self.namespace = rules.namespace(source)
        sys.setrecursionlimit(self._document["depth"] + FRAMES)
        exec(code, self.namespace)  # noqa: S102 (what the runner is for)

    @property
    def bound(self) -> dict[str, Any]:
        """The arguments that no caller gives."""
        return {name: values.from_wire(data) for name, data in self._document.get("bound", {}).items()}

    @property
    def entry_name(self) -> str:
        """The name of the function that is the tool."""
        return str(self._document["entry"])

    def _hints(self, annotated: Any) -> dict[str, Any]:
        """The annotations of a function or class of the cell. A pure tool's are read, never run: they pass no guard."""
        return policy.hints(annotated, self.namespace) if self.is_pure else typing.get_type_hints(annotated)

    def start(self, given: dict[str, Any]) -> dict[str, Any]:
        """Call the entry. A step."""
        try:
            entry = self.namespace[self.entry_name]
            given = given | self._document.get("bound", {})
            arguments = records.Shaping(self._hints).arguments(
                entry, {name: values.from_wire(data) for name, data in given.items()}
            )
            if self._rounds is not None:
                return self._ended(self._rounds.start(entry, arguments))
            return self._ended(rounds.Returned(entry(**arguments)))
        except BaseException as error:  # noqa: BLE001 (whatever the cell raises is its outcome)
            return failed(error, self.printed())

    def resume(self, replies: list[dict[str, Any]]) -> dict[str, Any]:
        """Go on with the answers. A step."""
        assert self._rounds is not None
        try:
            return self._ended(self._rounds.resume(replies))
        except BaseException as error:  # noqa: BLE001 (whatever the cell raises is its outcome)
            return failed(error, self.printed())

    def _ended(self, state: rounds.Returned | rounds.Waiting) -> dict[str, Any]:
        if isinstance(state, rounds.Waiting):
            step: dict[str, Any] = {"calls": state.requests}
        else:
            data = values.to_wire(records.plain(state.value))
            most, length = self._document["output"], len(values.text(data))
            if length > most:
                raise OutputLimitError(f"the result has {length} characters, {most} are allowed")
            step = {"done": data}
        if text := self.printed():
            step["printed"] = text
        return step
