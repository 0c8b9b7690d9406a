"""What the compiler says of a tool, under each line of its source."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.display import html, text
from hermetic_nb.display.cards import MIME, Bundle, tool_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hermetic_nb.display.html import Markup
    from hermetic_nb.model import Explanation, FunctionExplained, Remark
    from hermetic_nb.toolbox import Explained, Tool

_TITLES: Final = {"left out": "no test", "before the loop": "one test before the loop", "tested": "tested"}
_COUNTED: Final = {"left out": "left out", "before the loop": "made once before a loop", "tested": "stay"}
_KINDS: Final = {
    "overflow": "overflow of",
    "bounds": "bounds of",
    "zero division": "zero division in",
    "sign": "signs in",
    "digits": "lost digits in",
    "None": "None in",
    "value": "no value in",
}
_PROVEN: Final = "proven for all inputs"
_SHIFT: Final = " " * 4
"""Before a remark, under the number of its line."""


def explanation_card(explained: Explained) -> Bundle:
    """The reason for the tier, types, tests and asserts; or everything that the native tier refuses."""
    tool, found = explained.tool, explained.explanation
    rows = _rows(tool, found)
    parts = _refusals(found) or _functions(tool, found)
    plain = "".join(parts)
    title, subtitle = tool.name, "explained"
    body = [html.facts(rows), *([html.block(*parts)] if parts else [])]
    return {
        "text/plain": f"{title}  {subtitle}\n{text.facts(rows)}\n{plain}".rstrip("\n"),
        "text/html": str(html.frame(title, subtitle, *body)),
        MIME.format("explanation"): explanation_json(explained),
    }


def explanation_json(explained: Explained) -> dict[str, Any]:
    """The vendor JSON: that of the tool, and the explanation as data."""
    return tool_json(explained.tool) | {"explanation": explained.explanation.to_json()}


def _rows(tool: Tool, found: Explanation) -> list[tuple[str, str]]:
    rows = [
        ("tier", f"{tool.tier}: {tool.reason}" if tool.reason else tool.tier),
        ("size", text.count(tool.size, "byte")),
        ("imports", ", ".join(tool.imports) or "none"),
    ]
    tests = Counter(remark.how for function in found.functions for remark in function.remarks)
    asserts = Counter(a.verdict for function in found.functions for a in function.asserts)
    if found.functions:
        said = [f"{tests[how]} {what}" for how, what in _COUNTED.items() if tests[how]]
        rows.append(("tests", ", ".join(said) or "none are needed"))
    if asserts:
        rows.append(("asserts", ", ".join(f"{count} {_verdict(tool, verdict)}" for verdict, count in asserts.items())))
    if found.assumed:
        bound = f"2**{(found.assumed + 1).bit_length() - 1}"
        rows.append(("versions", f"two: one with fewer tests, for int arguments that are below {bound} in magnitude"))
    if found.library:
        rows.append(("library", ", ".join(found.library)))
    return rows


def _verdict(tool: Tool, verdict: str) -> str:
    if verdict == "proven":
        return _PROVEN
    if verdict == "unreached":
        return "never reached"
    tried = text.count(tool.proof.compared, "input") if tool.proof.compared else "no input"
    return f"tested on {tried} and in every call"


def _refusals(found: Explanation) -> list[str | Markup]:
    return [f"{line}\n" for finding in found.refusals for line in finding.render()]


def _functions(tool: Tool, found: Explanation) -> list[str | Markup]:
    """Each function once, whatever the types that it is called with."""
    groups: dict[tuple[int, str], list[FunctionExplained]] = {}
    for function in found.functions:
        groups.setdefault((function.first, function.name), []).append(function)
    lines = tool.source.split("\n")
    parts: list[str | Markup] = []
    for group in groups.values():
        parts += _group(tool, group, lines)
    return parts


def _group(tool: Tool, group: list[FunctionExplained], lines: list[str]) -> list[str | Markup]:
    parts: list[str | Markup] = ["\n"] if lines else []
    for number, function in enumerate(group, 1):
        mark = f"[{number}] " if len(group) > 1 else ""
        takes = ", ".join(f"{name}: {kind}" for name, kind in function.parameters)
        parts.append(f"  {mark}{function.name}({takes}) -> {function.result}\n")
        if function.variables:
            named = ", ".join(f"{name}: {kind}" for name, kind in function.variables)
            parts.append(html.faint(f"{_SHIFT}{mark}{named}\n"))
    first = group[0]
    for number in range(first.first, min(first.last, len(lines)) + 1):
        if first.doc[0] <= number <= first.doc[1] or not lines[number - 1].strip():
            continue
        parts.append(f"{number:>4} | {lines[number - 1].rstrip()}\n")
        parts += [html.faint(f"{_SHIFT} |   {said}\n") for said in _under(tool, group, number)]
    return parts


def _under(tool: Tool, group: list[FunctionExplained], line: int) -> Iterable[str]:
    """The remarks on a line; one that only some of the functions have says which."""
    found: dict[str, list[int]] = {}
    for number, function in enumerate(group, 1):
        for said in _of_line(tool, function, line):
            found.setdefault(said, []).append(number)
    for said, numbers in found.items():
        yield said if len(numbers) == len(group) else f"[{', '.join(map(str, numbers))}] {said}"


def _of_line(tool: Tool, function: FunctionExplained, line: int) -> Iterable[str]:
    for assertion in function.asserts:
        if assertion.line == line:
            yield f"assert: {_verdict(tool, assertion.verdict)}"
    for how, title in _TITLES.items():
        remarks = [remark for remark in function.remarks if (remark.line, remark.how) == (line, how)]
        if remarks:
            yield f"{title}: {'; '.join(map(_remark, remarks))}"


def _remark(remark: Remark) -> str:
    return f"{_KINDS[remark.kind]} {remark.text}"
