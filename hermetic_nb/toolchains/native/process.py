"""A compiler process of the native tier: reads requests, answers with payloads or refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.child import serve
from hermetic_nb.toolchains.channel import answer
from hermetic_nb.toolchains.crew import enter_folder
from hermetic_nb.toolchains.native import compiler

if TYPE_CHECKING:
    from collections.abc import Sequence


def _handle(request: memoryview) -> Sequence[bytes]:
    return answer(request, compile_spec=compiler.compile_spec, warm=compiler.warm)


if __name__ == "__main__":
    enter_folder()
    serve(_handle)
