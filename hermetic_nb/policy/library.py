"""The modules of pure tools: frozen namespaces of single functions and classes, each looked at for what its parameters do."""

from __future__ import annotations

import functools
import importlib
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.policy import catalogue, chance
from hermetic_nb.policy.classes import Form, forms
from hermetic_nb.policy.namespaces import Namespace, called, member
from hermetic_nb.policy.rules import attribute_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hermetic_nb.policy.cell import Cell
    from hermetic_nb.policy.guards import Guards


@called("wraps")
def _wraps(wrapped: Any, /) -> Callable[[Any], Any]:
    """`functools.wraps` without its lists of attributes: these would copy any attribute of any function."""
    return functools.wraps(wrapped)


@called("create_task")
def _create_task(coroutine: Any, /, *, name: str | None = None) -> Any:
    """`asyncio.create_task` of this loop."""
    return _plain("asyncio")["create_task"](coroutine, name=name)


@called("ensure_future")
def _ensure_future(awaitable: Any, /) -> Any:
    """`asyncio.ensure_future` of this loop."""
    return _plain("asyncio")["ensure_future"](awaitable)


@called("Future")
def _future() -> Any:
    """An `asyncio.Future` of this loop."""
    return _plain("asyncio")["Future"]()


@functools.cache
def _plain(module: str) -> dict[str, Any]:
    found = importlib.import_module(module)
    members = {name: getattr(found, name) for name in catalogue.NAMES[module] if hasattr(found, name)}
    return {name: item for name, item in members.items() if not isinstance(item, ModuleType)}


_OWN: Final = frozenset(
    {"asyncio", "collections", "dataclasses", "enum", "functools", "operator", "random", "typing", "urllib"}
)
"""Modules with names that belong to one tool."""

_CONSTANT: Final = {module: Namespace(module, _plain(module)) for module in catalogue.NAMES if module not in _OWN}
_ABC: Final = _CONSTANT["collections.abc"]


def modules(cell: Cell, guards: Guards) -> dict[str, Namespace]:
    """The modules of one tool, by name."""
    own = forms(cell)
    # None of them takes another loop: it would be told what the tasks of this one do.
    own["asyncio"] = {
        "create_task": _create_task,
        "ensure_future": _ensure_future,
        "Task": Form(_plain("asyncio")["Task"], _create_task),
        "Future": Form(_plain("asyncio")["Future"], _future),
    }
    own["collections"]["abc"] = _ABC
    own["functools"]["wraps"] = _wraps
    own["operator"] = _readers(guards)
    own["random"] = chance.functions()
    own["urllib"] = {"parse": _CONSTANT["urllib.parse"]}
    made = {module: Namespace(module, _plain(module) | names) for module, names in own.items()}
    return _CONSTANT | made


def importer(found: Mapping[str, Namespace]) -> Callable[..., Any]:
    """What an import statement calls: the module, or one name of it."""

    def import_(module: str, name: str = "") -> Any:
        if not name:
            return found[module]
        try:
            return member(found[module], name)
        except AttributeError as error:
            raise ImportError(str(error)) from None

    return import_


def _readers(guards: Guards) -> dict[str, Any]:
    """The functions of ``operator`` that read attributes, by the guard."""

    def read(found: Any, path: str) -> Any:
        for name in path.split("."):
            if fault := attribute_fault(name):
                raise AttributeError(fault, name=name)
            found = guards.attribute(found, name)
        return found

    def attrgetter(path: str, /, *more: str) -> Callable[[Any], Any]:
        paths = [str.__str__(one) for one in (path, *more)]
        if more:
            return lambda found: tuple(read(found, one) for one in paths)
        return lambda found: read(found, paths[0])

    def methodcaller(name: str, /, *args: Any, **options: Any) -> Callable[[Any], Any]:
        method = str.__str__(name)
        return lambda found: read(found, method)(*args, **options)

    return {"attrgetter": attrgetter, "methodcaller": methodcaller}
