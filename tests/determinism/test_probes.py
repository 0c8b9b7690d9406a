"""What differs from run to run elsewhere gives the same bytes here, or a clear refusal, in whatever process it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hermetic_nb.model import Limits
from tests.determinism import probes

ROOT = Path(__file__).parents[2]
RUNS = 50
ZONES = ("UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "America/St_Johns", "Europe/Dublin")
LOCALES = ("C", "C.UTF-8", "tr_TR.UTF-8", "POSIX", "de_DE.UTF-8")
REFUSALS = ("CapabilityError", "ModuleNotFoundError")

Found = dict[str, Counter[str]]


def in_a_process(number: int, times: int, folder: Path) -> Found:
    """What the probes find in a process that has little in common with those of other numbers."""
    work = folder / f"folder {number}" / ("ü" * (number % 7))
    work.mkdir(parents=True)
    environment = {
        **os.environ,
        "PYTHONHASHSEED": str(number * 1_000_003 % 2**32),
        "TZ": ZONES[number % len(ZONES)],
        "LC_ALL": LOCALES[number // 2 % len(LOCALES)],
        "LANG": LOCALES[number % len(LOCALES)],
        "PYTHONPATH": str(ROOT),
        f"HERMETIC_TEST_{number}": "x" * number * 100,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.determinism.probes", str(times)],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return {name: Counter(outcomes) for name, outcomes in json.loads(done.stdout).items()}


def in_processes(processes: int, folder: Path) -> Found:
    """What `RUNS` runs of each probe found, in so many processes."""
    found: Found = {}
    with ThreadPoolExecutor(2) as threads:
        for one in threads.map(lambda number: in_a_process(number, RUNS // processes, folder), range(processes)):
            for name, outcomes in one.items():
                found.setdefault(name, Counter()).update(outcomes)
    return found


def check(found: Found) -> None:
    """Every probe had one outcome: a value, or a refusal that says why."""
    assert {name: len(outcomes) for name, outcomes in found.items()} == dict.fromkeys(probes.VALUES | probes.REFUSED, 1)
    for name, outcomes in found.items():
        ((text, _),) = outcomes.items()
        data = json.loads(text)
        is_refused = isinstance(data, dict) and data.get("exception") in REFUSALS
        assert is_refused == (name in probes.REFUSED), (name, text)
        if is_refused:
            assert "sealed tool" in data["message"], (name, text)
            assert data["line"] in range(2, 6), (name, text)
        else:
            assert not (isinstance(data, dict) and "exception" in data), (name, text)


@pytest.mark.parametrize("processes", [5, pytest.param(RUNS, marks=pytest.mark.slow)])
def test_fifty_runs_are_one(processes: int, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    found = in_processes(processes, tmp_path)
    check(found)
    assert {outcomes.total() for outcomes in found.values()} == {RUNS}
    record_property("summary", f"{len(found)} probes, {RUNS} runs of each in {processes} processes")


def test_code_that_counts_fuel_gives_the_same_bytes(tmp_path: Path) -> None:
    counted = probes.run(1, fuel=Limits().fuel - 1)
    assert {name: set(outcomes) for name, outcomes in counted.items()} == {
        name: set(outcomes) for name, outcomes in in_a_process(3, 1, tmp_path).items()
    }
