"""A spec -> what the compiler says of it. Runs in a compiler process, never in the kernel."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hermetic_nb.errors import Diagnostic, NotNativeError
from hermetic_nb.model.explanation import Explanation, FunctionExplained
from hermetic_nb.toolchains.native.analysis.flow import unbound_reads
from hermetic_nb.toolchains.native.analysis.intervals import MODEST, analyse_both
from hermetic_nb.toolchains.native.analysis.loop_bounds import shortens
from hermetic_nb.toolchains.native.compiler import gains, read
from hermetic_nb.toolchains.native.explain.remarks import Remarker
from hermetic_nb.toolchains.native.explain.watching import watch
from hermetic_nb.toolchains.native.explain.wording import name_of
from hermetic_nb.toolchains.native.lowering.module import lower_module

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.model import ToolSpec
    from hermetic_nb.toolchains.native import tree as t
    from hermetic_nb.toolchains.native.analysis.interval import Interval
    from hermetic_nb.toolchains.native.inference.inference import Inference, Instance


def explain(spec: ToolSpec) -> Explanation:
    """Explain a cell: also one that the native tier refuses. Raises BuildError on source that is no Python."""
    try:
        inference, made = read(spec, lambda found: _both(found, spec))
    except NotNativeError as refused:
        return Explanation(refusals=refused.diagnostics or (Diagnostic(refused.message),))
    functions, assumed = made
    watcher = watch(functions, {})
    second = watch(functions, assumed)
    shortening = shortens(functions)
    instances = {instance.function: instance for instance in inference.instances.values()}
    explained, library = [], dict[str, None]()
    for function in functions:
        instance = instances[function]
        called = getattr(instance.node, "called", None)
        if called is not None:
            if "._" not in called[0]:
                library[called[0]] = None
            continue
        remarker = Remarker(function, watcher, second if assumed else None, unbound_reads(function), shortening)
        explained.append(_explained(function, instance, remarker))
    return Explanation(tuple(explained), tuple(library), MODEST if assumed else 0)


def _both(inference: Inference, spec: ToolSpec) -> tuple[list[t.Function], Mapping[str, Interval]]:
    """The typed functions, and what their second version assumes, if there is one; what lowering refuses is refused here."""
    functions = inference.infer(spec.entry, spec.signature)
    if inference.refusals:
        return [], {}
    always, assumed = analyse_both(functions)
    lower_module([(functions, always)], spec.signature, spec.limits.depth)
    return functions, assumed.assumed if assumed is not None and gains(functions, always, assumed) else {}


def _explained(function: t.Function, instance: Instance, remarker: Remarker) -> FunctionExplained:
    node = instance.node
    parameters = {name for name, _ in function.parameters}
    types: dict[str, dict[str, None]] = {}
    for name, kind in function.variables.items():
        if name_of(name) and name not in parameters:
            types.setdefault(name_of(name), {})[str(kind)] = None
    return FunctionExplained(
        function.name,
        min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]),
        node.end_lineno or node.lineno,
        _doc(node),
        tuple((name_of(name), str(kind)) for name, kind in function.parameters),
        str(function.result),
        tuple((name, ", then ".join(kinds)) for name, kinds in types.items()),
        remarker.remarks(),
        remarker.asserts(),
    )


def _doc(node: ast.FunctionDef) -> tuple[int, int]:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return (first.lineno, first.end_lineno or first.lineno)
    return (0, 0)
