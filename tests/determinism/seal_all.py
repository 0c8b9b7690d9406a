"""Seals the cells in the registry of HERMETIC_REGISTRY and calls them: ``python -m tests.determinism.seal_all [TIMES]``.

Prints what must be the same everywhere as JSON: for each cell the tool's digest, its payload's, and of each call the
receipt, with its digest. With TIMES, says instead how many digests each cell had when sealed so often, each time anew.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from hermetic_nb import Toolbox
from hermetic_nb.errors import HermeticError
from tests.determinism.cells import CELLS

if TYPE_CHECKING:
    from hermetic_nb import Tool
    from tests.determinism.cells import Cell


def seal(box: Toolbox, cell: Cell, *, keep: bool = True) -> Tool:
    """The cell's tool."""
    words: dict[str, Any] = {"language": cell.language, "capture": cell.capture}
    # A name of a tool is plain ASCII, whatever the function is called.
    name = None if cell.source.isascii() or cell.signature else "counted"
    spec = box.parse(cell.source, signature=cell.signature, name=name, **words)
    try:
        return box.keep(spec) if keep else box.try_out(spec)
    except HermeticError as error:
        for diagnostic in error.diagnostics:
            error.add_note("\n".join(diagnostic.render()))
        raise


def report(box: Toolbox) -> dict[str, Any]:
    """All that must not depend on where it was made."""
    found = {}
    for label, cell in CELLS.items():
        tool = seal(box, cell)
        receipts = [tool.call(*arguments) for arguments in cell.calls]
        found[label] = {
            "tool": tool.digest,
            "payload": tool.manifest.payload,
            "receipts": [{"digest": receipt.digest, **receipt.to_json()} for receipt in receipts],
        }
    return found


def repeat(box: Toolbox, times: int) -> dict[str, int]:
    """How many digests each cell has when it is built so many times; the order of the cells changes each time."""
    labels = list(CELLS)
    found: dict[str, set[str]] = {label: set() for label in CELLS}
    for time in range(times):
        labels = labels[1:] + labels[:1] if time % 2 else labels[::-1]
        for label in labels:
            found[label].add(seal(box, CELLS[label], keep=False).digest)
    return {label: len(digests) for label, digests in found.items()}


def main(times: str = "") -> None:
    box = Toolbox()
    try:
        result = repeat(box, int(times)) if times else report(box)
    finally:
        box.close()
    json.dump(result, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
