"""``except ... as e``: CPython takes ``e`` away when the block ends, whatever it was before."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.parse.refusal import Refused, RefusedError
from hermetic_nb.toolchains.native.parse.rewriter import at

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.parse.reaching import Reaching


def refuse_lost(function: ast.FunctionDef, flow: Reaching) -> None:
    """Refuse a function, in place, that may read the name of an exception that it has caught (but to raise it again)."""
    handlers = {
        number: name for number, (node, name) in enumerate(flow.definitions) if isinstance(node, ast.ExceptHandler)
    }
    if not handlers:
        return
    inside = {part for node, _ in flow.definitions if isinstance(node, ast.ExceptHandler) for part in ast.walk(node)}
    raised = {
        part for node in ast.walk(function) if isinstance(node, ast.Raise) for part in (node.exc, node.cause) if part
    }
    mask = sum(1 << number for number in handlers)
    names = {*handlers.values()}
    for node, (name, reaching) in flow.reads.items():
        # Bit 0: the name is local, so that one of the cell's or of Python's own is not meant.
        if node not in raised and name in names and reaching & (mask | 1):
            reason = f"`{name}` has no value after its except: give the exception another name, or none"
            if node in inside:
                reason = "an exception as a value is outside the native subset: raise it again, or say what it means"
            function.body.insert(0, Refused(at(ast.Pass(), node), RefusedError(reason, node)))
            return
