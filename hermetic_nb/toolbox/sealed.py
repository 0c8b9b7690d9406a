"""What a user holds: a sealed tool that is called like a function."""

from __future__ import annotations

import sys
from array import array as NumberArray  # noqa: N812 (a method has its own name)
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from hermetic_nb.cell import MARK
from hermetic_nb.digest import Digest, short
from hermetic_nb.errors import (
    ArgumentError,
    Diagnostic,
    EngineError,
    LimitExceeded,
    ReplayMismatch,
    ToolError,
    interrupted,
    tool_error,
)
from hermetic_nb.model import WASM, Done, Environment, Failed, Failure, Receipt
from hermetic_nb.sandbox import summary
from hermetic_nb.signature import FLOAT, INT, ListType
from hermetic_nb.signature.border import fit, unpack
from hermetic_nb.signature.border_arrays import holds_array, shown
from hermetic_nb.toolbox.environment import compare
from hermetic_nb.toolchains.wasm_module import read_module

if TYPE_CHECKING:
    import inspect
    from collections.abc import Iterator, Sequence

    from hermetic_nb.confinement import Layer
    from hermetic_nb.delegation import Budget, Desk, Ended
    from hermetic_nb.model import Artifact, Limits, Manifest, Session, Step
    from hermetic_nb.signature import Signature
    from hermetic_nb.toolbox.calling import Call
    from hermetic_nb.toolbox.explained import Explained
    from hermetic_nb.toolbox.proof import Proof


_ARRAYS: Final = {INT: "q", FLOAT: "d"}
"""Formats of the arrays of numbers."""


