"""What a cell takes from the notebook by name: constants by value, helper functions by source, modules by import.

Captures stand after the cell's own text, so that the cell's line numbers stay what its author sees. Python looks a
global name up when the function runs, so the order does not matter to functions; it does to code that runs while the
cell itself is read (`names.used_at_top`), and there a captured name is refused.
"""

from __future__ import annotations

import ast
import inspect
import math
import textwrap
import types
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK: Final = "# captured from the notebook"
"""The line between a cell and its captures."""
_MOST: Final = 100_000
"""Characters of one captured constant: data belongs in arguments."""
_SCALARS: Final = (int, float, bool, str, bytes)


def capture(names: Mapping[str, Any]) -> str:
    """The text that defines these names with these values. Raises SpecError on a value that cannot be taken.

    The order is that of the alphabet: in which order names were asked for does not change the tool.
    """
    return "".join(f"{_taken(name, names[name]).rstrip()}\n" for name in sorted(names))


def look_up(name: str, namespace: Mapping[str, Any], flag: str = "--capture") -> Any:
    """The value of a name of the notebook, which a flag names. Raises SpecError."""
    if name not in namespace:
        raise SpecError(f"{flag} {name}: the notebook has no {name}", help="run the cell that defines it first")
    return namespace[name]


def joined(cell: str, captured: str) -> str:
    """A normalised cell and its captures as one source."""
    return f"{cell}{MARK}\n{captured}" if captured else cell


def source_of(function: Any) -> str:
    """The source of one plain function: ``def`` and what follows, without decorators. Raises SpecError."""
    name = getattr(function, "__name__", "this function")
    try:
        text = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(text)
    except (OSError, SyntaxError):
        raise SpecError(
            f"the source of {name} is not to be found", help="define it with def in a file or a cell"
        ) from None
    node = tree.body[0]
    if not isinstance(node, ast.FunctionDef):
        raise SpecError(f"{name} is not a plain def", help="define it with def in a file or a cell")
    return "\n".join(text.split("\n")[node.lineno - 1 : node.end_lineno]) + "\n"


def import_of(name: str, value: Any) -> str | None:
    """The import that gives a module, or a built-in function of a module, its name; None for other values."""
    if isinstance(value, types.ModuleType):
        return f"import {value.__name__}" if value.__name__ == name else f"import {value.__name__} as {name}"
    if isinstance(value, types.BuiltinFunctionType) and value.__module__:
        return f"from {value.__module__} import {value.__name__}" + ("" if value.__name__ == name else f" as {name}")
    return None


def _taken(name: str, value: Any) -> str:
    line = import_of(name, value)
    if line is not None:
        return line
    if isinstance(value, types.FunctionType):
        return _function(name, value)
    if getattr(value, "language", None) == "python" and isinstance(getattr(value, "source", None), str):
        return _tool(name, value)
    return f"{name} = {_constant(name, value)}"


def _function(name: str, function: types.FunctionType) -> str:
    if function.__name__ == "<lambda>":
        raise SpecError(f"--capture {name}: a lambda has no source of its own", help=f"write def {name}(...)")
    if function.__name__ != name:
        raise SpecError(
            f"--capture {name}: the function calls itself {function.__name__}", help=f"capture {function.__name__}"
        )
    if function.__closure__:
        raise SpecError(
            f"--capture {name}: the function keeps values of another function", help="define it at the top level"
        )
    if hasattr(function, "__wrapped__"):
        raise SpecError(f"--capture {name}: the function is decorated", help="capture the plain function")
    return source_of(function)


def _tool(name: str, tool: Any) -> str:
    if tool.__name__ != name:
        raise SpecError(f"--capture {name}: the tool's function is {tool.__name__}", help=f"capture {tool.__name__}")
    return str(tool.source)


def _constant(name: str, value: Any) -> str:
    kind = type(value)
    if kind is list and all(type(item) in {*_SCALARS, list} for item in value):
        text = f"[{', '.join(_constant(name, item) for item in value)}]"
    elif kind is float and math.isnan(value):
        text = "1e999 - 1e999"
    elif kind is float and math.isinf(value):  # a literal beyond the range is infinite
        text = "1e999" if value > 0 else "-1e999"
    elif kind in _SCALARS:
        text = repr(value)
    else:
        raise SpecError(
            f"--capture {name}: {_described(value)} cannot be taken by value",
            help="constants (int, float, bool, str, bytes, lists of them), plain functions and modules can; "
            "give other data as an argument",
        )
    if len(text) > _MOST:
        raise SpecError(f"--capture {name}: more than {_MOST} characters of data", help="give data as an argument")
    return text


def _described(value: Any) -> str:
    return f"a value of type {type(value).__name__}"
