"""Pure tools, live: the founding document's listings, who answers, and what of a round happens at the same time."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

import hermetic_nb as hnb
from hermetic_nb.toolbox import notebook

LISTING = '''
# LLM creates a tool dynamically
tool_create(
    name="deep_research",
    description="Research using multiple agents in parallel",
    parameters={"question": "str"},
    code="""
async def run(question, call_agent):
    # Step 1: Expand query
    queries = json.loads(await call_agent("query_expander", {"input": question}))

    # Step 2: Search in parallel
    findings = await asyncio.gather(*[
        call_agent("searcher", {"input": q}) for q in queries
    ])

    # Step 3: Synthesize
    return await call_agent("synthesizer", {"input": findings})
"""
)

# Then another agent (or the same one) can call it
result = tool_call("deep_research", {"question": "..."})
'''
RUN = """
async def run(question, call_agent):
    return [await call_agent("first", {"input": question}), await call_agent("second", {"input": question})]
"""
ROUND = """
async def ask_all(names: list[str], call_agent) -> list[Any]:
    return await asyncio.gather(*[call_agent(name, {"n": n}) for n, name in enumerate(names)])
"""
ONE = """
async def ask(agent: str, given: dict[str, Any], call_agent) -> Any:
    return await call_agent(agent, given)
"""


class Counter:
    """An agent with a state of its own."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, args: dict[str, int]) -> int:
        self.asked += args["by"]
        return self.asked


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:", limits=hnb.Limits(agent_seconds=60))
    yield made
    made.close()


@pytest.fixture(scope="module")
def ask(box: hnb.Toolbox) -> hnb.Tool:
    return box.seal(ONE)


@pytest.fixture(scope="module")
def ask_all(box: hnb.Toolbox) -> hnb.Tool:
    return box.seal(ROUND)


@pytest.fixture
def researchers(box: hnb.Toolbox) -> None:
    box.agents.add("query_expander", lambda args: json.dumps([args["input"] + end for end in "ab"]))
    box.agents.add("searcher", lambda args: f"found {args['input']}")
    box.agents.add("synthesizer", lambda args: " and ".join(args["input"]))


# ---------------------------------------------------------------- the founding document


def test_the_founding_listing_runs_as_it_stands(
    box: hnb.Toolbox, researchers: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook, "_default", box)
    names: dict[str, Any] = {"tool_create": hnb.tool_create, "tool_call": hnb.tool_call}
    exec(LISTING, names)
    assert names["result"] == "found ...a and found ...b"
    (listed,) = [tool for tool in hnb.tool_list() if tool["name"] == "deep_research"]
    assert listed["description"] == "Research using multiple agents in parallel"
    assert listed["parameters"]["properties"] == {"question": {"type": "string"}}
    assert listed["parameters"]["required"] == ["question"]


def test_a_json_schema_types_as_names_do(box: hnb.Toolbox) -> None:
    schema = {"type": "object", "properties": {"question": {"type": "string"}}, "required": ["question"]}
    by_schema, by_name = (hnb.tool_create("same", "", given, RUN, box=box) for given in (schema, {"question": "str"}))
    assert by_schema.digest == by_name.digest
    with pytest.raises(hnb.ArgumentError):
        by_name(question=1)


def test_a_wrong_type_of_a_parameter_is_said(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.SpecError, match="question"):
        hnb.tool_create("wrong", "", {"question": "strong"}, RUN, box=box)


def test_the_founding_executor_needs_nothing_but_a_function() -> None:
    async def call_agent(name: str, args: dict[str, Any]) -> str:
        return f"{name}: {args['input']}"

    executor = hnb.PureToolExecutor(call_agent)
    try:
        assert asyncio.run(executor.execute(RUN, {"question": "why"})) == ["first: why", "second: why"]
    finally:
        executor.close()


# ---------------------------------------------------------------- who answers


def test_agents_get_a_dict_or_names(box: hnb.Toolbox, ask: hnb.Tool) -> None:
    @box.agent("by_dict")
    def by_dict(args: dict[str, Any]) -> list[str]:
        return sorted(args)

    @box.agent("by_untyped")
    async def by_untyped(request):  # type: ignore[no-untyped-def]
        return sorted(request)

    @box.agent("by_name")
    async def by_name(a: int, b: str = "b") -> str:
        return f"{a}{b}"

    assert ask("by_dict", {"b": 1, "a": 2}) == ["a", "b"]
    assert ask("by_untyped", {"x": 1}) == ["x"]
    assert ask("by_name", {"a": 1}) == "1b"
    assert ask("by_name", {"b": "c", "a": 2}) == "2c"


def test_an_agent_may_be_any_callable(box: hnb.Toolbox, ask: hnb.Tool) -> None:
    counter = Counter()
    box.agents.add("counter", counter)
    box.agents.add("method", counter.__call__)
    box.agents.add("echo", lambda args: args)
    box.agents.add("returns_a_coroutine", lambda args: counter(args | {"by": 10}))
    assert [ask(name, {"by": 1}) for name in ("counter", "method", "returns_a_coroutine")] == [1, 2, 12]
    assert ask("echo", {"x": [1.5, None, b"\x00"]}) == {"x": [1.5, None, b"\x00"]}


