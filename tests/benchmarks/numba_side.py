"""The numba side: every function of a cell under numba.njit, where numba is installed and takes the cell."""

from __future__ import annotations

import importlib
import importlib.util
import types
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Final

from .catalogue import Arguments, Program
from .native import interface_of

AVAILABLE: Final = importlib.util.find_spec("numba") is not None


def bind(program: Program, arguments: Arguments) -> Callable[[], Any] | None:
    """The compiled function with its arguments, lists of numbers as numpy arrays; None where numba refuses the cell."""
    numba: Any = importlib.import_module("numba")
    numpy: Any = importlib.import_module("numpy")
    namespace: dict[str, Any] = {"__name__": program.name}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(program.cell, f"<cell {program.name}>", "exec"), namespace)
        for name, value in list(namespace.items()):
            if isinstance(value, types.FunctionType):
                namespace[name] = numba.njit(value)
        function, given = namespace[program.name], _given(program, arguments, numpy)
        try:
            function(*given)
        except Exception:  # noqa: BLE001 - numba raises errors of many kinds, its own and others, on what it can't compile
            return None
    return lambda: function(*given)


def _given(program: Program, arguments: Arguments, numpy: Any) -> list[Any]:
    """Each list as a new array: a cell may write into its own."""
    kinds = {"list[int]": numpy.int64, "list[float]": numpy.float64}
    parameters: Sequence[str] = interface_of(program).parameters
    return [
        numpy.array(value, kinds[annotation]) if annotation in kinds else value
        for annotation, value in zip(parameters, arguments, strict=True)
    ]
