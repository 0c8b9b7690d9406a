"""The same magics in a terminal's IPython, which shows text only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SESSION = """%load_ext hermetic_nb
%%hermetic_tool --lang wat --sig "triple(n: int) -> int"
(module (func (export "run") (param i64) (result i64) (i64.mul (local.get 0) (i64.const 3))))


triple(14)
%tool_call triple n=15
%tool_call triple n=fifteen
%tool_list
%tool_panel
%unload_ext hermetic_nb
%tool_list
"""


def test_a_session(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "IPython", "--simple-prompt", "--no-banner", "--colors=nocolor", "--quick"],
        cwd=ROOT,
        env=os.environ | {"HERMETIC_REGISTRY": str(tmp_path)},
        input=SESSION,
        capture_output=True,
        text=True,
        check=True,
    )
    shown = done.stdout
    assert "triple  sealed tool\n  takes     (n: int) -> int\n" in shown
    assert ": 42\n" in shown
    assert ": 45\n" in shown
    assert "not an int literal, as in 3" in shown
    assert shown.count("name    tier  digest") == 2
    assert "not found" in shown + done.stderr
    assert "Traceback" not in shown + done.stderr
