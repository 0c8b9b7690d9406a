"""Pure tools: calls of agents in rounds, asyncio in virtual time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.runner.instance import Instance, Runner

RESEARCH = """
async def f(question, call_agent):
    # Step 1: Expand query
    queries = json.loads(await call_agent("query_expander", {"input": question}))

    # Step 2: Search in parallel
    findings = await asyncio.gather(*[
        call_agent("searcher", {"input": q}) for q in queries
    ])

    # Step 3: Synthesize
    return await call_agent("synthesizer", {"input": findings})
"""


def value(*replies: Any) -> list[dict[str, Any]]:
    return [{"value": reply} for reply in replies]


def test_the_founding_example_in_three_rounds(runner: Runner) -> None:
    made, step = runner.pure(RESEARCH, {"question": "why"})
    assert step == {"calls": [["query_expander", {"input": "why"}]]}
    assert made.call("resume", value('["a", "b"]')) == {
        "calls": [["searcher", {"input": "a"}], ["searcher", {"input": "b"}]]
    }
    assert made.call("resume", value("A", "B")) == {"calls": [["synthesizer", {"input": ["A", "B"]}]]}
    assert made.call("resume", value("done")) == {"done": "done"}


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("AgentError", "RuntimeError"),
        ("UnknownAgentError", "RuntimeError"),
        ("AgentRefusedError", "RuntimeError"),
        ("AgentFailedError", "RuntimeError"),
        ("AgentTimeoutError", "RuntimeError"),
        ("AgentTypeError", "RuntimeError"),
    ],
)
def test_an_error_of_an_agent_is_an_exception_at_its_line(runner: Runner, name: str, base: str) -> None:
    made, _ = runner.pure("async def f(call_agent):\n    x = 1\n    return await call_agent('a', {})\n")
    failed = made.call("resume", [{"error": {"exception": name, "message": "said"}}])["failed"]
    assert failed == {"exception": name, "message": "said", "line": 3, "frames": [[3, "f"]], "base": base}


def test_a_tool_can_catch_it(runner: Runner) -> None:
    source = "async def f(call_agent):\n    try:\n        return await call_agent('a', {})\n    except AgentRefusedError as error:\n        return f'no: {error}'\n"
    made, _ = runner.pure(source)
    assert made.call("resume", [{"error": {"exception": "AgentRefusedError", "message": "denied"}}]) == {
        "done": "no: denied"
    }


def test_gather_returns_exceptions_when_asked(runner: Runner) -> None:
    source = (
        "async def f(call_agent):\n"
        "    found = await asyncio.gather(call_agent('a', {}), call_agent('b', {}), return_exceptions=True)\n"
        "    return [str(one) for one in found]\n"
    )
    made, _ = runner.pure(source)
    replies = [{"error": {"exception": "AgentFailedError", "message": "broken"}}, {"value": 1}]
    assert made.call("resume", replies) == {"done": ["broken", "1"]}


def test_rounds_hold_what_all_tasks_ask_in_order(runner: Runner) -> None:
    source = """
async def chain(call_agent, name):
    first = await call_agent(name, {"step": 1})
    return await call_agent(name, {"step": 2, "got": first})

async def f(call_agent):
    task = asyncio.create_task(chain(call_agent, "c"))
    pairs = await asyncio.gather(chain(call_agent, "a"), asyncio.gather(chain(call_agent, "b"), call_agent("d", {})))
    return [pairs, await task]
