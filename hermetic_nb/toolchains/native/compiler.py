"""A spec in, a sealed module out: the native compiler's whole path. Runs in a compiler process, never in the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import BuildError, NotNativeError
from hermetic_nb.model import Payload
from hermetic_nb.signature import FLOAT, STR, Parameter, Signature
from hermetic_nb.toolchains.native.inference import Inference
from hermetic_nb.toolchains.native.intervals import analyse_both
from hermetic_nb.toolchains.native.llvm import compile_module
from hermetic_nb.toolchains.native.lowering.module import lower_module
from hermetic_nb.toolchains.native.refusal import RefusedError, place
from hermetic_nb.toolchains.native.ulp import BOUNDS

if TYPE_CHECKING:
    from hermetic_nb.model import ToolSpec

_FIRST_CELL: Final = """
def f(x: str) -> float:
    total = 0
    for c in x:
        total += ord(c) / 2
    return total
"""
HELP: Final = "the native tier takes typed Python without classes, dicts, generators or imports beyond math"


def compile_spec(spec: ToolSpec) -> Payload:
    """Compile a cell. Raises NotNativeError with every finding placed, or BuildError."""
    lines = spec.source.split("\n")
    try:
        inference = Inference(spec.source)
        ir = lower(inference, spec.entry, spec.signature, spec.limits.depth)
    except RefusedError as refused:
        raise NotNativeError(refused.reason, diagnostics=[place(refused, lines)], help=HELP) from None
    except SyntaxError as error:
        raise BuildError(f"not Python 3.11: {error.msg}") from None
    except ValueError as error:
        raise BuildError(f"not Python source: {error}") from None
    except (RecursionError, MemoryError):
        raise NotNativeError("an expression is nested too deep", help=HELP) from None
    if inference.refusals:
        found = sorted({place(refused, lines) for refused in inference.refusals}, key=lambda d: (d.line, d.column))
        raise NotNativeError(found[0].message, diagnostics=found, help=HELP)
    data = compile_module(ir, memory_pages=spec.limits.memory_pages)
    return Payload(data=data, ulp={name: BOUNDS[name] for name in sorted(inference.libm()) if name in BOUNDS})


def warm() -> None:
    """Do what the first cell would have to wait for."""
    compile_module(lower(Inference(_FIRST_CELL), "f", Signature((Parameter("x", STR),), FLOAT), 1))


def lower(inference: Inference, entry: str, signature: Signature, depth: int) -> str:
    """The IR of a typed cell; empty where the inference refused it."""
    functions = inference.infer(entry, signature)
    if inference.refusals:
        return ""
    always, assumed = analyse_both(functions)
    versions = [(functions, always)] if assumed is None else [(functions, assumed), (functions, always)]
    return lower_module(versions, signature, depth)
