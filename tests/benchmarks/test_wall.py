"""The parts of the benchmark of calls do what they are said to measure."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import hermetic_nb as hnb
from hermetic_nb.executors.wasm import WORKER
from hermetic_nb.sandbox import Sandbox

from . import beside, cells, helpers, wall
from .code_alone import CodeAlone
from .costs import fresh
from .python_inside import Inside

linux = pytest.mark.skipif(sys.platform != "linux", reason="proc(5)")


def test_each_other_way_is_timed(tmp_path: Path) -> None:
    found, absent = beside.measures(tmp_path, [])
    assert ("extism" in absent) != any("extism" in name for name in found)
    assert {name for name, measure in found.items() if not min(measure()) > 0} == set()


@linux
def test_a_restart_is_timed_until_another_worker_answers() -> None:
    sandbox = Sandbox(WORKER, settings={})
    try:
        assert 0 < wall._restart(sandbox) < 60
    finally:
        sandbox.close()


@pytest.mark.slow
def test_code_alone_and_an_instances_memory_are_measured(tmp_path: Path) -> None:
    box = hnb.Toolbox(tmp_path / "registry")
    try:
        tool = box.seal(cells.SMALL, tier="native")
        assert CodeAlone(tool, ["GATTACA"]).seconds() > 0
        (module := tmp_path / "small.wasm").write_bytes(tool.artifact.payload)
        assert fresh("memory", str(module)) > 0
    finally:
        box.close()


@linux
@pytest.mark.slow
def test_all_helpers_are_known_and_weighed() -> None:
    if not os.access("/proc/self/smaps_rollup", os.R_OK):
        pytest.skip("the system does not tell")
    found = wall._helpers()
    assert isinstance(found, dict)
    parts = set(found) - {"total", "private", "all"}
    assert parts == {*helpers.KINDS.values(), helpers.WORKERS}
    assert found["total"] == sum(found[part] for part in parts)
    assert found["private"] < found["workers"] < found["total"] < found["all"]


@pytest.mark.slow
def test_the_runner_here_is_that_behind_the_wall(tmp_path: Path) -> None:
    inside = Inside(tmp_path)
    try:
        assert all(min(measure()) > 0 for measure in inside.measures().values())
    finally:
        inside.close()
