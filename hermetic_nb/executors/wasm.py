"""The executor of sealed WebAssembly: each call in a fresh instance, in a persistent worker process.

This side lowers arguments, asks the worker, and lifts the result; it never imports the engine. A call is stopped by
killing the worker.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from hermetic_nb import traps
from hermetic_nb.child import processors
from hermetic_nb.confinement import Layer, Plan
from hermetic_nb.digest import hex_of
from hermetic_nb.errors import EngineError, IntegrityError, LimitExceeded
from hermetic_nb.executors import protocol
from hermetic_nb.executors.compiled import CompiledCache, default_folder
from hermetic_nb.executors.configuration import Kind
from hermetic_nb.executors.home import Asking, Home, InKernel
from hermetic_nb.executors.machine_code import MachineCode
from hermetic_nb.executors.nan import may_hold_nan
from hermetic_nb.model import PAGE, WASM, Artifact, Done, Environment, Failed, Failure, Limits, Step
from hermetic_nb.sandbox import Isolation, Sandbox
from hermetic_nb.signature import abi, gathering, lifting

Read = TypeVar("Read")

WORKER: Final = "hermetic_nb.executors.worker"
LOAD_SECONDS: Final = 60.0
"""Time for machine code to be loaded, on a slow machine."""
MOST_WORKERS: Final = 4

_FRAME: Final = 1 << 20
"""Bytes of an answer beside its value."""
_MISSING, _TRAPPED, _STACK_OVERFLOW = bytes([protocol.MISSING]), bytes([protocol.TRAPPED]), b"\0"
_EVERY_KIND: Final = range(len(Kind))
_TRAPS: Final = {
    1: "memory access out of bounds",
    3: "table access out of bounds",
    4: "call of an empty table entry",
    5: "indirect call of a function of another type",
    6: "integer overflow",
    7: "integer division by zero",
    8: "conversion of a float that no integer holds",
    9: "unreachable code was reached",
}
"""The engine's trap kinds (``wasmtime/trap.h``) in words of our own, which another engine would have to say too."""


class WasmExecutor:
    """Runs `application/wasm` artifacts. Sessions may be used from several threads, whose calls run side by side."""

    def __init__(self, cache: Path | None = None, *, isolation: Isolation = "auto", plan: Plan | None = None) -> None:
        """``cache``: folder for compiled code, None for the user's (see `compiled.default_folder`); see `Sandbox`."""
        self._sandbox: Home = (
            InKernel(WORKER, settings={}, interrupt=_interrupt)
            if isolation == "kernel"
            else Sandbox(WORKER, isolation=isolation, plan=plan, workers=min(processors(), MOST_WORKERS))
        )
        self._code = MachineCode(CompiledCache(cache or default_folder()), self._sandbox)

    @property
    def sandbox(self) -> Home:
        """The home of the workers."""
        return self._sandbox

    def layers(self) -> tuple[Layer, ...]:
        """What stands between a payload and the host, as a worker observes it. Raises EngineError."""
        return self._sandbox.layers()

    def start(self) -> None:
        """Start the processes ahead of the first call, without waiting for them. Raises EngineError."""
        self._sandbox.start()

    def open(self, artifact: Artifact, limits: Limits, environment: Environment | None = None) -> WasmSession:  # noqa: ARG002 (modules take arguments only)
        """Make an artifact ready to be called; its code travels to a worker with the first call.

        Raises EngineError for another media type, IntegrityError if the payload is not the one that the manifest names.
        """
        manifest = artifact.manifest
        if manifest.media_type != WASM:
            raise EngineError(f"this executor runs {WASM}, not {manifest.media_type}")
        if hashlib.sha256(artifact.payload).hexdigest() != hex_of(manifest.payload):
            raise IntegrityError(f"the payload of {manifest.name} does not match its digest")
        self._sandbox.start()
        return WasmSession(self._sandbox, self._code, artifact, limits)

    def close(self) -> None:
        """End the processes; a later call starts new ones."""
        self._sandbox.close()


