"""The function that a cell makes a tool of, and its interface."""

from __future__ import annotations

import ast
import difflib
import re
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.cell.constants import Constants
from hermetic_nb.errors import Diagnostic, SpecError
from hermetic_nb.model import CALL_AGENT
from hermetic_nb.signature import ANY, NONE, Parameter, Signature, native
from hermetic_nb.signature.annotations import AnnotationRefusedError, parse_annotation
from hermetic_nb.signature.border_scalars import ARGUMENT
from hermetic_nb.signature.border_wide import Wide
from hermetic_nb.signature.classes import CellScope
from hermetic_nb.signature.misfit import MisfitError
from hermetic_nb.signature.types import union

if TYPE_CHECKING:
    from hermetic_nb.cell.source import Source
    from hermetic_nb.signature import Definition, Type

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,199}", re.ASCII)
"""The grammar of tool names (DESIGN section 4); the registry makes folders of them, hence the length."""
_SHOWN: Final = 100
"""Characters of a name in a message."""
Function = ast.FunctionDef | ast.AsyncFunctionDef
TYPES: Final = (
    "types of an interface: int, float, bool, str, bytes, None, Any, list, dict, set, tuple, unions, Literal, and the cell's own "
    "dataclasses, NamedTuples, TypedDicts and Enums"
)
MODULE_TYPES: Final = (
    "types of a module: int, float, bool, str, bytes, list, dict, set, tuple, and each of them or None"
)


def check_name(name: str) -> str:
    """A tool's name, if it is one. Raises SpecError."""
    if not NAME.fullmatch(name):
        shown = repr(name) if len(name) <= _SHOWN else f"a name of {len(name)} characters"
        raise SpecError(
            f"{shown} cannot be a tool's name",
            help="a tool's name is at most 200 lower-case letters, digits and _, and begins with a letter",
        )
    return name


def find_entry(source: Source, tree: ast.Module, *, entry: str | None, name: str | None) -> Function:
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
    if chosen.decorator_list:
        finding = source.at(chosen.decorator_list[0], "a decorator would change what the tool does")
        raise SpecError("a tool's function has no decorators", diagnostics=[finding])
    return chosen


_NO_ENTRY: Final = "def f(x: float) -> float: with its annotations is a tool; names that begin with _ are private"


def _nearest(source: Source, tree: ast.Module, functions: list[Any]) -> list[Diagnostic]:
    if functions:
        return [source.at_def(node, "private") for node in functions]
    return [source.at(tree.body[0], "not a function")] if tree.body else []


def read_signature(source: Source, function: Function, tree: ast.Module | None = None) -> Signature:
    """The interface that the annotations say; ``tree`` is the cell, whose own classes they may name.

    A parameter without annotation holds any value; ``call_agent`` of an async def is no part of the interface. Raises
    SpecError with every mistake placed.
    """
    findings: list[Diagnostic] = []
    _refuse_forms(source, function, findings)
    reading = _Reading(source, tree or ast.Module([], []), findings)
    given = function.args
    defaults: list[ast.expr | None] = [*[None] * (len(given.args) - len(given.defaults)), *given.defaults]
    found = [(argument, default, False) for argument, default in zip(given.args, defaults, strict=True)]
    found += [(argument, default, True) for argument, default in zip(given.kwonlyargs, given.kw_defaults, strict=True)]
    parameters = tuple(
        reading.parameter(argument, default, is_keyword=is_keyword)
        for argument, default, is_keyword in found
        if not (isinstance(function, ast.AsyncFunctionDef) and argument.arg == CALL_AGENT)
    )
    result = ANY if function.returns is None else reading.type(function.returns, is_result=True)
    if findings:
        raise SpecError(
            f"the interface of {function.name} cannot be read",
            diagnostics=sorted(findings, key=lambda finding: (finding.line, finding.column)),
            help=TYPES,
        )
    return Signature(parameters, result, reading.definitions)


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
    interface = read_signature(line, function)
    reason = native.refusal(interface)
    if reason is not None:
        raise SpecError(f"--sig {text!r}: {reason}", help=MODULE_TYPES)
    return function.name, interface


def _refuse_forms(source: Source, function: Function, findings: list[Diagnostic]) -> None:
    given = function.args
    findings += [
        source.at(argument, "a tool's parameters are named one by one")
        for argument in (given.vararg, given.kwarg)
        if argument
    ]
    findings += [source.at(argument, "a parameter before / cannot be given by name") for argument in given.posonlyargs]


class _Reading:
    """Reads one function's interface and notes what cannot be read."""

    def __init__(self, source: Source, tree: ast.Module, findings: list[Diagnostic]) -> None:
        self._source, self._findings = source, findings
        self._scope = CellScope(tree)
        self._constants = Constants(tree)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The cell's own classes that were named."""
        return self._scope.definitions

    def type(self, annotation: ast.expr, *, is_result: bool = False) -> Type:
        """The type of an annotation."""
        try:
            return parse_annotation(annotation, self._scope, is_result=is_result)
        except AnnotationRefusedError as refused:
            self._findings.append(self._source.at(refused.node, str(refused)))
            return ANY

    def parameter(self, argument: ast.arg, default: ast.expr | None, *, is_keyword: bool) -> Parameter:
        """One parameter."""
        declared = ANY if argument.annotation is None else self.type(argument.annotation)
        if isinstance(default, ast.Constant) and default.value is None:
            declared = union([declared, NONE])  # what `x: int = None` means to every reader
        text = None if default is None else self._default(default, declared)
        return Parameter(argument.arg, declared, text, is_keyword)

    def _default(self, node: ast.expr, declared: Type) -> str | None:
        try:
            value = self._constants.read(node, self.definitions)
            return values.encode(Wide(self.definitions).fit(declared, value, ARGUMENT))
        except MisfitError as error:
            at = f" at {error.place.strip()}" if error.path else ""
            self._findings.append(self._source.at(node, f"the default is not {_article(declared)}{at}"))
        except ValueError:
            self._findings.append(self._source.at(node, f"a default is a constant of the parameter's type, {declared}"))
        return None


def _article(declared: Type) -> str:
    return f"an {declared}" if str(declared).startswith("i") else f"a {declared}"


def _close(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"it has {', '.join(sorted(names))}" if names else _NO_ENTRY
