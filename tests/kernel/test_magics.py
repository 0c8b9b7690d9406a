"""The magics in a real kernel: messages, errors, completion, help, interruption."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.kernel.conftest import Kernel, started

TOOL = "application/vnd.hermetic-nb.tool.v1+json"
DIVIDE = """%%hermetic_tool --lang wat --sig "divide(a: int, b: int = 2) -> int"
(module
  (global $error (export "error") (mut i64) (i64.const 0))
  (func (export "run") (param i64 i64) (result i64)
    (if (i64.eqz (local.get 1))
      (then (global.set $error (i64.const 0x2000005)) unreachable))
    (i64.div_s (local.get 0) (local.get 1))))
"""
SPIN = """%%hermetic_tool --lang wat --sig "spin(n: int) -> int"
(module (func (export "run") (param i64) (result i64) (loop (br 0)) unreachable))
"""
GC = '''%%hermetic_tool
def gc_content(seq: str) -> float:
    """Fraction of G and C in a DNA sequence.

    >>> gc_content("GATTACA")
    0.2857142857142857
    """
    hits = 0
    for c in seq:
        if c == "G" or c == "C":
            hits += 1
    return hits / len(seq)
'''


@pytest.fixture(autouse=True)
def divide(kernel: Kernel) -> None:
    """Every test finds the tool `divide` sealed and bound: again and again the same one."""
    assert kernel.run(DIVIDE).error is None


def test_the_card_is_one_result_in_three_forms(kernel: Kernel) -> None:
    answer = kernel.run(DIVIDE)
    assert answer.streams == {}
    (bundle,) = answer.bundles
    assert bundle["text/plain"].startswith("divide  sealed tool\n")
    assert bundle["text/html"].startswith("<div")
    assert len(bundle[TOOL]["digest"]) == len("sha256:") + 64


def test_a_tool_is_explained_beside_its_card(kernel: Kernel) -> None:
    answer = kernel.run(GC.replace("%%hermetic_tool", "%%hermetic_tool --explain"))
    assert answer.error is None
    explained, card = answer.bundles
    assert "zero division in hits / len(seq)" in explained["text/plain"]
    assert card["text/plain"].startswith("gc_content  sealed tool\n")
    shown, _ = kernel.run("%tool_show gc_content --explain").bundles
    assert shown["text/plain"] == explained["text/plain"]


def test_the_tool_is_bound_and_called(kernel: Kernel) -> None:
    assert kernel.run("divide(84)").text == "42"
    assert kernel.run("%tool_call divide a=84").text == "42"
    assert kernel.run("%tool_call divide@1 a=84 b=4").text == "21"
    assert kernel.run('%%tool_call divide\n{"a": 84,\n "b": 3}').text == "28"
    assert kernel.run("%tool_call divide a=84 -o answer").bundles == []
    assert kernel.run("answer").text == "42"
    assert kernel.run("divide").text.startswith("divide  sealed tool")
    assert kernel.run("[divide]").text.startswith("[<tool divide(a: int, b: int = 2) -> int ")


def test_receipts_errors_and_lists_are_shown(kernel: Kernel) -> None:
    assert kernel.run("divide.call(7)").text.startswith("receipt  ")
    answer = kernel.run("try:\n    divide(7, 0)\nexcept ZeroDivisionError as e:\n    display(e)")
    assert "application/vnd.hermetic-nb.error.v1+json" in answer.bundles[0]
    assert kernel.run("%tool_list").text.splitlines()[1].startswith("divide")
    assert "toolchain" in kernel.run("%tool_show divide").text
    assert "(module" in kernel.run("%tool_show divide --source").text
    assert kernel.run("%tool_verify divide").text.startswith("divide  verified")
    assert "version" in kernel.run("%tool_list --all -o tools").text


def test_a_failing_call_shows_the_line_of_the_cell(kernel: Kernel) -> None:
    for cell in ["divide(1, 0)", "%tool_call divide a=1 b=0"]:
        answer = kernel.run(cell)
        assert answer.error is not None
        assert answer.error["ename"] == "ZeroDivisionError"
        assert answer.error["evalue"] == "H501 ZeroDivisionError: division by zero"
        assert answer.report.splitlines() == [
            "H501 ZeroDivisionError: division by zero",
            "   5 |       (then (global.set $error (i64.const 0x2000005)) unreachable))",
            "     |       " + "^" * 61 + "  in divide",
        ]


@pytest.mark.parametrize(
    ("cell", "first", "said"),
    [
        ("%%hermetic_tool --lagn wat\nx = 1", "H101 SpecError: unknown flag --lagn", "did you mean --lang?"),
        ("%%hermetic_tool --lang rusty\nx = 1", "H101 SpecError: --lang rusty is not known", "one of"),
        ("%%hermetic_tool a b\nx = 1", "H101 SpecError: one word too many: 'b'", "one name"),
        ("%%hermetic_tool Bad\nx = 1", "H101 SpecError: 'Bad' cannot be a tool's name", "not a tool's name"),
        ("%%hermetic_tool --limit depth=0\nx = 1", "H101 SpecError: --limit depth=0 is out of range", "1 to"),
        ("%%hermetic_tool", "H101 SpecError: the cell is empty", "one function"),
        ("%%hermetic_tool\n\n", "H101 SpecError: the cell is empty", "one function"),
        ("%hermetic_tool divide", "H101 SpecError: %hermetic_tool has no cell below it", "%%hermetic_tool"),
        (
            "%%hermetic_tool --tier native\ndef f(x) -> int:\n    return 1",
            "H201 NotNativeError: the interface of f is not one of the native tier",
            "x has no declared type",
        ),
        (
            "%%hermetic_tool\ndef f(x: int) -> int:\n    return x\ndef g(x: int) -> int:\n    return x",
            "H101 SpecError: a cell makes one tool, and this one has several public functions",
            "%%hermetic_tool f",
        ),
        (
            "%%hermetic_tool\ndef f(x: int) -> int:\n    return x * RATE",
            "H101 SpecError: a tool stands on its own, and its cell does not define RATE",
            "--capture RATE",
        ),
        (
            "%%hermetic_tool --capture NO\ndef f(x: int) -> int:\n    return x",
            "H101 SpecError: --capture NO",
            "run the cell",
        ),
        ("%tool_call divid a=1", "H401 ToolNotFoundError: there is no tool 'divid'", "did you mean divide?"),
        ("%tool_call", "H101 SpecError: which tool?", "NAME"),
        ("%tool_call divide c=1", "H510 ArgumentError: the tool has no parameter c", "it takes a, b"),
        ("%tool_call divide a=x", "H510 ArgumentError: a is an int, and this is not one", "^  not an int literal"),
        ('%tool_call divide\n{"a": 1}', "H510 ArgumentError: missing: a", "%%tool_call"),
        ("%tool_call divide 7", "H510 ArgumentError: arguments are given as name=value", "write a=7"),
        ('%%tool_call divide\n{"a": }', "H510 ArgumentError: the body is not JSON", "1 | "),
        ("%tool_list divide", "H101 SpecError: one word too many: 'divide'", "no words"),
        ("%tool_verify divide -o 3x", "H101 SpecError: '3x' cannot be a variable", "not a name"),
    ],
)
def test_a_mistake_gets_one_short_placed_error(kernel: Kernel, cell: str, first: str, said: str) -> None:
    answer = kernel.run(cell)
    assert answer.error is not None
    assert answer.report.startswith(first)
    assert said in answer.report
    assert len(answer.report.splitlines()) <= 8
    assert "hermetic_nb/" not in answer.report
    assert "Traceback" not in answer.report
    assert answer.streams == {}


def test_completion(kernel: Kernel) -> None:
    assert "--lang" in kernel.complete("%%hermetic_tool --la")
    assert kernel.complete("%%hermetic_tool --lang w") == ["wat"]
    assert kernel.complete("%%hermetic_tool --tier na") == ["native"]
    assert kernel.complete("%tool_call div") == ["divide"]
    assert kernel.complete("%tool_call divide ")[:2] == ["a=", "b="]
    assert "--source" in kernel.complete("%tool_show divide --s")
    kernel.run("RATE_OF_DECAY = 1.5")
    assert kernel.complete("%%hermetic_tool --capture RATE_OF") == ["RATE_OF_DECAY"]
    assert "%%hermetic_tool" in kernel.complete("%%herm")


def test_help(kernel: Kernel) -> None:
    shown = kernel.inspect("%%hermetic_tool")
    for flag in ["--lang python|wat", "--capture NAME ...", "--dry-run", "-o VAR"]:
        assert flag in shown
    assert "name=value" in kernel.inspect("%tool_call")
    assert "(a: int, b: int = 2) -> int" in kernel.inspect("divide")


def test_a_dry_run_binds_nothing(kernel: Kernel) -> None:
    answer = kernel.run(DIVIDE.replace("--lang", "--dry-run -o dry --lang").replace("divide(", "halve("))
    assert answer.text.startswith("halve  dry run: nothing was kept")
    assert kernel.run("'halve' in globals(), dry(9)").text == "(False, 4)"
    assert kernel.run("%tool_show halve").error is not None


def test_an_endless_loop_is_interrupted_and_the_kernel_goes_on(kernel: Kernel) -> None:
    assert kernel.run(SPIN).error is None
    for cell in ["spin(1)", "%tool_call spin n=1"]:
        sent = kernel.send(cell)
        time.sleep(0.5)
        kernel.manager.interrupt_kernel()
        answer = kernel.collect(sent)
        assert answer.error is not None
        assert answer.error["ename"] == "KeyboardInterrupt"
        assert answer.report == "KeyboardInterrupt: the call of spin was stopped"
        assert kernel.run("divide(84)").text == "42"


def test_reloading_and_settings(kernel: Kernel) -> None:
    assert kernel.run("%reload_ext hermetic_nb").error is None
    assert kernel.run("divide(84)").text == "42"
    assert kernel.complete("%tool_call divide ") == ["a=", "b=", "-o"]
    assert kernel.run("%config HermeticMagics.progress_after = -1.0").error is None
    assert "progress_after" in kernel.run("%config HermeticMagics").streams["stdout"]


def test_two_kernels_share_a_registry(kernel: Kernel, registry: Path) -> None:
    mine = kernel.run(DIVIDE).bundles[0]
    with started(registry) as other:
        assert other.run("%tool_list").text == "no tools yet"
        assert other.run("%tool_call divide a=84").text == "42"
        assert other.run(DIVIDE).bundles[0] == mine
        assert other.run(DIVIDE + ";; another\n").bundles[0] != mine
        assert other.run("divide.version").text == "2"
    assert kernel.run("%tool_show divide").bundles[0][TOOL]["digest"] == mine[TOOL]["digest"]


def test_names_of_the_notebook_are_captured(kernel: Kernel) -> None:
    kernel.run("RATE = 2.5\ndef twice(x: float) -> float:\n    return 2.0 * x")
    cell = "%%hermetic_tool {}\ndef scaled(x: float) -> float:\n    return RATE * twice(x)"
    assert "--capture RATE twice" in kernel.run(cell.format("")).report
    assert kernel.run(cell.format("--capture RATE twice")).error is None
    assert kernel.run("scaled(2.0)").text == "10.0"


def test_a_tool_of_another_cell_is_captured_by_its_source(kernel: Kernel) -> None:
    kernel.run(GC)
    cell = "%%hermetic_tool {}\ndef at_content(seq: str) -> float:\n    return 1.0 - gc_content(seq)"
    assert "--capture gc_content" in kernel.run(cell.format("")).report
    assert kernel.run(cell.format("--capture gc_content")).error is None
    assert kernel.run("at_content('GATT')").text == "0.75"
    assert "in at_content, captured" in kernel.run("at_content('')").report


def test_two_flags_in_another_order_are_the_same_tool(kernel: Kernel) -> None:
    kernel.run("A = 1\nB = 2")
    cell = "%%hermetic_tool --capture {}\ndef both() -> int:\n    return A + B"
    assert kernel.run(cell.format("A B")).bundles == kernel.run(cell.format("B A")).bundles


def test_sealing_is_interrupted_and_the_kernel_goes_on(kernel: Kernel) -> None:
    calls = "\n".join(f"    >>> slow({n})\n    {n}" for n in range(900))
    cell = f'%%hermetic_tool\ndef slow(n: int) -> int:\n    """\n{calls}\n    """\n    i = 0\n    while i < 20000 + n:\n        i += 1\n    return i - 20000\n'
    sent = kernel.send(cell)
    time.sleep(0.3)
    kernel.manager.interrupt_kernel()
    answer = kernel.collect(sent)
    assert answer.error is not None
    assert answer.error["ename"] == "KeyboardInterrupt"
    assert answer.report == "KeyboardInterrupt: the build of slow was stopped; nothing was kept"
    assert kernel.run("'slow' in globals()").text == "False"
    assert kernel.run(GC).error is None
    assert kernel.run("divide(84)").text == "42"


def test_a_native_cell(kernel: Kernel) -> None:
    answer = kernel.run(GC)
    lines = answer.text.splitlines()
    assert lines[0] == "gc_content  sealed tool"
    assert lines[2].startswith("  tier      native: ")
    assert lines[-1].startswith("  compared  with CPython on ")
    assert "  examples  1/1" in lines
    assert kernel.run(GC).bundles == answer.bundles
    assert kernel.run("%tool_call gc_content seq=GGCC").text == "1.0"
    assert "    return hits / len(seq)" in kernel.run('gc_content("")').report
    assert kernel.run("%tool_verify gc_content").error is None


def test_the_decorator_and_python_errors(kernel: Kernel) -> None:
    assert (
        kernel.run("import hermetic_nb as hnb\n@hnb.tool\ndef plus_one(n: int) -> int:\n    return n + 1").error is None
    )
    assert kernel.run("plus_one(41)").text == "42"
    answer = kernel.run("plus_one(9223372036854775807)")
    assert answer.error is not None
    assert answer.error["ename"] == "OverflowError"
    assert "return n + 1" in answer.report
    assert kernel.run("plus_one('a')").report.startswith("H510 ArgumentError")
