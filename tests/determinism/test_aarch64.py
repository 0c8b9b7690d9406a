"""Another architecture gives the same tools and the same receipts, NaN included."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from tests.determinism import aarch64


@pytest.mark.slow
def test_an_emulated_aarch64_agrees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        found, covered = aarch64.compare(tmp_path)
    except aarch64.UnavailableError as error:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.warn(f"NOT COMPARED with aarch64: {error}", stacklevel=1)
        pytest.skip(f"no second architecture here: {error}")
    with capsys.disabled():
        print(f"\ndeterminism: {covered}")
    assert found == []
