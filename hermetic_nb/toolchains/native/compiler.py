"""A spec in, a sealed module out: the native compiler's whole path. Runs in a compiler process, never in the kernel."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, TypeVar

from hermetic_nb.errors import BuildError, NotNativeError
from hermetic_nb.model import Payload
from hermetic_nb.signature import FLOAT, STR, Parameter, Signature
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.flow import unbound_reads
from hermetic_nb.toolchains.native.analysis.intervals import analyse_both
from hermetic_nb.toolchains.native.analysis.loop_bounds import plan_loop, shortens
from hermetic_nb.toolchains.native.inference.inference import Inference
from hermetic_nb.toolchains.native.inference.ulp import BOUNDS, NUMPY_BOUNDS
from hermetic_nb.toolchains.native.interface import outside
from hermetic_nb.toolchains.native.linking.llvm import compile_module
from hermetic_nb.toolchains.native.lowering.code import HardCallError
from hermetic_nb.toolchains.native.lowering.module import lower_module
from hermetic_nb.toolchains.native.parse.refusal import RefusedError, place, refuse
from hermetic_nb.toolchains.native.walks import expressions, statements

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.model import ToolSpec
    from hermetic_nb.toolchains.native.analysis.facts import Facts

Made = TypeVar("Made")
_FIRST_CELL: Final = """
def f(x: str) -> float:
    total = 0
    for c in x:
        total += ord(c) / 2
    return total
"""
HELP: Final = (
    "docs/native-python.md says what the native tier takes; with --tier auto the rest becomes a tool of the python tier"
)


def compile_spec(spec: ToolSpec) -> Payload:
    """Compile a cell. Raises NotNativeError with every finding placed, or BuildError."""
    inference, ir = read(spec, lambda found: lower(found, spec.entry, spec.signature, spec.limits.depth))
    data = compile_module(ir, memory_pages=spec.limits.memory_pages)
    bounds = {**BOUNDS, **NUMPY_BOUNDS}
    return Payload(data=data, ulp={name: bounds[name] for name in sorted(inference.libm()) if name in bounds})


def accept(spec: ToolSpec) -> None:
    """Read and type a cell, without building it. Raises as `compile_spec`."""
    read(spec, lambda found: found.infer(spec.entry, spec.signature))


def read(spec: ToolSpec, go_on: Callable[[Inference], Made]) -> tuple[Inference, Made]:
    """Read a cell and go on with it. Raises NotNativeError with every finding placed, or BuildError."""
    lines = spec.source.split("\n")
    try:
        inference = Inference(spec.source)
        _check_interface(inference, spec)
        made = go_on(inference)
    except RefusedError as refused:
        raise NotNativeError(refused.reason, diagnostics=[place(refused, lines)], help=HELP) from None
    except HardCallError as hard:
        place_ = ast.Pass(lineno=hard.line, col_offset=0, end_lineno=hard.line, end_col_offset=0)
        hidden = RefusedError("what this calls may fail in a way that native code cannot handle in a try", place_)
        raise NotNativeError(hidden.reason, diagnostics=[place(hidden, lines)], help=HELP) from None
    except SyntaxError as error:
        raise BuildError(f"not Python 3.11: {error.msg}") from None
    except ValueError as error:
        raise BuildError(f"not Python source: {error}") from None
    except (RecursionError, MemoryError):
        raise NotNativeError("an expression is nested too deep", help=HELP) from None
    if inference.refusals:
        found = sorted({place(refused, lines) for refused in inference.refusals}, key=lambda d: (d.line, d.column))
        raise NotNativeError(found[0].message, diagnostics=found, help=HELP)
    return inference, made


def _check_interface(inference: Inference, spec: ToolSpec) -> None:
    """Refuse parameters and results that the interface has and native code does not."""
    function = inference.module.functions[spec.entry]
    nodes = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    known, classes = spec.signature.definitions, inference.module.classes
    for node, parameter in zip(nodes, spec.signature.parameters, strict=False):
        if (reason := outside(parameter.type, known, classes, is_result=False)) is not None:
            refuse(f"a parameter of type {parameter.type} is outside the native subset: {reason}", node)
    if (reason := outside(spec.signature.result, known, classes, is_result=True)) is not None:
        refuse(
            f"a result of type {spec.signature.result} is outside the native subset: {reason}",
            function.returns or function,
        )


def warm() -> None:
    """Do what the first cell would have to wait for."""
    compile_module(lower(Inference(_FIRST_CELL), "f", Signature((Parameter("x", STR),), FLOAT), 1))


def lower(inference: Inference, entry: str, signature: Signature, depth: int) -> str:
    """The IR of a typed cell; empty where the inference refused it."""
    functions = inference.infer(entry, signature)
    if inference.refusals:
        return ""
    always, assumed = analyse_both(functions)
    if assumed is None or not gains(functions, always, assumed):
        return lower_module([(functions, always)], signature, depth)
    return lower_module([(functions, assumed), (functions, always)], signature, depth)


def gains(functions: list[t.Function], always: Facts, assumed: Facts) -> bool:
    """Whether a second version would leave out tests in innermost loops that `loop_bounds` does not leave out anyway."""
    shortening = shortens(functions)
    for function in functions:
        unbound = unbound_reads(function)
        for loop in statements(function.body):
            if not isinstance(loop, t.For | t.While) or any(
                isinstance(part, t.For | t.While) for part in statements(loop.body)
            ):
                continue
            plan = plan_loop(loop, unbound, shortening=shortening) if isinstance(loop, t.For) else None
            inside = set(expressions(loop.body)) - (plan.no_overflow if plan is not None else set())
            if inside & (assumed.no_overflow - always.no_overflow):
                return True
    return False
