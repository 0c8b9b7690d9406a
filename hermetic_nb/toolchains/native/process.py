"""A compiler process of the native tier: reads requests, answers with payloads or refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.child import release_memory, serve
from hermetic_nb.model import ToolSpec
from hermetic_nb.signature import FLOAT, STR, Parameter, Signature
from hermetic_nb.toolchains.channel import answer
from hermetic_nb.toolchains.crew import enter_folder
from hermetic_nb.toolchains.native.compiler import accept, compile_spec
from hermetic_nb.toolchains.native.explain.report import explain

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIRST: Final = ToolSpec(
    name="first",
    language="python",
    source="def first(s: str) -> float:\n    return len(s) / 2\n",
    entry="first",
    signature=Signature((Parameter("s", STR),), FLOAT),
)
"""Compiled when a process starts, so that the author's first cell does not wait for LLVM to load."""


def _warm() -> None:
    compile_spec(_FIRST)


def _handle(request: memoryview) -> Sequence[bytes]:
    return answer(request, compile_spec=compile_spec, warm=_warm, accept=accept, explain=explain)


if __name__ == "__main__":
    enter_folder()
    serve(_handle, idle=release_memory)
