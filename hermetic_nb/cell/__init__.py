"""A magic line and a cell's body -> `ToolSpec`. Knows no notebook: names and values come in as arguments."""

from __future__ import annotations

import ast
import difflib
import sys
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.cell.captures import MARK, capture, import_of, joined, look_up, source_of
from hermetic_nb.cell.doc import clean, docstring, examples, head_comment
from hermetic_nb.cell.entry import check_name, find_entry, parse_sig, read_signature
from hermetic_nb.cell.given import typed, without_given
from hermetic_nb.cell.names import BUILTINS, defined, undefined, used_at_top
from hermetic_nb.cell.source import Source, normalise, parse_tree
from hermetic_nb.errors import AGENT_ERRORS, SpecError
from hermetic_nb.model import CALL_AGENT, ModuleLimits, ToolSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.digest import Digest
    from hermetic_nb.model import Dependency
    from hermetic_nb.signature import Type

__all__ = [
    "MARK",
    "capture",
    "check_name",
    "import_of",
    "look_up",
    "missing",
    "normalise",
    "parse",
    "parse_sig",
    "source_of",
]


_COMMENTS: Final = {"wat": ";;"}
"""What begins a comment line in languages other than Python, whose head comment is the tool's documentation."""


def parse(  # noqa: PLR0913 (the words of the magic line)
    source: str | bytes,
    *,
    language: str = "python",
    entry: str | None = None,
    name: str | None = None,
    tier: str = "auto",
    signature: str | None = None,
    captured: str = "",
    limits: ModuleLimits | None = None,
    env: Sequence[str] = (),
    uses: Mapping[str, Digest] | None = None,
    data: Mapping[str, Digest] | None = None,
    dependencies: Sequence[Dependency] = (),
    types: Mapping[str, Type] | None = None,
    doc: str = "",
) -> ToolSpec:
    """The spec that a cell means.

    ``entry`` is the function to make a tool of (None: the only public one, or the one called ``name``), ``name`` the
    tool's name (None: the function's), ``signature`` the text of ``--sig`` for languages without annotations,
    ``captured`` the text that `capture` made. ``env`` and ``data`` name parameters that no caller gives, ``uses`` the tools that
    a pure tool calls by name, ``types`` the types of parameters without annotation, ``doc`` the text for a function
    without docstring. Raises SpecError with each mistake placed in the cell.
    """
    if name is not None:
        check_name(name)
    text = normalise(source)
    shared: dict[str, Any] = {
        "language": language,
        "tier": tier,
        "limits": limits or ModuleLimits(),
        "env": tuple(sorted(env)),
        "uses": tuple(sorted((uses or {}).items())),
        "data": tuple(sorted((data or {}).items())),
        "dependencies": tuple(sorted(dependencies)),
    }
    if language != "python":
        if env or uses or data or dependencies:
            raise SpecError(
                f"a {language} cell takes arguments only", help="env, uses, data and deps are for Python cells"
            )
        if signature is None:
            raise SpecError(
                f"a {language} cell needs its signature", help=f'--lang {language} --sig "f(x: int) -> int"'
            )
        given, interface = parse_sig(signature)
        doc, tests = head_comment(Source(text), _COMMENTS[language]) if language in _COMMENTS else ("", ())
        return ToolSpec(
            name=check_name(name or given),
            source=text,
            entry=entry or given,
            signature=interface,
            doc=doc,
            examples=tests,
            **shared,
        )
    if signature is not None:
        raise SpecError("the annotations are the signature of a Python cell", help="leave out --sig")
    return _python(text, entry=entry, name=name, captured=captured, types=types or {}, doc=doc, shared=shared)


def missing(source: str) -> list[str]:
    """The names that Python source uses and does not define, each once. Raises SpecError."""
    return [node.id for node in undefined(parse_tree(Source(normalise(source))))]