"""
    made, step = runner.pure(source)
    assert sorted(name for name, _ in step["calls"]) == ["a", "b", "c", "d"]
    order = [name for name, _ in step["calls"]]
    step = made.call("resume", value(*[name.upper() for name in order]))
    assert [[name, args["got"]] for name, args in step["calls"]] == [
        [name, name.upper()] for name in order if name != "d"
    ]
    assert made.call("resume", value(*[name * 2 for name, _ in step["calls"]])) == {"done": [["aa", ["bb", "D"]], "cc"]}


def test_sleep_takes_no_time(runner: Runner) -> None:
    source = "async def late(n):\n    await asyncio.sleep(n)\n    return n\nasync def f():\n    return await asyncio.gather(late(1000), late(1))\n"
    assert runner.pure(source)[1] == {"done": [1000, 1]}


def test_an_answer_is_never_late_in_virtual_time(runner: Runner) -> None:
    source = "async def f(call_agent):\n    return await asyncio.wait_for(call_agent('a', {}), 0.001)\n"
    made, step = runner.pure(source)
    assert step == {"calls": [["a", {}]]}
    assert made.call("resume", value("in time")) == {"done": "in time"}


def test_waiting_for_what_never_comes_is_an_error(runner: Runner) -> None:
    source = "async def g():\n    await asyncio.sleep(5)\nasync def f():\n    await asyncio.wait_for(g(), 1)\n"
    failed = runner.pure(source)[1]["failed"]
    assert (failed["exception"], failed["line"]) == ("TimeoutError", 4)


def test_a_call_that_nobody_awaits_is_not_asked(runner: Runner) -> None:
    _, step = runner.pure("async def f(call_agent):\n    call_agent('a', {})\n    return 1\n")
    assert step["done"] == 1
    assert "coroutine 'call_agent' was never awaited" in step["printed"]


def test_a_result_without_await_says_so(runner: Runner) -> None:
    failed = runner.pure("async def f(call_agent):\n    return call_agent('a', {})\n")[1]["failed"]
    assert failed["message"] == "a tool's values cannot hold a coroutine: write await before the call"


@pytest.mark.parametrize(
    "source", ["async def f():\n    return 1\n", "def f():\n    return 1\n", "async def f(call_agent):\n    return 1\n"]
)
def test_a_tool_need_not_ask_anyone(runner: Runner, source: str) -> None:
    assert runner.pure(source)[1] == {"done": 1}


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("call_agent('a', 5)", "not int"),
        ("call_agent('a', [1])", "not list"),
        ("call_agent(1, {})", "is a str"),
        ("call_agent('a', {1: 2})", "keys than str"),
        ("call_agent('a', {'x': len})", "a function"),
    ],
)
def test_arguments_of_an_agent_are_a_dict(runner: Runner, call: str, said: str) -> None:
    failed = runner.pure(f"async def f(call_agent):\n    x = 1\n    await {call}\n")[1]["failed"]
    assert (failed["exception"], failed["line"]) == ("TypeError", 3)
    assert said in failed["message"]


def test_arguments_are_those_of_the_call(runner: Runner) -> None:
    source = "async def f(call_agent):\n    given = {'x': [1]}\n    waiting = call_agent('a', given)\n    given['x'].append(2)\n    return await waiting\n"
    assert runner.pure(source)[1] == {"calls": [["a", {"x": [1]}]]}


def test_twenty_thousand_calls_are_one_round(runner: Runner) -> None:
    source = "async def f(call_agent):\n    found = await asyncio.gather(*[call_agent('a', {'n': n}) for n in range(20_000)])\n    return sum(found)\n"
    made, step = runner.pure(source)
    assert [args["n"] for _, args in step["calls"]] == list(range(20_000))
    assert made.call("resume", value(*range(20_000))) == {"done": sum(range(20_000))}


def test_the_same_answers_give_the_same_steps(runner: Runner) -> None:
    def steps(made: Instance, step: dict[str, Any]) -> list[dict[str, Any]]:
        return [step, made.call("resume", value('["a"]')), made.call("resume", value(1)), made.call("resume", value(2))]

    first, second = (steps(*runner.pure(RESEARCH, {"question": "why"})) for _ in range(2))
    assert first == second


def test_what_the_policy_refuses_is_told_by_define(runner: Runner) -> None:
    _, answer = runner.define("async def f(call_agent):\n    open('x')\n", kind="pure")
    assert (answer["failed"]["base"], answer["failed"]["line"]) == ("SyntaxError", 2)