class Home(Protocol):
    """What a tool asks of its toolbox."""

    @property
    def limits(self) -> Limits:
        """Limits of a call."""

    @property
    def desk(self) -> Desk:
        """The agents, and who is asked."""

    def open(self, artifact: Artifact, given: Environment, /, limits: Limits | None = None) -> Session:
        """Make an artifact ready to be called; ``limits`` None: those of all calls."""

    def content(self, digest: Digest) -> bytes:
        """A wheel or a file of data."""

    def keep_receipt(self, receipt: Receipt) -> None:
        """Store the receipt of a pure tool."""

    def begin(self, tool: Tool, /) -> int:
        """Note and count a call."""

    def end(self, number: int, /) -> None:
        """That call has ended."""

    def layers(self, media_type: str, /) -> tuple[Layer, ...]:
        """What stands between tools of a media type and the host."""

    def verify(self, tool: Tool) -> Verification:
        """Rebuild a tool and compare."""

    def explain(self, tool: Tool) -> Explained:
        """Ask the compiler about a tool's source."""


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

    def __init__(
        self, home: Home, artifact: Artifact, *, source: str, version: int, proof: Proof, of_session: bool = False
    ) -> None:
        self._home = home
        self._artifact = artifact
        self._session: Session | None = None
        self._proof = proof
        self._is_compiled = artifact.manifest.media_type == WASM
        self.source = source
        """The normalised source, captures included."""
        self.version = version
        """The number under its name in the registry; 0 where it was not kept there."""
        self.of_session = of_session
        """Whether it was kept in this session only."""
        self.digest: Digest = artifact.digest
        self.name: str = artifact.manifest.name
        self.signature: Signature = artifact.manifest.signature
        self._gives_array = holds_array(self.signature.result)
        self.__name__ = self.__qualname__ = artifact.manifest.entry
        self.__doc__ = artifact.manifest.doc
        self.__signature__: inspect.Signature = self.signature.to_inspect()

    # ------------------------------------------------------------ call

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Run the tool and return its value; what it printed is printed."""
        number = self._home.begin(self)
        try:
            if self._is_compiled:
                arguments = self._fit(args, kwargs)
                step = self._start(arguments, packed=self._gives_array)
                if type(step) is Done:
                    return shown(self.signature.result, step.value) if self._gives_array else step.value
                raise self.failure(self._receipt(arguments, step))
            with self._told():
                call = self._call(self._fit(args, kwargs))
                return self.value(call.receipt(call.run()))
        finally:
            self._home.end(number)

    def array(self, /, *args: Any, **kwargs: Any) -> NumberArray[Any]:
        """As a plain call of a tool that gives ``list[int]`` or ``list[float]``: its numbers as one array.

        Without work per number in the native tier; ``numpy.frombuffer`` takes it without a copy. Raises ArgumentError for
        another result.
        """
        result = self.signature.result
        code = _ARRAYS.get(result.item) if isinstance(result, ListType) else None
        if code is None:
            raise ArgumentError(f"{self.name} gives {result}, not a list of numbers", help="call it without .array")
        if not self._is_compiled:
            return NumberArray(code, self(*args, **kwargs))
        with self._noted():
            arguments = self._fit(args, kwargs)
            step = self._start(arguments, packed=True)
        if type(step) is Done:
            return step.value  # type: ignore[no-any-return]
        raise self.failure(self._receipt(arguments, step))

    def call(self, /, *args: Any, **kwargs: Any) -> Receipt:
        """Run the tool and return the receipt, also where the tool raises. Raises the other errors of a plain call.

        The receipt of a pure tool is stored in the registry too.
        """
        with self._noted():
            arguments = self._fit(args, kwargs)
            if self._is_compiled:
                return self._receipt(arguments, self._start(arguments), self.isolation)
            with self._told():
                call = self._call(arguments)
                return self._kept(call.receipt(call.run(), self.isolation))

    async def acall(self, /, *args: Any, **kwargs: Any) -> Receipt:
        """As `call`, from a coroutine: agents run on its event loop, which goes on meanwhile."""
        with self._noted(), self._told():
            call = self._call(self._fit(args, kwargs))
            return self._kept(call.receipt(await call.run_async(), self.isolation))

    async def run_nested(self, arguments: dict[str, Any], budget: Budget, depth: int) -> Ended:
        """The end of a call that another tool makes. Raises as `acall`."""
        with self._noted(), self._told():
            return await self._call(self._fit((), arguments)).run_nested(budget, depth)

    def replay(self, receipt: Receipt) -> Receipt:
        """Run the call of a receipt again, its trace answering for the agents: a receipt with the same digest.

        Raises ReplayMismatch on the first difference.
        """
        if receipt.tool != self.digest:
            compare(receipt, {name: digest for name, digest in self.manifest.data if name in receipt.env}, partly=True)
            raise ReplayMismatch(
                f"the receipt is of tool {short(receipt.tool)}, not of {self.name} {short(self.digest)}",
                help=f'get it by its digest: box.get("{receipt.tool}")',
            )
        with self._told():
            call = self._call(self._fit((), dict(receipt.arguments)))
            compare(receipt, call.env)
            again = call.receipt(call.replay(receipt.trace))
        if again.digest != receipt.digest:
            raise ReplayMismatch(f"{self.name} gives another {_first_difference(receipt, again)}")
        return again

    def failure(self, receipt: Receipt) -> ToolError:
        """The error that a plain call raises where `call` gives this receipt. Raises ValueError on one with a value."""
        if receipt.error is None:
            raise ValueError("the call gave a value")
        kind = tool_error(receipt.error.exception, receipt.error.base)
        error = kind(receipt.error.message, diagnostics=self._place(receipt.error.line))
        error.receipt = receipt
        return error

    def value(self, receipt: Receipt) -> Any:
        """The value of a receipt; what the call printed is printed. Raises the tool's error."""
        if receipt.printed:
            sys.stdout.write(receipt.printed)
        if receipt.error is not None:
            raise self.failure(receipt)
        return receipt.value

    def verify(self) -> Verification:
        """Build the tool again from its source, run examples and comparison again, and compare the digests.

        Raises NotReproducibleError where the digest is another, and what sealing raises.
        """
        return self._home.verify(self)

    def explain(self) -> Explained:
        """What the native compiler says of its source: types, tests that are left out or stay, asserts, or refusals.

        Raises ToolchainError where the compiler does not run.
        """
        return self._home.explain(self)

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
    def isolation(self) -> str:
        """Behind which layers its calls run, in a line (see `layers`)."""
        try:
            return summary(self.layers())
        except EngineError as error:
            return f"behind layers that could not be observed: {error.message}"

    def layers(self) -> tuple[Layer, ...]:
        """What stands between its calls and the host, as the process that runs them observes it. Raises EngineError."""
        return self._home.layers(self._artifact.manifest.media_type)

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
        return fit(self.signature, args, kwargs, packed=self._is_compiled, wide=not self._is_compiled)

    def _call(self, arguments: Sequence[Any]) -> Call:
        from hermetic_nb.toolbox.calling import Call  # noqa: PLC0415 (compiled tools do without)

        return Call(self._home, self._artifact, arguments)

    def _start(self, arguments: Sequence[Any], *, packed: bool = False) -> Step:
        try:
            return (self._session or self._open()).start(arguments, packed=packed)
        except KeyboardInterrupt:
            raise interrupted(f"the call of {self.name} was stopped") from None

    def _open(self) -> Session:
        self._session = self._home.open(self._artifact, Environment())
        return self._session

    def _receipt(self, arguments: Sequence[Any], step: Step, ran: str = "") -> Receipt:
        named = dict(zip((p.name for p in self.signature.parameters), unpack(arguments), strict=True))
        if type(step) is Done:
            return Receipt(tool=self.digest, arguments=named, value=step.value, ran=ran)
        return Receipt(tool=self.digest, arguments=named, error=_failure(step), ran=ran)

    def _kept(self, receipt: Receipt) -> Receipt:
        if self.manifest.is_pure:
            self._home.keep_receipt(receipt)
        return receipt

    @contextmanager
    def _noted(self) -> Iterator[None]:
        number = self._home.begin(self)
        try:
            yield
        finally:
            self._home.end(number)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors from below, in this tool's words: places in its cell, and its name."""
        try:
            yield
        except KeyboardInterrupt:
            raise interrupted(f"the call of {self.name} was stopped") from None
        except LimitExceeded as error:
            error.diagnostics = tuple(
                placed
                for finding in error.diagnostics
                for placed in (self._place(finding.line, finding.message) or [finding])
            )
            raise

    def _place(self, line: int, message: str = "") -> list[Diagnostic]:
        lines = self.source.split("\n")
        if not 0 < line <= len(lines):
            return []
        text = lines[line - 1]
        captured = MARK in lines[:line]
        start = len(text) - len(text.lstrip())
        where = f"in {self.name}, captured" if captured else f"in {self.name}"
        return [Diagnostic(message or where, line, start, max(len(text.rstrip()), start + 1), text)]


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
    if old.trace != new.trace:
        return "trace"
    return f"value: {_shortened(new.value)}, was {_shortened(old.value)}"


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
