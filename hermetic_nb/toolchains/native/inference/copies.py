"""Typing of ``copy.copy`` and ``copy.deepcopy``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.exact import ExactTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    DictT,
    ListT,
    Record,
    RecordT,
    SetT,
    parts,
)

if TYPE_CHECKING:
    import ast

    from hermetic_nb.toolchains.native.types import Type

_OWN: Final = ("__copy__", "__deepcopy__", "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__")
"""Methods by which a class says how it is copied."""


class CopyTyper(ExactTyper):
    """Types copies."""

    def collection(self, name: str, node: ast.Call) -> t.Expr | None:
        """A call of a name with a dot in it, which the compiler knows."""
        if name not in {"copy.copy", "copy.deepcopy"}:
            return super().collection(name, node)
        self.positional(node, 1, 1)
        value = self.reading(node.args[0])
        self._ordinary(value.type, node, ())
        if name == "copy.deepcopy":
            return t.Builtin(value.type, node.lineno, "copy.deep", [value]) if _changes(value.type) else value
        value = self.need(value, node)
        kind = value.type
        if not isinstance(kind, ListT | DictT | SetT | RecordT):
            return value
        return t.Builtin(kind, node.lineno, "copy.shallow", [value])

    def _ordinary(self, kind: Type, node: ast.AST, within: tuple[Record, ...]) -> None:
        """Refuse classes that say how they are copied."""
        if isinstance(kind, RecordT):
            if kind.record in within:
                return
            own = [name for name in _OWN if name in self.program.module.classes[kind.record.name].methods]
            if own:
                refuse(f"{kind} is copied by its {own[0]}, which is outside the native subset", node)
            for cell in kind.record.fields.values():
                self._ordinary(cell.item, node, (*within, kind.record))
        for part in parts(kind):
            self._ordinary(part, node, within)


def _changes(kind: Type) -> bool:
    """Whether something that values of a type hold can change."""
    return isinstance(kind, ListT | DictT | SetT | RecordT) or any(map(_changes, parts(kind)))
