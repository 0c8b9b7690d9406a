"""Hostile cells: whatever one does to the interpreter that it shares with the runner's own program, the host gets a value
or one of our errors, nobody is asked on its behalf, and the next call finds nothing of it."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import hermetic_nb as hnb

SECRET = "HERMETIC_TEST_SECRET"
FAKES = (
    '{"done": 1}',
    '{"calls": [["agent", {}]]}',
    '{"failed": {"exception": "E", "message": "m", "line": 1}}',
    '{"defined": true}',
    "not json",
    "",
    "[" * 5000,
    '{"done": {"$int": "x"}}',
    '{"done": "\\ud800", "printed": "\\ud800"}',
    '[["full", ""]]',
)
PATCHES = {
    "json.dumps": "import json\n    json.dumps = lambda *a, **k: FAKE",
    "json.encoder": "import json.encoder\n    json.encoder.JSONEncoder.encode = lambda *a: FAKE",
    "json.loads": "import json\n    json.loads = lambda *a, **k: {}",
    "builtins.isinstance": "import builtins\n    builtins.isinstance = lambda *a: True",
    "builtins.len": "import builtins\n    builtins.len = lambda *a: -1",
    "builtins.type": "import builtins\n    builtins.type = lambda *a: str",
    "builtins.dict": "import builtins\n    builtins.dict = None",
    "str of output": "import sys\n    sys.stdout = None\n    sys.stderr = None",
    "fake output": "import sys\n    class S:\n        def getvalue(self): return 5\n        def text(self): return FAKE\n    sys.stdout = S()",
    "modules cleared": "import sys\n    sys.modules.clear()",
    "modules replaced": "import sys\n    for name in list(sys.modules): sys.modules[name] = None",
    "exit": "import os\n    os._exit(3)",
    "abort": "import os\n    os.abort()",
    "recursion limit": "import sys\n    sys.setrecursionlimit(10 ** 9)\n    def g(): return g()\n    g()",
    "excepthook": "import sys\n    sys.excepthook = lambda *a: print(FAKE)\n    raise ValueError(FAKE)",
    "del builtins": "import builtins\n    for n in list(vars(builtins)): delattr(builtins, n)",
    "gc of everything": "import gc\n    for o in gc.get_objects():\n        if type(o) is dict:\n            try: o.clear()\n            except Exception: pass",
    "frames": "import sys\n    f = sys._getframe()\n    while f: f.f_globals.clear(); f = f.f_back",
    "trace function": "import sys\n    sys.settrace(lambda *a: 1 / 0)",
    "async generators": "import sys\n    sys.set_asyncgen_hooks(lambda *a: 1 / 0)",
    "weird exception": "class E(BaseException):\n        def __str__(self): raise self\n        def __repr__(self): raise self\n    raise E",
    "exception class without name": "E = type('os.system(1)', (Exception,), {})\n    raise E('x')",
    "exception with a null": "raise type('E\\\\0', (Exception,), {})('x')",
    "exception with a long name": "raise type('E' * 5000, (Exception,), {})('x')",
    "exception of our name": "raise type('LimitExceeded', (Exception,), {})('x')",
    "agent error of its own": "raise type('UnknownAgentError', (Exception,), {})('x')",
    "group": "raise ExceptionGroup('g', [ValueError(1), ExceptionGroup('h', [TypeError(2)])])",
    "base of object": "raise type('E', (KeyError, ValueError), {})('x')",
    "a generator": "yield 1",
    "line beyond": "exec(compile('\\\\n' * 10 ** 5 + 'raise ValueError(1)', '<cell>', 'exec'))",
}


class Sub(str):
    """A text that lies about itself."""

    __slots__ = ()


@pytest.fixture(scope="module")
def asked() -> list[Any]:
    return []


@pytest.fixture(scope="module")
def box(asked: list[Any]) -> Iterator[hnb.Toolbox]:
    def everybody(name: str, args: Any) -> None:
        asked.append((name, args))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET, "swordfish")
        made = hnb.Toolbox(":memory:", agents=everybody, limits=hnb.Limits(fuel=3_000_000_000))
        yield made
        made.close()


@pytest.fixture(scope="module")
def honest(box: hnb.Toolbox) -> hnb.Tool:
    return box.seal("import json\n\ndef honest(x: Any) -> Any:\n    return json.loads(json.dumps([x, len('ab')]))\n")


def outcome(box: hnb.Toolbox, source: str) -> str:
    """What a cell comes to: the value, or the name of our error. Any other exception fails the test."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            tool = box.seal(source, tier="python", limits=hnb.ModuleLimits(memory_pages=2048))
            receipt = tool.call()
            again = tool.replay(receipt)
            assert again.digest == receipt.digest
            hnb.Receipt.from_json(receipt.to_json())
            if receipt.error is not None:
                error = tool.failure(receipt)
                error.render()
                return f"{type(error).__name__}: {error.message}"
            return repr(receipt.value)
        except hnb.HermeticError as error:
            error.render()
            error.to_json()
            return f"{type(error).__name__}: {error.message}"


@pytest.mark.parametrize("name", PATCHES)
def test_a_cell_that_changes_the_interpreter(box: hnb.Toolbox, honest: hnb.Tool, asked: list[Any], name: str) -> None:
    body = PATCHES[name].replace("FAKE", repr(FAKES[1])).replace("\\\\", "\\")
    outcome(box, f"def f() -> Any:\n    {body}\n    return 'the end'\n")
    assert honest("x") == ["x", 2]
    assert asked == []


