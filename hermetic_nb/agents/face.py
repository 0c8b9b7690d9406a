"""The calls that a notebook makes: `agent` and `create_tool`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.agents.running import Request, run, run_async, tell_stdout
from hermetic_nb.errors import AgentRunError
from hermetic_nb.registry.usage import Requests
from hermetic_nb.toolbox import default

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.agents.answers import Answer
    from hermetic_nb.agents.running import Tell
    from hermetic_nb.toolbox import Tool, Toolbox

WANTED: Final = """\
Give a tool for this: {description}
Look for one with tool_search first. If none does it, make one with tool_create{examples}.
Call nothing else. Answer with the name of the tool, and nothing more."""


async def agent(request: str, *, box: Toolbox | None = None, tell: Tell = tell_stdout, **terms: Any) -> Answer:
    """``await hnb.agent("...")``: the answer of an agent with the registry's tools; ``terms`` as of `Request`.

    Raises NoModelError, CassetteMissError, BudgetError, ModelFailedError.
    """
    return await run_async(box or default(), Request(text=request, **terms), tell)


def create_tool(
    description: str,
    examples: Sequence[tuple[Any, Any]] = (),
    *,
    model: Any = None,
    box: Toolbox | None = None,
    tell: Tell = tell_stdout,
    **terms: Any,
) -> Tool:
    """``hnb.create_tool("CSV parser", examples=[(("a,b",), [["a", "b"]])])``: a tool of that description.

    One of the registry that passes all examples, else one that an agent finds or makes and that passes them. An example is
    ``(arguments, result)``, the arguments a tuple, or one value for a tool of one parameter. Raises as `agent`, and
    AgentRunError where the agent gives no tool, or one that fails an example.
    """
    here = box or default()
    cases = [(given if isinstance(given, tuple) else (given,), result) for given, result in examples]
    if cases:
        for found in here.search(description, examples=cases, limit=5):
            if found.passed == len(cases):
                here.reuse.asked(Requests(found=1))
                return here.get(found.digest)
    text = WANTED.format(description=description.strip(), examples=_told(cases))
    answer = run(here, Request(text=text, model=model, **terms), tell)
    tool = _given(here, answer)
    if not {tool.digest} & {*answer.called, *answer.found, *(made.digest for made in answer.made)}:
        here.reuse.asked(Requests(found=1), replayed=answer.replayed)
    for arguments, wanted in cases:
        value = tool(*arguments)
        if values.encode(value) != values.encode(wanted) and value != wanted:
            raise AgentRunError(
                f"the agent gives {tool.name}, which fails an example: {value!r} for {arguments!r}, wanted {wanted!r}",
                help="say more about what the tool should do, or run the call again",
            )
    return tool


def _told(cases: Sequence[tuple[tuple[Any, ...], Any]]) -> str:
    if not cases:
        return ""
    wire = [{"arguments": values.to_wire(list(given)), "result": values.to_wire(result)} for given, result in cases]
    return f"; these examples are among its examples:\n{json.dumps(wire, ensure_ascii=False)}"


def _given(box: Toolbox, answer: Answer) -> Tool:
    """The tool that a run ended with: the one that the answer names, else the last that was made or found."""
    if answer.waits:
        raise AgentRunError("the tool waits for your decision", help="decide, and run the call again")
    words = answer.text.replace("`", " ").replace(".", " ").replace('"', " ").split()
    known = {tool.name: tool for tool in box.here}
    for word in words:
        if word in known:
            return known[word]
    if answer.made:
        return answer.made[-1]
    if answer.found:
        return box.get(answer.found[0])
    raise AgentRunError(f"the agent gives no tool: {answer.text[:200]}", help="say what the tool takes and gives")
