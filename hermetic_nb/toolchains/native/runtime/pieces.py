"""The runtime's module, cut into pieces that are compiled beforehand.

A piece is a public function with the private functions and constants that only it uses. What several pieces use is a
piece of its own; so is all mutable state, which must exist once in a module.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import llvmlite.binding as llvm

from hermetic_nb.errors import ToolchainError
from hermetic_nb.toolchains.native.linking.llvm import optimise, wasm_machine
from hermetic_nb.toolchains.native.linking.objects import read_object
from hermetic_nb.toolchains.native.linking.runtime_archive import Piece
from hermetic_nb.toolchains.native.runtime.sources import GIVEN, LIBRARY_CALLS, is_private

if TYPE_CHECKING:
    from collections.abc import Mapping

_SYMBOL: Final = re.compile(r"@([-\w.$]+)")
SMALL: Final = 30
"""Instructions of LLVM IR up to which a function may be inlined into programs."""


def cut(module: llvm.ModuleRef) -> list[Piece]:
    """The pieces of a module, in the order of their names. Raises: ToolchainError when a piece needs what none has."""
    owner = _owners(_names(module), _roots(module))
    roots = _open_roots(module, owner)
    bitcode = module.as_bitcode()
    pieces = [_piece(bitcode, root, {symbol for symbol, of in owner.items() if of == root}) for root in sorted(roots)]
    if missing := {symbol for piece in pieces for symbol in piece.needs} - roots - GIVEN:
        raise ToolchainError(f"the runtime needs what none of its sources defines: {', '.join(sorted(missing))}")
    return pieces


def _names(module: llvm.ModuleRef) -> dict[str, set[str]]:
    """For each defined symbol, the defined symbols that it names."""
    values = [value for value in (*module.functions, *module.global_variables) if not value.is_declaration]
    defined = {value.name for value in values}
    return {
        value.name: {m for m in _SYMBOL.findall(str(value)) if m in defined and m != value.name} for value in values
    }


def _roots(module: llvm.ModuleRef) -> set[str]:
    roots = {f.name for f in module.functions if not f.is_declaration and _is_public(f)}
    return roots | {v.name for v in module.global_variables if not v.is_declaration and _is_state(v)}


def _is_state(variable: llvm.ValueRef) -> bool:
    return re.match(r"@\S+ = (?:\w+(?:\(\d+\))? )*?global ", str(variable).strip()) is not None


def _is_public(function: llvm.ValueRef) -> bool:
    name = function.name
    return name in LIBRARY_CALLS or (not is_private(function) and not name.startswith("hnb_inner_"))


def _owners(names: Mapping[str, set[str]], roots: set[str]) -> dict[str, str]:
    """For each symbol the root of its piece. A symbol that two pieces reach becomes a root itself."""
    while True:
        owner = {root: root for root in roots}
        clash: set[str] = set()
        for root in sorted(roots):
            pending = [root]
            while pending:
                for symbol in sorted(names[pending.pop()]):
                    if symbol in roots or owner.get(symbol) == root:
                        continue
                    if symbol in owner:
                        clash.add(symbol)
                        continue
                    owner[symbol] = root
                    pending.append(symbol)
        if not clash:
            return owner
        roots = roots | clash


def _open_roots(module: llvm.ModuleRef, owner: Mapping[str, str]) -> set[str]:
    roots = set(owner.values())
    for value in (*module.functions, *module.global_variables):
        if not value.is_declaration:
            value.linkage = "external" if value.name in roots else "internal"
    return roots


def _piece(bitcode: bytes, root: str, members: set[str]) -> Piece:
    context = llvm.create_context()
    module = llvm.parse_bitcode(bitcode, context)
    for value in (*module.functions, *module.global_variables):
        if not value.is_declaration and value.name not in members:
            value.linkage = "available_externally"
    machine = wasm_machine()
    builder = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=0))
    prune = llvm.create_new_module_pass_manager()
    prune.add_global_dead_code_eliminate_pass()
    prune.run(module, builder)
    optimise(module, machine)
    module = llvm.parse_assembly(_anonymous(str(module)), context)
    inlined = module.as_bitcode() if _is_small(module) else b""
    compiled = machine.emit_object(module)
    needs = tuple(sorted(set(read_object(compiled).undefined)))
    return Piece(symbol=root, needs=needs, object=compiled, bitcode=inlined)


def _is_small(module: llvm.ModuleRef) -> bool:
    defined = [function for function in module.functions if not function.is_declaration]
    state = [variable for variable in module.global_variables if not variable.is_declaration]
    if len(defined) != 1 or state:
        return False
    return sum(1 for block in defined[0].blocks for _ in block.instructions) <= SMALL


def _anonymous(text: str) -> str:
    text = re.sub(
        r"^(?:; ModuleID|source_filename|!llvm\.ident|!llvm\.module\.flags).*\n", "", text, flags=re.MULTILINE
    )
    return re.sub(r' "target-features"="[^"]*"', "", text)
