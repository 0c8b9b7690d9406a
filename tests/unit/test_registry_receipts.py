"""Receipts in the registry: kept by digest, found by it, and damage is found too."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

import hermetic_nb as hnb
from hermetic_nb.registry import Registry
from tests.unit.registry_tools import damage

ASK = """
async def ask(n: int, call_agent) -> Any:
    return await call_agent("echo", {"n": n})
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("registry") / "tools"


@pytest.fixture(scope="module")
def box(folder: Path) -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(folder, agents={"echo": lambda args: args["n"]})
    yield made
    made.close()


def path(folder: Path, receipt: hnb.Receipt) -> Path:
    return folder / "receipts" / "sha256" / receipt.digest.removeprefix("sha256:")


def test_a_receipt_is_kept_under_its_digest(box: hnb.Toolbox, folder: Path) -> None:
    ask = box.seal(ASK)
    for receipt in (ask.call(1), asyncio.run(ask.acall(2))):
        assert path(folder, receipt).exists()
        found = box.receipt(receipt.digest)
        assert (found, found.digest) == (receipt, receipt.digest)
        assert ask.replay(found).digest == receipt.digest


def test_another_process_finds_it(box: hnb.Toolbox, folder: Path) -> None:
    receipt = box.seal(ASK).call(3)
    assert Registry(folder).receipt(receipt.digest) == receipt


def test_what_nobody_asked_for_is_not_kept(box: hnb.Toolbox, folder: Path) -> None:
    ask = box.seal(ASK)
    receipt = ask.call(4)
    path(folder, receipt).unlink()
    assert ask(4) == 4
    ask.replay(receipt)
    assert not path(folder, receipt).exists()


def test_a_failed_call_is_kept_too(box: hnb.Toolbox) -> None:
    receipt = box.seal(ASK.replace("echo", "nobody")).call(1)
    found = box.receipt(receipt.digest)
    assert found.error is not None
    assert found.digest == receipt.digest


def test_receipts_of_other_tiers_are_not_kept(box: hnb.Toolbox) -> None:
    receipt = box.seal("def plain(n: int) -> dict[str, int]:\n    return {'n': n}\n").call(1)
    with pytest.raises(hnb.HermeticError, match="there is no receipt"):
        box.receipt(receipt.digest)


def test_a_receipt_of_a_session_stays_in_it(box: hnb.Toolbox, folder: Path) -> None:
    tool = box.seal(ASK.replace("ask", "asks_here"), session=True)
    receipt = tool.call(5)
    assert box.receipt(receipt.digest) == receipt
    assert not path(folder, receipt).exists()


def test_what_a_tool_printed_is_no_part_of_it(box: hnb.Toolbox) -> None:
    receipt = box.seal(ASK.replace("return", "print(n)\n    return")).call(6)
    assert receipt.printed == "6\n"
    found = box.receipt(receipt.digest)
    assert (found.printed, found.digest) == ("", receipt.digest)


@pytest.mark.parametrize("how", ["changed", "cut", "emptied", "another"])
def test_damage_is_found(box: hnb.Toolbox, folder: Path, how: str) -> None:
    ask = box.seal(ASK)
    receipt, other = ask.call(7), ask.call(8)
    file = path(folder, receipt)
    whole = file.read_bytes()
    bad: dict[str, bytes] = {
        "changed": whole.replace(b"7", b"9"),
        "cut": whole[:-1],
        "emptied": b"",
        "another": path(folder, other).read_bytes(),
    }
    damage(file, bad[how])
    try:
        with pytest.raises(hnb.IntegrityError, match="is damaged"):
            box.receipt(receipt.digest)
        report = box.registry.check()
        assert [finding.path for finding in report.findings] == [f"receipts/sha256/{file.name}"]
        assert ask.call(7).digest == receipt.digest  # written anew
        assert file.read_bytes() == whole
        assert box.receipt(receipt.digest) == receipt
    finally:
        damage(file, whole)


def test_repair_puts_it_aside(box: hnb.Toolbox, folder: Path) -> None:
    ask = box.seal(ASK)
    receipt = ask.call(9)
    damage(path(folder, receipt), b"{}")
    box.registry.repair()
    assert box.registry.check().findings == ()
    with pytest.raises(hnb.HermeticError, match="there is no receipt"):
        box.receipt(receipt.digest)


def test_a_digest_of_something_else_is_no_receipt(box: hnb.Toolbox) -> None:
    tool = box.seal(ASK)
    with pytest.raises(hnb.HermeticError, match="there is no receipt"):
        box.receipt(tool.digest)


def test_a_registry_that_cannot_be_written_costs_no_answer(tmp_path: Path) -> None:
    box = hnb.Toolbox(tmp_path, agents={"echo": lambda args: args["n"]})
    try:
        ask = box.seal(ASK)
        (tmp_path / "receipts").write_text("in the way")  # not even root makes a folder of a file
        assert ask.call(1).value == 1
    finally:
        box.close()
