"""Who may make and call what: decided by policy, by what was granted before, and else by the user's own click.

A grant is bound to a digest: of a tool (it may be made, or called), or of a tool and an agent's name. It is kept beside
the registry, so that the same digest never asks twice, in whatever notebook.
"""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, get_args
from weakref import WeakKeyDictionary

from hermetic_nb.errors import RegistryAccessError, SpecError
from hermetic_nb.making.proposals import requested_agents
from hermetic_nb.making.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hermetic_nb.digest import Digest
    from hermetic_nb.registry import Registry
    from hermetic_nb.toolbox import Tool, Toolbox

Word = Literal["auto", "ask", "deny"]
WORDS: Final = get_args(Word)
FILE: Final = "grants.json"
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Policy:
    """What happens without a grant: ``auto`` goes on, ``ask`` asks the user, ``deny`` refuses.

    ``create`` applies to tools that want more than this notebook has granted: other tools are made at once, unless it is
    ``deny`` (nothing is made) or ``always`` is set (every one asks).
    """

    create: Word = "ask"
    call: Word = "auto"
    always: bool = False

    def __post_init__(self) -> None:
        for name, word in (("creation", self.create), ("calls", self.call)):
            if word not in WORDS:
                raise SpecError(f"{word!r} is no policy for {name}", help=f"one of {', '.join(WORDS)}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of the user: to make or call a tool, with what that adds to what was granted."""

    act: Literal["create", "call"]
    tool: str
    digest: Digest
    source: str
    agents: tuple[str, ...]
    """Names that it may ask and that nobody granted; ``*`` where it computes them."""
    env: tuple[str, ...]
    before: str = ""
    """The source of the tool that has this name now."""

    @property
    def key(self) -> str:
        """Under what a decision is kept."""
        return f"{self.act} {self.digest}"

    def to_json(self) -> dict[str, Any]:
        """For the history of a run that waits."""
        return {
            "act": self.act,
            "tool": self.tool,
            "digest": self.digest,
            "source": self.source,
            "agents": list(self.agents),
            "env": list(self.env),
            "before": self.before,
        }

    @classmethod
    def from_json(cls, document: Any) -> Wish:
        """Read the stored form. Raises KeyError, TypeError."""
        return cls(
            document["act"],
            document["tool"],
            document["digest"],
            document["source"],
            tuple(document["agents"]),
            tuple(document["env"]),
            document["before"],
        )


@dataclass(slots=True)
class Grants:
    """Decisions of the user, by what they are about. ``path`` None: they last as long as this object."""

    path: Path | None = None
    make: Callable[[], None] = lambda: None
    """Makes the folder of the file."""
    _known: dict[str, bool] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, box: Toolbox) -> Grants:
        """The grants beside a toolbox's registry."""
        registry = box.registry
        if registry not in _OF:
            _OF[registry] = cls(None if registry.path is None else registry.path / FILE, registry.make)
        return _OF[registry]

    def get(self, wish: Wish) -> bool | None:
        """What the user said; None: nothing yet."""
        with self._lock:
            self._load()
            return self._known.get(wish.key)

    def put(self, wish: Wish, *, allowed: bool) -> None:
        """Keep what the user said. A folder that cannot be written keeps it for this process."""
        with self._lock:
            self._load()
            self._known[wish.key] = allowed
            if self.path is not None:
                with suppress(OSError, RegistryAccessError):
                    self.make()
                    document = {"format": _FORMAT, "said": dict(sorted(self._known.items()))}
                    write_whole(self.path, json.dumps(document, indent=1))

    def _load(self) -> None:
        if self.path is None:
            return
        try:
            document = json.loads(self.path.read_text("utf-8"))
            if document["format"] == _FORMAT:
                self._known.update({str(key): bool(said) for key, said in document["said"].items()})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return  # no file, or a torn one: what it held is asked again


_OF: WeakKeyDictionary[Registry, Grants] = WeakKeyDictionary()
"""One to a registry that is open: it holds what a folder that cannot be written does not keep."""


def wish_to_create(box: Toolbox, tool: Tool, granted: Iterable[str]) -> Wish:
    """What making a tool would add to what is granted."""
    wanted = requested_agents(tool.source) if tool.manifest.is_pure else frozenset()
    inside = {tool.name, *(name for name, _ in tool.manifest.uses)}
    more = ("*",) if wanted is None else tuple(sorted(wanted - set(granted) - inside))
    known = {one.name: one for one in box.here}
    before = known[tool.name].source if tool.name in known and known[tool.name].digest != tool.digest else ""
    return Wish("create", tool.name, tool.digest, tool.source, more, tuple(tool.manifest.env), before)


def decide(policy: Policy, grants: Grants, wish: Wish) -> Word:
    """What happens: ``auto`` for yes, ``deny`` for no, ``ask`` where the user has to say."""
    said = grants.get(wish)
    word = policy.create if wish.act == "create" else policy.call
    if word == "deny" or said is False:
        return "deny"
    if said or word == "auto":
        return "auto"
    if wish.act == "create" and not policy.always and not wish.agents and not wish.env:
        return "auto"
    return "ask"