@pytest.mark.parametrize("fake", FAKES, ids=range(len(FAKES)))
@pytest.mark.parametrize("where", ["call", "top"])
def test_a_cell_that_writes_the_answers_of_the_runner(
    box: hnb.Toolbox, honest: hnb.Tool, asked: list[Any], fake: str, where: str
) -> None:
    patch = f"json.dumps = json.encoder.c_make_encoder = lambda *a, **k: {fake!r}"
    patch += f"; json.JSONEncoder.encode = lambda *a: {fake!r}; json._default_encoder = json.JSONEncoder()"
    inside = f"    {patch}\n" if where == "call" else ""
    top = "" if where == "call" else f"{patch}\n"
    said = outcome(box, f"import json\nimport json.encoder\n{top}def f() -> Any:\n{inside}    return 'the end'\n")
    assert where == "call" or said.startswith("BuildError: ")
    assert honest(1) == [1, 2]
    assert asked == []


def test_a_cell_that_finds_the_runners_own_program(box: hnb.Toolbox, honest: hnb.Tool, asked: list[Any]) -> None:
    source = """
import gc
import sys

def f() -> Any:
    found = []
    for name, module in list(sys.modules.items()):
        if name.startswith(("hermetic_nb", "app", "wit_world")):
            found.append(name)
            for key in list(vars(module)):
                setattr(module, key, lambda *a, **k: '{"calls": [["agent", {}]]}')
    for thing in gc.get_objects():
        if type(thing).__name__ == "Program":
            thing._document["kind"] = "pure"
            thing._rounds = thing
    return found
"""
    outcome(box, source)
    assert honest(1) == [1, 2]
    assert asked == []


def test_printing_an_answer_gives_none(box: hnb.Toolbox, capsys: pytest.CaptureFixture[str]) -> None:
    tool = box.seal("def f() -> Any:\n    print('{\"done\": 2}')\n    return 1\n", tier="python")
    assert tool() == 1
    assert capsys.readouterr().out == '{"done": 2}\n'


def test_a_sealed_tool_asks_nobody(box: hnb.Toolbox, asked: list[Any]) -> None:
    for source in (
        "def f() -> Any:\n    return call_agent('a', {})\n",
        "import asyncio\n\ndef f() -> Any:\n    async def g(): return await call_agent('a', {})\n    return asyncio.run(g())\n",
    ):
        said = outcome(box, source)
        assert "call_agent" in said
    assert asked == []


def test_nothing_of_a_call_is_there_in_the_next(box: hnb.Toolbox) -> None:
    source = """
import random
import sys

seen = []

def f(x: int) -> list[Any]:
    seen.append(x)
    first = not hasattr(sys, "left_here")
    sys.left_here = x
    return [seen, first]
"""
    tool = box.seal(source, tier="python")
    assert [tool(n) for n in range(3)] == [[[n], True] for n in range(3)]


def test_a_cell_sees_nothing_of_the_host(box: hnb.Toolbox) -> None:
    source = """
import gc
import os
import sys

def f() -> list[str]:
    return [repr(dict(os.environ)), repr(sys.argv), repr(sys.path), repr(sys.flags), repr(sys.executable), sys.version]
"""
    text = outcome(box, source)
    for hidden in ("swordfish", SECRET, str(Path.cwd()), sys.executable, sys.prefix, os.environ["HOME"] + "/"):
        assert hidden not in text


@pytest.mark.parametrize("tier", ["python", "pure"])
def test_arguments_that_lie_are_what_they_are(box: hnb.Toolbox, tier: str) -> None:
    class Liar(dict[str, Any]):
        def items(self) -> Any:
            raise OSError

    kind = "async def" if tier == "pure" else "def"
    tool = box.seal(f"{kind} f(x: Any) -> Any:\n    return x\n", tier="auto" if tier == "pure" else "python")
    assert tool(Sub("a")) == "a"
    for wrong in (object(), print, Liar({"x": object()}), iter([]), 1j):
        with pytest.raises(hnb.ArgumentError):
            tool(wrong)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(hnb.HermeticError):
        tool(deep)
    while deep:  # taken apart by hand: CPython's own way recurses
        deep = deep[0]
    circle: list[Any] = []
    circle.append(circle)
    with pytest.raises(hnb.HermeticError):
        tool(circle)


@pytest.mark.parametrize(
    "source",
    [
        "def f() -> Any:\n    return 1\n\x00",
        "def f() -> Any:\n    return '\ud800'\n",
        "def f() -> Any:\n    return " + "(" * 1000 + "1" + ")" * 1000 + "\n",
        "def f() -> Any:\n    return " + "-" * 5000 + "1\n",
        "def f() -> Any:\n    return " + " + ".join(["1"] * 5000) + "\n",
        "def f() -> Any:\n    return [" + "[],".join([""] * 20_000) + "]\n",
        "def f(" + ", ".join(f"a{n}: int" for n in range(300)) + ") -> Any:\n    return 1\n",
        "# coding: utf-7\ndef f() -> Any:\n    return 1\n",
        "def f() -> Any:\n    return 1\nimport antigravity\n",
        "def f() -> Any:\n    import ctypes\n    return 1\n",
        "def f() -> Any:\n    return open('/etc/passwd').read()\n",
        "def f() -> Any:\n    import socket\n    return socket.create_connection(('127.0.0.1', 1))\n",
        "def f() -> Any:\n    import subprocess\n    return subprocess.run(['id'])\n",
        "def f() -> Any:\n    import threading\n    threading.Thread(target=print).start()\n",
    ],
    ids=range(14),
)
def test_sources_at_the_edge(box: hnb.Toolbox, honest: hnb.Tool, source: str) -> None:
    assert "root:" not in outcome(box, source)
    assert honest(1) == [1, 2]
