"""The switch: sandboxes without one step of the wall."""

from __future__ import annotations

from typing import Any

import pytest

from hermetic_nb.confinement import Plan
from hermetic_nb.sandbox import Sandbox


def leaving_out(patch: pytest.MonkeyPatch, step: str) -> None:
    """Until the patch is undone, a sandbox that is told no plan leaves this step out."""
    made = Sandbox.__init__

    def make(sandbox: Sandbox, *words: Any, plan: Plan | None = None, **named: Any) -> None:
        made(sandbox, *words, plan=plan or Plan(**{step: False}), **named)

    patch.setattr(Sandbox, "__init__", make)
