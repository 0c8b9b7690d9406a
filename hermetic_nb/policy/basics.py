"""The built-ins of pure tools."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.policy.classes import ClassMaker
from hermetic_nb.policy.namespaces import called

if TYPE_CHECKING:
    from hermetic_nb.policy.cell import Cell
    from hermetic_nb.policy.guards import Guards

_PLAIN: Final = """
    abs all any ascii bin bool bytearray bytes callable chr classmethod complex dict divmod enumerate filter float format
    frozenset hash hex id int isinstance issubclass iter len list map max min next object oct ord pow property range repr
    reversed round set slice sorted staticmethod str sum super tuple zip NotImplemented Ellipsis
""".split()  # noqa: SIM905 (seventy quoted words read worse)

_LOADED_BY_PYTHON: Final = frozenset(
    """
    _strptime annotationlib asyncio.base_futures asyncio.base_tasks asyncio.events asyncio.exceptions asyncio.coroutines
    collections.abc copyreg datetime decimal numbers re time typing warnings
    """.split()  # noqa: SIM905 (as above)
)
_EXCEPTIONS: Final = {
    name: found for name, found in vars(builtins).items() if isinstance(found, type) and issubclass(found, Exception)
}


def built_in(cell: Cell, guards: Guards) -> dict[str, Any]:
    """The dict of built-ins of one tool: what it may name, and what compiled code calls."""
    return {
        **{name: getattr(builtins, name) for name in _PLAIN},
        **_EXCEPTIONS,
        "getattr": guards.get,
        "hasattr": guards.has,
        "setattr": guards.set,
        "delattr": guards.delete,
        "type": guards.type_of,
        "print": _print,
        "vars": guards.dict_of,
        "__import__": _import_for_python,
        "__build_class__": builtins.__build_class__,
        "__metaclass__": ClassMaker(cell, guards.formats),
        **guards.names(),
    }


def _import_for_python(name: str, *place: Any, **more: Any) -> Any:
    """What Python's own functions call when they need a module, as strftime does. No cell can name it."""
    if name not in _LOADED_BY_PYTHON:
        raise ImportError(f"{name} cannot be loaded in a pure tool", name=name)
    return builtins.__import__(name, *place, **more)


@called("print")
def _print(*values: Any, sep: str | None = " ", end: str | None = "\n", file: None = None, flush: bool = False) -> None:
    """As the built-in, to the captured output only. Raises TypeError for another file."""
    if file is not None:
        raise TypeError("print writes to the captured output only")
    print(*values, sep=sep, end=end, flush=flush)  # noqa: T201 (what a tool prints is captured)
