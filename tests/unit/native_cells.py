"""Cells compiled by the native compiler in this process, run in a fresh instance for each call, held against CPython."""

from __future__ import annotations

import ast
import copy
import math
import struct
import sys
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

import wasmtime

from hermetic_nb import traps
from hermetic_nb.model import ToolSpec
from hermetic_nb.reference import policy
from hermetic_nb.reference.arithmetic import fma_as_in_3_14, sum_as_in_3_14
from hermetic_nb.reference.arrays import needs_numpy
from hermetic_nb.signature import Parameter, Signature, abi, gathering, lifting
from hermetic_nb.signature.annotations import parse_annotation
from hermetic_nb.signature.border_any import fields_of
from hermetic_nb.signature.classes import CellScope
from hermetic_nb.toolchains.native.compiler import compile_spec
from hermetic_nb.values import Record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType

    from hermetic_nb.model import Payload

CELL: Final = "<cell>"
FUEL: Final = 20_000_000
"""Instructions of one native call in the fuzzer, far more than its programs take."""
_WORD: Final = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class Stopped:
    """A call that raised: the exception's name, its line in the cell and message, and the sealed tool's trap code (else 0)."""

    exception: str
    line: int
    message: str
    code: int = 0

    @property
    def is_limit(self) -> bool:
        """Whether the native tier only says that it cannot hold what CPython holds."""
        return self.code in traps.LIMITS


def spec_of(source: str, entry: str = "") -> ToolSpec:
    """The spec of a cell whose entry is the named or the first function."""
    tree = ast.parse(source)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    node = next(f for f in functions if not entry or f.name == entry)
    scope = CellScope(tree)
    parameters = [Parameter(a.arg, parse_annotation(_given(a.annotation), scope)) for a in node.args.args]
    result = parse_annotation(_given(node.returns), scope, is_result=True)
    return ToolSpec(
        name="cell",
        language="python",
        source=source,
        entry=node.name,
        signature=Signature(tuple(parameters), result, scope.definitions),
    )


def _given(annotation: ast.expr | None) -> ast.expr:
    assert annotation is not None
    return annotation


@cache
def engine(*, fuel: bool = False) -> wasmtime.Engine:
    """One engine for all cells; with fuel, a call that does not end stops."""
    config = wasmtime.Config()
    config.consume_fuel = fuel
    return wasmtime.Engine(config)


class Cell:
    """A compiled cell and its CPython twin."""

    seen: ClassVar[list[ToolSpec]] = []
    """The specs of cells that were compiled; who wants them empties it."""

    def __init__(self, source: str, entry: str = "", *, fuel: bool = False) -> None:
        """Compile. Raises NotNativeError and BuildError as the compiler does."""
        self.spec = spec_of(source, entry)
        self.payload: Payload = compile_spec(self.spec)
        self.seen.append(self.spec)
        self._fuel, self._pages = fuel, 0
        self._module = wasmtime.Module(engine(fuel=fuel), self.payload.data)
        assert not self._module.imports
        if not needs_numpy(self.spec):
            # Sealing asks CPython what a cell means: what is native and cannot be asked could not be sealed.
            policy.check(ast.parse(source))
        self._code: CodeType = compile(source, CELL, "exec", dont_inherit=True)

    def pages_after(self, *arguments: Any) -> int:
        """Pages of memory that the instance has after a call with these arguments."""
        self.run(*arguments)
        return self._pages

    def run(self, *arguments: Any) -> Any:
        """The native value, or Stopped."""
        store = wasmtime.Store(engine(fuel=self._fuel))
        if self._fuel:
            store.set_fuel(FUEL)
        exports = wasmtime.Instance(store, self._module, []).exports(store)
        lowered = abi.lower(self.spec.signature, arguments)
        memory: Any = exports.get("memory")
        slots = bytearray(lowered.slots)
        bodies = [bytearray(bytes(data)) for _, data in lowered.buffers]
        places: list[int] = []
        for (align, _), body in zip(lowered.buffers, bodies, strict=True):
            address = exports["cabi_realloc"](store, 0, 0, align, len(body)) if body else 8  # type: ignore[operator] # a function
            places.append(address & 0xFFFFFFFF)
        for target, offset, index in lowered.relocations:
            struct.pack_into("<I", slots if target == abi.SLOTS else bodies[target - 1], offset, places[index])
        for place, body in zip(places, bodies, strict=True):
            if body:
                memory.write(store, body, place)
        cores, results = abi.core_signature(self.spec.signature)
        formats = {"i64": "<q", "f64": "<d", "i32": "<i"}
        flat = [struct.unpack_from(formats[core], slots, i * abi.SLOT)[0] for i, core in enumerate(cores)]
        try:
            word = exports["run"](store, *flat)  # type: ignore[operator] # a function
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            return self._stopped(store, exports, error)
        self._pages = memory.size(store) if memory is not None else 0
        packed = b"".join([struct.pack(formats[core], word) for core in results]).ljust(8, b"\0")
        signature = self.spec.signature
        data = gathering.gather(signature.result, packed, _Memory(memory, store), 1 << 28, signature.definitions)
        return lifting.lift(signature.result, data, signature.definitions)

    @staticmethod
    def _stopped(store: wasmtime.Store, exports: Any, error: Exception) -> Stopped:
        word = exports["error"].value(store) & _WORD
        if not word:
            raise AssertionError(f"a trap that is none of ours: {error}") from error
        code, line, address = traps.unpack(word)
        message = traps.BY_CODE[code].message
        if address:
            memory = exports["memory"]
            (count,) = struct.unpack("<I", memory.read(store, address + 4, address + 8))
            start = address + traps.MESSAGE_HEADER
            message = memory.read(store, start, start + 4 * count).decode("utf-32-le", "surrogatepass")
        return Stopped(traps.BY_CODE[code].exception, line, message, code)

    def expect(self, *arguments: Any) -> Any:
        """What CPython 3.14 gives, or Stopped."""
        names: dict[str, Any] = {"sum": sum_as_in_3_14, "__name__": "cell"}
        if not hasattr(math, "fma"):
            math.fma = fma_as_in_3_14  # type: ignore[attr-defined] # CPython 3.13 has it
        try:
            exec(self._code, names)
            return names[self.spec.entry](*copy.deepcopy(arguments))
        except Exception as error:  # noqa: BLE001 (whatever the cell raises is the answer)
            trace, line = error.__traceback__, 0
            while trace is not None:
                if trace.tb_frame.f_code.co_filename == CELL:
                    line = trace.tb_lineno
                trace = trace.tb_next
            return Stopped(type(error).__name__, line, str(error))

    def differences(self, cases: Sequence[Sequence[Any]], ulps: int = 0) -> list[str]:
        """The cases in which native and CPython differ; a declared limit is none."""
        found = []
        for case in cases:
            native = self.run(*case)
            if isinstance(native, Stopped) and native.is_limit:
                # CPython would go on with numbers of any size.
                continue
            python = self.expect(*case)
            if not agree(native, python, ulps):
                found.append(f"{self.spec.entry}{tuple(case)!r}: native {native!r}, CPython {python!r}")
        return found


