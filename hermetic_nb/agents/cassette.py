"""The cassette: what models answered, in one readable file beside the notebook, so that it runs again without them.

A file holds groups, one for each run of an agent (or each sub-agent), found by the digest of what was asked. A group holds
exchanges: the canonical request, as digests of messages and tools that stand in tables of the file, and the answer. It
also holds what the run saw of the registry at large (`Seen`), because another registry holds other tools.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.delegation.secrets import Mask
from hermetic_nb.digest import Digest, digest_json
from hermetic_nb.errors import IntegrityError, RegistryAccessError
from hermetic_nb.making.writing import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = 1
SUFFIX: Final = ".cassette.json"
ABOUT: Final = (
    "Answers of models, recorded by hermetic_nb. A notebook replays them without a key and without a network."
)
_SECRET: Final = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL", re.IGNORECASE)
"""Names of environment variables whose values are in no cassette."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to a model and its answer; messages and tools by their digests."""

    key: Digest
    messages: tuple[Digest, ...]
    tools: Mapping[str, Digest]
    settings: Mapping[str, Any]
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run saw of the registry: the question and the answer."""

    kind: str
    of: Any
    found: Any


@dataclass(frozen=True, slots=True)
class Group:
    """All of one run."""

    key: Digest
    title: str
    """What was asked, for a reader."""
    model: str
    exchanges: tuple[Exchange, ...] = ()
    seen: tuple[Seen, ...] = ()


@dataclass(slots=True)
class Cassette:
    """The groups of one file. Reading it loads them all; `save` writes the file anew, whole or not at all."""

    path: Path
    groups: dict[Digest, Group] = field(default_factory=dict)
    messages: dict[Digest, Any] = field(default_factory=dict)
    tools: dict[Digest, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Cassette:
        """The cassette of a file; an empty one where there is no file. Raises IntegrityError, RegistryAccessError."""
        try:
            text = path.read_text("utf-8")
        except FileNotFoundError:
            return cls(path)
        except (OSError, UnicodeDecodeError) as error:
            raise RegistryAccessError(f"the cassette {path.name} cannot be read: {_reason(error)}") from None
        try:
            return cls._of(path, json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise IntegrityError(
                f"{path.name} cannot be read as a cassette: {type(error).__name__}: {error}",
                help="it is left as it is: move it away, and record again with %%agent --record and a model",
            ) from None

    @classmethod
    def _of(cls, path: Path, document: Any) -> Cassette:
        if document["format"] != FORMAT:
            raise ValueError(f"format {document['format']!r}; this program reads {FORMAT}")
        messages, tools = _checked(document["messages"]), _checked(document["tools"])
        groups = {}
        for run in document["runs"]:
            group = Group(
                Digest(run["key"]),
                str(run["asked"]),
                str(run["model"]),
                tuple(map(_exchange, run["exchanges"])),
                tuple(Seen(seen["kind"], seen["of"], seen["found"]) for seen in run["seen"]),
            )
            for exchange in group.exchanges:
                if not set(exchange.messages) <= set(messages) or not set(exchange.tools.values()) <= set(tools):
                    raise ValueError("an exchange names messages or tools that are not there")
            groups[group.key] = group
        return cls(path, groups, messages, tools)

    def save(self, environment: Mapping[str, str] | None = None) -> None:
        """Write the file. Values of the environment's secrets are left out. Raises RegistryAccessError."""
        used = [exchange for group in self.groups.values() for exchange in group.exchanges]
        messages = {digest for exchange in used for digest in exchange.messages}
        tools = {digest for exchange in used for digest in exchange.tools.values()}
        document = {
            "format": FORMAT,
            "about": ABOUT,
            "runs": [_group_json(group) for group in self.groups.values()],
            "messages": {digest: doc for digest, doc in sorted(self.messages.items()) if digest in messages},
            "tools": {digest: doc for digest, doc in sorted(self.tools.items()) if digest in tools},
        }
        document = without_secrets(document, environment)
        try:
            write_whole(self.path, json.dumps(document, indent=1, ensure_ascii=False) + "\n", 0o644)
        except OSError as error:
            raise RegistryAccessError(f"the cassette {self.path.name} cannot be written: {_reason(error)}") from None

    def message(self, document: Any) -> Digest:
        """Note a message; its digest."""
        return _noted(self.messages, document)

    def tool(self, document: Any) -> Digest:
        """Note what is told of a tool; its digest."""
        return _noted(self.tools, document)

    def put(self, group: Group) -> None:
        """Put a group in the place of the one with its key."""
        self.groups[group.key] = group


def beside(folder: Path) -> list[Path]:
    """The cassettes of a folder, by name."""
    return sorted(folder.glob("*" + SUFFIX))


def check_writable(path: Path) -> None:
    """See that a cassette can be written, before anything is asked that would be lost. Raises RegistryAccessError."""
    if not path.parent.is_dir() or not os.access(path if path.exists() else path.parent, os.W_OK):
        raise RegistryAccessError(
            f"the cassette {path.name} cannot be written into {path.parent.name or path.parent}",
            help="name another file with --cassette, or keep nothing with --live",
        )


def without_secrets(document: Any, environment: Mapping[str, str] | None = None) -> Any:
    """A document in which the values of secret environment variables have the variables' names."""
    names = os.environ if environment is None else environment
    return Mask({name: value for name, value in names.items() if _SECRET.search(name)}).wire(document)


def _exchange(document: Mapping[str, Any]) -> Exchange:
    return Exchange(
        Digest(document["key"]),
        tuple(map(Digest, document["messages"])),
        {name: Digest(digest) for name, digest in document["tools"].items()},
        dict(document["settings"]),
        dict(document["answer"]),
    )


def _group_json(group: Group) -> dict[str, Any]:
    return {
        "asked": group.title,
        "key": group.key,
        "model": group.model,
        "exchanges": [
            {
                "key": exchange.key,
                "messages": list(exchange.messages),
                "tools": dict(sorted(exchange.tools.items())),
                "settings": dict(exchange.settings),
                "answer": dict(exchange.answer),
            }
            for exchange in group.exchanges
        ],
        "seen": [{"kind": seen.kind, "of": seen.of, "found": seen.found} for seen in group.seen],
    }


def _checked(table: Mapping[str, Any]) -> dict[Digest, Any]:
    """A table of documents by digest. Raises ValueError where one is not what its digest says."""
    for digest, document in table.items():
        if digest_json(document) != digest:
            raise ValueError(f"the entry {digest[:19]} was changed")
    return {Digest(digest): document for digest, document in table.items()}


def _noted(table: dict[Digest, Any], document: Any) -> Digest:
    document = without_secrets(document)
    digest = digest_json(document)
    table[digest] = document
    return digest


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "no reason given") if isinstance(error, OSError) else "it is not UTF-8"
