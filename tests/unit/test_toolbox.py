"""The toolbox: the whole path from source to receipt, with the smallest toolchain, and native cells."""

from __future__ import annotations

import inspect
import math
import struct
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

import hermetic_nb as hnb
from hermetic_nb.model import Receipt
from tests.unit import tool_functions

DIVIDE = """(module
  (global $error (export "error") (mut i64) (i64.const 0))
  (func (export "run") (param i64 i64) (result i64)
    (if (i64.eqz (local.get 1))
      (then (global.set $error (i64.const 0x2000005)) unreachable))
    (i64.div_s (local.get 0) (local.get 1))))
"""
SIGNATURE = "divide(a: int, b: int = 2) -> int"
GC = '''def gc_content(seq: str) -> float:
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


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:")
    yield made
    made.close()


@pytest.fixture(scope="module")
def divide(box: hnb.Toolbox) -> hnb.Tool:
    return box.seal(DIVIDE, language="wat", signature=SIGNATURE)


def test_a_tool_is_called_like_a_function(divide: hnb.Tool) -> None:
    assert divide(7) == 3
    assert divide(7, 7) == 1
    assert divide(b=3, a=-9) == -3


def test_a_tool_describes_itself(divide: hnb.Tool) -> None:
    assert (divide.name, divide.__name__, divide.tier, divide.language, divide.version) == (
        "divide",
        "divide",
        "wat",
        "wat",
        1,
    )
    assert divide.imports == ()
    assert divide.size == len(divide.artifact.payload)
    assert divide.digest == divide.manifest.digest
    assert divide.source == DIVIDE
    assert repr(divide) == f"<tool divide(a: int, b: int = 2) -> int {divide.digest[7:19]}>"
    assert str(inspect.signature(divide)) == "(a: int, b: int = 2) -> int"


def test_the_same_spec_is_the_same_tool(box: hnb.Toolbox, divide: hnb.Tool) -> None:
    again = box.seal(DIVIDE, language="wat", signature=SIGNATURE)
    assert again == divide
    assert again.version == divide.version
    assert again.proof == divide.proof


def test_a_failing_tool_raises_what_it_raised(divide: hnb.Tool) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        divide(1, 0)
    error = caught.value
    assert isinstance(error, hnb.ToolError)
    assert str(error) == "H501 ZeroDivisionError: division by zero"
    (finding,) = error.diagnostics
    assert (finding.line, finding.source) == (5, "      (then (global.set $error (i64.const 0x2000005)) unreachable))")
    assert error.receipt == divide.call(1, 0)


def test_a_receipt_holds_the_call_and_nothing_else(divide: hnb.Tool) -> None:
    receipt = divide.call(7)
    assert (receipt.tool, receipt.arguments, receipt.value, receipt.error) == (divide.digest, {"a": 7, "b": 2}, 3, None)
    assert Receipt.from_json(receipt.to_json()).digest == receipt.digest
    assert divide.call(1, 0).error is not None
    assert divide.replay(receipt).digest == receipt.digest


def test_replay_names_the_first_difference(divide: hnb.Tool) -> None:
    document = divide.call(7).to_json()
    with pytest.raises(hnb.ReplayMismatch, match="value: 3, was 4"):
        divide.replay(Receipt.from_json(document | {"output": 4}))
    with pytest.raises(hnb.ReplayMismatch, match="receipt is of tool"):
        divide.replay(Receipt.from_json(document | {"tool": "sha256:" + "0" * 64}))
    failed = divide.call(1, 0)
    lucky = Receipt(tool=divide.digest, arguments=failed.arguments, value=1)
    with pytest.raises(hnb.ReplayMismatch, match="it fails now"):
        divide.replay(lucky)


def test_arguments_that_do_not_fit(divide: hnb.Tool) -> None:
    for wrong in [("7",), (True,), (), (1, 2, 3), (7.0,)]:
        with pytest.raises(TypeError) as caught:
            divide(*wrong)
        assert isinstance(caught.value, hnb.ArgumentError)
    with pytest.raises(OverflowError):
        divide(2**63)


def test_tools_are_found_by_name_version_and_digest(box: hnb.Toolbox, divide: hnb.Tool) -> None:
    for reference in ["divide", "divide@1", f"divide@{divide.digest}", divide.digest, divide.digest[7:19]]:
        assert box.get(reference) == divide
    assert divide in box.list()
    with pytest.raises(hnb.ToolNotFoundError) as caught:
        box.get("divid")
    assert "divide" in caught.value.help


def test_a_name_means_what_this_toolbox_sealed(tmp_path: Path) -> None:
    mine, other = hnb.Toolbox(tmp_path), hnb.Toolbox(tmp_path)
    try:
        first = mine.seal(DIVIDE, language="wat", signature=SIGNATURE)
        second = other.seal(DIVIDE + ";; changed\n", language="wat", signature=SIGNATURE)
        assert (first.version, second.version) == (1, 2)
        assert mine.get("divide") == first
        assert mine.get("divide@2") == second
        assert mine.get("divide") == first
        assert [tool.digest for tool in mine.here] == [first.digest, second.digest]
        third = hnb.Toolbox(tmp_path)
        assert third.get("divide") == second
        assert third.get("divide")(8) == 4
        third.close()
    finally:
        mine.close()
        other.close()


def test_a_sealed_cell_is_bound_without_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = hnb.Toolbox(tmp_path)
    sealed = box.seal(DIVIDE, language="wat", signature=SIGNATURE)
    box.close()
    fresh = hnb.Toolbox(tmp_path)
    monkeypatch.setattr(fresh, "_parts", None)  # neither builder nor executor
    bound = fresh.seal(DIVIDE, language="wat", signature=SIGNATURE)
    assert (bound.digest, bound.version, bound.proof, bound.source) == (sealed.digest, 1, sealed.proof, sealed.source)


def test_a_dry_run_keeps_nothing() -> None:
    box = hnb.Toolbox(":memory:")
    tool = box.try_out(box.parse(DIVIDE, language="wat", signature=SIGNATURE))
    assert (tool.version, tool(9)) == (0, 4)
    assert box.list() == []
    box.close()


def test_verify_builds_again(box: hnb.Toolbox, divide: hnb.Tool) -> None:
    assert divide.verify().digest == divide.digest
    assert box.get("divide").verify().tool == divide


def test_no_isolation_is_claimed_that_is_not_there() -> None:
    with pytest.raises(hnb.EngineError, match="no isolation 'virtual'"):
        hnb.Toolbox(":memory:", isolation="virtual")  # type: ignore[arg-type]


def test_errors_of_source(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.SpecError, match="empty"):
        box.seal("")
    with pytest.raises(hnb.BuildError, match="language"):
        box.seal("x", language="cobol", signature="f() -> int")
    with pytest.raises(hnb.SpecError, match="values"):
        box.seal("def f() -> int:\n    return RATE\n", capture=["RATE"])
    with pytest.raises(hnb.SpecError, match="function"):
        box.seal(print)
    with pytest.raises(hnb.SpecError):
        box.seal(lambda x: x)


# ---------------------------------------------------------------- native cells


def test_a_native_tool(box: hnb.Toolbox) -> None:
    tool = box.seal(GC)
    assert tool("GATTACA") == 2 / 7
    assert tool.tier == "native"
    assert tool.size < 2048
    assert tool.proof.examples == 1
    assert tool.proof.compared > 50
    assert tool.__doc__ == tool.manifest.doc
    with pytest.raises(ZeroDivisionError) as caught:
        tool("")
    assert isinstance(caught.value, hnb.ToolError)
    assert caught.value.diagnostics[0].source == "    return hits / len(seq)"
    assert tool.verify().digest == tool.digest


def test_a_function_is_sealed_by_its_source(box: hnb.Toolbox) -> None:
    area = box.seal(tool_functions.area, capture=["SCALE", "square"])
    assert area(2.0) == math.pi * 4.0 * 1.5
    assert area.source.startswith("def area(")
    assert "import math" in area.source
    with pytest.raises(hnb.SpecError) as caught:
        box.seal(tool_functions.area)
    assert "SCALE" in caught.value.message


def test_a_function_and_a_cell_of_the_same_text_are_one_tool(box: hnb.Toolbox) -> None:
    assert box.seal(tool_functions.triple) == box.seal("def triple(n: int) -> int:\n    return 3 * n\n")


def test_the_decorator(monkeypatch: pytest.MonkeyPatch, box: hnb.Toolbox) -> None:
    monkeypatch.setattr("hermetic_nb.toolbox.notebook._default", box)
    assert hnb.default() is box
    assert hnb.tool(tool_functions.triple)(4) == 12
    assert hnb.tool(name="thrice")(tool_functions.triple).name == "thrice"


def test_a_place_in_a_capture_is_told_from_the_cell(box: hnb.Toolbox) -> None:
    tool = box.seal(tool_functions.uses_divider, capture=["divider"])
    with pytest.raises(ZeroDivisionError) as caught:
        tool(0)
    assert isinstance(caught.value, hnb.ToolError)
    (finding,) = caught.value.diagnostics
    assert (finding.source, finding.message) == ("    return 10 // n", "in uses_divider, captured")


def test_what_a_function_depends_on_is_not_lost(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.SpecError, match="not NAME==VERSION"):
        box.seal(tool_functions.triple, deps=["unpinned"])


@pytest.mark.parametrize("tier", ["native", "python"])
def test_numbers_come_as_an_array_on_request(box: hnb.Toolbox, tier: str) -> None:
    ints = box.seal("def ints(n: int) -> list[int]:\n    return [k * k for k in range(n)]\n", tier=tier)
    floats = box.seal("def floats(xs: list[float]) -> list[float]:\n    return [x * 2.0 for x in xs]\n", tier=tier)
    assert ints.array(4) == array("q", [0, 1, 4, 9])
    assert floats.array(array("d", [1.5, float("inf")])).tolist() == [3.0, float("inf")]
    assert floats.array([float("nan")]).tobytes() == struct.pack("<d", float("nan"))
    with pytest.raises(hnb.ArgumentError, match="gives int"):
        box.seal("def one(n: int) -> int:\n    return n\n", tier=tier).array(1)
