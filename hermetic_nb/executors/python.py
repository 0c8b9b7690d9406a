"""The executor of the python and pure tiers: each call in a fresh CPython inside WebAssembly, in a worker process.

A call runs on plain code first. One that is not done after `PLAIN_SECONDS` is told again, answers included, to an instance
whose code counts fuel: tools have no effects, so that cannot be seen, and an endless loop ends at the same instruction on
every machine, while short calls pay nothing for it.
"""

from __future__ import annotations

import base64
import itertools
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol

from hermetic_nb import values
from hermetic_nb.confinement import Layer, Plan
from hermetic_nb.digest import digest_bytes
from hermetic_nb.errors import EngineError, IntegrityError, LimitExceeded
from hermetic_nb.executors import runner_protocol as protocol
from hermetic_nb.executors.compiled import CompiledCache, default_folder
from hermetic_nb.executors.configuration import Kind
from hermetic_nb.executors.home import Home, InKernel
from hermetic_nb.executors.runner_answers import read_examples, read_step, stopped
from hermetic_nb.executors.runner_code import is_compiled
from hermetic_nb.model import PAGE, PYTHON, Artifact, Environment, Limits, Reply, Step
from hermetic_nb.sandbox import Isolation, Sandbox
from hermetic_nb.wheels import unpacked

WORKER: Final = "hermetic_nb.executors.runner_worker"
PLAIN_SECONDS: Final = 4.0
"""What a step may take on code that does not count fuel."""
LOAD_SECONDS: Final = 600.0
"""Time to compile the runner on a slow machine."""
FIRST: Final = "compiling the Python runner for this machine, once (some seconds) ..."


class Ask(Protocol):
    """Asks the worker for a call."""

    def __call__(
        self, verb: int, header: dict[str, Any], body: bytes, seconds: float, *, metered: bool
    ) -> bytes | memoryview:
        """The answer."""


_TRIES: Final = 4
"""Workers that may be killed, one after the other, between being told a program and being asked."""
_compiling = threading.Lock()
_conversations = itertools.count(1)


class PythonExecutor:
    """Runs `text/x-python` artifacts. Sessions may be used from several threads; their steps then wait for each other."""

    def __init__(
        self,
        cache: Path | None = None,
        *,
        environment: Mapping[str, str] | None = None,
        announce: Callable[[str], None] | None = None,
        isolation: Isolation = "auto",
        plan: Plan | None = None,
    ) -> None:
        """``cache``: folder for compiled code, None for the user's; ``announce`` is told before work that takes seconds."""
        self._cache = CompiledCache(cache or default_folder())
        folder = None if cache is None else str(cache)
        plain = Kind.INTERRUPTIBLE if isolation == "kernel" else Kind.CANONICAL
        self._kinds = {False: plain, True: Kind.METERED}
        self.homes: dict[bool, Home] = {}
        for metered, kind in self._kinds.items():
            settings = {"kind": int(kind), "cache": folder}
            self.homes[metered] = (
                InKernel(WORKER, settings=settings, interrupt=_interrupt)
                if isolation == "kernel"
                else Sandbox(WORKER, isolation=isolation, plan=plan, environment=environment, settings=settings)
            )
        self._announce = announce

    @property
    def sandbox(self) -> Home:
        """The home of the workers that run plain code."""
        return self.homes[False]

    def layers(self) -> tuple[Layer, ...]:
        """What stands between a payload and the host, as a worker observes it. Raises EngineError."""
        if not self.sandbox.alive:
            self._load(self.sandbox, metered=False)
        return self.sandbox.layers()

    def start(self) -> None:
        """Start the processes ahead of the first call, where that takes no seconds, without waiting. Raises EngineError."""
        if is_compiled(self._cache, self._kinds[False]):
            self.sandbox.start()

    def open(self, artifact: Artifact, limits: Limits, environment: Environment) -> PythonSession:
        """Make an artifact ready to be called; it travels to the worker with the first call.

        Raises EngineError for another media type, IntegrityError where a content is not the one that the manifest names.
        """
        manifest = artifact.manifest
        if manifest.media_type != PYTHON:
            raise EngineError(f"this executor runs {PYTHON}, not {manifest.media_type}")
        if digest_bytes(artifact.payload) != manifest.payload:
            raise IntegrityError(f"the payload of {manifest.name} does not match its digest")
        self.start()
        return PythonSession(self, artifact, limits, environment)

    def close(self) -> None:
        """End the processes; a later call starts new ones."""
        for home in self.homes.values():
            home.close()

    def ask(
        self, verb: int, header: dict[str, Any], body: bytes, seconds: float, *, metered: bool
    ) -> bytes | memoryview:
        """Ask the worker. Raises LimitExceeded, EngineError."""
        home = self.homes[metered]
        if not home.alive:
            self._load(home, metered=metered)
        most = header.get("limit", 0) + _FRAME
        answer = home.ask(protocol.request(verb, header, body), seconds=seconds, most=most)
        if not answer:
            raise EngineError("the worker process answered what cannot be read")
        return answer

    def _load(self, home: Home, *, metered: bool) -> None:
        """Wait until the runner is loaded, compiling it if this machine never did. Raises EngineError."""
        with _compiling:  # the process that comes second finds what the first compiled
            if not is_compiled(self._cache, self._kinds[metered]) and self._announce is not None:
                self._announce(FIRST)
            home.wait(LOAD_SECONDS)


