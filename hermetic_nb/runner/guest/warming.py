"""Tools that run once when the runner is built: what Python works out at first use is then part of the image."""

from __future__ import annotations

import gc
import sys
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


def settle() -> None:
    """Forget those tools. What is left is kept out of the collector's sight, so that no call pays for looking at it."""
    sys.stdout = sys.stderr = None
    gc.collect()
    gc.freeze()
