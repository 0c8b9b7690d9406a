"""Annotations filled in where a solution has none that say all, from the values that its tests use."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hermetic_nb import cell
from hermetic_nb.signature import Signature, Type
from hermetic_nb.signature.border import fit, fit_result
from tests.corpora.human_eval import Problem
from tests.corpora.recording import Call, namespace, run_tests
from tests.corpora.seen_types import SeenTypes, is_known, is_single


def annotated(problem: Problem, calls: Sequence[Call]) -> Problem:
    """The problem with annotations that CPython passes the tests under, arguments and results being brought to them."""
    for widen in (True, False):
        typed = _with_types(problem, calls, SeenTypes(widen=widen))
        if _passes(typed):
            return typed
    return problem


def mended(problem: Problem) -> Problem:
    """The problem without the examples of its docstring."""
    return replace(problem, source=problem.source.replace(">>> ", "> "))


def is_typed(signature: Signature) -> bool:
    """Whether each parameter and the result have one type (or one and None)."""
    return all(map(is_single, [*(parameter.type for parameter in signature.parameters), signature.result]))


def signature_of(problem: Problem) -> Signature:
    """The interface as annotated, whatever the docstring says. Raises SpecError."""
    return cell.parse(mended(problem).source, entry=problem.entry, name=problem.name).signature


def _with_types(problem: Problem, calls: Sequence[Call], seen: SeenTypes) -> Problem:
    function = next(
        node
        for node in ast.parse(problem.source).body
        if isinstance(node, ast.FunctionDef) and node.name == problem.entry
    )
    signature = signature_of(problem)
    columns = zip(*(call.arguments for call in calls), strict=True)
    for argument, parameter, column in zip(function.args.args, signature.parameters, columns, strict=False):
        argument.annotation = _filled(argument.annotation, parameter.type, seen.of(column))
    function.returns = _filled(function.returns, signature.result, seen.of(call.result for call in calls))
    result = "" if function.returns is None else f" -> {ast.unparse(function.returns)}"
    header = f"def {function.name}({ast.unparse(function.args)}){result}:"
    lines = problem.source.split("\n")
    lines[function.lineno - 1 : function.body[0].lineno - 1] = [header]
    return replace(problem, source="\n".join(lines))


def _filled(annotation: ast.expr | None, declared: Type, found: Type | None) -> ast.expr | None:
    if is_known(declared) or found is None:
        return annotation
    return ast.parse(str(found), mode="eval").body


def _passes(problem: Problem) -> bool:
    signature, function = signature_of(problem), namespace(problem)[problem.entry]

    def candidate(*arguments: Any) -> Any:
        return fit_result(signature, function(*fit(signature, arguments, {}, wide=True)))

    try:
        run_tests(problem, candidate)
    except Exception:  # noqa: BLE001 (whatever stops the tests shows that the annotations do not fit)
        return False
    return True