class PythonSession:
    """One artifact, ready to be called; `resume` goes on with the call that was started last."""

    def __init__(self, executor: PythonExecutor, artifact: Artifact, limits: Limits, environment: Environment) -> None:
        manifest = artifact.manifest
        self._executor = executor
        self._manifest = manifest
        self._limits = limits
        self._names = [parameter.name for parameter in manifest.signature.parameters]
        self._program = _program(artifact, limits, environment)
        fuel = manifest.limits.fuel or limits.fuel
        self._exact = fuel != Limits().fuel  # a limit that was asked for is held exactly
        self._limits = replace(limits, fuel=fuel)
        self._room = {"memory": manifest.limits.memory_pages * PAGE, "fuel": fuel}
        self._key = protocol.key_of(self._program, self._room)
        self._last: _Call | None = None

    def start(self, arguments: Sequence[Any], *, packed: bool = False) -> Step:  # noqa: ARG002 (lists come as JSON)
        """Run a call in a fresh instance, with positional values that fit the signature, until it ends or asks.

        Raises LimitExceeded, EngineError.
        """
        given = dict(zip(self._names, arguments, strict=True))
        data = {name: values.to_wire(value) for name, value in given.items()}
        self._last = call = _Call(self._ask, self._end, self._limits, values.text(data).encode(), exact=self._exact)
        return self._step(call.go_on())

    def start_all(self, calls: Sequence[Sequence[Any]]) -> list[Step | LimitExceeded]:
        """As `start` for each call; one that is stopped from outside gives its error."""
        return [self._start_or_stop(arguments) for arguments in calls]

    def resume(self, replies: Sequence[Reply]) -> Step:
        """Go on with the answers to the requests of the last step. Raises LimitExceeded, EngineError."""
        if self._last is None:
            raise EngineError("no call waits for replies")
        return self._step(self._last.go_on(values.text([_reply(reply) for reply in replies]).encode()))

    def examples(self, tests: Sequence[tuple[str, str]]) -> list[tuple[str, str]] | Step:
        """Run doctests (source, want) in one fresh instance: for each match and text. A failed step if the program fails.

        A match is ``full``, ``kind`` (the wanted exception, another message) or ``no``. Raises LimitExceeded, EngineError.
        """
        body = values.text([list(test) for test in tests]).encode()
        answer = self._ask(protocol.EXAMPLES, {}, body, self._limits.wall_seconds)
        if answer[0] != protocol.DONE:
            return stopped(answer[0], self._manifest, self._limits)
        return read_examples(bytes(answer[1:]), len(tests), self._manifest, self._limits)

    def close(self) -> None:
        """Let go of a call that nobody will resume."""
        call, self._last = self._last, None
        if call is not None:
            call.end()

    # ------------------------------------------------------------ inside

    def _start_or_stop(self, arguments: Sequence[Any]) -> Step | LimitExceeded:
        try:
            return self.start(arguments)
        except LimitExceeded as error:
            return error

    def _ask(
        self, verb: int, header: dict[str, Any], body: bytes, seconds: float, *, metered: bool = False
    ) -> bytes | memoryview:
        header |= {"key": self._key, "limit": self._limits.output_bytes + _FRAME}
        ask = partial(self._executor.ask, metered=metered)
        for _ in range(_TRIES):
            answer = ask(verb, header, body, seconds)
            if answer[0] != protocol.NO_PROGRAM:
                return answer
            ask(protocol.PROGRAM, {"key": self._key, **self._room}, self._program, LOAD_SECONDS)
        raise EngineError("the worker process ended during the call", help="please report the tool")

    def _end(self, conversation: int, metered: bool) -> None:  # noqa: FBT001
        if self._executor.homes[metered].alive:  # one that was killed remembers no call
            self._executor.ask(protocol.END, {"id": conversation}, b"", LOAD_SECONDS, metered=metered)

    def _step(self, answer: bytes | memoryview) -> Step:
        if answer[0] != protocol.DONE:
            return stopped(answer[0], self._manifest, self._limits)
        return read_step(bytes(answer[1:]), self._manifest, self._limits)