def test_an_agent_is_registered_over_removed_and_listed(box: hnb.Toolbox, ask: hnb.Tool) -> None:
    box.agents.add("clerk", lambda _: 1)
    box.agents.add("clerk", lambda _: 2)
    assert ask("clerk", {}) == 2
    assert [agent.name for agent in box.agents] == sorted(agent.name for agent in box.agents)
    box.agents.remove("clerk")
    with pytest.raises(hnb.UnknownAgentError):
        ask("clerk", {})
    with pytest.raises(hnb.SpecError, match="no agent clerk"):
        box.agents.remove("clerk")


@pytest.mark.parametrize(
    ("name", "answer", "approval", "said"),
    [
        ("no name", print, "auto", "no name"),
        ("a", print, "always", "always"),
        ("a", "print", "auto", "a str cannot answer"),
    ],
)
def test_an_agent_that_cannot_be_is_refused(box: hnb.Toolbox, name: str, answer: Any, approval: str, said: str) -> None:
    with pytest.raises(hnb.SpecError, match=said):
        box.agents.add(name, answer, approval)


def test_one_function_answers_to_all_names() -> None:
    def everybody(name: str, args: dict[str, Any]) -> list[Any]:
        return [name, args]

    box = hnb.Toolbox(":memory:", agents=everybody)
    try:
        ask = box.seal(ONE)
        assert ask("anyone", {"x": 1}) == ["anyone", {"x": 1}]
        box.agents.add("someone", lambda _: "me")
        assert ask("someone", {}) == "me"
    finally:
        box.close()


def test_agents_are_given_as_a_mapping() -> None:
    box = hnb.Toolbox(":memory:", agents={"echo": lambda args: args["x"]})
    try:
        assert box.seal(ONE)("echo", {"x": 1}) == 1
    finally:
        box.close()


# ---------------------------------------------------------------- rounds


def test_coroutines_of_a_round_meet(box: hnb.Toolbox, ask_all: hnb.Tool) -> None:
    meeting = asyncio.Barrier(100)

    @box.agent("meets")
    async def meets(n: int) -> int:
        await meeting.wait()
        return n

    assert ask_all(["meets"] * 100) == list(range(100))


def test_functions_of_a_round_meet(box: hnb.Toolbox, ask_all: hnb.Tool) -> None:
    meeting = threading.Barrier(40)

    @box.agent("waits")
    def waits(n: int) -> int:
        meeting.wait(timeout=30)
        return n

    assert ask_all(["waits"] * 40) == list(range(40))


def test_answers_come_in_the_order_of_asking(box: hnb.Toolbox, ask_all: hnb.Tool) -> None:
    late = asyncio.Event()
    order: list[str] = []

    @box.agent("slow")
    async def slow(args: dict[str, Any]) -> str:
        await late.wait()
        order.append("slow")
        return "slow"

    @box.agent("quick")
    async def quick(args: dict[str, Any]) -> str:
        order.append("quick")
        late.set()
        return "quick"

    receipt = ask_all.call(["slow", "quick"])
    assert order == ["quick", "slow"]
    assert receipt.value == ["slow", "quick"]
    assert [(call.agent, call.round) for call in receipt.trace] == [("slow", 0), ("quick", 0)]


# ---------------------------------------------------------------- where a call comes from


def test_a_call_inside_a_running_event_loop(box: hnb.Toolbox, ask: hnb.Tool) -> None:
    box.agents.add("echo", lambda args: args["x"])

    async def cell() -> Any:
        return ask("echo", {"x": 1})

    assert asyncio.run(cell()) == 1


def test_a_coroutine_goes_on_beside_a_call(box: hnb.Toolbox, ask: hnb.Tool) -> None:
    async def both() -> tuple[hnb.Receipt, str]:
        asked, said = asyncio.Event(), asyncio.Event()

        @box.agent("host")
        async def host(args: dict[str, Any]) -> str:
            asked.set()
            await said.wait()
            return "heard"

        async def beside() -> str:
            await asked.wait()
            said.set()
            return "said"

        return tuple(await asyncio.gather(ask.acall("host", {}), beside()))  # type: ignore[return-value]

    receipt, said = asyncio.run(both())
    assert (receipt.value, said) == ("heard", "said")


def test_calls_from_several_threads(box: hnb.Toolbox, ask: hnb.Tool) -> None:
    meeting = threading.Barrier(4)

    @box.agent("meets_threads")
    def meets_threads(x: int) -> int:
        meeting.wait(timeout=30)
        return x

    found: dict[int, Any] = {}

    def call(n: int) -> None:
        found[n] = ask("meets_threads", {"x": n})

    threads = [threading.Thread(target=call, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: n for n in range(4)}


@pytest.mark.parametrize("kind", ["function", "coroutine"])
def test_an_agent_calls_a_tool_without_await(box: hnb.Toolbox, ask: hnb.Tool, kind: str) -> None:
    box.agents.add("deep", lambda args: args["x"] + 1)

    @box.agent("function")
    def function(x: int) -> Any:
        return ask("deep", {"x": x})

    @box.agent("coroutine")
    async def coroutine(x: int) -> Any:
        return ask("deep", {"x": x})

    assert ask(kind, {"x": 1}) == 2


def test_many_agents_call_tools_without_await(box: hnb.Toolbox, ask: hnb.Tool, ask_all: hnb.Tool) -> None:
    box.agents.add("leaf", lambda args: args["x"] + 1)

    @box.agent("branch")
    def branch(n: int) -> Any:
        return ask("leaf", {"x": n})

    assert ask_all(["branch"] * 40) == list(range(1, 41))
