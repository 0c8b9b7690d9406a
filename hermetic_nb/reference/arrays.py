"""numpy in the reference process, where the cell uses it: its arithmetic without its ways to files, memory and chance.

The process that loads it is another one than that of cells without arrays, which do not wait for it.
"""

from __future__ import annotations

import ast
import math
import os
from functools import wraps
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import arrays
from hermetic_nb.reference.patterns import Signs
from hermetic_nb.signature.border_arrays import holds_array, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hermetic_nb.model import ToolSpec
    from hermetic_nb.signature import Signature, Type

FLAG: Final = "HERMETIC_REFERENCE_NUMPY"
"""Set in the environment of the process that has numpy."""
ENVIRONMENT: Final = {FLAG: "1", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
DENIED: Final = frozenset(
    {*("ctypes", "tofile", "dump", "dumps", "view", "setfield", "getfield", "setflags", "resize")}
)
"""Attributes of arrays that lead to files or to memory that is none of theirs."""
_SET: Final = frozenset({"dtype", "strides", "shape", "data", "flat", "real", "imag"})
_NAMES: Final = (
    "array asarray copy zeros ones full empty zeros_like ones_like full_like empty_like arange linspace eye identity"
    " add subtract multiply divide true_divide floor_divide mod remainder power negative absolute abs fabs sign square"
    " sqrt exp expm1 exp2 log log2 log10 log1p sin cos tan sinh cosh tanh cbrt arcsin arccos arctan arctan2 hypot asin acos atan"
    " reciprocal degrees radians rad2deg deg2rad floor ceil trunc rint round around isnan isinf isfinite"
    " less less_equal greater greater_equal equal not_equal logical_and logical_or logical_xor logical_not"
    " bitwise_and bitwise_or bitwise_xor left_shift right_shift minimum maximum clip where nonzero flatnonzero"
    " sum mean prod min max amin amax std var argmin argmax any all cumsum cumprod median count_nonzero"
    " sort argsort unique searchsorted diff concatenate stack vstack hstack column_stack repeat dot matmul inner outer"
    " allclose array_equal newaxis pi e inf nan euler_gamma float64 int64 bool_ ndarray"
)
"""What the compiler knows of numpy, and what examples compare arrays with."""
_OTHER_NAMES: Final = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}
_PRODUCTS: Final = ("dot", "matmul", "inner")
_EPSILON: Final = 2.0**-53


def needs_numpy(spec: ToolSpec) -> bool:
    """Whether numpy says what a cell means."""
    return takes_arrays(spec.signature) or (spec.language == "python" and _imports_numpy(spec.source))


def takes_arrays(signature: Signature) -> bool:
    """Whether parameters or the result are arrays."""
    return any(map(holds_array, [*kinds_of(signature), signature.result]))


def _imports_numpy(source: str) -> bool:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return any(
        isinstance(node, ast.Import) and any(alias.name == "numpy" for alias in node.names) for node in tree.body
    )


def is_here() -> bool:
    """Whether this is the process that has numpy."""
    return FLAG in os.environ


def load() -> None:
    """Load numpy, before the process can load nothing more."""
    module = arrays.numpy()
    if module is not None:
        module.seterr(all="ignore")
        module.dot(module.ones((2, 2)), module.ones(2))  # what it loads at its first product
        repr(module.ones(2))
        import_module("numpy.ma")  # what median and unique load when they are first called


def given(kinds: Sequence[Type], arguments: Sequence[Any]) -> list[Any]:
    """Arguments as the cell's function gets them: arrays of numpy for stored forms."""
    return [shown(kind, value) for kind, value in zip(kinds, arguments, strict=True)]


def kinds_of(signature: Signature) -> list[Type]:
    """The types of the parameters."""
    return [parameter.type for parameter in signature.parameters]


def facade(ulp: Mapping[str, int], pattern: str) -> SimpleNamespace:
    """The module numpy as cells see it; results of the functions named in ``ulp`` are moved (see `arithmetic`)."""
    module = arrays.numpy()
    names = {name: getattr(module, name) for name in _NAMES.split() if hasattr(module, name)}
    if pattern:
        signs = Signs(pattern)
        for name, found in names.items():
            bound = ulp.get(f"numpy.{_OTHER_NAMES.get(name, name)}", 0)
            if bound and name not in _PRODUCTS:
                names[name] = moved(found, bound, signs)
            if name in _PRODUCTS and ulp.get("numpy.dot"):
                names[name] = moved_product(found, signs)
    return SimpleNamespace(**names)


def moved(function: Callable[..., Any], bound: int, signs: Signs) -> Callable[..., Any]:
    """The function with every finite float of its result moved by so many units in the last place."""

    @wraps(function)
    def perturbed(*arguments: Any, **named: Any) -> Any:
        return _moved(function(*arguments, **named), lambda value: bound * math.ulp(value), signs)

    return perturbed


def moved_product(function: Callable[..., Any], signs: Signs) -> Callable[..., Any]:
    """A sum of products moved by the error that any order of summation stays within: n * eps * sum(|a| * |b|)."""
    module = arrays.numpy()

    @wraps(function)
    def perturbed(left: Any, right: Any) -> Any:
        result = function(left, right)
        if module.asarray(result).dtype.kind != "f":
            return result
        count = module.asarray(left).shape[-1]
        reach = module.asarray(function(module.abs(left), module.abs(right))) * (count * _EPSILON)
        reaches = iter(reach.ravel().tolist())
        return _moved(result, lambda _: next(reaches), signs)

    return perturbed


def _moved(result: Any, reach: Callable[[float], float], signs: Signs) -> Any:
    module = arrays.numpy()
    if not isinstance(result, (float, module.ndarray)) or module.asarray(result).dtype.kind != "f":
        return result
    items = [_step(value, reach(value), signs) for value in module.asarray(result).ravel().tolist()]
    if isinstance(result, float):
        return type(result)(items[0])
    return module.array(items, dtype=result.dtype).reshape(result.shape)


def _step(value: float, reach: float, signs: Signs) -> float:
    return value + signs.next() * reach if math.isfinite(value) and math.isfinite(reach) else value


def denied(node: ast.AST) -> str:
    """What of numpy's arrays a node may not touch; empty where it is none."""
    if isinstance(node, ast.Attribute) and (
        node.attr in DENIED or (node.attr in _SET and not isinstance(node.ctx, ast.Load))
    ):
        return node.attr
    return ""
