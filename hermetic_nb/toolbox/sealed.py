"""What a user holds: a sealed tool that is called like a function."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from hermetic_nb.cell import MARK
from hermetic_nb.digest import Digest, short
from hermetic_nb.errors import Diagnostic, EngineError, ReplayMismatch, ToolError, interrupted, tool_error
from hermetic_nb.model import WASM, Done, Failed, Failure, Receipt
from hermetic_nb.signature.border import fit, unpack
from hermetic_nb.toolchains.wasm_module import read_module

if TYPE_CHECKING:
    import inspect
    from collections.abc import Sequence

    from hermetic_nb.model import Artifact, Manifest, Session, Step
    from hermetic_nb.signature import Signature
    from hermetic_nb.toolbox.proof import Proof


class Home(Protocol):
    """What a tool asks of its toolbox."""

    def open(self, artifact: Artifact) -> Session:
        """Make an artifact ready to be called."""

    def verify(self, tool: Tool) -> Verification:
        """Rebuild a tool and compare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A tool that was rebuilt from its source, with the same digest."""

    tool: Tool
    proof: Proof
    """What the new build showed."""

    @property
    def digest(self) -> Digest:
        """The digest of both."""
        return self.tool.digest

    def __repr__(self) -> str:
        return f"<{self.tool.name} {short(self.digest)} verified>"


class Tool:
    """A sealed tool. Calling it runs it in a fresh instance and returns the value.

    A failing tool raises a `ToolError` that is also the Python exception the tool raised; its ``receipt`` and the line of
    the cell are with it. Raises ArgumentError on arguments that do not fit, LimitExceeded and EngineError.
    """

    def __init__(self, home: Home, artifact: Artifact, *, source: str, version: int, proof: Proof) -> None:
        self._home = home
        self._artifact = artifact
        self._session: Session | None = None
        self._proof = proof
        self.source = source
        """The normalised source, captures included."""
        self.version = version
        """The number under its name in the registry; 0 where it was not kept."""
        self.digest: Digest = artifact.digest
        self.name: str = artifact.manifest.name
        self.signature: Signature = artifact.manifest.signature
        self.__name__ = self.__qualname__ = artifact.manifest.entry
        self.__doc__ = artifact.manifest.doc
        self.__signature__: inspect.Signature = self.signature.to_inspect()

    # ------------------------------------------------------------ call

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Run the tool and return its value."""
        arguments = self._fit(args, kwargs)
        step = self._start(arguments)
        if type(step) is Done:
            return step.value
        raise self.failure(self._receipt(arguments, step))

    def call(self, /, *args: Any, **kwargs: Any) -> Receipt:
        """Run the tool and return the receipt, also where the tool raises. Raises the other errors of a plain call."""
        arguments = self._fit(args, kwargs)
        return self._receipt(arguments, self._start(arguments))

    def replay(self, receipt: Receipt) -> Receipt:
        """Run the call of a receipt again: a receipt with the same digest. Raises ReplayMismatch on the first difference."""
        if receipt.tool != self.digest:
            raise ReplayMismatch(
                f"the receipt is of tool {short(receipt.tool)}, not of {self.name} {short(self.digest)}",
                help=f'get it by its digest: box.get("{receipt.tool}")',
            )
        again = self.call(**receipt.arguments)
        if again.digest != receipt.digest:
            raise ReplayMismatch(f"{self.name} gives another {_first_difference(receipt, again)}")
        return again

    def failure(self, receipt: Receipt) -> ToolError:
        """The error that a plain call raises where `call` gives this receipt. Raises ValueError on one with a value."""
        if receipt.error is None:
            raise ValueError("the call gave a value")
        error = tool_error(receipt.error.exception)(receipt.error.message, diagnostics=self._place(receipt.error))
        error.receipt = receipt
        return error

    def verify(self) -> Verification:
        """Build the tool again from its source, run examples and comparison again, and compare the digests.

        Raises NotReproducibleError where the digest is another, and what sealing raises.
        """
        return self._home.verify(self)

    # ------------------------------------------------------------ what it is

    @property
    def artifact(self) -> Artifact:
        """Manifest and payload."""
        return self._artifact

    @property
    def manifest(self) -> Manifest:
        """All that decides the tool's behaviour."""
        return self._artifact.manifest

    @property
    def language(self) -> str:
        """The language of the cell."""
        return self._artifact.manifest.language

    @property
    def tier(self) -> str:
        """The kind of tool that the cell became."""
        return self._artifact.manifest.tier

    @property
    def reason(self) -> str:
        """Why it became that kind."""
        return self._proof.reason

    @property
    def proof(self) -> Proof:
        """What was shown of it when it was sealed."""
        return self._proof

    @property
    def size(self) -> int:
        """Bytes of the payload."""
        return len(self._artifact.payload)

    @property
    def imports(self) -> tuple[str, ...]:
        """The host functions that the module's import section names: a sealed tool has none."""
        if self._artifact.manifest.media_type != WASM:
            return ()
        return tuple(map(str, read_module(self._artifact.payload).imports))

    def __repr__(self) -> str:
        return f"<tool {self.name}{self.signature} {short(self.digest)}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tool) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    # ------------------------------------------------------------ inside

    def _fit(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        return fit(self.signature, args, kwargs, packed=True)

    def _start(self, arguments: Sequence[Any]) -> Step:
        try:
            return (self._session or self._open()).start(arguments)
        except KeyboardInterrupt:
            raise interrupted(f"the call of {self.name} was stopped") from None

    def _open(self) -> Session:
        self._session = self._home.open(self._artifact)
        return self._session

    def _receipt(self, arguments: Sequence[Any], step: Step) -> Receipt:
        named = dict(zip((p.name for p in self.signature.parameters), unpack(arguments), strict=True))
        if type(step) is Done:
            return Receipt(tool=self.digest, arguments=named, value=step.value)
        return Receipt(tool=self.digest, arguments=named, error=_failure(step))

    def _place(self, failure: Failure) -> list[Diagnostic]:
        lines = self.source.split("\n")
        if not 0 < failure.line <= len(lines):
            return []
        text = lines[failure.line - 1]
        captured = MARK in lines[: failure.line]
        start = len(text) - len(text.lstrip())
        where = f"in {self.name}, captured" if captured else f"in {self.name}"
        return [Diagnostic(where, failure.line, start, max(len(text.rstrip()), start + 1), text)]


def _failure(step: Step) -> Failure:
    if type(step) is Failed:
        return step.failure
    raise EngineError("a sealed tool asked for an agent", help="this is a fault of hermetic_nb; please report the cell")


def _first_difference(old: Receipt, new: Receipt) -> str:
    if (old.error is None) != (new.error is None):
        return "outcome: it fails now" if new.error else "outcome: it gives a value now"
    if old.error is not None and new.error is not None:
        return (
            f"error: {new.error.exception} at line {new.error.line}, was {old.error.exception} at line {old.error.line}"
        )
    return f"value: {_shortened(new.value)}, was {_shortened(old.value)}"


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
