"""``--without-layer NAME``: run the attacks with one step of the wall left out (only where tests/attacks is named on the command line).

Every sandbox of the session is sealed without that step, and must stop what it stops all the same.
"""

from __future__ import annotations

from dataclasses import fields

import pytest

from hermetic_nb.confinement import Plan
from tests.attacks.escaped.leaving_out import leaving_out


def pytest_addoption(parser: pytest.Parser) -> None:
    names = [field.name for field in fields(Plan)]
    parser.addoption("--without-layer", choices=names, help="seal every sandbox without this step")


def pytest_configure(config: pytest.Config) -> None:
    step = config.getoption("--without-layer", default=None)
    if step is not None:
        patch = pytest.MonkeyPatch()
        leaving_out(patch, step)
        config.add_cleanup(patch.undo)


def pytest_report_header(config: pytest.Config) -> str:
    step = config.getoption("--without-layer", default=None)
    return f"the wall: {'every step' if step is None else f'without {step}'}"
