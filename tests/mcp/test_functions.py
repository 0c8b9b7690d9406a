"""What a server pays for the functions before they are called, and where nothing of MCP or of models is installed."""

from __future__ import annotations

import asyncio
import inspect
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import mcp
from hermetic_nb.errors import EngineError, RegistryAccessError, ToolError
from hermetic_nb.mcp import functions
from hermetic_nb.mcp.stopping import stoppable
from hermetic_nb.mcp.texts import MOST, bounded, error_json

ROOT = Path(__file__).parents[2]
HEAVY = {
    *("wasmtime", "llvmlite", "fastmcp", "mcp", "pydantic", "pydantic_ai", "RestrictedPython", "IPython"),
    *("hermetic_nb.toolbox", "hermetic_nb.agents", "hermetic_nb.making"),
}
WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"fastmcp", "mcp", "mcp_types", "pydantic_ai", "jupyter_server_mcp", "jupyter_server"}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Absent())
"""


def python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, env=environment or None
    )
    return done.stdout.strip()


def test_a_server_loads_the_functions_and_nothing_heavy() -> None:
    code = "from hermetic_nb.mcp import functions, tools; tools(); import sys; print(*sys.modules)"
    assert not set(python(code).split()) & HEAVY


def test_they_work_where_no_library_of_mcp_or_models_is_installed(tmp_path: Path) -> None:
    code = f"""{WITHOUT}
import asyncio, json
from hermetic_nb.mcp import functions
async def main():
    made = await functions.hermetic_create(
        "twice_of", "Twice a number.", "def run(n: int) -> int:\\n    return n * 2\\n",
        [{{"arguments": {{"n": 1}}, "result": 2}}, {{"arguments": {{"n": 2}}, "result": 4}}])
    print(json.dumps([made["made"], await functions.hermetic_call("twice_of", {{"n": 4}})]))
asyncio.run(main())
"""
    registry = {"HERMETIC_REGISTRY": str(tmp_path / "tools"), "HERMETIC_MCP_CREATE": "1", "HOME": str(tmp_path)}
    made, answer = json.loads(python(code, **registry))
    assert made is True
    assert answer["value"] == 8


@pytest.mark.parametrize("word", ["", "0", "yes", "true", " 1"])
def test_only_one_word_lets_clients_make_tools(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(mcp.CREATE, word)
    assert not mcp.may_create()
    assert not any("create" in name for name in mcp.tools())
    monkeypatch.setenv(mcp.CREATE, "1")
    assert mcp.tools()[-1] == "hermetic_nb.mcp.functions:hermetic_create"


def test_what_is_served_is_there_and_its_parameters_are_explained() -> None:
    for name, function in inspect.getmembers(functions, inspect.iscoroutinefunction):
        assert name.startswith("hermetic_")
        signature = inspect.signature(function)
        told = inspect.getdoc(function) or ""
        for parameter in signature.parameters.values():
            assert not isinstance(parameter.annotation, str)  # a wrapper's module could not resolve it
            assert f"\n    {parameter.name}: " in told
        assert f"hermetic_nb.mcp.functions:{name}" in {*mcp.tools(), "hermetic_nb.mcp.functions:hermetic_create"}


def test_errors_of_ours_tell_no_path_and_those_of_tools_are_whole() -> None:
    for error in (
        RegistryAccessError("cannot write /home/someone/.local/share/hermetic_nb: full", help="look at ~/x/y"),
        EngineError(
            "the worker process ended: ImportError: /opt/lib/python3/site-packages/x.so", help="C:\\Users\\me\\x"
        ),
    ):
        told = str(error_json(error))
        for part in ("someone", "share", "site-packages", "/x/y", "Users"):
            assert part not in told
        assert "(a path)" in told
    assert error_json(ToolError("no such key: /a/b"))["error"]["message"] == "no such key: /a/b"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=40)))
def test_what_is_not_too_long_comes_whole(data: Any) -> None:
    size = len(json.dumps(data, ensure_ascii=False))
    answer = bounded("value", data)
    assert (answer == {"value": data}) == (size <= MOST)
    longer = bounded("value", [data, "x" * MOST])
    assert set(longer) == {"value_cut", "note"}
    assert len(longer["value_cut"]) == MOST


@pytest.mark.parametrize("wrap", [lambda inner: [1, inner], lambda inner: {"a": 1, "b": inner}], ids=["list", "object"])
def test_what_clients_cannot_read_for_its_depth_is_left_out(wrap: Any) -> None:
    data: Any = 1
    for _ in range(64):
        data = wrap(data)
    assert bounded("value", data) == {"value": data}
    answer = bounded("value", wrap(data))
    assert answer["value_cut"] == ""
    assert "deeper than 64 levels" in answer["note"]


def test_work_that_nobody_waits_for_is_interrupted() -> None:
    ended = threading.Event()
    begun = threading.Event()

    def work() -> None:
        begun.set()
        try:
            while True:
                threading.Event().wait(0.01)
        except KeyboardInterrupt:
            ended.set()
            raise

    async def main() -> None:
        task = asyncio.create_task(stoppable(work))
        assert await asyncio.to_thread(begun.wait, 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(ended.wait, 30)

    asyncio.run(main())


def test_errors_and_results_of_work_come_back() -> None:
    assert asyncio.run(stoppable(divmod, 7, 2)) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        asyncio.run(stoppable(divmod, 7, 0))
