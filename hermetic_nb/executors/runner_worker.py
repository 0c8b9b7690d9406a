"""The program of the runner's worker process: CPython in WebAssembly, a fresh instance for each call.

When an answer is sent, the worker makes the instance of the next call of the same program ready: defined, and not
called. So a call waits for none of that, and still no call sees what another did.
"""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hermetic_nb.child import Buffer
from hermetic_nb.executors import engine, runner_engine
from hermetic_nb.executors import runner_protocol as protocol
from hermetic_nb.executors.compiled import CompiledCache, default_folder
from hermetic_nb.executors.configuration import Kind
from hermetic_nb.executors.runner_engine import Instance, Runner

PROGRAMS: Final = 64
"""Programs kept; the one not called for the longest time goes."""
CONVERSATIONS: Final = 64
"""Conversations kept: each holds the memory that its tool touched. The oldest goes, and is told again when it goes on."""
READY: Final = 4
"""Instances made ready ahead of their calls, one for each of the programs called last."""
DEFINED: Final = '{"defined":true}'
"""What the guest says of a program without fault."""
_STATUS: Final = {"fuel": protocol.NO_FUEL, "stack": protocol.NO_STACK, "memory": protocol.NO_MEMORY}
_CALLS: Final = '{"calls":'


@dataclass(frozen=True, slots=True)
class _Program:
    text: str
    memory: int
    fuel: int


@dataclass(slots=True)
class _Ready:
    """An instance in which a program is defined; ``fault`` is the guest's answer where it could not be."""

    instance: Instance
    fault: str = ""


class Worker:
    """Answers the messages of `runner_protocol`."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        self._programs: OrderedDict[str, _Program] = OrderedDict()
        self._talking: OrderedDict[int, Instance] = OrderedDict()
        self._ready: OrderedDict[str, _Ready] = OrderedDict()
        self._next = ""
        self._used: list[Instance] = []
        self._answers: dict[int, Callable[[dict[str, Any], memoryview], list[Buffer]]] = {
            protocol.PROGRAM: self._keep,
            protocol.START: self._start,
            protocol.RESUME: self._resume,
            protocol.EXAMPLES: self._examples,
            protocol.END: self._end,
        }

    def answer(self, message: memoryview) -> list[Buffer]:
        """The answer to one message."""
        verb, header, body = protocol.read_request(message)
        try:
            return self._answers[verb](header, body)
        except runner_engine.StoppedError as stopped:
            return protocol.answer(_STATUS.get(stopped.limit, protocol.STOPPED))
        except (engine.EngineFailedError, engine.RefusedError):
            return protocol.answer(protocol.FAILED)

    def settle(self) -> None:
        """When an answer is sent: let go of used instances, and make the next one ready."""
        for instance in self._used:
            instance.close()
        self._used.clear()
        wanted, self._next = self._next, ""
        if not wanted or wanted in self._ready:
            return
        # What goes wrong here goes wrong again, and is told, where the call needs it.
        with contextlib.suppress(runner_engine.StoppedError, engine.EngineFailedError):
            self._ready[wanted] = self._defined(wanted)
        if len(self._ready) > READY:
            self._ready.popitem(last=False)[1].instance.close()

    # ------------------------------------------------------------ verbs

    def _keep(self, header: dict[str, Any], body: memoryview) -> list[Buffer]:
        self._programs[header["key"]] = _Program(str(body, "utf-8"), header["memory"], header["fuel"])
        while len(self._programs) > PROGRAMS:
            self._programs.popitem(last=False)
        return protocol.answer(protocol.DONE)

    def _start(self, header: dict[str, Any], body: memoryview) -> list[Buffer]:
        key = header["key"]
        if key not in self._programs:
            return protocol.answer(protocol.NO_PROGRAM)
        self._programs.move_to_end(key)
        ready = self._take(key)
        self._next = key
        if ready.fault:
            self._used.append(ready.instance)
            return _limited(ready.fault, header["limit"])
        return self._step(header, ready.instance, "start", body)

    def _resume(self, header: dict[str, Any], body: memoryview) -> list[Buffer]:
        instance = self._talking.pop(header["id"], None)
        if instance is None:
            return protocol.answer(protocol.NO_CONVERSATION)
        return self._step(header, instance, "resume", body)

    def _examples(self, header: dict[str, Any], body: memoryview) -> list[Buffer]:
        key = header["key"]
        if key not in self._programs:
            return protocol.answer(protocol.NO_PROGRAM)
        ready = self._take(key)
        self._used.append(ready.instance)
        text = ready.fault or ready.instance.call("examples", str(body, "utf-8"))
        return _limited(text, header["limit"])

    def _end(self, header: dict[str, Any], _: memoryview) -> list[Buffer]:
        instance = self._talking.pop(header["id"], None)
        if instance is not None:
            self._used.append(instance)
        return protocol.answer(protocol.DONE)

    # ------------------------------------------------------------ parts

    def _step(self, header: dict[str, Any], instance: Instance, export: str, body: memoryview) -> list[Buffer]:
        try:
            text = instance.call(export, str(body, "utf-8"))
        except runner_engine.StoppedError:
            self._used.append(instance)
            raise
        if not text.startswith(_CALLS):
            self._used.append(instance)
            return _limited(text, header["limit"])
        self._talking[header["id"]] = instance
        while len(self._talking) > CONVERSATIONS:
            self._used.append(self._talking.popitem(last=False)[1])
        return _limited(text, header["limit"])

    def _take(self, key: str) -> _Ready:
        return self._ready.pop(key, None) or self._defined(key)

    def _defined(self, key: str) -> _Ready:
        program = self._programs[key]
        instance = self._runner.start(program.memory, program.fuel)
        try:
            text = instance.call("define", program.text)
        except runner_engine.StoppedError:
            self._used.append(instance)
            raise
        return _Ready(instance, "" if text == DEFINED else text)


def _limited(text: str, limit: int) -> list[Buffer]:
    body = text.encode("utf-8", "replace")
    return protocol.answer(protocol.TOO_LARGE) if len(body) > limit else protocol.answer(protocol.DONE, body)


def prepare(settings: Mapping[str, Any]) -> dict[str, Callable[[], Worker]]:
    """In the zygote: load the runner, compiling it where this machine never did; what makes a worker."""
    kind, folder = Kind(settings["kind"]), settings["cache"]
    cache = CompiledCache(default_folder() if folder is None else Path(folder))
    runner = runner_engine.Runner(runner_engine.load(cache, kind), kind)
    return {"worker": lambda: Worker(runner)}
