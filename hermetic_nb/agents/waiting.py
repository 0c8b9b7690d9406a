"""Runs that wait for the user: their conversations, kept beside the registry, so that a new kernel goes on with them."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelResponse, ToolCallPart

from hermetic_nb.agents.progress import Progress
from hermetic_nb.digest import hex_of
from hermetic_nb.errors import RegistryAccessError
from hermetic_nb.making.policy import Wish
from hermetic_nb.making.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic_ai.messages import ModelMessage

    from hermetic_nb.digest import Digest
    from hermetic_nb.registry import Registry
    from hermetic_nb.toolbox import Toolbox

FOLDER: Final = "waiting"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation, and what it waits for; ``calls`` are the identifiers of the model's calls, in the same order."""

    messages: bytes
    wishes: tuple[Wish, ...]
    calls: tuple[str, ...] = ()
    progress: Progress = field(default_factory=Progress)

    def history(self) -> list[ModelMessage]:
        """The conversation for pydantic-ai."""
        return ModelMessagesTypeAdapter.validate_json(self.messages)

    def pending(self) -> Iterator[tuple[str, Wish]]:
        """The calls that wait, each with its wish."""
        return zip(self.calls or self._calls(), self.wishes, strict=True)

    def _calls(self) -> list[str]:
        last = self.history()[-1]
        parts = last.parts if isinstance(last, ModelResponse) else []
        return [part.tool_call_id for part in parts if isinstance(part, ToolCallPart)]


@dataclass(slots=True)
class WaitingRoom:
    """The waiting runs of a registry. ``folder`` None: they last as long as the registry is open."""

    folder: Path | None = None
    make: Callable[[], None] = lambda: None
    """Makes the registry's folder."""
    _here: dict[str, Waiting] = field(default_factory=dict)

    @classmethod
    def of(cls, box: Toolbox) -> WaitingRoom:
        """The room beside a toolbox's registry."""
        registry = box.registry
        if registry not in _OF:
            _OF[registry] = cls(None if registry.path is None else registry.path / FOLDER, registry.make)
        return _OF[registry]

    def get(self, key: Digest) -> Waiting | None:
        """The run of a request that waits. One that cannot be read is begun anew."""
        if self.folder is None or key in self._here:
            return self._here.get(key)
        try:
            document = json.loads((self.folder / f"{hex_of(key)}.json").read_text("utf-8"))
            if document["format"] != _FORMAT:
                return None
            wishes = tuple(map(Wish.from_json, document["wishes"]))
            progress = Progress.from_json(document["progress"])
            return Waiting(json.dumps(document["messages"]).encode(), wishes, tuple(document["calls"]), progress)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def put(self, key: Digest, waiting: Waiting) -> None:
        """Keep a run that waits."""
        self._here[key] = waiting
        if self.folder is None:
            return
        document: dict[str, Any] = {
            "format": _FORMAT,
            "messages": json.loads(waiting.messages),
            "wishes": [wish.to_json() for wish in waiting.wishes],
            "calls": [call for call, _ in waiting.pending()],
            "progress": waiting.progress.to_json(),
        }
        with suppress(OSError, RegistryAccessError):  # a registry that cannot be written: the run waits in this process
            self.make()
            self.folder.mkdir(exist_ok=True)
            write_whole(self.folder / f"{hex_of(key)}.json", json.dumps(document))

    def remove(self, key: Digest) -> None:
        """Forget a run that came to its end."""
        self._here.pop(key, None)
        if self.folder is not None:
            with suppress(OSError):
                (self.folder / f"{hex_of(key)}.json").unlink(missing_ok=True)


_OF: WeakKeyDictionary[Registry, WaitingRoom] = WeakKeyDictionary()
"""One to a registry that is open."""
