"""kill -9 of a sealing process at random moments: nothing torn, nothing told is lost, no process stays behind."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

import hermetic_nb as hnb
from tests.determinism.places import ROOT

MARK = "HERMETIC_TEST_SEALER"
LONGEST = 60.0
"""Seconds that a sealer may take for its first tool on a loaded machine."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found by /proc")


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a sealer: a tool that computes n * factor + number."""

    name: str
    version: int
    digest: str
    factor: int
    number: int


def killed(label: int, chance: random.Random, environment: dict[str, str]) -> list[Told]:
    """Start a sealer, kill it at some moment, and give what it told before."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.determinism.sealer", str(label)],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    first = ""
    if label % 4:  # most of them while they seal, some while they start
        first = process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.25))
    else:
        time.sleep(chance.uniform(0.0, 2.0))
    assert process.poll() is None, "the sealer ended by itself"
    process.kill()
    output = first + process.communicate(timeout=LONGEST)[0]
    lines = [line.split() for line in output.splitlines(keepends=True) if line.endswith("\n")]
    return [Told(name, int(version), digest, int(factor), int(n)) for name, version, digest, factor, n in lines]


def left_behind(mark: str) -> list[str]:
    """Command lines of processes that carry the mark in their environment, after some time to end."""
    patience = time.monotonic() + LONGEST
    while True:
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if mark.encode() in (path / "environ").read_bytes():
                    found.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
        if not found or time.monotonic() > patience:
            return found
        time.sleep(0.05)


def check_all(folder: Path, told: Sequence[Told]) -> None:
    """Doctor finds nothing torn, and every tool, listed or told of, gives what its source says."""
    doctor = subprocess.run(
        [sys.executable, "-m", "hermetic_nb", "--registry", str(folder), "doctor", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert doctor.returncode == 0, (doctor.stdout, doctor.stderr)
    found = json.loads(doctor.stdout)
    assert found["ok"]
    assert {finding["kind"] for finding in found["registry"]["findings"]} <= {"leftover"}
    box = hnb.Toolbox(folder)
    try:
        for line in told:
            tool = box.get(f"{line.name}@{line.version}")
            assert tool.digest == line.digest
            assert tool(7) == 7 * line.factor + line.number
        for name in {tool.name for tool in box.list()}:
            versions = box.registry.versions(name)
            assert [record.version for record in versions] == list(range(1, len(versions) + 1))
            assert len({record.tool for record in versions}) == len(versions)
            for record in versions:
                tool = box.get(f"{name}@{record.version}")
                assert tool(2) - tool(1) == tool(1) - tool(0)
        assert box.registry.repair(left_over=0.0).ok
        assert box.registry.check(left_over=0.0).findings == ()
    finally:
        box.close()


@pytest.mark.parametrize("kills", [12, pytest.param(240, marks=pytest.mark.slow)])
def test_killed_seals_tear_nothing(tmp_path: Path, kills: int) -> None:
    mark, folder = uuid.uuid4().hex, tmp_path / "registry"
    environment = {"HERMETIC_REGISTRY": str(folder), "HERMETIC_CACHE": str(tmp_path / "cache"), MARK: mark}
    chances = [random.Random(label) for label in range(kills)]
    with ThreadPoolExecutor(2) as threads:
        runs = list(threads.map(lambda label: killed(label, chances[label], environment), range(kills)))
    told = [line for run in runs for line in run]
    assert len(told) >= kills // 2
    assert left_behind(mark) == []
    check_all(folder, told)
