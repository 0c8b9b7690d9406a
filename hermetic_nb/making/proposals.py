"""A tool that a model proposes: its words, its code, and the examples that it must pass."""

from __future__ import annotations

import ast
import builtins
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import cell, values
from hermetic_nb.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LEAST: Final = 2
"""Examples that a sealed tool needs."""
ENTRY: Final = "run"


@dataclass(frozen=True, slots=True)
class Case:
    """One example: arguments by name, the result, and what the agents answer (`replies`, in the order of asking)."""

    arguments: Mapping[str, Any]
    result: Any
    replies: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What `tool_create` is asked for."""

    name: str
    description: str
    code: str
    parameters: Mapping[str, Any]
    cases: tuple[Case, ...] = ()
    uses: tuple[str, ...] = ()
    why_new: str = ""
    """What an existing tool with the same results lacks."""

    @property
    def is_pure(self) -> bool:
        """Whether it calls agents: an ``async def``."""
        return isinstance(function_of(self.code), ast.AsyncFunctionDef)

    @property
    def entry(self) -> str:
        """The name of its function."""
        return function_of(self.code).name

    def source(self) -> str:
        """The code, its docstring with the description and with the examples that a doctest can hold."""
        function = function_of(self.code)
        tests = [] if self.is_pure else [doctest(function, case) for case in self.cases]
        return _with_docstring(textwrap.dedent(self.code).strip("\n"), function, self.description, tests)


def read(given: Mapping[str, Any]) -> Proposal:
    """A proposal from a model's arguments. Raises SpecError that says what to send."""
    code = textwrap.dedent(str(given.get("code", ""))).strip("\n") + "\n"
    function = function_of(code)
    description = str(given.get("description", "")).strip()
    if not description:
        raise SpecError("the tool has no description", help="say in one line what it gives for what")
    if ">>>" in description:
        raise SpecError(
            "the description holds an example", help="give examples as examples, and say in words what it does"
        )
    cases = tuple(_case(function, item) for item in given.get("examples") or ())
    name = cell.check_name(str(given.get("name", "")).strip())
    if hasattr(builtins, name):
        raise SpecError(
            f"{name} is a name of Python's own", help="choose another name: the tool is bound to it in the notebook"
        )
    proposal = Proposal(
        name=name,
        description=description,
        code=code,
        parameters=dict(given.get("parameters") or {}),
        cases=cases,
        uses=tuple(map(str, given.get("uses") or ())),
        why_new=str(given.get("why_new") or "").strip(),
    )
    if not proposal.is_pure and len(cases) < LEAST:
        raise SpecError(
            f"a sealed tool needs at least {LEAST} examples; {len(cases)} given",
            help='"examples": [{"arguments": {"n": 3}, "result": 9}, ...]',
        )
    return proposal


def positional(case: Any) -> tuple[tuple[Any, ...], Any]:
    """The arguments, in their order, and the result of an example that a search is given. Raises SpecError."""
    given = case.get("arguments") if isinstance(case, dict) else None
    if not isinstance(given, (dict, list)) or "result" not in case:
        raise SpecError("an example has no arguments or no result", help='{"arguments": {"n": 3}, "result": 9}')
    try:
        arguments = tuple(map(values.from_wire, given.values() if isinstance(given, dict) else given))
        return arguments, values.from_wire(case["result"])
    except (ValueError, TypeError) as error:
        raise SpecError(f"an example cannot be read: {error}", help="plain JSON values") from None


def function_of(code: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """The function of a cell: ``run``, or its only public one. Raises SpecError."""
    try:
        body = ast.parse(textwrap.dedent(code)).body
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise SpecError(
            f"the code is not Python: {getattr(error, 'msg', error)} (line {line})", help="send the whole function"
        ) from None
    functions = [node for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    public = [node for node in functions if not node.name.startswith("_")]
    for node in public:
        if node.name == ENTRY or len(public) == 1:
            return node
    raise SpecError(
        "the code defines no function" if not public else "the code defines several public functions",
        help=f"define one function, {ENTRY}; names of helpers begin with an underscore",
    )


def doctest(function: ast.FunctionDef | ast.AsyncFunctionDef, case: Case) -> str:
    """A case as a doctest of the function."""
    order = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    given = ", ".join(
        repr(case.arguments[name]) if plain else f"{name}={case.arguments[name]!r}"
        for name, plain in _placed(order, case.arguments)
    )
    call = f">>> {function.name}({given})"
    return call if case.result is None else f"{call}\n{case.result!r}"


def requested_agents(code: str) -> frozenset[str] | None:
    """The names that ``call_agent`` is called with; None where one is computed."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(textwrap.dedent(code))):
        match node:
            case ast.Call(func=ast.Name(id="call_agent"), args=[ast.Constant(value=str(name)), *_]):
                found.add(name)
            case ast.Call(func=ast.Name(id="call_agent")):
                return None
    return frozenset(found)


def _placed(order: Sequence[str], arguments: Mapping[str, Any]) -> list[tuple[str, bool]]:
    """The arguments in the order of parameters; those after a gap by name."""
    result: list[tuple[str, bool]] = []
    plain = True
    for name in order:
        if name in arguments:
            result.append((name, plain))
        else:
            plain = False
    return result + [(name, False) for name in arguments if name not in order]


def _case(function: ast.FunctionDef | ast.AsyncFunctionDef, item: Any) -> Case:
    help_ = 'an example is {"arguments": {"n": 3}, "result": 9}'
    if not isinstance(item, dict) or "result" not in item or not isinstance(item.get("arguments"), (dict, list)):
        raise SpecError("an example has no arguments or no result", help=help_)
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    given = item["arguments"]
    if isinstance(given, list):
        if len(given) > len(names):
            raise SpecError(f"an example has {len(given)} arguments; the function takes {len(names)}", help=help_)
        given = dict(zip(names, given, strict=False))
    try:
        arguments, result = values.from_wire(given), values.from_wire(item["result"])
        replies = tuple((str(r["agent"]), values.from_wire(r["reply"])) for r in item.get("replies") or ())
    except (ValueError, TypeError, KeyError) as error:
        raise SpecError(f"an example cannot be read: {error}", help=help_) from None
    unknown = sorted(set(arguments) - set(names) - {a.arg for a in function.args.kwonlyargs})
    if unknown:
        raise SpecError(f"an example names {', '.join(unknown)}, which {function.name} does not take", help=help_)
    return Case(arguments, result, replies)


def _with_docstring(
    code: str, function: ast.FunctionDef | ast.AsyncFunctionDef, description: str, tests: Sequence[str]
) -> str:
    written = ast.get_docstring(function)
    text = description if written is None else written
    missing = "\n".join(test for test in tests if test.split("\n")[0] not in text)
    text = "\n\n".join(part for part in (text.strip(), missing) if part)
    first = function.body[0]
    if first.lineno == function.lineno:  # def f(x): return x
        return ast.unparse(ast.fix_missing_locations(_spread(ast.parse(code), function.name, text))) + "\n"
    quoted = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    ending = "\n" if "\n" in quoted or quoted.endswith('"') else ""
    block = textwrap.indent(f'"""{quoted}{ending}"""', " " * first.col_offset)
    lines = code.split("\n")
    start = first.lineno - 1
    end = start if written is None else first.end_lineno
    return "\n".join([*lines[:start], block, *lines[end:]]) + "\n"


def _spread(tree: ast.Module, name: str, body: str) -> ast.Module:
    """The function of a one-line def with a docstring."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            node.body = [ast.Expr(ast.Constant(body)), *node.body]
    return tree
