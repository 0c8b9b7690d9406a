"""How a cell's failures are told."""

from __future__ import annotations

import pytest

from tests.runner.instance import Runner, Trapped


def test_an_exception_has_its_line_and_frames(runner: Runner) -> None:
    source = "def g(x):\n    return 1 / x\n\ndef f():\n    return g(0)\n"
    assert runner.call(source) == {
        "failed": {
            "exception": "ZeroDivisionError",
            "message": "division by zero",
            "line": 2,
            "frames": [[5, "f"], [2, "g"]],
        }
    }


def test_a_class_of_the_cell_says_its_base(runner: Runner) -> None:
    failed = runner.run("class Odd(LookupError): pass\nraise Odd('x')")["failed"]
    assert (failed["exception"], failed["base"], failed["message"], failed["line"]) == ("Odd", "LookupError", "x", 3)


@pytest.mark.parametrize(
    ("source", "line", "exception"),
    [
        ("def f(:\n", 1, "SyntaxError"),
        ("def f():\n    return 1 +\n", 2, "SyntaxError"),
        ("def f():\n  x\n    y\n", 3, "IndentationError"),
        ("def f():\n    return 1\nbreak\n", 3, "SyntaxError"),
        ("x = 1\ny = undefined\n", 2, "NameError"),
    ],
)
def test_a_wrong_source_is_told_by_define(runner: Runner, source: str, line: int, exception: str) -> None:
    failed = runner.call(source)["failed"]
    assert (failed["exception"], failed["line"]) == (exception, line)


@pytest.mark.parametrize(
    "body",
    [
        "def g(): return g()\nreturn g()",
        "x = []\nfor _ in range(100_000): x = [x]\nreturn repr(x)",
        "import json\nreturn json.loads('[' * 100_000)",
        "import json\nx = []\nfor _ in range(100_000): x = [x]\nreturn json.dumps(x)",
        "import pickle\nx = []\nfor _ in range(100_000): x = [x]\nreturn pickle.dumps(x)",
        "import copy\nx = []\nfor _ in range(100_000): x = [x]\nreturn copy.deepcopy(x)",
        "import re\nreturn re.compile('(' * 5000 + 'a' + ')' * 5000)",
        "return eval('(' * 1000 + '1' + ')' * 1000)",
        "return eval('-' * 50_000 + '1')",
        "return compile('a' + '.b' * 50_000, 'x', 'eval')",
        "import ast\nreturn ast.literal_eval('[' * 1000 + ']' * 1000)",
        "x = []\nfor _ in range(100_000): x = [x]\ny = []\nfor _ in range(100_000): y = [y]\nreturn x == y",
    ],
)
def test_depth_is_a_limit_and_never_a_trap(runner: Runner, body: str) -> None:
    assert runner.run(body)["failed"]["limit"] == "depth"


@pytest.mark.parametrize(
    "body",
    [
        "return 'a' * 10 ** 10",
        "return [0] * 10 ** 9",
        "return bytearray(2 ** 31)",
        "return b'a' * (2 ** 30) * 4",
        "x = [1]\nwhile True: x += x",
        "x = 'ab'\nwhile True: x = f'{x}{x}'",
        "return list(range(10 ** 9))",
        "return 1 << 2 ** 34",
    ],
)
def test_memory_is_a_limit(runner: Runner, body: str) -> None:
    assert runner.run(body)["failed"].get("limit") == "memory"


@pytest.mark.parametrize("statement", ["x += x", "x = x + x"])
def test_a_fault_of_cpython_ends_the_instance_where_a_text_outgrows_memory(runner: Runner, statement: str) -> None:
    """CPython 3.14.0 frees the right side of such a sum twice when there is no memory for it."""
    with pytest.raises(Trapped):
        runner.run(f"x = 'ab'\nwhile True: {statement}")


def test_a_recursion_that_the_cell_catches_is_no_failure(runner: Runner) -> None:
    body = "def g(n): return g(n + 1)\ntry: g(0)\nexcept RecursionError: return 'deep'"
    assert runner.run(body) == {"done": "deep"}


def test_the_length_of_a_result_is_limited(runner: Runner) -> None:
    failed = runner.call("def f():\n    return 'x' * 100\n", output=50)["failed"]
    assert failed["limit"] == "output"
    assert failed["message"] == "the result has 102 characters, 50 are allowed"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("(x for x in [1])", "write list(...) around it"),
        ("map(str, [1])", "write list(...) around it"),
        ("len", "call it, or return a value"),
        ("(lambda: 1)", "call it, or return a value"),
        ("int", "return an instance"),
    ],
)
def test_an_unfinished_result_says_what_to_write(runner: Runner, value: str, said: str) -> None:
    failed = runner.run(f"return {value}")["failed"]
    assert failed["exception"] == "TypeError"
    assert said in failed["message"]


def test_a_coroutine_as_result_says_await(runner: Runner) -> None:
    failed = runner.run("async def g(): pass\nreturn g()")["failed"]
    assert failed["message"] == "a tool's values cannot hold a coroutine: write await before the call"


@pytest.mark.parametrize(
    "body", ["raise SystemExit(3)", "import sys; sys.exit(3)", "raise KeyboardInterrupt", "raise GeneratorExit"]
)
def test_what_ends_a_program_elsewhere_is_an_outcome(runner: Runner, body: str) -> None:
    assert runner.run(body)["failed"]["line"] == 2


def test_messages_are_readable_whatever_they_hold(runner: Runner) -> None:
    assert runner.run("raise KeyError('a')")["failed"]["message"] == "'a'"
    assert runner.run("raise ValueError('\\ud800')")["failed"]["message"] == "?"
    assert runner.run("raise ValueError('x' * 20_000)")["failed"]["message"].endswith("x... (20000 characters)")
    body = "class E(Exception):\n    def __str__(self): raise OSError\nraise E"
    assert runner.run(body)["failed"]["message"] == "(its message cannot be read: OSError)"
