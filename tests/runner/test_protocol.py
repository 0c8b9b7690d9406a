"""The four exports: what goes in and what comes out."""

from __future__ import annotations

import pytest

from tests.runner.instance import Runner


def test_nothing_is_imported(runner: Runner) -> None:
    assert not runner.compiled.type.imports(runner.engine)
    assert {"define", "examples", "resume", "start"} <= set(runner.compiled.type.exports(runner.engine))


def test_a_tool_is_defined_and_called(runner: Runner) -> None:
    assert runner.call("def f(x):\n    return x + 1\n", {"x": 41}) == {"done": 42}


def test_the_cells_top_level_runs_once(runner: Runner) -> None:
    source = "print('top')\nTABLE = {n: n * n for n in range(4)}\ndef f(x: int) -> int:\n    print('call')\n    return TABLE[x]\n"
    assert runner.call(source, {"x": 3}) == {"done": 9, "printed": "top\ncall\n"}


def test_what_is_printed_is_kept_up_to_a_limit(runner: Runner) -> None:
    printed = runner.run("import sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('x' * 100_000)")["printed"]
    assert printed.startswith("out\nerr\nxxx")
    assert printed.endswith("x... (34473 characters more)")


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        ("None", None),
        ("(1, 'a')", {"$tuple": [1, "a"]}),
        ("{1, 2}", {"$set": [1, 2]}),
        ("frozenset('a')", {"$frozenset": ["a"]}),
        ("b'ab'", {"$bytes": "YWI="}),
        ("1e308 * 10", {"$float": "inf"}),
        ("-0.0", -0.0),
        ("2 ** 64", {"$int": "18446744073709551616"}),
        ("{1: 'a'}", {"$dict": [[1, "a"]]}),
        ("'\\ud800'", {"$str": "eda080"}),
    ],
)
def test_values_cross_the_border(runner: Runner, value: str, wire: object) -> None:
    assert runner.run(f"return {value}") == {"done": wire}
    echoed = runner.call("def f(x):\n    return x\n", {"x": wire})
    assert repr(echoed) == repr({"done": wire})


def test_huge_ints_cross_while_the_cell_has_pythons_limit(runner: Runner) -> None:
    assert runner.run("return 10 ** 5000 == 10 ** 4999 * 10") == {"done": True}
    wire = runner.run("return 16 ** 5000")
    assert wire == {"done": {"$int": hex(16**5000)}}
    assert runner.call("def f(x):\n    return x == 16 ** 5000\n", {"x": wire["done"]}) == {"done": True}
    failed = runner.run("return str(10 ** 5000)")["failed"]
    assert (failed["exception"], failed["line"]) == ("ValueError", 2)


def test_examples_run_against_the_entry(runner: Runner) -> None:
    made, _ = runner.define("def f(x):\n    return 1 // x\n")
    tests = [
        ["f(1)", "1\n"],
        ["f(1)", "2\n"],
        ["y = 1", ""],
        ["f(y)", "1\n"],
        [
            "f(0)",
            "Traceback (most recent call last):\n    ...\nZeroDivisionError: division by zero\n",
        ],
        ["f(0)", "Traceback (most recent call last):\n    ...\nZeroDivisionError: another text\n"],
        ["print('a')\n", "a\n"],
    ]
    found = made.call("examples", tests)
    assert [match for match, _ in found] == ["full", "no", "full", "full", "full", "kind", "full"]


def test_a_dependency_is_imported_from_its_texts(runner: Runner) -> None:
    modules = {
        "pack/__init__.py": "from .inner import twice\nimport os, subprocess, socket\nHOME = os.environ.get('HOME')\n",
        "pack/inner.py": "import pkgutil\ndef twice(x):\n    return x * 2 + len(pkgutil.get_data('pack', 'data.bin'))\n",
        "single.py": "class Sock(__import__('socket').socket): pass\n",
    }
    source = "import pack\nimport single\ndef f(x):\n    return pack.twice(x), pack.HOME\n"
    found = runner.call(source, {"x": 4}, modules=modules, files={"pack/data.bin": "YWI="})
    assert found == {"done": {"$tuple": [10, None]}}
    refused = runner.call("def f():\n    import pack\n    pack.subprocess.run(['ls'])\n", modules=modules)["failed"]
    assert (refused["exception"], refused["line"]) == ("CapabilityError", 3)


def test_an_undeclared_package_says_how_to_declare_it(runner: Runner) -> None:
    failed = runner.run("import numpy")["failed"]
    assert failed["exception"] == "ModuleNotFoundError"
    assert failed["line"] == 2
    assert "# deps: numpy==VERSION" in failed["message"]
