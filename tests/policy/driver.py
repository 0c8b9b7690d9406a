"""Runs sources under the policy on the host, with agents that answer at once, and says in one line what became of them."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import warnings
from typing import Any

from hermetic_nb import policy


class AgentError(RuntimeError):
    """A call of an agent gave no value."""


class AgentFailedError(AgentError):
    """The agent itself raised."""


async def call_agent(name: str, args: Any = None, /, **more: Any) -> Any:
    """Answers by name."""
    await asyncio.sleep(0)
    given = {**(args or {}), **more}
    match name:
        case "query_expander":
            return json.dumps([f"{given['input']} {part}" for part in ("one", "two", "three")])
        case "searcher":
            return f"found {given['input']}"
        case "synthesizer":
            found = given["input"]
            return " | ".join(found) if isinstance(found, list) else str(found)
        case "scorer":
            return len(str(given["input"]))
        case "critic":
            return {"verdict": "ok" if len(given["input"]) > 12 else "more", "notes": ["too short"]}
        case "flaky":
            raise AgentFailedError("it broke")
        case "slow":
            await asyncio.sleep(3600)
    return given


GIVEN = {"call_agent": call_agent, "AgentError": AgentError, "AgentFailedError": AgentFailedError}


def call(source: str) -> tuple[Any, str]:
    """What ``run`` of a source returns, or ``result`` where it has no ``run``; and what it printed.

    Raises PolicyError and what the source raises.
    """
    code = policy.compile(source, "<cell>")
    scope = policy.namespace(GIVEN)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(code, scope)
        entry = scope.get("run", lambda: scope.get("result", "nothing"))
        found = entry(**({"call_agent": call_agent} if "call_agent" in entry.__code__.co_varnames else {}))
        return asyncio.run(found) if asyncio.iscoroutine(found) else found, printed.getvalue()


def verdict(source: str) -> str:
    """``refused LINE:COLUMN-END MESSAGE; ...``, ``raised NAME: MESSAGE`` or ``returned REPR``."""
    if found := policy.check(source):
        return "refused " + "; ".join(
            f"{one.line}:{one.column}-{one.end_column} {_short(one.message)}" for one in found
        )
    try:
        value, _ = call(source)
    except Exception as error:  # noqa: BLE001 (whatever the source raises is the verdict)
        return f"raised {type(error).__name__}: {_short(str(error))}"
    return f"returned {value!r}"


def _short(message: str) -> str:
    """A message without the list of what there is instead."""
    return message.split("; it has ", maxsplit=1)[0]
