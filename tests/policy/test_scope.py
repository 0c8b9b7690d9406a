"""What the host gives a pure tool, and what a tool can do with what it should not have been given."""

from __future__ import annotations

import os
import types
from typing import Any

import pytest

from hermetic_nb import policy
from hermetic_nb.values import Member, Record


def run(source: str, **extra: Any) -> Any:
    scope = policy.namespace(extra)
    exec(policy.compile(source, "<cell>"), scope)
    return scope["result"]


def test_a_module_is_not_given() -> None:
    with pytest.raises(TypeError, match="given no modules"):
        policy.namespace({"os": os})


@pytest.mark.parametrize(
    ("smuggled", "path"),
    [
        ([os], "smuggled[0].getcwd"),
        ({"m": os}, "smuggled['m'].getcwd"),
        ((1, [os.path]), "smuggled[1][0].join"),
        (types.SimpleNamespace(m=os), "smuggled.m"),
        ([open], "smuggled[0].mode"),
        (types.MethodType(len, []), "smuggled.im_self"),
    ],
)
def test_what_the_host_let_in_by_mistake_has_no_attributes(smuggled: Any, path: str) -> None:
    with pytest.raises(AttributeError):
        run(f"result = {path}", smuggled=smuggled)


def test_records_and_members_of_an_answer_are_read() -> None:
    point, color = Record("Point", {"x": 1, "format": 2}), Member("Color", "RED", 3)
    assert run("result = p.x, p.format, p._asdict(), c.name, c.value", p=point, c=color) == (
        *(1, 2, {"x": 1, "format": 2}),
        *("RED", 3),
    )
    with pytest.raises(AttributeError):
        run("result = getattr(p, '_values_')", p=point)


def test_errors_that_were_given_can_be_caught_and_derived_from() -> None:
    class AgentError(RuntimeError):
        def __init__(self, agent: str) -> None:
            super().__init__(agent)
            self.agent = agent

    source = """
class Mine(AgentError):
    pass

try:
    raise Mine("a")
except AgentError as error:
    mine = error.agent
try:
    raise AgentError("b")
except AgentError as error:
    result = mine, error.agent, str(error)
"""
    assert run(source, AgentError=AgentError) == ("a", "b", "b")


def test_each_namespace_is_fresh() -> None:
    code = policy.compile("class A: pass\nitems = []\nitems.append(A)\njson = 5", "<cell>")
    first, second = policy.namespace({}), policy.namespace({})
    exec(code, first)
    exec(code, second)
    assert first["items"] is not second["items"]
    assert first["json"] == second["json"] == 5
    assert policy.namespace({})["json"] != 5


def test_a_class_of_one_tool_is_not_another_tools() -> None:
    maker = policy.namespace({})
    exec(policy.compile("class A:\n    x = 1", "<cell>"), maker)
    with pytest.raises(AttributeError):
        run("result = [other][0].x", other=maker["A"]())


def test_printing_goes_to_the_captured_output(capsys: pytest.CaptureFixture[str]) -> None:
    run("print('a', 'b', sep='-', file=None)\nresult = 1")
    assert capsys.readouterr().out == "a-b\n"
    with pytest.raises(TypeError, match="captured output only"):
        run("print('x', file=[])\nresult = 1")
