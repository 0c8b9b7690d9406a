"""The findings are those of every supported Python that is here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import RestrictedPython

from hermetic_nb import policy
from tests.determinism import pythons
from tests.policy.corpus import everything

ROOT = Path(__file__).parents[2]
PROGRAM = """
import dataclasses, json, sys
from hermetic_nb import policy
sources = json.load(sys.stdin)
json.dump({name: [dataclasses.astuple(one) for one in policy.check(text)] for name, text in sources.items()}, sys.stdout)
"""
OTHERS = sorted(set(pythons.SUPPORTED) - {f"{sys.version_info[0]}.{sys.version_info[1]}"})


@pytest.mark.parametrize("version", OTHERS)
def test_another_python_finds_the_same(version: str, tmp_path: Path) -> None:
    python = pythons.found().get(version)
    if python is None:
        pytest.skip(f"no Python {version} here; name it in {pythons.VARIABLE}")
    (tmp_path / "RestrictedPython").symlink_to(Path(RestrictedPython.__file__).parent)
    (tmp_path / "hermetic_nb").symlink_to(ROOT / "hermetic_nb")
    sources = everything()
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [python, "-c", PROGRAM], input=json.dumps(sources), env=environment, capture_output=True, text=True, check=True
    )
    theirs = json.loads(done.stdout)
    ours = {
        name: [[one.message, one.line, one.column, one.end_column] for one in policy.check(text)]
        for name, text in sources.items()
    }
    assert {name: found for name, found in theirs.items() if found != ours[name]} == {}
