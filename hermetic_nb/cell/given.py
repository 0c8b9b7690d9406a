"""Parameters that no caller gives, and types that stand beside the cell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hermetic_nb.errors import SpecError
from hermetic_nb.signature import ANY, BYTES, STR

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Mapping, Sequence

    from hermetic_nb.cell.source import Source
    from hermetic_nb.signature import Signature, Type


def typed(
    source: Source, function: ast.FunctionDef | ast.AsyncFunctionDef, signature: Signature, types: Mapping[str, Type]
) -> Signature:
    """The interface with types for parameters that have no annotation. Raises SpecError on names that it lacks."""
    names = [parameter.name for parameter in signature.parameters]
    unknown = [name for name in types if name not in names]
    if unknown:
        raise SpecError(
            f"{function.name} has no parameter {unknown[0]}",
            diagnostics=[source.at_def(function, f"it takes {', '.join(names) or 'none'}")],
        )
    parameters = [
        replace(p, type=types[p.name]) if p.type == ANY and p.name in types else p for p in signature.parameters
    ]
    return replace(signature, parameters=tuple(parameters))


def without_given(
    source: Source,
    function: ast.FunctionDef | ast.AsyncFunctionDef,
    signature: Signature,
    env: Sequence[str],
    data: Iterable[str],
) -> Signature:
    """The interface without the parameters of ``--env`` (str) and ``--data`` (bytes). Raises SpecError, placed."""
    wanted = dict.fromkeys(data, BYTES) | dict.fromkeys(env, STR)
    flags = {name: "--env" if name in env else "--data" for name in wanted}
    found = {parameter.name: parameter.type for parameter in signature.parameters}
    for name, type_ in wanted.items():
        if name not in found:
            finding = source.at_def(function, f"add the parameter {name}: {type_}")
            raise SpecError(f"{flags[name]} {name}: the function has no such parameter", diagnostics=[finding])
        if found[name] not in {type_, ANY}:
            finding = source.at_def(function, f"{name} is declared {found[name]}")
            raise SpecError(f"{flags[name]} {name}: the parameter is of type {type_}", diagnostics=[finding])
    return replace(signature, parameters=tuple(p for p in signature.parameters if p.name not in wanted))
