"""What every test session shares, the notebooks' re-check by nbval included: a registry of its own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Tests share their machine, so no example is judged by the time it took.
settings.register_profile("hermetic_nb", settings(deadline=None))
settings.load_profile("hermetic_nb")


def pytest_configure(config: pytest.Config) -> None:
    """Point the session, and every process that it starts, at an empty registry and an empty IPython profile."""
    folder = Path(tempfile.mkdtemp(prefix="hermetic_nb-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    os.environ["HERMETIC_REGISTRY"] = str(folder / "registry")
    os.environ["IPYTHONDIR"] = str(folder / "ipython")


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--seal-cells``, of `make test-full`."""
    parser.addoption(
        "--seal-cells",
        action="store_true",
        help="seal each cell that a unit test compiles, whole: on the inputs that sealing makes it must be CPython's",
    )


@pytest.fixture(autouse=True)
def _seals_cells(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if request.config.getoption("--seal-cells"):
        from tests.unit.sealed_cells import seal_all  # noqa: PLC0415 (it compiles, where that is asked for)

        seal_all()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the tests that count have counted: they record it as the property ``summary``."""
    reports = [report for outcome in ("passed", "failed") for report in terminalreporter.stats.get(outcome, [])]
    lines = [str(value) for report in reports for name, value in report.user_properties if name == "summary"]
    if lines:
        terminalreporter.section("what was compared")
        for line in lines:
            terminalreporter.write_line(line)
