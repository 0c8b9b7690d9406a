"""Small sealed modules, written in WAT by hand, for the tests of the executor."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import wasmtime

from hermetic_nb.digest import digest_bytes
from hermetic_nb.model import Artifact, Manifest, ModuleLimits
from hermetic_nb.signature import Parameter, Signature
from hermetic_nb.signature.annotations import parse_type

if TYPE_CHECKING:
    from hermetic_nb.model import Executor, Step

# A bump allocator, and a return area at address 16.
FRAME = """
  (memory (export "memory") 1 {pages})
  (global (export "error") (mut i64) (i64.const 0))
  (global $top (mut i32) (i32.const 4096))
  (func $realloc (export "cabi_realloc") (param $old i32) (param $used i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.sub (local.get $align) (i32.const 1)))
                            (i32.sub (i32.const 0) (local.get $align))))
    (global.set $top (i32.add (local.get $at) (local.get $size)))
    (block $fits
      (br_if $fits (i32.le_u (global.get $top) (i32.mul (memory.size) (i32.const 65536))))
      (br_if $fits (i32.ne (i32.const -1) (memory.grow (i32.add (i32.const 1) (i32.div_u (local.get $size) (i32.const 65536))))))
      (global.set 0 (i64.const {memory_error}))
      unreachable)
    (local.get $at))
  (func (export "cabi_post_run") (param i32))
"""


def wasm(body: str, *, frame: bool = True, pages: int = 1600) -> bytes:
    """The bytes of a module."""
    head = FRAME.replace("{pages}", str(pages)).replace("{memory_error}", str(17 << 24 | 3)) if frame else ""
    return bytes(wasmtime.wat2wasm(f"(module {head} {body})"))


def echo(kind: str, *, pages: int = 1600) -> tuple[bytes, str]:
    """A module that gives back its one str, bytes or list, and its signature."""
    body = """(func (export "run") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))"""
    return wasm(body, pages=pages), f"{kind} -> {kind}"


def run_of(text: str) -> str:
    """The export ``run`` with parameters, result and body."""
    return f'(func (export "run") {text})'


def signature(text: str) -> Signature:
    """``"int, float -> str"`` as a signature with parameters a, b, ..."""
    left, _, right = text.rpartition("->")
    found = ast.parse(f"[{left}]", mode="eval").body
    assert isinstance(found, ast.List)
    kinds = [ast.unparse(kind) for kind in found.elts]
    parameters = [Parameter(chr(97 + index), parse_type(kind)) for index, kind in enumerate(kinds)]
    return Signature(tuple(parameters), parse_type(right.strip()))


def artifact(payload: bytes, types: str, *, tier: str = "wat", memory_pages: int = 16384, **changes: Any) -> Artifact:
    """A payload with a manifest."""
    fields: dict[str, Any] = {
        "name": "trial",
        "tier": tier,
        "language": "wat",
        "media_type": "application/wasm",
        "payload": digest_bytes(payload),
        "entry": "run",
        "signature": signature(types),
        "source": digest_bytes(b""),
        "doc": "",
        "examples": (),
        "toolchain": {},
        "limits": ModuleLimits(memory_pages=memory_pages),
    }
    return Artifact(Manifest(**(fields | changes)), payload)


def start(executor: Executor, payload: bytes, types: str, *values: Any, **changes: Any) -> Step:
    """Open and call once."""
    from hermetic_nb.model import Environment, Limits

    limits = changes.pop("limits", Limits())
    return executor.open(artifact(payload, types, **changes), limits, Environment()).start(values)
