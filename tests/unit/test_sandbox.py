"""The worker's home turns its process's troubles into our errors."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hermetic_nb.errors import EngineError, LimitExceeded
from hermetic_nb.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sys.path.append(str(Path(__file__).parent))
    sandbox = Sandbox("child_server")
    yield sandbox
    sandbox.close()
    sys.path.remove(str(Path(__file__).parent))


def test_a_worker_that_dies_is_asked_once_more(sandbox: Sandbox, tmp_path: Path) -> None:
    mark = tmp_path / "was here"
    assert sandbox.ask([b"once ", str(mark).encode()]) == b"ok"


def test_a_worker_that_dies_again_is_an_engine_error(sandbox: Sandbox) -> None:
    with pytest.raises(EngineError, match="the worker process ended with status 3"):
        sandbox.ask([b"exit 3"])
    assert sandbox.ask([b"echo on"]) == b"on"


def test_time_that_is_up_is_a_limit(sandbox: Sandbox) -> None:
    with pytest.raises(LimitExceeded, match=r"took longer than 0\.05 s"):
        sandbox.ask([b"spin"], seconds=0.05)
    assert sandbox.ask([b"echo on"]) == b"on"


def test_a_python_that_is_not_there_is_an_engine_error(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERMETIC_PYTHON", "/nowhere/python -X dev")
    with pytest.raises(EngineError):
        sandbox.start()
    with pytest.raises(EngineError):
        sandbox.ask([b"echo on"])
    monkeypatch.delenv("HERMETIC_PYTHON")
    assert sandbox.ask([b"echo on"]) == b"on"


def test_it_reports_its_layers(sandbox: Sandbox) -> None:
    assert sandbox.layers == ("wasm", "process")
