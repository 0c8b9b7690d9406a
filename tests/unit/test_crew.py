"""Compiler processes: unlike each other, kept warm, and replaced when they die."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from hermetic_nb import cell
from hermetic_nb.errors import BuildError, NotNativeError, ToolchainError
from hermetic_nb.model import ToolSpec
from hermetic_nb.toolchains import crew as crew_module
from hermetic_nb.toolchains.crew import Crew


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    crew = Crew("tests.unit.failing_compiler", "test")
    yield crew
    crew.close()


def _spec(word: str) -> ToolSpec:
    return cell.parse(f"def f(n: int) -> int:\n    return n  # {word}\n")


def test_builders_differ_in_hash_seed_folder_and_time_zone(crew: Crew) -> None:
    first, second = (eval(payload.data) for payload in crew.compile(_spec("plain"), 2))
    assert all(a != b for a, b in zip(first, second, strict=True))


def test_a_payload_keeps_its_notes_and_bounds(crew: Crew) -> None:
    (payload,) = crew.compile(_spec("plain"), 1)
    assert (payload.notes, dict(payload.ulp)) == (("a note",), {"sin": 1})


def test_processes_are_kept(crew: Crew) -> None:
    crew.compile(_spec("plain"), 2)
    before = [child.pid for child in crew._children]
    with pytest.raises(NotNativeError):
        crew.compile(_spec("refuse"), 2)
    crew.compile(_spec("plain"), 2)
    assert [child.pid for child in crew._children] == before


def test_a_refusal_arrives_whole(crew: Crew) -> None:
    with pytest.raises(NotNativeError, match="no") as caught:
        crew.compile(_spec("refuse"), 2)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.message, diagnostic.line, diagnostic.column, diagnostic.source) == ("no é", 2, 4, "a line")
    assert caught.value.help == "do otherwise"


def test_an_abort_is_a_toolchain_error_and_the_next_build_works(crew: Crew) -> None:
    with pytest.raises(ToolchainError, match="died on this cell"):
        crew.compile(_spec("abort"), 2)
    assert len(crew.compile(_spec("plain"), 2)) == 2


def test_a_fault_of_the_compiler_names_its_place(crew: Crew) -> None:
    with pytest.raises(ToolchainError, match=r"KeyError: 'missing.*in _compile, line \d+"):
        crew.compile(_spec("bug"), 2)


def test_too_deep_a_source_is_refused(crew: Crew) -> None:
    with pytest.raises(BuildError, match="nested too deep"):
        crew.compile(_spec("deep"), 1)


def test_a_build_without_end_is_stopped(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crew_module, "SECONDS", 0.2)
    with pytest.raises(ToolchainError, match="did not finish"):
        crew.compile(_spec("hang"), 2)


def test_close_ends_a_build_that_runs(crew: Crew) -> None:
    found: list[BaseException] = []

    def build() -> None:
        try:
            crew.compile(_spec("hang"), 2)
        except ToolchainError as error:
            found.append(error)

    crew.compile(_spec("plain"), 2)
    thread = threading.Thread(target=build)
    thread.start()
    while not all(_is_held(child._lock) for child in crew._children):
        time.sleep(0.01)
    crew.close()
    thread.join(20)
    assert not thread.is_alive()
    assert len(found) == 1
    assert len(crew.compile(_spec("plain"), 2)) == 2


def _is_held(lock: Any) -> bool:
    free = lock.acquire(blocking=False)
    if free:
        lock.release()
    return not free


def test_a_compiler_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFUSE_TO_START", "1")
    crew = Crew("tests.unit.failing_compiler", "test")
    crew.warm()
    with pytest.raises(ToolchainError, match="does not start: ModuleNotFoundError: No module named 'llvmlite'"):
        crew.compile(_spec("plain"), 2)
    crew.close()