class WasmSession:
    """One artifact, ready to be called."""

    def __init__(self, sandbox: Home, code: MachineCode, artifact: Artifact, limits: Limits) -> None:
        manifest = artifact.manifest
        self._sandbox = sandbox
        self._code = code
        self._limits = limits
        self._payload: bytes | None = artifact.payload
        self._codes: dict[Kind, bytes] = {}  # so that a new worker waits for no file
        self._seconds = limits.wall_seconds
        self._most = 2 * limits.output_bytes + protocol.BATCH_BYTES + _FRAME
        fuel = manifest.limits.fuel
        # Only our own compiler is known to make no NaN but by arithmetic and constants.
        canonical = manifest.tier != "native" or may_hold_nan(artifact.payload)
        self._kind = Kind.METERED if fuel else Kind.CANONICAL if canonical else Kind.PLAIN
        if sandbox.isolation == "kernel" and not fuel:
            self._kind = Kind.INTERRUPTIBLE
        memory = manifest.limits.memory_pages * PAGE
        self._terms = protocol.Terms.of(manifest.signature, memory_bytes=memory, fuel=fuel)
        # One payload may serve artifacts whose terms differ.
        text = repr(self._terms).encode()
        self._key = hashlib.sha256(bytes.fromhex(hex_of(manifest.payload)) + text).digest()
        # Only our own compiler is known to copy texts.
        self._lowering = abi.Lowering(manifest.signature, shares_texts=manifest.tier == "native")
        self._lifter = lifting.Lifter(manifest.signature.result, manifest.signature.definitions)
        self._scalars = abi.Scalars(manifest.signature) if abi.Scalars.fits(manifest.signature) else None
        if self._scalars is not None:
            self._head = protocol.call_head(self._key, self._kind, self._scalars.count, limits.output_bytes)

    def start(self, arguments: Sequence[Any], *, packed: bool = False) -> Step:
        """Run one call in a fresh instance, with positional values that fit the signature (see `border.fit`).

        ``packed``: a list of numbers comes back as an array.

        Raises ArgumentError on a value that cannot be lowered, LimitExceeded, EngineError.
        """
        return self._step(self._ask(self._request(arguments)), packed=packed)

    def start_all(self, calls: Sequence[Sequence[Any]]) -> list[Step | LimitExceeded]:
        """As `start` for each call, all asked for at once; a call that is stopped from outside gives its error."""
        requests = [self._request(arguments) for arguments in calls]
        steps: list[Step | LimitExceeded] = []
        while len(steps) < len(requests):
            waiting = requests[len(steps) :]
            try:
                answers = self._read(lambda a: [*protocol.read_batch(a)], self._ask(protocol.batch_request(waiting)))
            except (LimitExceeded, EngineError):  # alone, each says whether it was the one
                answers = []
            steps += map(self._step_or_stop, answers) if answers else map(self._alone, waiting)
        return steps

    def resume(self, replies: Sequence[Any]) -> Step:
        """Sealed tools make no calls. Raises EngineError."""
        raise EngineError(f"a sealed tool waits for no replies; {len(replies)} were given")

    def close(self) -> None:
        """Let go of the artifact; the worker forgets payloads that are not called."""
        self._payload = None
        self._codes.clear()

    def _request(self, arguments: Sequence[Any]) -> Sequence[bytes | bytearray | memoryview]:
        if self._scalars is not None and (slots := self._scalars.slots(arguments)) is not None:
            return (self._head + slots,)
        lowered = self._lowering.lower(arguments)
        kind = Kind.CANONICAL if lowered.has_nan and self._kind is Kind.PLAIN else self._kind
        return protocol.call_request(self._key, lowered, kind=kind, limit=self._limits.output_bytes)

    def _ask(self, request: Sequence[bytes | bytearray | memoryview]) -> bytes | memoryview:
        if self._payload is None:
            raise EngineError("the session is closed")
        with self._sandbox.lease() as lease:
            answer = lease.ask(request, seconds=self._seconds, most=self._most)
            for _ in _EVERY_KIND:
                if answer[:1] != _MISSING:
                    break
                self._load(lease, self._read(lambda a: Kind(a[1]), answer), self._payload)
                answer = lease.ask(request, seconds=self._seconds, most=self._most)
            if answer[:1] == _MISSING:
                raise EngineError("the worker process ended during the call", help="please report the tool")
            if answer[:1] == _TRAPPED and answer[1:2] == _STACK_OVERFLOW:
                lease.drop()  # its stack is full of touched pages, which only its end gives back
            return answer

    def _step(self, answer: bytes | memoryview, *, packed: bool = False) -> Step:
        return self._read(partial(self._understood, packed=packed), answer)

    def _understood(self, answer: bytes | memoryview, *, packed: bool) -> Step:
        if answer[0] != protocol.DONE:
            return self._unfinished(answer)
        try:
            return Done(self._lifter.lift(answer[1:], packed=packed))
        except gathering.MalformedResultError as malformed:
            return _malformed(str(malformed))

    @staticmethod
    def _read(read: Callable[[bytes | memoryview], Read], answer: bytes | memoryview) -> Read:
        """Read an answer as a stranger's. Raises EngineError on one that no worker of ours gives."""
        try:
            return read(answer)
        except (struct.error, ValueError, IndexError, TypeError, OverflowError):
            raise EngineError("the worker process answered what cannot be read") from None

    def _step_or_stop(self, answer: bytes | memoryview) -> Step | LimitExceeded:
        try:
            return self._step(answer)
        except LimitExceeded as stopped:
            return stopped

    def _alone(self, request: Sequence[bytes | bytearray | memoryview]) -> Step | LimitExceeded:
        try:
            return self._step(self._ask(request))
        except LimitExceeded as stopped:
            return stopped

    def _load(self, lease: Asking, kind: Kind, payload: bytes) -> None:
        for fresh in (False, True):
            if fresh or kind not in self._codes:
                self._codes[kind] = self._code.of(payload, kind, fresh=fresh)
            request = protocol.load_request(self._key, kind, self._terms, self._codes[kind])
            answer = lease.ask(request, seconds=LOAD_SECONDS, most=_FRAME)
            if answer[:1] != bytes([protocol.FAILED]):  # else the engine refuses what the cache holds
                break
        if answer[:1] != bytes([protocol.DONE]):
            self._step(answer)

    def _unfinished(self, answer: bytes | memoryview) -> Step:
        """What an answer without a result means. Raises LimitExceeded, EngineError."""
        status = answer[0]
        if status == protocol.TRAPPED:
            return self._stopped(protocol.read_stop(answer))
        if status == protocol.MALFORMED:
            return _malformed(str(answer[1:], "utf-8"))
        if status == protocol.TOO_LARGE:
            raise LimitExceeded(
                f"the result has more than {self._limits.output_bytes} bytes",
                limit="output_bytes",
                help="raise the limit output_bytes",
            )
        if status == protocol.NO_FUEL:
            raise LimitExceeded(
                f"the call used up its fuel of {self._terms.fuel} instructions",
                limit="fuel",
                help="look for a loop that does not end, or raise the limit: --limit fuel=...",
            )
        if status == protocol.REFUSED:
            raise EngineError(str(answer[1:], "utf-8"))
        raise EngineError("the engine could not run the tool", help="the host may be out of memory")

    def _stopped(self, stop: protocol.Stop) -> Step:
        if stop.kind == 0:
            raise LimitExceeded(
                "the engine's stack is used up", limit="stack", help="look for a recursion that does not end"
            )
        code, line, _ = traps.unpack(stop.word)
        if not code:
            return Failed(Failure("RuntimeError", _TRAPS.get(stop.kind, "the tool trapped")))
        trap = traps.BY_CODE.get(code)
        if trap is None:
            return Failed(Failure("RuntimeError", f"the tool stopped with the unknown code {code}", line, code))
        return Failed(Failure(trap.exception, trap.message if stop.message is None else stop.message, line, code))


def _interrupt() -> None:
    from hermetic_nb.executors.engine import engine  # noqa: PLC0415 (only where the engine is loaded already)

    engine(Kind.INTERRUPTIBLE).increment_epoch()


def _malformed(reason: str) -> Failed:
    return Failed(Failure("RuntimeError", reason))
