"""Scripts run, command by command: each has passed, has failed, or could not run, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, TypeVar

import wasmtime
from wasmtime import TrapCode

from .features import OFF, needed, refusal
from .host import Host, NoExportError, NoValueError
from .script import Command, NotConvertedError, Script, convert
from .values import Value, argument, matches

_T = TypeVar("_T")
_TRAPS: Final = {
    "out of bounds memory access": TrapCode.MEMORY_OUT_OF_BOUNDS,
    "out of bounds table access": TrapCode.TABLE_OUT_OF_BOUNDS,
    "undefined element": TrapCode.TABLE_OUT_OF_BOUNDS,
    "uninitialized element": TrapCode.INDIRECT_CALL_TO_NULL,
    "indirect call type mismatch": TrapCode.BAD_SIGNATURE,
    "integer overflow": TrapCode.INTEGER_OVERFLOW,
    "integer divide by zero": TrapCode.INTEGER_DIVISION_BY_ZERO,
    "invalid conversion to integer": TrapCode.BAD_CONVERSION_TO_INTEGER,
    "unreachable": TrapCode.UNREACHABLE,
    "call stack exhausted": TrapCode.STACK_OVERFLOW,
    "out of bounds array access": TrapCode.ARRAY_OUT_OF_BOUNDS,
    "cast failure": TrapCode.CAST_FAILURE,
    "null ": TrapCode.NULL_REFERENCE,
}
"""The engine's name for each way to trap that the scripts name."""