@dataclass(frozen=True, slots=True)
class _Memory:
    memory: Any
    store: wasmtime.Store

    def size(self) -> int:
        return int(self.memory.data_len(self.store))

    def read(self, address: int, length: int) -> bytes:
        return bytes(self.memory.read(self.store, address, address + length))


def agree(native: Any, python: Any, ulps: int = 0) -> bool:
    """Whether a native outcome is CPython's, or a declared limit. Of a result declared float CPython may give an int, of one declared int a bool."""
    if isinstance(native, Stopped):
        return native.is_limit or (isinstance(python, Stopped) and _kind(native) == _kind(python))
    if isinstance(python, Stopped):
        # CPython's own depth is shallower where helpers of the tests are on its stack.
        return python.exception == "RecursionError"
    if isinstance(native, Record):
        found = fields_of(python)
        return (
            found is not None
            and (native._name_, native._is_tuple_) == (found[0], found[2])
            and agree(native._asdict(), found[1], ulps)
        )
    if isinstance(native, list | tuple):
        return (
            type(python) is type(native)
            and len(native) == len(python)
            and all(agree(n, p, ulps) for n, p in zip(native, python, strict=True))
        )
    if isinstance(native, dict):
        return type(python) is dict and agree([*native.items()], [*python.items()], ulps)
    if isinstance(native, set):
        return type(python) is set and agree(sorted(native), sorted(python), ulps)
    if isinstance(native, float):
        if type(python) not in {int, float}:
            return False
        return _same_float(native, python, ulps)
    if type(native) is int and type(python) is bool:
        return native == python
    return type(native) is type(python) and native == python


def _kind(stopped: Stopped) -> str:
    # Before 3.12 a list comprehension was a function of its own, so that it found free variables unbound.
    unbound = {"NameError", "UnboundLocalError"}
    return "NameError" if sys.version_info < (3, 12) and stopped.exception in unbound else stopped.exception


def _same_float(native: float, python: float, ulps: int) -> bool:
    if type(python) is int:
        # A result declared float must hold the int exactly; an int has no negative zero.
        return native == python and (native != 0 or math.copysign(1, native) > 0)
    if math.isnan(native) or math.isnan(python):
        return math.isnan(native) and math.isnan(python)
    if native == python:
        return native != 0 or math.copysign(1, native) == math.copysign(1, python)
    return math.isfinite(native) and math.isfinite(python) and abs(native - python) <= ulps * math.ulp(python)


def check(source: str, *cases: Sequence[Any], ulps: int = 0, entry: str = "") -> None:
    """Fail where a cell's native outcomes are not CPython's."""
    found = Cell(source, entry).differences(cases, ulps)
    assert not found, "\n".join(found) + "\n" + source
