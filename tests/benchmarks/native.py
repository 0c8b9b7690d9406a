"""The C side: compile a program's C file and call it through ctypes with the arguments of its cell.

The convention follows the cell's annotations: int -> int64_t, float -> double, str -> const uint8_t *, int64_t;
list[int] and list[float] -> const int64_t * or double *, int64_t. A str or list result is written to one more pointer,
its length returned.
"""

from __future__ import annotations

import ast
import ctypes
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from .catalogue import Arguments, Program

COMPILER: Final = shutil.which("gcc")
FLAGS: Final = ("-O3", "-ffp-contract=off", "-shared", "-fPIC")
"""Portable: no -march. The second flag changes nothing on x86-64, and on aarch64 keeps * and + apart."""

_SCALARS: Final[dict[str, Any]] = {"int": ctypes.c_int64, "float": ctypes.c_double}
_ELEMENTS: Final[dict[str, Any]] = {"str": ctypes.c_uint8, "list[int]": ctypes.c_int64, "list[float]": ctypes.c_double}


@dataclass(frozen=True, slots=True)
class Interface:
    """The annotations of a cell's public function, as text."""

    parameters: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Written:
    """A str or list result, as C wrote it."""

    buffer: Any
    length: int


def interface_of(program: Program) -> Interface:
    """Read the annotations from the cell."""
    for node in ast.parse(program.cell).body:
        if isinstance(node, ast.FunctionDef) and node.name == program.name:
            assert node.returns is not None
            annotations = [a.annotation for a in node.args.args]
            return Interface(tuple(ast.unparse(a) for a in annotations if a is not None), ast.unparse(node.returns))
    raise LookupError(program.name)


def compile_c(program: Program, folder: Path) -> Path:
    """Compile to a shared library in a folder. Raises subprocess.CalledProcessError, and RuntimeError without gcc."""
    if COMPILER is None:
        raise RuntimeError("gcc is not installed")
    library = folder / f"{program.name}.so"
    command = [COMPILER, *FLAGS, "-o", str(library), str(program.c_file), "-lm"]
    subprocess.run(command, check=True)
    return library


def bind(program: Program, library: Path, arguments: Arguments, out_length: int) -> Callable[[], Any]:
    """The C function with its arguments ready in C's own form; each call runs it once.

    `out_length` is the greatest length of a str or list result. Such a result comes back as the buffer that C wrote, so
    that a timed call makes no Python list; `value_of` makes it a Python value.
    """
    interface = interface_of(program)
    function = getattr(ctypes.CDLL(str(library)), program.name)
    types: list[Any] = []
    values: list[Any] = []
    for annotation, value in zip(interface.parameters, arguments, strict=True):
        if annotation in _SCALARS:
            types.append(_SCALARS[annotation])
            values.append(value)
        else:
            items: Any = value.encode("ascii") if isinstance(value, str) else value
            types += [ctypes.c_void_p, ctypes.c_int64]
            values += [(_ELEMENTS[annotation] * len(items))(*items), len(items)]
    function.restype = _SCALARS.get(interface.result, ctypes.c_int64)
    if interface.result in _SCALARS:
        function.argtypes = types
        return lambda: function(*values)
    out = (_ELEMENTS[interface.result] * max(out_length, 1))()
    function.argtypes = [*types, ctypes.c_void_p]

    def run() -> Any:
        length = function(*values, out)
        if not 0 <= length <= out_length:
            raise ValueError(f"{program.name}: length {length}")
        return Written(out, length)

    return run


def value_of(result: Any) -> Any:
    """The Python value of a result of `bind`'s function."""
    if not isinstance(result, Written):
        return result
    items = result.buffer[: result.length]
    return bytes(items).decode("ascii") if result.buffer._type_ is ctypes.c_uint8 else list(items)
