"""Seals one cell after another until it is killed: ``python -m tests.determinism.sealer LABEL``.

Prints name, version and digest of each tool once its seal has returned. Every second name is shared by all sealers.
"""

from __future__ import annotations

import itertools
import sys
from typing import Any

from hermetic_nb import Toolbox

NATIVE = "def {name}(n: int) -> int:\n    return n * {factor} + {number}\n"
WAT = """(module
  (func (export "run") (param i64) (result i64)
    (i64.add (i64.mul (local.get 0) (i64.const {factor})) (i64.const {number}))))
"""


def source(name: str, factor: int, number: int) -> tuple[str, dict[str, Any]]:
    """A cell that computes n * factor + number, and the words to seal it with."""
    if number % 3 == 2:
        return WAT.format(factor=factor, number=number), {"language": "wat", "signature": f"{name}(n: int) -> int"}
    return NATIVE.format(name=name, factor=factor, number=number), {}


def main(label: str) -> None:
    box = Toolbox()
    for number in itertools.count():
        # Cells of the shared name are the same for sealers whose labels are equal modulo 3.
        name, factor = ("shared", int(label) % 3) if number % 2 else (f"own_{int(label) % 5}", int(label))
        text, words = source(name, factor + 2, number)
        tool = box.seal(text, **words)
        print(tool.name, tool.version, tool.digest, factor + 2, number, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
