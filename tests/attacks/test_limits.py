"""Tools that never end, or grow without end: each stops at a limit that has a name, and the next call is right."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

import hermetic_nb as hnb
from hermetic_nb.executors import python
from hermetic_nb.model import ModuleLimits

FUEL = 3_000_000_000
"""Instructions: of the order of a second on a slow machine."""
SMALL = ModuleLimits(memory_pages=2048)
"""128 MiB, so that what grows is soon at its end."""
BODIES = {
    # what the tool does: (the lines of its body, the limit that ends it)
    "endless loop": ("while True: pass", "fuel"),
    "endless recursion": ("def g(): return g()\n    return g()", "depth"),
    "mutual recursion": ("def g(): return h()\n    def h(): return g()\n    return g()", "depth"),
    "huge power": ("return len(str(10 ** 10 ** 8))", "fuel"),
    "huge shift": ("return 1 << 10 ** 11", "memory"),
    "huge text": ("return 'a' * 10 ** 10", "memory"),
    "huge bytes": ("return b'a' * 10 ** 9", "memory"),
    "huge list": ("return [0] * 10 ** 9", "memory"),
    "growing list": ("x = []\n    while True: x.append([0] * 10 ** 5)", "memory"),
    "growing text": ("x = 'ab'\n    while True: x = x + x", "memory"),
    "growing dict": ("x = {}\n    while True: x[len(x)] = str(len(x)) * 1000", "memory"),
    "growing int": ("x = 3\n    while True: x = x * x", "fuel"),
    "range to list": ("return list(range(10 ** 9))", "memory"),
    "regex": ("import re\n    return bool(re.match('(a+)+$', 'a' * 40 + 'b'))", "fuel"),
    "endless print": ("while True: print('x' * 100)", "fuel"),
    "endless iterator": ("import itertools\n    return sum(itertools.count())", "fuel"),
    "endless sort": (
        "class N:\n        def __lt__(s, o):\n            while True: pass\n    return sorted([N(), N()])",
        "fuel",
    ),
    "width of a format": ("return f'{1:1000000000}'", "memory"),
    "product of ranges": (
        "import itertools\n    return len(list(itertools.product(range(10 ** 4), repeat=4)))",
        "memory",
    ),
    "nested data": ("import json\n    return json.loads('[' * 10 ** 5)", "depth"),
    "deep result": ("x = []\n    for _ in range(10 ** 4): x = [x]\n    return x", ""),
    "caught recursion": ("try:\n        return f()\n    except RecursionError:\n        return f()", "fuel"),
    "catches everything": (
        "while True:\n        try:\n            while True: x = 1 // 0\n        except BaseException: pass",
        "fuel",
    ),
    "catches memory": (
        "x = []\n    while True:\n        try:\n            while True: x.append(bytes(10 ** 6))\n        except MemoryError: pass",
        "fuel",
    ),
    "finally again": (
        "while True:\n        try:\n            return 1\n        finally:\n            continue",
        "fuel",
    ),
}
PURE = (
    "endless loop",
    "endless recursion",
    "huge power",
    "huge text",
    "growing list",
    "growing text",
    "growing dict",
    "regex",
    "endless print",
    "width of a format",
    "catches memory",
)


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:", limits=hnb.Limits(fuel=FUEL))
    made.agents.add("echo", lambda args: args)
    yield made
    made.close()


@pytest.fixture(scope="module")
def next_call(box: hnb.Toolbox) -> hnb.Tool:
    return box.seal("def next_call(x: Any) -> Any:\n    return [x, x]\n", tier="python")


def limit_of(tool: hnb.Tool, *args: Any) -> str:
    """The limit that ends a call."""
    with pytest.raises(hnb.LimitExceeded) as caught:
        tool(*args)
    error = caught.value
    assert error.receipt is None
    assert error.help
    return error.limit


@pytest.mark.parametrize("attack", BODIES)
def test_the_python_tier_stops(box: hnb.Toolbox, next_call: hnb.Tool, attack: str) -> None:
    body, limit = BODIES[attack]
    tool = box.seal(f"def f() -> Any:\n    {body}\n", tier="python", limits=SMALL)
    if limit:
        assert limit_of(tool) == limit
    else:
        with pytest.raises(hnb.ToolError):
            tool()
    assert next_call(attack) == [attack, attack]


@pytest.mark.parametrize("attack", PURE)
def test_the_pure_tier_stops(box: hnb.Toolbox, next_call: hnb.Tool, attack: str) -> None:
    body, limit = BODIES[attack]
    tool = box.seal(f"async def f(call_agent) -> Any:\n    await call_agent('echo', {{}})\n    {body}\n", limits=SMALL)
    assert limit_of(tool) == limit
    assert next_call(attack) == [attack, attack]


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ("while True: await asyncio.sleep(0)", "fuel"),
        ("while True: await asyncio.sleep(10 ** 9)", "fuel"),
        ("async def g():\n        return await g()\n    return await g()", "depth"),
        ("while True: await call_agent('echo', {})", "rounds"),
        ("await asyncio.gather(*[call_agent('echo', {}) for _ in range(20_000)])", "calls"),
        (
            "while True:\n        try:\n            await call_agent('nobody', {})\n        except Exception: pass",
            "rounds",
        ),
        ("while True: await call_agent('f', {})", "calls_depth"),
    ],
)
def test_what_only_a_pure_tool_can_do_stops(box: hnb.Toolbox, next_call: hnb.Tool, body: str, limit: str) -> None:
    tool = box.seal(f"async def f(call_agent) -> Any:\n    {body}\n", limits=SMALL)
    assert limit_of(tool) == limit
    assert next_call(1) == [1, 1]


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_result_has_a_length(kind: str) -> None:
    box = hnb.Toolbox(":memory:", limits=hnb.Limits(output_bytes=1000))
    try:
        tool = box.seal(f"{kind} f(n: int) -> Any:\n    return 'x' * n\n", tier="auto" if kind != "def" else "python")
        assert tool(998) == "x" * 998
        assert limit_of(tool, 999) == "output_bytes"
        assert limit_of(tool, 10**7) == "output_bytes"
        assert tool(3) == "xxx"
    finally:
        box.close()


def test_what_is_printed_is_cut_and_no_error(box: hnb.Toolbox) -> None:
    receipt = box.seal(
        "def chatty() -> Any:\n    for n in range(10 ** 5): print(n)\n    return 1\n", tier="python"
    ).call()
    assert receipt.value == 1
    assert receipt.printed.startswith("0\n1\n2\n")
    assert len(receipt.printed) < 10**5


def test_a_limit_of_the_cell_is_placed(box: hnb.Toolbox) -> None:
    tool = box.seal("def f(n: int) -> Any:\n    x = []\n    return f(n + 1)\n", tier="python")
    with pytest.raises(hnb.LimitExceeded) as caught:
        tool(0)
    (finding,) = caught.value.diagnostics
    assert (finding.line, finding.source) == (3, "    return f(n + 1)")


def test_memory_and_depth_are_what_the_cell_declares(box: hnb.Toolbox) -> None:
    source = "def f(n: int) -> Any:\n    return n if n == 0 else f(n - 1)\n"
    shallow = box.seal(source, tier="python", limits=ModuleLimits(depth=50))
    assert shallow(40) == 0
    assert limit_of(shallow, 60) == "depth"
    assert box.seal(source, tier="python")(900) == 0
    held = "def g(n: int) -> int:\n    return len(bytes(n))\n"
    assert limit_of(box.seal(held, tier="python", limits=SMALL), 200 << 20) == "memory"
    assert box.seal(held, tier="python")(200 << 20) == 200 << 20


# ---------------------------------------------------------------- without a limit of one's own


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Iterator[hnb.Toolbox]:
    """Calls run on code without counters first, as they do where nobody asked for fuel, and soon turn to the other."""
    monkeypatch.setattr(python, "PLAIN_SECONDS", 0.2)
    made = hnb.Toolbox(":memory:", limits=hnb.Limits(wall_seconds=1.0))
    made.agents.add("echo", lambda args: args)
    yield made
    made.close()


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_an_endless_loop_stops_by_default(hasty: hnb.Toolbox, kind: str) -> None:
    tool = hasty.seal(
        f"{kind} f(n: int) -> Any:\n    while n: pass\n    return n\n", tier="python" if kind == "def" else "auto"
    )
    assert limit_of(tool, 1) == "wall_seconds"
    assert tool(0) == 0


def test_a_long_call_goes_on_where_fuel_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python, "PLAIN_SECONDS", 0.05)
    asked: list[int] = []
    box = hnb.Toolbox(":memory:")

    @box.agent("count")
    def count(n: int) -> int:
        asked.append(n)
        return len(asked)

    try:
        tool = box.seal(
            "async def work(call_agent) -> list[Any]:\n"
            "    found = []\n"
            "    for n in range(3):\n"
            "        found.append(await call_agent('count', {'n': n}))\n"
            "        for i in range(400_000): n + i\n"
            "    return found\n"
        )
        receipt = tool.call()
        assert receipt.value == [1, 2, 3]
        assert asked == [0, 1, 2]  # told again to another instance, the agents are not asked again
        assert tool.replay(receipt).digest == receipt.digest
    finally:
        box.close()


def test_fuel_ends_a_call_at_the_same_instruction() -> None:
    counted: list[list[dict[str, int]]] = []
    for _ in range(2):
        box = hnb.Toolbox(":memory:", limits=hnb.Limits(fuel=FUEL // 10, rounds=10**6, calls=10**6))
        asked: list[dict[str, int]] = []
        try:
            box.agents.add("tick", asked.append)
            tool = box.seal(
                "async def f(call_agent) -> Any:\n    n = 0\n    while True:\n        n += 1\n"
                "        for _ in range(50_000): pass\n        await call_agent('tick', {'n': n})\n"
            )
            assert limit_of(tool) == "fuel"
        finally:
            box.close()
        counted.append(asked)
    assert counted[0] == counted[1]
    assert counted[0]


# ---------------------------------------------------------------- when a tool is sealed


@pytest.mark.parametrize(
    ("line", "limit"),
    [("x = 'a' * 10 ** 10", "memory"), ("def _g(): return _g()\nx = _g()", "depth"), ("x = [0] * 10 ** 9", "memory")],
)
@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_cell_that_cannot_be_defined(box: hnb.Toolbox, next_call: hnb.Tool, kind: str, line: str, limit: str) -> None:
    with pytest.raises(hnb.LimitExceeded) as caught:
        box.seal(f"{line}\n{kind} f() -> Any:\n    return 1\n", tier="python" if kind == "def" else "auto")
    assert caught.value.limit == limit
    assert next_call(1) == [1, 1]


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_an_endless_loop_of_the_cell_itself(
    box: hnb.Toolbox, next_call: hnb.Tool, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hermetic_nb.builder import interpreted

    monkeypatch.setattr(interpreted, "TRIAL", replace(interpreted.TRIAL, wall_seconds=1.0))
    with pytest.raises(hnb.LimitExceeded) as caught:
        box.seal(f"while True: pass\n{kind} f() -> Any:\n    return 1\n", tier="python" if kind == "def" else "auto")
    assert caught.value.limit == "wall_seconds"
    assert next_call(1) == [1, 1]


def test_an_endless_example(box: hnb.Toolbox, next_call: hnb.Tool, monkeypatch: pytest.MonkeyPatch) -> None:
    from hermetic_nb.builder import interpreted

    monkeypatch.setattr(interpreted, "TRIAL", replace(interpreted.TRIAL, wall_seconds=1.0))
    with pytest.raises(hnb.LimitExceeded):
        box.seal('def f() -> Any:\n    """\n    >>> f()\n    1\n    """\n    while True: pass\n', tier="python")
    assert next_call(1) == [1, 1]


# ---------------------------------------------------------------- many at once


def test_one_endless_call_beside_others(box: hnb.Toolbox, next_call: hnb.Tool) -> None:
    endless = box.seal("def endless() -> Any:\n    while True: pass\n", tier="python")

    async def all_of_them() -> list[Any]:
        calls = [endless.acall(), *(next_call.acall(n) for n in range(5))]
        return list(await asyncio.gather(*calls, return_exceptions=True))

    stopped, *others = asyncio.run(all_of_them())
    assert isinstance(stopped, hnb.LimitExceeded)
    assert [one.value for one in others] == [[n, n] for n in range(5)]


def test_compiled_tools_are_not_touched(box: hnb.Toolbox, next_call: hnb.Tool) -> None:
    assert box.seal("def native(n: int) -> int:\n    return n + 1\n")(1) == 2
