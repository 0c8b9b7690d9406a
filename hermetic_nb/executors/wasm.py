"""The executor of sealed WebAssembly: each call in a fresh instance, in one persistent worker process.

This side lowers arguments, asks the worker, and lifts the result; it never imports the engine. A call is stopped by
killing the worker.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import traps
from hermetic_nb.digest import hex_of
from hermetic_nb.errors import EngineError, IntegrityError, LimitExceeded
from hermetic_nb.executors import protocol
from hermetic_nb.model import PAGE, WASM, Done, Failed, Failure
from hermetic_nb.sandbox import Sandbox
from hermetic_nb.signature import abi, lifting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from hermetic_nb.model import Artifact, Environment, Limits, Step

WORKER: Final = "hermetic_nb.executors.worker"
LOAD_SECONDS: Final = 300.0
"""Time to compile a module that is not in the cache."""

_STACK_OVERFLOW: Final = 0
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
    """Runs `application/wasm` artifacts. Sessions may be used from several threads; calls then wait for each other."""

    def __init__(self, cache: Path | None = None) -> None:
        """``cache``: folder for compiled code, None for the user's (see `compiled.default_folder`)."""
        self._sandbox = Sandbox(WORKER, environment={} if cache is None else {"HERMETIC_CACHE": str(cache)})

    @property
    def sandbox(self) -> Sandbox:
        """The home of the worker."""
        return self._sandbox

    def start(self) -> None:
        """Start the worker process ahead of the first call, without waiting for it. Raises EngineError."""
        self._sandbox.start()

    def open(self, artifact: Artifact, limits: Limits, environment: Environment | None = None) -> WasmSession:  # noqa: ARG002 (modules take arguments only)
        """Make an artifact ready to be called; it travels to the worker with the first call.

        Raises EngineError for another media type, IntegrityError if the payload is not the one that the manifest names.
        """
        manifest = artifact.manifest
        if manifest.media_type != WASM:
            raise EngineError(f"this executor runs {WASM}, not {manifest.media_type}")
        if hashlib.sha256(artifact.payload).hexdigest() != hex_of(manifest.payload):
            raise IntegrityError(f"the payload of {manifest.name} does not match its digest")
        self._sandbox.start()
        return WasmSession(self._sandbox, artifact, limits)

    def close(self) -> None:
        """End the worker process; a later call starts a new one."""
        self._sandbox.close()


class WasmSession:
    """One artifact, ready to be called."""

    def __init__(self, sandbox: Sandbox, artifact: Artifact, limits: Limits) -> None:
        manifest = artifact.manifest
        self._sandbox = sandbox
        self._limits = limits
        self._signature = manifest.signature
        self._payload: bytes | None = artifact.payload
        # Only our own compiler is known to make no NaN but by arithmetic.
        self._canonical = manifest.tier != "native"
        memory = manifest.limits.memory_pages * PAGE
        self._terms = protocol.Terms.of(manifest.signature, canonical=self._canonical, memory_bytes=memory)
        # One payload may serve artifacts whose terms differ.
        text = repr(self._terms).encode()
        self._key = hashlib.sha256(bytes.fromhex(hex_of(manifest.payload)) + text).digest()

    def start(self, arguments: Sequence[Any]) -> Step:
        """Run one call in a fresh instance, with positional values that fit the signature (see `border.fit`).

        Raises ArgumentError on a value that cannot be lowered, LimitExceeded, EngineError.
        """
        return self._step(self._ask(self._request(arguments)))

    def start_all(self, calls: Sequence[Sequence[Any]]) -> list[Step | LimitExceeded]:
        """As `start` for each call, all asked for at once; a call that is stopped from outside gives its error."""
        requests = [self._request(arguments) for arguments in calls]
        steps: list[Step | LimitExceeded] = []
        while len(steps) < len(requests):
            waiting = requests[len(steps) :]
            try:
                answers = [*protocol.read_batch(self._ask(protocol.batch_request(waiting)))]
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

    def _request(self, arguments: Sequence[Any]) -> Sequence[bytes | bytearray | memoryview]:
        lowered = abi.lower(self._signature, arguments)
        canonical = self._canonical or lowered.has_nan
        return protocol.call_request(self._key, lowered, canonical=canonical, limit=self._limits.output_bytes)

    def _ask(self, request: Sequence[bytes | bytearray | memoryview]) -> bytes | memoryview:
        if self._payload is None:
            raise EngineError("the session is closed")
        answer = self._sandbox.ask(request, seconds=self._limits.wall_seconds)
        if answer[0] == protocol.MISSING:
            self._load(self._payload)
            answer = self._sandbox.ask(request, seconds=self._limits.wall_seconds)
        return answer

    def _step(self, answer: bytes | memoryview) -> Step:
        if answer[0] != protocol.DONE:
            return self._unfinished(answer)
        try:
            return Done(lifting.lift(self._signature.result, answer[1:]))
        except lifting.MalformedResultError as malformed:
            return _malformed(str(malformed))

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

    def _load(self, payload: bytes) -> None:
        answer = self._sandbox.ask(protocol.load_request(self._key, self._terms, payload), seconds=LOAD_SECONDS)
        if answer[0] != protocol.DONE:
            self._unfinished(answer)

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
        if status == protocol.REFUSED:
            raise EngineError(str(answer[1:], "utf-8"))
        raise EngineError("the engine could not run the tool", help="the host may be out of memory")

    def _stopped(self, stop: protocol.Stop) -> Step:
        if stop.kind == _STACK_OVERFLOW:
            self._sandbox.close()  # its stack is full of touched pages, which only its end gives back
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


def _malformed(reason: str) -> Failed:
    return Failed(Failure("RuntimeError", reason))
