"""The notebooks' data are the files that their README says they are."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

DATA = Path(__file__).parents[2] / "notebooks" / "data"


def test_digests_are_those_of_the_readme() -> None:
    stated = re.findall(r"`([0-9a-f]{64})`", (DATA / "README.md").read_text(encoding="utf-8"))
    files = [DATA / "NC_000932.gb", DATA / "co2.csv"]
    assert [hashlib.sha256(path.read_bytes()).hexdigest() for path in files] == stated


def test_all_data_together_stay_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 600_000
