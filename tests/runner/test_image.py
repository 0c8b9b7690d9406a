"""The component that ships: made from these sources, and with nothing of the machine that built it."""

from __future__ import annotations

import getpass
import importlib.metadata
import os
import re
import socket
from importlib import resources
from pathlib import Path

import pytest

from hermetic_nb import runner
from hermetic_nb.digest import digest_bytes
from hermetic_nb.errors import IntegrityError
from hermetic_nb.runner.sources import sources_digest
from tests.runner.instance import Runner

UPSTREAM = re.compile(rb"/home/runner/work/componentize-py/componentize-py/[\w./-]*")
"""Where the publisher of componentize-py built CPython: in every copy of its wheel."""
DOCUMENTED = (b"/tmp/myimport.zip", b"/tmp/tmp", b"/tmp/perf-", b"/root/", b'coverdir="/tmp"', b"output in /tmp")
"""Paths that stand in CPython's own texts."""


def test_it_was_built_from_the_sources_that_stand_here() -> None:
    assert runner.pin()["sources"] == sources_digest(), "build it anew: python -m hermetic_nb.runner.build"


def test_its_digest_and_size_are_pinned(image: bytes) -> None:
    assert digest_bytes(image) == runner.digest()
    assert len(image) == runner.pin()["size"]


def test_the_package_grows_by_less_than_12_mb() -> None:
    assert (resources.files("hermetic_nb") / "data" / runner.ARCHIVE).stat().st_size < 12_000_000  # type: ignore[attr-defined]


def test_a_damaged_archive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / runner.ARCHIVE).write_bytes(b"no archive")
    monkeypatch.setattr("hermetic_nb.runner.resources.files", lambda _: tmp_path)
    runner.pin()
    with pytest.raises(IntegrityError):
        runner.component()


def test_nothing_of_the_building_machine_is_inside(image: bytes) -> None:
    clean = UPSTREAM.sub(b"", image)
    here = {str(Path.home()), str(Path.cwd()), str(Path(__file__).parents[2]), socket.gethostname()}
    if len(getpass.getuser()) > 4:
        here.add(getpass.getuser())
    words = {word.encode() for word in here if len(word) > len("/root")}
    assert [word for word in words if word in clean] == []
    assert re.findall(rb"/(?:work|home|Users)/[\w.-]+", clean) == []
    places = re.findall(rb"[^\x00-\x1f]{0,12}/(?:tmp|root|var/tmp)/[\w./-]{3,}", clean)
    assert [place for place in places if not any(word in place for word in DOCUMENTED)] == []


def test_no_name_of_an_installed_package_is_inside(image: bytes) -> None:
    folders = [f"{dist.name}-{dist.version}.dist-info" for dist in importlib.metadata.distributions()]
    own = "RestrictedPython-"
    assert [name for name in folders if name.encode() in image and not name.lower().startswith(own.lower())] == []


def test_no_variable_of_the_environment_is_inside(image: bytes) -> None:
    values = {f"{name}={value}".encode() for name, value in os.environ.items() if len(value) > 3}
    assert [value for value in values if value in image] == []


def test_its_own_paths_are_neutral(runner: Runner) -> None:
    body = "import sys\nnames = {getattr(m, '__file__', None) or '' for m in list(sys.modules.values())}\nreturn sorted({n.split('/')[1] for n in names if n.startswith('/')})"
    assert set(runner.run(body)["done"]) <= {"0", "1", "python", "bundled", "world"}
