"""Tools that run once when the runner is built: what Python works out at first use is then part of the image."""

from __future__ import annotations

import gc
import sys
from array import array
from typing import Any, Final

_PYTHON: Final = """
import json, math, re
from dataclasses import dataclass

@dataclass
class Point:
    x: int

def run(x: list[int], y: Point) -> dict:
    print(x, y)
    try:
        compile("def run(:", "<cell>", "exec")
    except SyntaxError:
        return {"a": json.loads("[1]"), "b": re.sub("a", "b", "c"), "c": x[0] / 0}
"""
_PURE: Final = """
async def run(question: str, call_agent) -> str:
    found = await asyncio.gather(*[call_agent("a", {"input": question}) for _ in range(2)])
    return json.dumps([f"{item}" for item in found])
"""


def _program(kind: str, source: str) -> dict[str, Any]:
    return {"kind": kind, "source": source, "entry": "run", "depth": 1000, "output": 1000}


_REPLIES: Final = [{"value": {"a": [1, 2.5, "x"]}}, {"error": {"exception": "AgentError", "message": "no"}}]

SAMPLES: Final[tuple[tuple[dict[str, Any], dict[str, Any], list[Any]], ...]] = (
    (_program("python", _PYTHON), {"x": [1, 2], "y": {"$record": ["Point", {"x": 1}]}}, []),
    (_program("pure", _PURE), {"question": "x"}, _REPLIES),
)
"""Programs, the arguments of their calls, and what they wait for."""


TIMES: Final = 8
"""After so many calls the interpreter writes no more into the code that they run."""


def settle() -> None:
    """Forget those tools, and make the memory one that a call leaves alone as far as it can: what it writes is copied first.

    What is left is kept out of the collector's sight, so that no call pays for looking at it.
    """
    sys.stdout = sys.stderr = None
    gc.collect()
    _list_objects()
    gc.collect()  # empties the interpreter's lists of free objects too, which lie anywhere
    _fill_holes()
    gc.freeze()


# ---------------------------------------------------------------- objects

_LABEL: Final = b"objects of the image:"
_MOST: Final = (1 << 32) - 1
_kept: Final[list[bytes]] = []


def _list_objects() -> None:
    """Leave a list of all objects for the build, which makes them immortal: see `runner.image`."""
    found = gc.get_objects()
    facts = array("I")
    seen = bytearray(1 << 24)  # a bit for 8 bytes would be enough, and slower
    while found:
        one = found.pop()
        place = id(one) >> 3
        if place < len(seen) and not seen[place]:
            seen[place] = 1
            facts.extend((id(one), id(type(one)), min(sys.getrefcount(one), _MOST)))
            found += gc.get_referents(one)
    _kept.append(_LABEL + (len(facts) // 3).to_bytes(4, "little") + facts.tobytes())


# ---------------------------------------------------------------- memory

_SMALL: Final = 512
"""Up to here Python's own allocator serves, from pools of blocks of one size."""
_POOL: Final = 1 << 14
_LARGE: Final = (1 << 18, 1 << 17, 1 << 16, 1 << 15, 1 << 14, 1 << 13, 1 << 12, 1 << 11, 1 << 10, 768, 640, 576, 528)


def _fill_holes() -> None:
    """Take every hole, so that what a call allocates lies side by side, on few pages."""
    for size in _LARGE:
        _fill(size, 4)
    for size in range(_SMALL, 24, -8):
        _fill(size, 2 * _POOL // size)


def _fill(size: int, enough: int) -> None:
    """Allocate blocks of a size until so many in turn lie side by side."""
    last = side_by_side = 0
    while side_by_side < enough:
        block = bytes(size - sys.getsizeof(b""))
        side_by_side = side_by_side + 1 if 0 < id(block) - last <= size + 16 else 0
        last = id(block)
        _kept.append(block)
