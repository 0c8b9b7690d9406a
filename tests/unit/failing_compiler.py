"""A compiler process that does what the source says: abort, hang, differ by hash seed, or fail."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from hermetic_nb.child import serve
from hermetic_nb.errors import Diagnostic, NotNativeError
from hermetic_nb.model import Payload, ToolSpec
from hermetic_nb.toolchains.channel import answer
from hermetic_nb.toolchains.crew import enter_folder


def _compile(spec: ToolSpec) -> Payload:
    source = spec.source
    if "abort" in source:
        os.abort()
    if "hang" in source:
        time.sleep(600)
    if "refuse" in source:
        raise NotNativeError("no", diagnostics=[Diagnostic("no é", 2, 4, 5, "a line")], help="do otherwise")
    if "bug" in source:
        raise KeyError("missing\nentry")
    if "deep" in source:
        raise RecursionError
    return Payload(
        data=repr((hash("seed"), str(Path.cwd()), os.environ["TZ"])).encode(), ulp={"sin": 1}, notes=("a note",)
    )


if __name__ == "__main__":
    if "REFUSE_TO_START" in os.environ:
        sys.exit("ModuleNotFoundError: No module named 'llvmlite'")
    enter_folder()
    serve(lambda request: answer(request, compile_spec=_compile, warm=lambda: None))
