"""What the compiler says of a tool, under each line of its source."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.display import html, text
from hermetic_nb.display.cards import MIME, Bundle, tool_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hermetic_nb.model import Explanation, FunctionExplained
    from hermetic_nb.toolbox import Explained, Tool

_TITLES: Final = {"left out": "no test", "before the loop": "once", "large": "tested*", "tested": "tested"}
_COUNTED: Final = {
    "left out": "left out",
    "before the loop": "made once before a loop",
    "large": "made where arguments are large",
    "tested": "stay",
}
_KINDS: Final = {
    "overflow": "overflow of",
    "bounds": "bounds of",
    "zero division": "zero division in",
    "sign": "signs in",
    "index": "negative index in",
    "digits": "lost digits in",
    "None": "None in",
    "value": "no value in",
}
_PROVEN: Final = "proven for all inputs"
_SHIFT: Final = " " * 4
"""Before a remark, under the number of its line."""

Line = tuple[str, bool]
"""A line of the source or of a head, or (True) what is said of one."""


def explanation_card(explained: Explained) -> Bundle:
    """The reason for the tier, types, tests and asserts; or everything that the native tier refuses."""
    tool, found = explained.tool, explained.explanation
    rows = _rows(tool, found)
    lines = _refusals(found) or _functions(tool, found)
    title, subtitle = tool.name, "explained"
    body = [html.facts(rows)]
    if lines:
        body.append(html.block(*(html.faint(f"{line}\n") if said else f"{line}\n" for line, said in lines)))
    return {
        "text/plain": "\n".join([f"{title}  {subtitle}", text.facts(rows), *(line for line, _ in lines)]),
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
        rows.append(
            ("asserts", ", ".join(f"{count} {_verdict(tool, verdict)}" for verdict, count in sorted(asserts.items())))
        )
    if found.assumed:
        bound = f"2**{(found.assumed + 1).bit_length() - 1}"
        rows.append(("versions", f"two: tests* are left out where all int arguments are below {bound} in magnitude"))
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


def _refusals(found: Explanation) -> list[Line]:
    return [(line, False) for finding in found.refusals for line in finding.render()]


def _functions(tool: Tool, found: Explanation) -> list[Line]:
    """Each function once, whatever the types that it is called with."""
    groups: dict[tuple[int, str], list[FunctionExplained]] = {}
    for function in found.functions:
        groups.setdefault((function.first, function.name), []).append(function)
    source = tool.source.split("\n")
    return [line for group in groups.values() for line in _group(tool, group, source)]


def _group(tool: Tool, group: list[FunctionExplained], source: list[str]) -> Iterable[Line]:
    yield "", False
    for number, function in enumerate(group, 1):
        mark = f"[{number}] " if len(group) > 1 else ""
        takes = ", ".join(f"{name}: {kind}" for name, kind in function.parameters)
        yield f"  {mark}{function.name}({takes}) -> {function.result}", False
        if function.variables:
            yield f"{_SHIFT}{mark}{', '.join(f'{name}: {kind}' for name, kind in function.variables)}", True
    first = group[0]
    for number in range(first.first, min(first.last, len(source)) + 1):
        if first.doc[0] <= number <= first.doc[1] or not source[number - 1].strip():
            continue
        yield f"{number:>4} | {source[number - 1].rstrip()}", False
        for said in _under(tool, group, number):
            yield f"{_SHIFT} |   {said}", True


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
            yield f"{'assert':<9}{_verdict(tool, assertion.verdict)}"
    for how, title in _TITLES.items():
        for remark in function.remarks:
            if (remark.line, remark.how) == (line, how):
                yield f"{title:<9}{_KINDS[remark.kind]} {remark.text}{', before the loop' * (how == 'before the loop')}"