def _python(
    text: str,
    *,
    entry: str | None,
    name: str | None,
    captured: str,
    types: Mapping[str, Type],
    doc: str,
    shared: dict[str, Any],
) -> ToolSpec:
    cell = Source(text)
    tree = parse_tree(cell)
    function = find_entry(cell, tree, entry=entry, name=name)
    is_pure = isinstance(function, ast.AsyncFunctionDef)
    if not is_pure:
        _refuse_call_agent(cell, function)
        if shared["uses"]:
            raise SpecError("only a pure tool calls others", help="write async def f(..., call_agent)")
    interface = typed(cell, function, read_signature(cell, function, tree), types)
    interface = without_given(cell, function, interface, shared["env"], [name for name, _ in shared["data"]])
    whole = Source(joined(text, captured))
    whole_tree = parse_tree(whole) if captured else tree
    _refuse_clashes(whole, tree, whole_tree)
    _refuse_undefined(whole, whole_tree, _names_of_pure_tools() if is_pure else frozenset())
    _refuse_calls(cell, tree, function.name)
    written = docstring(function)
    return ToolSpec(
        name=name or _name_of(cell, function),
        source=whole.text,
        entry=function.name,
        signature=interface,
        doc=doc if written is None else clean(_text(cell, written)),
        examples=() if written is None else examples(cell, written),
        capabilities=(CALL_AGENT,) if is_pure else (),
        **shared,
    )


def _text(cell: Source, written: ast.Constant) -> str:
    """The text of a docstring, whose escapes may spell what no text holds. Raises SpecError."""
    text = str(written.value)
    try:
        text.encode()
    except UnicodeEncodeError:
        finding = cell.at(written, "half of a character: a lone surrogate")
        raise SpecError(
            "the docstring is not Unicode text",
            diagnostics=[finding],
            help='a docstring with backslashes is r"""..."""',
        ) from None
    return text


def _names_of_pure_tools() -> frozenset[str]:
    """What a pure tool finds defined beside Python's own names."""
    from hermetic_nb.policy import catalogue  # noqa: PLC0415 (loads RestrictedPython, which other cells do not need)

    return frozenset({CALL_AGENT, *AGENT_ERRORS, *catalogue.NAMES})


def _refuse_call_agent(cell: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    for argument in (*function.args.args, *function.args.kwonlyargs):
        if argument.arg == CALL_AGENT:
            finding = cell.at_def(function, "write async def")
            raise SpecError("a tool that calls agents is an async def", diagnostics=[finding])


def _name_of(cell: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    try:
        return check_name(function.name)
    except SpecError as error:
        finding = cell.at_def(function, "not a tool's name")
        helped = f"{error.help}; give it one: %%hermetic_tool {_suggested(function.name)}"
        raise SpecError(error.message, diagnostics=[finding], help=helped) from None


def _suggested(name: str) -> str:
    return name.strip("_").lower()[:40] if name.isascii() and name.strip("_0123456789") else "my_tool"


def _refuse_undefined(source: Source, tree: ast.Module, known_here: frozenset[str]) -> None:
    nodes = undefined(tree, known=known_here)
    if not nodes:
        return
    known = [*defined(tree), *BUILTINS]
    findings = []
    for node in nodes:
        near = difflib.get_close_matches(node.id, known, n=1, cutoff=0.75)
        hint = f"; did you mean {near[0]}?" if near else ""
        findings.append(source.at(node, f"neither the cell nor Python defines {node.id}{hint}"))
    names = [node.id for node in nodes]
    modules = [name for name in names if name in sys.stdlib_module_names]
    others = [name for name in names if name not in modules]
    remedies = [f"import {name} in the cell" for name in modules]
    if others:
        remedies.append(f"--capture {' '.join(others)} takes it from the notebook, or define it in the cell")
    raise SpecError(
        f"a tool stands on its own, and its cell does not define {', '.join(names)}",
        diagnostics=findings,
        help="; ".join(remedies),
    )


def _refuse_clashes(source: Source, cell: ast.Module, whole: ast.Module) -> None:
    """Captured names that the cell defines itself, or that it needs before they are defined."""
    if whole is cell:
        return
    tail = ast.Module(whole.body[len(cell.body) :], [])
    taken = defined(tail)
    own = defined(cell)
    for node in tail.body:
        twice = defined(ast.Module([node], [])) & own
        if twice and not isinstance(node, (ast.Import, ast.ImportFrom)):
            raise SpecError(
                f"{min(twice)} is captured, and the cell has its own", diagnostics=[source.at(node, "defined twice")]
            )
    for name in used_at_top(cell):
        if name.id in taken and name.id not in own:
            finding = source.at(name, "needed while the cell is read; use it inside a function")
            raise SpecError(f"{name.id} is captured, and captures follow the cell", diagnostics=[finding])


def _refuse_calls(source: Source, tree: ast.Module, entry: str) -> None:
    for node in tree.body:
        if isinstance(node, ast.Expr) and any(
            isinstance(part, ast.Name) and part.id == entry for part in ast.walk(node)
        ):
            finding = source.at(node, "runs when the tool is made, not when it is called")
            raise SpecError("a tool's cell only defines", diagnostics=[finding], help="move this line to the next cell")
