"""An assembler process: WebAssembly text -> module, by wasmtime's assembler."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import wasmtime

from hermetic_nb.child import serve
from hermetic_nb.errors import BuildError, Diagnostic
from hermetic_nb.model import Payload, ToolSpec
from hermetic_nb.toolchains.channel import answer
from hermetic_nb.toolchains.crew import enter_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACE: Final = re.compile(r"-->\s+\S+:(\d+):(\d+)")


def assemble(spec: ToolSpec) -> Payload:
    """The module of a spec's text. Raises BuildError, placed, on text that is no module."""
    try:
        data = bytes(wasmtime.wat2wasm(spec.source))
        wasmtime.Module.validate(_engine(), data)
    except wasmtime.WasmtimeError as error:
        raise _refused(str(error), spec.source) from None
    return Payload(data=data)


def _warm() -> None:
    wasmtime.wat2wasm("(module)")


def _engine() -> wasmtime.Engine:
    global _shared  # noqa: PLW0603 (one engine for the life of the process)
    if _shared is None:
        _shared = wasmtime.Engine()
    return _shared


_shared: wasmtime.Engine | None = None


def _refused(text: str, source: str) -> BuildError:
    reason = text.strip().splitlines()[0]
    if "Caused by" in text:
        reason = text.strip().splitlines()[-1].strip().removeprefix("0: ")
    place = _PLACE.search(text)
    if place is None:
        # Validation names an offset into the binary: of no use to a reader of the text.
        reason = re.sub(r"\s*\(at offset 0x[0-9a-f]+\)", "", reason)
        return BuildError(f"not a valid module: {reason}", diagnostics=[Diagnostic(reason)])
    line, column = int(place[1]), int(place[2]) - 1
    lines = source.split("\n")
    shown = lines[line - 1] if line <= len(lines) else ""
    return BuildError(
        "the WebAssembly text has an error", diagnostics=[Diagnostic(reason, line, column, column + 1, shown)]
    )


def _handle(request: memoryview) -> Sequence[bytes]:
    return answer(request, compile_spec=assemble, warm=_warm)


if __name__ == "__main__":
    enter_folder()
    serve(_handle)
