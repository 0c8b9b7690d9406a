"""Typed Python -> WebAssembly, seen from the notebook: the compiler itself runs in processes of its own.

LLVM ends its process on an internal error, so it never runs in the kernel, and the kernel never loads it.
"""

from __future__ import annotations

import ast
from functools import cache
from importlib import metadata, resources
from typing import TYPE_CHECKING, Final

from hermetic_nb.cell.source import Source, parse_tree
from hermetic_nb.digest import digest_bytes
from hermetic_nb.errors import Diagnostic, NotNativeError
from hermetic_nb.model import Explanation
from hermetic_nb.signature import native
from hermetic_nb.toolchains.crew import Crew

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.model import Payload, ToolSpec

PROGRAM: Final = "hermetic-native"
GENERATION: Final = "1"
"""Raised only when the bytes that a source compiles to change."""
TARGET: Final = "wasm32-unknown-unknown"
FLAGS: Final = "O3 -unroll -lsr +bulk-memory,+sign-ext,+nontrapping-fptoint,+mutable-globals,+multivalue,+simd128"
"""Optimisation level, what is left out of it, and features; a test compares them with those that the compiler uses (importing it loads LLVM)."""


HELP: Final = (
    "types of the native tier: int, float, bool, str, bytes, lists, tuples, dicts and sets of them, T | None, "
    "classes of the cell, arrays; --tier python takes all"
)


class NativeToolchain:
    """The toolchain of the native tier."""

    language: Final = "python"
    tier: Final = "native"
    has_reference: Final = True

    def __init__(self) -> None:
        self._crew = Crew("hermetic_nb.toolchains.native.process", "native")

    def identity(self) -> Mapping[str, str]:
        """What decides bytes: our generation, target, flags, LLVM (by llvmlite's version) and the runtime library."""
        return _identity()

    def accept(self, spec: ToolSpec) -> None:
        """Read and type the source, without LLVM. Raises NotNativeError, BuildError or ToolchainError."""
        _check_interface(spec)
        self._crew.accept(spec)

    def explain(self, spec: ToolSpec) -> Explanation:
        """What the front end says of the source, also of one that it refuses. Raises BuildError or ToolchainError."""
        try:
            _check_interface(spec)
        except NotNativeError as refused:
            return Explanation(refusals=refused.diagnostics or (Diagnostic(refused.message),))
        return self._crew.explain(spec)

    def compile(self, spec: ToolSpec, *, builders: int = 2) -> Sequence[Payload]:
        """Build the spec in ``builders`` processes. Raises NotNativeError, BuildError or ToolchainError."""
        _check_interface(spec)
        return self._crew.compile(spec, builders)

    def warm(self) -> None:
        """Start the compilers in the background."""
        self._crew.warm()

    def close(self) -> None:
        """End the compilers."""
        self._crew.close()


def _check_interface(spec: ToolSpec) -> None:
    """What the compiler never sees. Raises NotNativeError."""
    found = native.refusal(spec.signature)
    if spec.env or spec.data:
        found = "it takes parameters from its environment, which only the runner gives"
    elif spec.dependencies:
        found = "it depends on packages, which only the runner loads"
    if found is None:
        return
    source = Source(spec.source)
    entry = next(
        (
            node
            for node in ast.walk(parse_tree(source))
            if isinstance(node, ast.FunctionDef) and node.name == spec.entry
        ),
        None,
    )
    findings = [] if entry is None else [source.at_def(entry, found)]
    raise NotNativeError(
        f"the interface of {spec.entry} is not one of the native tier", diagnostics=findings, help=HELP
    )


@cache
def _identity() -> Mapping[str, str]:
    return {
        "program": PROGRAM,
        "generation": GENERATION,
        "target": TARGET,
        "flags": FLAGS,
        "llvmlite": metadata.version("llvmlite"),
        "runtime": _runtime_digest(),
    }


def _runtime_digest() -> str:
    folder = resources.files("hermetic_nb") / "data"
    parts = sorted(
        (part.name, part.read_bytes()) for part in folder.iterdir() if part.name.startswith("native_runtime.")
    )
    return digest_bytes(b"".join(digest_bytes(data).encode() for _, data in parts))
