"""The same bytes from every fresh instance, in whatever process it is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.runner.instance import Runner
from tests.runner.probe import PROBES

PROCESSES = 10
ROOT = Path(__file__).parents[2]


def test_processes_that_differ_agree(compiled: Path, tmp_path: Path) -> None:
    zones = ("UTC", "Asia/Kathmandu", "America/Lima")
    answers = set()
    for number in range(PROCESSES):
        folder = tmp_path / str(number)
        folder.mkdir()
        env = {
            **os.environ,
            "PYTHONHASHSEED": str(number),
            "TZ": zones[number % 3],
            "LC_ALL": "C",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "tests.runner.probe", str(compiled)]
        answers.add(subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=True).stdout)
    assert len(answers) == 1
    steps = json.loads(answers.pop())
    assert len(steps) == len(PROBES)
    assert all("done" in step or step["failed"]["line"] for step in steps)


def test_instances_of_one_process_agree(runner: Runner) -> None:
    for probe in PROBES:
        assert runner.run(probe) == runner.run(probe)


def test_no_state_survives_a_call(runner: Runner) -> None:
    body = "import math, json\nseen = hasattr(math, 'mark')\nmath.mark = json.mark = 1\nreturn seen"
    assert [runner.run(body) for _ in range(2)] == [{"done": False}] * 2
