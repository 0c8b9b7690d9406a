"""The globals of one pure tool."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any

from hermetic_nb.policy.basics import built_in
from hermetic_nb.policy.cell import Cell
from hermetic_nb.policy.guards import Guards
from hermetic_nb.policy.library import importer, modules

if TYPE_CHECKING:
    from collections.abc import Mapping


def namespace(extra: Mapping[str, Any]) -> dict[str, Any]:
    """Fresh globals for code of `compile`: safe built-ins and guards, modules as frozen namespaces, and ``extra``.

    What ``extra`` holds, the tool may call; of the classes in it, it may also read public attributes of instances.
    Raises TypeError where a module is in it.
    """
    if any(isinstance(found, ModuleType) for found in extra.values()):
        raise TypeError("a pure tool is given no modules")
    cell = Cell(extra.values())
    guards = Guards(cell)
    found = modules(cell, guards)
    cell.scope |= {name: space for name, space in found.items() if "." not in name}
    cell.scope |= {
        "__builtins__": built_in(cell, guards) | {"_import_": importer(found)},
        "__name__": "__main__",
        **extra,
    }
    return cell.scope
