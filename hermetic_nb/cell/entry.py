"""The function that a cell makes a tool of, and its interface."""

from __future__ import annotations

import ast
import difflib
import re
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.errors import Diagnostic, SpecError
from hermetic_nb.signature import Parameter, Signature
from hermetic_nb.signature.annotations import AnnotationRefusedError, parse_annotation
from hermetic_nb.signature.types import BoolType, BytesType, FloatType, IntType, ListType, StrType, Type

if TYPE_CHECKING:
    from hermetic_nb.cell.source import Source

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,199}", re.ASCII)
"""The grammar of tool names (DESIGN section 4); the registry makes folders of them, hence the length."""
_SHOWN: Final = 100
"""Characters of a name in a message."""
_SCALARS: Final[dict[type[Any], type[Any]]] = {
    IntType: int,
    FloatType: float,
    BoolType: bool,
    StrType: str,
    BytesType: bytes,
}
_I64: Final = 1 << 63
_PURE: Final = "async def makes a pure tool, and this version seals plain functions only"


def check_name(name: str) -> str:
    """A tool's name, if it is one. Raises SpecError."""
    if not NAME.fullmatch(name):
        shown = repr(name) if len(name) <= _SHOWN else f"a name of {len(name)} characters"
        raise SpecError(
            f"{shown} cannot be a tool's name",
            help="a tool's name is at most 200 lower-case letters, digits and _, and begins with a letter",
        )
    return name


def find_entry(source: Source, tree: ast.Module, *, entry: str | None, name: str | None) -> ast.FunctionDef:
    """The cell's only public top-level function, or the one that is asked for. Raises SpecError, placed."""
    functions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    public = [node for node in functions if not node.name.startswith("_")]
    by_name = {node.name: node for node in functions}
    wanted = entry or (name if name in by_name else None)
    if wanted is not None:
        if wanted not in by_name:
            raise SpecError(f"the cell has no function {wanted}", help=_close(wanted, list(by_name)))
        chosen = by_name[wanted]
    elif not public:
        raise SpecError(
            "the cell has no public function", diagnostics=_nearest(source, tree, functions), help=_NO_ENTRY
        )
    elif len(public) > 1:
        findings = [source.at_def(node, "public") for node in public]
        helped = f"name the tool: %%hermetic_tool {public[0].name}, or begin the names of the others with _"
        raise SpecError(
            "a cell makes one tool, and this one has several public functions", diagnostics=findings, help=helped
        )
    else:
        chosen = public[0]
    if isinstance(chosen, ast.AsyncFunctionDef):
        raise SpecError(
            "not a sealed tool", diagnostics=[source.at_def(chosen, _PURE)], help="write def, without await"
        )
    if chosen.decorator_list:
        finding = source.at(chosen.decorator_list[0], "a decorator would change what the tool does")
        raise SpecError("a tool's function has no decorators", diagnostics=[finding])
    return chosen


_NO_ENTRY: Final = "def f(x: float) -> float: with its annotations is a tool; names that begin with _ are private"


def _nearest(source: Source, tree: ast.Module, functions: list[Any]) -> list[Diagnostic]:
    if functions:
        return [source.at_def(node, "private") for node in functions]
    return [source.at(tree.body[0], "not a function")] if tree.body else []


def read_signature(source: Source, function: ast.FunctionDef) -> Signature:
    """The interface that the annotations say. Raises SpecError with every mistake placed."""
    findings: list[Diagnostic] = []
    _refuse_forms(source, function, findings)
    given = [*function.args.posonlyargs, *function.args.args]
    defaults: list[ast.expr | None] = [None] * (len(given) - len(function.args.defaults)) + list(function.args.defaults)
    parameters: list[Parameter] = []
    for argument, default in zip(given, defaults, strict=True):
        if argument.annotation is None:
            findings.append(source.at(argument, f"say its type, as in {argument.arg}: float"))
            continue
        declared = _read(source, argument.annotation, findings)
        text = None if default is None or declared is None else _default(source, default, declared, findings)
        if declared is not None:
            parameters.append(Parameter(argument.arg, declared, text))
    result: Type | None = None
    if function.returns is None:
        findings.append(source.at_def(function, "say what it returns, as in -> float"))
    else:
        result = _read(source, function.returns, findings)
    if findings or result is None:
        raise SpecError(
            f"the interface of {function.name} is not complete",
            diagnostics=sorted(findings, key=lambda finding: (finding.line, finding.column)),
            help="types of an interface: int, float, bool, str, bytes, and list[...] of them",
        )
    return Signature(tuple(parameters), result)


def parse_sig(text: str) -> tuple[str, Signature]:
    """The name and interface of ``--sig "f(s: str) -> float"``. Raises SpecError."""
    from hermetic_nb.cell.source import Source, parse_tree  # noqa: PLC0415 (a cell of one line)

    line = Source(f"def {text.strip()}: ...\n")
    try:
        tree = parse_tree(line)
    except SpecError:
        tree = ast.Module([], [])
    if len(tree.body) != 1 or not isinstance(tree.body[0], ast.FunctionDef):
        raise SpecError(f"--sig {text!r} is not a signature", help='write it as in --sig "f(s: str) -> float"')
    function = tree.body[0]
    return function.name, read_signature(line, function)


def _refuse_forms(source: Source, function: ast.FunctionDef, findings: list[Diagnostic]) -> None:
    given = function.args
    findings += [
        source.at(argument, "a tool's parameters are named one by one")
        for argument in (given.vararg, given.kwarg)
        if argument
    ]
    findings += [
        source.at(argument, "a parameter before / or after * cannot be given both by place and by name")
        for argument in (*given.posonlyargs, *given.kwonlyargs)
    ]


def _read(source: Source, annotation: ast.expr, findings: list[Diagnostic]) -> Type | None:
    try:
        return parse_annotation(annotation)
    except AnnotationRefusedError as refused:
        place = refused.node if refused.node.lineno == annotation.lineno else annotation
        findings.append(source.at(place, str(refused)))
        return None


def _default(source: Source, node: ast.expr, declared: Type, findings: list[Diagnostic]) -> str | None:
    if isinstance(declared, ListType):
        findings.append(source.at(node, "a list as default is shared between calls in Python; leave it out"))
        return None
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        findings.append(source.at(node, f"a default is a constant of the parameter's type, {declared}"))
        return None
    if isinstance(declared, FloatType) and type(value) is int and abs(value) <= values.EXACT:
        value = float(value)
    if type(value) is not _SCALARS[type(declared)]:
        findings.append(source.at(node, f"the default is not {_article(declared)}"))
        return None
    if type(value) is int and not -_I64 <= value < _I64:
        findings.append(source.at(node, "the default needs more than 64 bits"))
        return None
    return values.encode(value)


def _article(declared: Type) -> str:
    return f"an {declared}" if str(declared).startswith("i") else f"a {declared}"


def _close(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"it has {', '.join(sorted(names))}" if names else _NO_ENTRY