class _Call:
    """One call and all that it was told: what brings another instance to the same point."""

    def __init__(
        self, ask: Ask, end: Callable[[int, bool], None], limits: Limits, arguments: bytes, *, exact: bool
    ) -> None:
        self._ask, self._end = ask, end
        self._seconds = limits.wall_seconds
        self._told = [arguments]
        self._metered = exact
        self.id = next(_conversations)

    def go_on(self, replies: bytes | None = None) -> bytes | memoryview:
        """The answer to the arguments, or to replies."""
        if replies is not None:
            self._told.append(replies)
        if self._metered or self._seconds <= PLAIN_SECONDS:
            return self._tell_last(self._seconds)
        try:
            return self._tell_last(PLAIN_SECONDS)
        except LimitExceeded as late:
            if late.limit != "wall_seconds":
                raise
        self._metered = True
        self.id = next(_conversations)
        return self._tell_all(self._seconds)

    def end(self) -> None:
        """Nobody will go on."""
        self._end(self.id, self._metered)

    def _tell_last(self, seconds: float) -> bytes | memoryview:
        if len(self._told) == 1:
            return self._start(seconds)
        answer = self._resume(self._told[-1], seconds)
        return self._tell_all(seconds) if answer[0] == protocol.NO_CONVERSATION else answer

    def _tell_all(self, seconds: float) -> bytes | memoryview:
        answer = self._start(seconds)
        for replies in self._told[1:]:
            if answer[0] != protocol.DONE:
                return answer
            answer = self._resume(replies, seconds)
        return answer

    def _start(self, seconds: float) -> bytes | memoryview:
        return self._ask(protocol.START, {"id": self.id}, self._told[0], seconds, metered=self._metered)

    def _resume(self, replies: bytes, seconds: float) -> bytes | memoryview:
        return self._ask(protocol.RESUME, {"id": self.id}, replies, seconds, metered=self._metered)


def _interrupt() -> None:
    from hermetic_nb.executors.runner_engine import host  # noqa: PLC0415 (only where the engine is loaded already)

    host(Kind.INTERRUPTIBLE).increment_epoch()


_FRAME: Final = 1 << 20
"""Bytes of an answer beside its value: what was printed, the names of fields."""


def _reply(reply: Reply) -> dict[str, Any]:
    if reply.error is None:
        return {"value": reply.value}
    return {"error": {"exception": reply.error[0], "message": reply.error[1]}}


def _program(artifact: Artifact, limits: Limits, environment: Environment) -> bytes:
    """The document that the guest defines (see `runner.guest.program`)."""
    manifest = artifact.manifest
    modules: dict[str, str] = {}
    files: dict[str, str] = {}
    for dependency in manifest.dependencies:
        wheel = environment.wheels[dependency.wheel]
        if digest_bytes(wheel) != dependency.wheel:
            raise IntegrityError(f"the wheel of {dependency.name} does not match its digest")
        found = unpacked(wheel)
        modules |= found.modules
        files |= {path: base64.b64encode(data).decode() for path, data in found.files.items()}
    document = {
        "kind": "pure" if manifest.is_pure else "python",
        "source": artifact.payload.decode(),
        "entry": manifest.entry,
        "depth": manifest.limits.depth,
        "output": limits.output_bytes,
        "modules": modules,
        "files": files,
        "bound": {name: values.to_wire(value) for name, value in environment.values.items()},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
