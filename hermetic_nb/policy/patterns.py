"""The run-time side of ``match``: dotted names and classes of patterns, read by the guards before the match begins.

Python reads the attributes of a class pattern itself. So only classes may stand there whose attributes are the cell's own,
or are listed.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from hermetic_nb.policy.attributes import CLASSES, EXCEPTIONS
from hermetic_nb.policy.namespaces import shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.policy.cell import Cell


def values_of_patterns(cell: Cell) -> Callable[..., SimpleNamespace]:
    """The guard that a ``match`` statement begins with: values by names, classes by ``(class, *attributes it reads)``."""

    def values(**found: Any) -> SimpleNamespace:
        return SimpleNamespace(
            **{name: _class(cell, *item) if name[0] == "c" else item for name, item in found.items()}
        )

    return values


def _class(cell: Cell, kind: Any, *names: str) -> Any:
    if not issubclass(type(kind), type):
        raise TypeError(f"a class pattern names a class, not {shown(kind)}")
    if cell.is_class(kind):
        return kind
    known = EXCEPTIONS if issubclass(kind, BaseException) else CLASSES.get(kind, frozenset())
    if known.issuperset(names):
        return kind
    raise TypeError(f"a pattern cannot read {', '.join(names)} of {kind.__name__}: use a condition after if instead")
