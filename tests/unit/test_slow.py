"""A word to the user only where work takes long."""

from __future__ import annotations

import time

import pytest

from hermetic_nb.magics.slow import told


def test_quick_work_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with told("working", 60.0):
        pass
    with told("working", -1.0):
        pass
    assert capsys.readouterr().err == ""


def test_a_checker_of_notebooks_is_told_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with told("working", 0.0):
        time.sleep(0.05)
    assert capsys.readouterr().err == ""


def test_long_work_says_so_once(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    said = ""
    with told("working ...", 0.0):
        while not said:
            time.sleep(0.001)
            said += capsys.readouterr().err
    assert said + capsys.readouterr().err == "working ...\n"
