"""One call: what went in, what was asked of agents, what came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.digest import Digest, digest_bytes, parse_digest
from hermetic_nb.model.constants import FORMAT
from hermetic_nb.model.spec import digests_from_json

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Failure:
    """The outcome of a tool that raised: exception name, message, and line of the cell (0: none)."""

    exception: str
    message: str
    line: int = 0
    code: int = 0
    """The trap's code (see `traps`); 0 where there is none."""
    base: str = ""
    """For an exception class of the cell's own: the built-in one that it derives from."""

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        document = {"exception": self.exception, "message": self.message, "line": self.line}
        return document | ({"base": self.base} if self.base else {})

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Failure:
        """Read the stored form."""
        return cls(document["exception"], document["message"], document["line"], base=document.get("base", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentCall:
    """One call of ``call_agent`` and its answer: an entry of a trace."""

    agent: str
    round: int
    """Calls of one round were asked for at once; rounds count from 0."""
    arguments: Any
    """As wire data, like ``value``: a trace is written, compared and answered from without being understood."""
    value: Any = None
    error: tuple[str, str] | None = None
    """The agent error's class and message, where the call gave no value."""
    tool: Digest | None = None
    """The tool that answered, where no agent did."""
    trace: tuple[AgentCall, ...] = ()
    """The calls that this tool made."""

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        document: dict[str, Any] = {"agent": self.agent, "round": self.round, "arguments": self.arguments}
        if self.error is None:
            document["value"] = self.value
        else:
            document["error"] = {"exception": self.error[0], "message": self.error[1]}
        if self.tool is not None:
            document |= {"tool": self.tool, "trace": [call.to_json() for call in self.trace]}
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> AgentCall:
        """Read the stored form. Raises ValueError, KeyError or TypeError on another document."""
        error, tool = document.get("error"), document.get("tool")
        return cls(
            agent=document["agent"],
            round=document["round"],
            arguments=document["arguments"],
            value=None if error is not None else document["value"],
            error=None if error is None else (error["exception"], error["message"]),
            tool=None if tool is None else parse_digest(tool),
            trace=tuple(map(cls.from_json, document.get("trace", ()))),
        )


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """One call: tool, arguments, env, trace, and output or error; and nothing else (no time, host, fuel or engine).

    Two runs agree if and only if their receipts' digests are equal.
    """

    tool: Digest
    arguments: Mapping[str, Any]
    """All parameters by name, defaults filled in, as the types of the signature."""
    value: Any = None
    error: Failure | None = None
    env: Mapping[str, Digest] = field(default_factory=dict)
    trace: tuple[AgentCall, ...] = ()
    printed: str = ""
    """What the tool printed: shown with the receipt, and no part of it."""
    ran: str = field(default="", compare=False)
    """Behind which layers the call ran, as observed: shown with the receipt, and no part of it."""

    def to_json(self) -> dict[str, Any]:
        """The stored form: values as wire data (see `values`)."""
        outcome: dict[str, Any] = (
            {"error": self.error.to_json()} if self.error is not None else {"output": values.to_wire(self.value)}
        )
        return {
            "format": FORMAT,
            "tool": self.tool,
            "arguments": {name: values.to_wire(value) for name, value in self.arguments.items()},
            "env": dict(self.env),
            "trace": [call.to_json() for call in self.trace],
        } | outcome

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Receipt:
        """Read the stored form. Raises ValueError, KeyError or TypeError on another document."""
        if document["format"] != FORMAT:
            raise ValueError(f"a receipt of format {document['format']!r}; this program reads format {FORMAT}")
        error = document.get("error")
        return cls(
            tool=parse_digest(document["tool"]),
            arguments={name: values.from_wire(value) for name, value in document["arguments"].items()},
            value=None if error is not None else values.from_wire(document["output"]),
            error=None if error is None else Failure.from_json(error),
            env=dict(digests_from_json(document["env"])),
            trace=tuple(map(AgentCall.from_json, document["trace"])),
        )

    @cached_property
    def digest(self) -> Digest:
        """The digest of the receipt's wire text (keys in the order of `to_json`)."""
        return digest_bytes(values.text(self.to_json()).encode())
