"""Tools that give the same for the same: found by running them on each other's examples, which pure functions allow."""

from __future__ import annotations

import ast
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import HermeticError, IntegrityError, ToolNotFoundError
from hermetic_nb.registry.spares import Spare, by_worth
from hermetic_nb.toolbox.apart import Apart
from hermetic_nb.toolbox.examples import same
from hermetic_nb.toolbox.finding import SECONDS
from hermetic_nb.toolbox.sealed import Tool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hermetic_nb.toolbox.box import Toolbox

LEAST: Final = 3
"""Inputs that two tools must agree on, all of those that there are: fewer are chance."""
MOST: Final = 24
"""Inputs that two tools are run on."""
GROUP: Final = 50
"""Different tools of one signature that another is compared with."""
Input = tuple[Any, ...]


def duplicates(box: Toolbox) -> Iterator[Spare]:
    """Tools of the registry that give the same values as another on the examples of both.

    The most called of them stays, of equals the oldest. Pure tools are not run: they ask agents.
    """
    groups: dict[tuple[str, ...], list[Tool]] = {}
    for record in by_worth(box.registry.list(), box.registry.usage()):
        with suppress(IntegrityError, ToolNotFoundError):
            tool = box.peek(record.tool)
            if not (tool.manifest.is_pure or tool.manifest.env):
                groups.setdefault(_takes(tool), []).append(_apart(box, tool))
    for group in groups.values():
        if len(group) > 1:
            yield from _of_group(group)


def _of_group(tools: Sequence[Tool]) -> Iterator[Spare]:
    different: list[tuple[Tool, list[Input]]] = []
    for tool in tools:
        own = list(_inputs(tool))
        for other, others in different:
            inputs = list({repr(given): given for given in [*own, *others]}.values())[:MOST]
            if len(inputs) >= LEAST and all(_agree(tool, other, given) for given in inputs):
                yield Spare(tool.name, tool.digest, "same results", other.name, len(inputs))
                break
        else:
            if len(different) < GROUP:
                different.append((tool, own))


def _takes(tool: Tool) -> tuple[str, ...]:
    """The types of its parameters and of its result: names of parameters may differ."""
    signature = tool.signature
    return (*(str(parameter.type) for parameter in signature.parameters), str(signature.result))


def _apart(box: Toolbox, tool: Tool) -> Tool:
    brief = replace(box.limits, wall_seconds=min(box.limits.wall_seconds, SECONDS))
    return Tool(Apart(box, limits=brief), tool.artifact, source=tool.source, version=0, proof=tool.proof)


def _inputs(tool: Tool) -> Iterator[Input]:
    """The arguments, by position, of its examples that are plain calls with literals."""
    names = [parameter.name for parameter in tool.signature.parameters]
    for example in tool.manifest.examples:
        with suppress(SyntaxError, ValueError, TypeError):
            match ast.parse(example.source.strip(), mode="eval").body:
                case ast.Call(func=ast.Name(id=called), args=args, keywords=words) if called == tool.manifest.entry:
                    named = {names.index(word.arg or ""): ast.literal_eval(word.value) for word in words}
                    given = dict(enumerate(map(ast.literal_eval, args))) | named
                    if all(place in given for place in range(len(given))):
                        yield tuple(given[place] for place in range(len(given)))


def _agree(one: Tool, other: Tool, given: Input) -> bool:
    """Whether two tools give the same value; an error of either is no agreement."""
    try:
        first, second = one.call(*given), other.call(*given)
    except HermeticError:
        return False
    return first.error is None and second.error is None and same(first.value, second.value)