class Outcome(StrEnum):
    """What became of a command."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Result:
    """One command of a script, what became of it, and why it has not passed."""

    script: str
    line: int
    kind: str
    outcome: Outcome
    reason: str = ""
    features: tuple[str, ...] = ()
    """The features without which it could not run."""

    @property
    def is_assertion(self) -> bool:
        """Whether the command asserts, and does not only prepare."""
        return self.kind.startswith("assert_")

    def __str__(self) -> str:
        """A line for a reader."""
        return f"{self.script}:{self.line} {self.kind} {self.outcome}" + (f": {self.reason}" if self.reason else "")


@dataclass(frozen=True)
class _Missing:
    """Why there is no module or instance, and the features that would bring it."""

    reason: str
    features: tuple[str, ...] = ()


class _FailedError(Exception):
    """The engine did something else than the script says."""


class _NotRunError(Exception):
    """The command needs what is not there, for a reason that was reported where it came up."""

    def __init__(self, missing: _Missing) -> None:
        super().__init__(missing.reason)
        self.missing = missing


_NOTHING: Final = _Missing("no module before")
_UNMADE: Final = _Missing("its module failed")


def run_folder(folder: Path, features: frozenset[str] = frozenset()) -> Iterator[Result]:
    """Run every script of the folder, with these features besides those of tools."""
    for wast in sorted(folder.glob("*.wast")):
        with TemporaryDirectory(prefix="hermetic_nb-spec-") as modules:
            try:
                script = convert(wast, wast.name, Path(modules) / "modules")
            except NotConvertedError as error:
                yield Result(wast.name, 0, "script", Outcome.NOT_RUN, f"the converter refuses the file ({error})")
                continue
            yield from run(script, features)


def run(script: Script, features: frozenset[str] = frozenset()) -> list[Result]:
    """Run one script in a store of its own.

    A refused module may leave undone what later commands read. So where some fail, the script runs again with exactly the
    features that its refused modules need; what passes then has not failed, but could not run.
    """
    results = _run(script, features)
    lacking = frozenset(feature for result in results for feature in result.features)
    if not lacking or all(result.outcome is not Outcome.FAILED for result in results):
        return results
    names = " and ".join(sorted(lacking))
    reason = f"passes once the script's other modules run, which are refused, as they need {names}"
    return [
        replace(result, outcome=Outcome.NOT_RUN, reason=reason, features=tuple(sorted(lacking)))
        if result.outcome is Outcome.FAILED and again.outcome is Outcome.PASSED
        else result
        for result, again in zip(results, _run(script, features | lacking), strict=True)
    ]


def _run(script: Script, features: frozenset[str]) -> list[Result]:
    running, results = _Running(script, features), []
    for command in script.commands:
        outcome, missing = Outcome.PASSED, _Missing("")
        try:
            running.step(command)
        except _FailedError as error:
            outcome, missing = Outcome.FAILED, _Missing(str(error))
        except _NotRunError as error:
            outcome, missing = Outcome.NOT_RUN, error.missing
        results.append(Result(script.name, command["line"], command["type"], outcome, missing.reason, missing.features))
    return results


class _Running:
    """The state of a script: its modules and instances by name, None for the latest, and why one is missing."""

    def __init__(self, script: Script, features: frozenset[str]) -> None:
        self._script = script
        self._features = features
        self._host = Host(features)
        self._modules: dict[str | None, wasmtime.Module | _Missing] = {}
        self._instances: dict[str | None, wasmtime.Instance | _Missing] = {}
        self._unregistered: dict[str, _Missing] = {}

    def step(self, command: Command) -> None:
        """Do one command. Raises _FailedError, _NotRunError."""
        step = getattr(self, f"_{command['type']}", None)
        if step is None:
            raise _FailedError("no such command is known")
        step(command)

    # commands that prepare

    def _module(self, command: Command) -> None:
        self._module_definition(command)
        self._make(command.get("name"), command.get("name"))

    def _module_definition(self, command: Command) -> None:
        name = command.get("name")
        made: wasmtime.Module | _Missing = _UNMADE
        try:
            made = self._compile(command)
        except _NotRunError as error:
            made = error.missing
            raise
        finally:
            self._modules[None] = self._modules[name] = made
            if isinstance(made, _Missing):
                self._instances[None] = self._instances[name] = made

    def _module_instance(self, command: Command) -> None:
        self._make(command.get("module"), command.get("instance"))

    def _make(self, module: str | None, name: str | None) -> None:
        made: wasmtime.Instance | _Missing = _UNMADE
        try:
            made = self._instantiate(_there(self._modules, module))
        except _NotRunError as error:
            made = error.missing
            raise
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            raise _FailedError(f"no instance: {_first(error)}") from None
        finally:
            self._instances[None] = self._instances[name] = made

    def _register(self, command: Command) -> None:
        try:
            self._host.register(command["as"], _there(self._instances, command.get("name")))
        except _NotRunError as error:
            self._unregistered[command["as"]] = error.missing
            raise
        self._unregistered.pop(command["as"], None)

    def _action(self, command: Command) -> None:
        self._act(command)

    # commands that assert

    def _assert_return(self, command: Command) -> None:
        expected, got = command["expected"], self._act(command)
        if len(expected) != len(got) or not all(map(matches, expected, got)):
            raise _FailedError(f"got {', '.join(map(str, got)) or 'nothing'}, expected {expected}")

    def _assert_trap(self, command: Command) -> None:
        try:
            got = self._act(command, trap=True)
        except wasmtime.Trap as trap:
            _check_trap(trap, command["text"])
        else:
            raise _FailedError(f"got {', '.join(map(str, got)) or 'nothing'}, expected a trap: {command['text']}")

    _assert_exhaustion = _assert_trap

    def _assert_exception(self, command: Command) -> None:
        try:
            got = self._act(command, trap=True)
        except wasmtime.Trap as trap:
            if trap.trap_code is not None or "thrown Wasm exception" not in str(trap):
                raise _FailedError(f"trapped otherwise: {_first(trap)}, expected an exception") from None
        else:
            raise _FailedError(f"got {', '.join(map(str, got)) or 'nothing'}, expected an exception")

    def _assert_uninstantiable(self, command: Command) -> None:
        module = self._compile(command)
        try:
            self._instantiate(module)
        except wasmtime.Trap as trap:
            _check_trap(trap, command["text"])
        except wasmtime.WasmtimeError as error:
            raise _FailedError(f"no trap, but {_first(error)}") from None
        else:
            raise _FailedError(f"got an instance, expected a trap: {command['text']}")

    def _assert_unlinkable(self, command: Command) -> None:
        module = self._compile(command)
        try:
            self._instantiate(module)
        except wasmtime.Trap as trap:
            raise _FailedError(f"trapped: {_first(trap)}") from None
        except wasmtime.WasmtimeError as error:
            if command["text"] not in str(error):
                raise _FailedError(f"got {_first(error)}, expected {command['text']}") from None
        else:
            raise _FailedError(f"got an instance, expected {command['text']}")

    def _assert_invalid(self, command: Command) -> None:
        """Refused, and not only for a feature that is off: with all features on, the engine says the same."""
        wasm = self._read(command)
        if wasm is None:
            return
        said = refusal(wasm, self._features)
        if said is None:
            raise _FailedError(f"accepted, expected {command['text']}")
        if command["text"] not in said:
            if refusal(wasm, frozenset(OFF)) is None:
                raise _FailedError(f"accepted with every feature, expected {command['text']}")
            self._check_features(wasm)

    _assert_malformed = _assert_invalid

    # what they share

    def _read(self, command: Command) -> bytes | None:
        """The module's bytes, None if it is text that does not parse."""
        path: Path = self._script.modules / command["filename"]
        data = path.read_bytes()
        if command["module_type"] == "binary":
            return data
        try:
            return bytes(wasmtime.wat2wasm(data))
        except wasmtime.WasmtimeError:
            return None

    def _compile(self, command: Command) -> wasmtime.Module:
        wasm = self._read(command)
        if wasm is None:
            raise _FailedError("the text does not parse")
        try:
            return wasmtime.Module(self._host.engine, wasm)
        except wasmtime.WasmtimeError as error:
            if refusal(wasm, frozenset(OFF)) is None:
                self._check_features(wasm)
            raise _FailedError(f"refused: {_first(error)}") from None

    def _check_features(self, wasm: bytes) -> None:
        """Raise _NotRunError if features that are off decide what the engine says."""
        features = needed(wasm)
        if not self._features.issuperset(features):
            raise _NotRunError(_Missing(f"refused, as it needs {' and '.join(features)}", features))

    def _instantiate(self, module: wasmtime.Module) -> wasmtime.Instance:
        try:
            return self._host.instantiate(module)
        except wasmtime.WasmtimeError:
            for imported in module.imports:
                if imported.module in self._unregistered:
                    raise _NotRunError(self._unregistered[imported.module]) from None
            raise

    def _act(self, command: Command, *, trap: bool = False) -> list[Value]:
        action = command["action"]
        instance = _there(self._instances, action.get("module"))
        try:
            if action["type"] == "get":
                return [self._host.get(instance, action["field"])]
            return self._host.call(instance, action["field"], [argument(given) for given in action["args"]])
        except NoValueError as error:
            raise _NotRunError(_Missing(str(error))) from None
        except (wasmtime.WasmtimeError, NoExportError) as error:
            raise _FailedError(_first(error)) from None
        except wasmtime.Trap as error:
            if trap:
                raise
            raise _FailedError(f"trapped: {_first(error)}") from None


def _there(made: Mapping[str | None, _T | _Missing], name: str | None) -> _T:
    found = made.get(name, _NOTHING)
    if isinstance(found, _Missing):
        raise _NotRunError(found)
    return found


def _check_trap(trap: wasmtime.Trap, text: str) -> None:
    wanted = next((code for start, code in _TRAPS.items() if text.startswith(start)), None)
    if wanted is None or trap.trap_code is not wanted:
        raise _FailedError(f"trapped otherwise: {_first(trap)}, expected {text}")


def _first(error: Exception) -> str:
    """The engine's message without the addresses of its frames."""
    return str(error).strip().splitlines()[-1].strip()
