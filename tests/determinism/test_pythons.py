"""Every supported Python gives the same tools and the same receipts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.determinism import pythons


@pytest.mark.slow
def test_the_pythons_found_here_agree(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    differing, covered, missed = pythons.compare(tmp_path)
    with capsys.disabled():
        print("", *(f"determinism: {line}" for line in covered), sep="\n")
        print(*(f"determinism: NOT COMPARED: {line}" for line in missed), sep="\n")
    assert differing == []
    if len(covered) < 2:
        pytest.skip(f"one version of Python only; name others in {pythons.VARIABLE}: {'; '.join(missed)}")
