"""The sealed libm stays within the bounds that the comparison with CPython allows, and its errors are CPython's."""

from __future__ import annotations

import array
import math
import operator
from typing import TYPE_CHECKING, Any

import pytest
import wasmtime

from hermetic_nb import traps
from hermetic_nb.toolchains.native.inference.ulp import BOUNDS, SMALLEST, agree, ulps_apart
from hermetic_nb.toolchains.native.linking.llvm import compile_module
from tests.unit.ir_programs import TRAP
from tests.unit.runtime_cases import Numbers, outcome

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = 4000
EXACT = ("fma", "fmod", "hypot", "remainder", "sqrt")
TWO = frozenset({"atan2", "fmod", "hypot", "log_base", "pow", "remainder", "**"})

# Calls a function on n pairs of floats; the results follow them in memory.
PROGRAM = """
declare double @{symbol}(double{more}, i32)
define void @run(i32 %from, i32 %to, i32 %n) {{
  %in = inttoptr i32 %from to ptr
  %out = inttoptr i32 %to to ptr
  br label %loop
loop:
  %i = phi i32 [0, %0], [%next, %loop]
  %at = shl i32 %i, 1
  %px = getelementptr double, ptr %in, i32 %at
  %py = getelementptr double, ptr %px, i32 1
  %x = load double, ptr %px
  %y = load double, ptr %py
  %r = call double @{symbol}(double %x{second}, i32 1)
  %pr = getelementptr double, ptr %out, i32 %i
  store double %r, ptr %pr
  %next = add i32 %i, 1
  %more = icmp ult i32 %next, %n
  br i1 %more, label %loop, label %end
end:
  ret void
}}
"""


class Sealed:
    """One function of the runtime as WebAssembly, called on many inputs at once."""

    def __init__(self, name: str) -> None:
        symbol = {"**": "hnb_float_pow"}.get(name, f"hnb_math_{name}")
        two = name in TWO
        ir = PROGRAM.format(symbol=symbol, more=", double" if two else "", second=", double %y" if two else "")
        self.engine = wasmtime.Engine()
        self.module = wasmtime.Module(self.engine, compile_module(TRAP + ir))

    def results(self, pairs: list[tuple[float, float]]) -> list[float]:
        """One result per pair. Raises: wasmtime.Trap."""
        return self._run(pairs)[0]

    def code(self, pair: tuple[float, float]) -> int:
        """The code of the trap that a pair ends in; 0 if it has a result."""
        return self._run([pair])[1]

    def _run(self, pairs: list[tuple[float, float]]) -> tuple[list[float], int]:
        store = wasmtime.Store(self.engine)
        exports: Any = wasmtime.Instance(store, self.module, []).exports(store)
        memory = exports["memory"]
        raw = array.array("d", [x for pair in pairs for x in pair]).tobytes()
        memory.grow(store, len(raw) // 40000 + 2)
        end = memory.data_len(store)
        start = (end - len(raw) * 3 // 2) & ~15
        memory.write(store, raw, start)
        try:
            exports["run"](store, start, start + len(raw), len(pairs))
        except wasmtime.Trap:
            if len(pairs) > 1:
                raise
            return [], traps.unpack(exports["error"].value(store))[0]
        found = array.array("d")
        found.frombytes(bytes(memory.read(store, start + len(raw), start + len(raw) * 3 // 2)))
        return found.tolist(), 0


def reference(name: str) -> Callable[..., object]:
    """CPython's function."""
    special: dict[str, Callable[..., object]] = {"**": operator.pow, "log_base": math.log}
    return special.get(name) or getattr(math, name)


@pytest.mark.parametrize("name", sorted({*BOUNDS, *EXACT} - {"fma"}))
def test_within_bounds(name: str) -> None:
    """Values within the bound, and an exception of CPython's kind exactly where CPython has one."""
    numbers, sealed, python = Numbers(name), Sealed(name), reference(name)
    inputs, expected, failing = [], [], []
    for _ in range(CASES):
        pair = (numbers.real(), numbers.choice((numbers.real(), numbers.uniform(-40, 40), 2.0)))
        result = outcome(python, *pair[: 2 if name in TWO else 1])
        if isinstance(result, float):
            inputs.append(pair)
            expected.append(result)
        else:
            failing.append((pair, result))
    actual = sealed.results(inputs)
    assert [row for row in zip(inputs, expected, actual, strict=True) if not agree(name, *row[1:])] == []
    for pair, result in failing[:60]:
        code = sealed.code(pair)
        kind = "complex" if code == 37 else traps.BY_CODE[code].exception
        # A power that is complex and too large is an OverflowError for CPython: a limit, and of the same kind.
        assert kind == type(result).__name__ or (code == 37 and isinstance(result, OverflowError)), (pair, result)


def test_powers_of_two_and_ten_are_exact() -> None:
    """Where people count on whole results, subnormals included."""
    twos = [math.ldexp(1.0, k) for k in range(-1074, 1024)]
    assert Sealed("log2").results([(x, 0.0) for x in twos]) == [float(k) for k in range(-1074, 1024)]
    assert Sealed("exp2").results([(float(k), 0.0) for k in range(-1074, 1024)]) == twos
    tens = [(float(f"1e{k}"), 0.0) for k in range(-307, 309)]
    assert Sealed("log10").results(tens) == [float(k) for k in range(-307, 309)]
    assert Sealed("cbrt").results([(float(n**3), 0.0) for n in range(1000)]) == [float(n) for n in range(1000)]


def test_distance() -> None:
    """What counts as apart."""
    above = math.nextafter(1.0, 2.0)
    assert ulps_apart(1.0, above) == 1
    assert ulps_apart(math.nan, -math.nan) == 0
    assert ulps_apart(0.0, -0.0) == ulps_apart(1.0, math.nan) == ulps_apart(math.inf, 1.0) == math.inf
    assert ulps_apart(math.inf, math.inf) == 0
    assert agree("sin", 1.0, above)
    assert not agree("sqrt", 1.0, above)
    assert set(SMALLEST) <= set(BOUNDS)
    assert agree("lgamma", 1e-20, 2e-20)
