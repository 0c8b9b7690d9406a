"""Small sealed modules with known answers, and who kills the workers that run them."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from hermetic_nb.errors import EngineError
from hermetic_nb.executors.python import PythonExecutor
from hermetic_nb.executors.wasm import WasmExecutor, WasmSession
from hermetic_nb.model import Done, Environment, Limits
from hermetic_nb.sandbox import Sandbox
from tests.processes import workers
from tests.unit import wat_modules as wat

ADD = wat.wasm(wat.run_of("(param i64 i64) (result i64) (i64.add (local.get 0) (local.get 1))"))
COUNT = wat.wasm(
    wat.run_of(
        "(param i64) (result i64) (local i64) (loop"
        " (local.set 1 (i64.add (local.get 1) (i64.const 3)))"
        " (local.set 0 (i64.sub (local.get 0) (i64.const 1))) (br_if 0 (i64.ne (local.get 0) (i64.const 0))))"
        " (local.get 1)"
    )
)
SPIN = wat.wasm(wat.run_of("(param i64) (result i64) (loop (br 0)) unreachable"))


def home(executor: WasmExecutor | PythonExecutor) -> Sandbox:
    """Where its workers are."""
    found = executor.sandbox
    assert isinstance(found, Sandbox)
    return found


def opened(executor: WasmExecutor, payload: bytes, types: str, limits: Limits | None = None) -> WasmSession:
    return executor.open(wat.artifact(payload, types), limits or Limits(), Environment())


def constant(number: int) -> bytes:
    """A module like no other: its machine code is made anew."""
    return wat.wasm(wat.run_of(f"(result i64) (i64.const {number})"))


@dataclass
class Tally:
    """How calls went."""

    right: int = 0
    failed: int = 0
    wrong: list[Any] = field(default_factory=list)

    def note(self, call: Callable[[], Any], wanted: Any) -> None:
        """Make a call, which gives what is wanted or fails as an executor may."""
        try:
            got = call()
        except EngineError as error:
            if not any(said in error.message for said in ("process ended", "could not run")):
                raise
            self.failed += 1
            return
        if got == Done(wanted):
            self.right += 1
        else:
            self.wrong.append((got, wanted))


class Killer:
    """Kills a worker every now and then, until there were so many kills or it is told to stop."""

    def __init__(self, sandbox: Sandbox, kills: int, *, pause: float, seed: int = 0) -> None:
        self._sandbox, self._pause = sandbox, pause
        self._chance = random.Random(seed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.left = kills

    def _run(self) -> None:
        while self.left and not self._stop.wait(self._chance.uniform(0, self._pause)):
            found = workers(self._sandbox)
            if found:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self._chance.choice(found), signal.SIGKILL)
                    self.left -= 1

    @property
    def busy(self) -> bool:
        return self._thread.is_alive()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
