"""Processes that die, exits, full disks and bare places: the next seal and call are right."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hermetic_nb.child import Child, ChildDiedError
from hermetic_nb.errors import RegistryAccessError
from hermetic_nb.toolbox import Toolbox


@pytest.fixture(scope="module")
def box() -> Iterator[Toolbox]:
    box = Toolbox(":memory:")
    yield box
    box.close()


# ------------------------------------------------------------ processes that die


def _processes(box: Toolbox) -> list[Child]:
    crew = box._toolchains.choose("python", "native")._crew  # type: ignore[attr-defined]
    reference = box._parts()._compiled._reference
    return [box._executors.wasm.sandbox._family._zygote, reference._child, *crew._children]  # type: ignore[attr-defined]


def _source(number: int) -> str:
    return f'def f(x: int) -> int:\n    """\n    >>> f(1)\n    {number + 1}\n    """\n    return x + {number}\n'


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_children_that_were_killed_are_replaced(box: Toolbox, number: signal.Signals) -> None:
    tool = box.seal(_source(100))
    for child in _processes(box):
        assert child.pid is not None
        os.kill(child.pid, number)
    assert tool(1) == 101
    assert box.seal(_source(101 + number))(1) == 102 + number


def test_a_request_is_sent_again_after_a_kill_but_not_after_a_stop() -> None:
    child = Child("tests.unit.child_server")
    try:
        assert bytes(child.ask(b"echo 1")) is not None
        assert child.pid is not None
        for end in (lambda pid: os.kill(pid, signal.SIGKILL), lambda _: child.stop()):
            waiting = threading.Timer(0.3, end, [child.pid])
            waiting.start()
            started = child.pid
            try:
                child.ask(b"sleep 1")
                assert child.pid != started
            except ChildDiedError:
                assert not child.alive
            waiting.join()
    finally:
        child.close()


@pytest.mark.slow
def test_a_child_killed_at_any_moment_of_sealing_does_not_matter(tmp_path: Path) -> None:
    box = Toolbox(tmp_path / "tools")
    chance = random.Random(7)
    try:
        box.seal(_source(0))
        for number in range(1, 60):
            victim = chance.choice(_processes(box))

            def kill(pid: int | None = victim.pid) -> None:
                with contextlib.suppress(ProcessLookupError):
                    if pid is not None:
                        os.kill(pid, signal.SIGKILL)

            timer = threading.Timer(chance.random() * 0.1, kill)
            timer.start()
            try:
                assert box.seal(_source(number))(1) == number + 1
            finally:
                timer.cancel()
                timer.join()
        assert box.registry.check().ok
    finally:
        box.close()


# ------------------------------------------------------------ the end of the process

AT_EXIT = """
import os, signal, sys, threading, time
import hermetic_nb as hnb
box = hnb.Toolbox(":memory:")
spin = box.seal("def f(x: int) -> int:\\n    while x > 0:\\n        x = x ^ 2\\n    return x\\n")
threading.Thread(target=spin, args=(5,), daemon=True).start()
time.sleep(0.2)
children = [open(f"/proc/self/task/{task}/children").read() for task in os.listdir("/proc/self/task")]
print(*children, flush=True)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(
    ("end", "status"),
    [("pass", 0), ("sys.exit(3)", 3), ("os._exit(0)", 0), ("os.kill(os.getpid(), signal.SIGKILL)", -9)],
)
def test_an_exit_while_children_work_is_quiet_and_leaves_none(end: str, status: int) -> None:
    done = subprocess.run([sys.executable, "-c", AT_EXIT + end], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (status, "")
    pids = done.stdout.split()
    assert len(pids) >= 3
    deadline = time.monotonic() + 30
    while any(map(_runs, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [pid for pid in pids if _runs(pid)] == []


def _runs(pid: str) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return "hermetic_nb" in Path(f"/proc/{pid}/cmdline").read_text() and stat.rsplit(")", 1)[1].split()[0] != "Z"


# ------------------------------------------------------------ disks and folders

IN_A_BARE_PLACE = """
import os, resource, sys
import hermetic_nb as hnb
os.rmdir(os.getcwd())
for name in ("HOME", "XDG_CACHE_HOME", "PATH", "TMPDIR"):
    os.environ.pop(name, None)
os.environ["HERMETIC_CACHE"] = "/dev/null/cache"
box = hnb.Toolbox(":memory:")
print(box.seal("def f(x: int) -> int:\\n    return x + 1\\n")(1))
box.close()
"""


def test_no_home_no_cache_and_no_working_folder(tmp_path: Path) -> None:
    place = tmp_path / "gone"
    place.mkdir()
    command = [sys.executable, "-c", IN_A_BARE_PLACE]
    done = subprocess.run(command, cwd=place, check=False, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("2\n", "")


FULL = """
import resource, signal, sys
import hermetic_nb as hnb
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
box = hnb.Toolbox(sys.argv[1])
box.seal("def f(x: int) -> int:\\n    return x + 1\\n")
tool = box.try_out(box.parse("def g(x: int) -> int:\\n    return x + 2\\n"))
resource.setrlimit(resource.RLIMIT_FSIZE, (64, resource.RLIM_INFINITY))
try:
    box.seal("def g(x: int) -> int:\\n    return x + 2\\n")
except hnb.RegistryAccessError as error:
    print(error.code, bool(error.help))
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
print(box.get("f")(1), [t.name for t in box.list()], box.registry.check().ok)
print(box.seal("def g(x: int) -> int:\\n    return x + 2\\n")(1), box.registry.check().ok)
box.close()
"""


def test_a_disk_that_takes_no_more_keeps_what_was_there(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path / "tools")]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout == "H420 True\n2 ['f'] True\n3 True\n"


def test_one_damaged_tool_does_not_hide_the_others(tmp_path: Path) -> None:
    box = Toolbox(tmp_path / "tools")
    try:
        broken = box.seal("def broken(x: int) -> int:\n    return x\n")
        box.seal("def whole(x: int) -> int:\n    return x + 1\n")
        blob = tmp_path / "tools" / "blobs" / "sha256" / broken.digest.removeprefix("sha256:")
        blob.chmod(0o644)
        blob.write_bytes(b"{}")
        assert [tool.name for tool in box.list()] == ["whole"]
        assert [finding.kind for finding in box.registry.check().findings]
        assert Toolbox(tmp_path / "tools").seal(broken.source)(3) == 3
        assert box.registry.check().ok
    finally:
        box.close()


def test_a_registry_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RegistryAccessError):
        Toolbox(tmp_path / "file")
