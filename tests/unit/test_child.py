"""A child process answers, is killed to interrupt it, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hermetic_nb.child import SMALL, Buffer, Child, ChildDiedError, ChildTimeoutError

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
SERVER = "child_server"


@pytest.fixture(scope="module", autouse=True)
def _server_on_path() -> Iterator[None]:
    sys.path.append(str(HERE))
    yield
    sys.path.remove(str(HERE))


@pytest.fixture(scope="module")
def shared() -> Iterator[Child]:
    child = Child(SERVER)
    yield child
    child.close()


@pytest.fixture
def child(shared: Child) -> Child:
    return shared


@settings(max_examples=50, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200), st.sampled_from([SMALL - 14, SMALL - 13, SMALL - 12, SMALL, SMALL + 1]).map(bytes)
    )
)
def test_what_is_sent_comes_back(shared: Child, body: bytes) -> None:
    assert shared.request(b"echo " + body) == body


def test_parts_are_joined(child: Child) -> None:
    assert child.request([b"ec", b"ho ", memoryview(b"xyz"), bytearray(b"!")]) == b"xyz!"
    assert child.request(b"parts") == b"a" + b"bc" * 50_000


def test_a_hundred_megabytes_travel(child: Child) -> None:
    body = os.urandom(1 << 20) * 100
    assert child.request([b"echo ", body]) == body


def test_the_same_process_answers_again(child: Child) -> None:
    assert child.request(b"pid") == child.request(b"pid") == str(child.pid).encode()


def test_start_returns_before_the_child_is_ready_and_twice_is_once() -> None:
    child = Child(SERVER)
    child.start()
    pid = child.pid
    child.start()
    assert child.alive
    assert child.pid == pid
    assert child.request(b"echo 1") == b"1"
    child.close()
    child.close()
    assert child.pid is None


def test_a_killed_child_is_replaced(child: Child) -> None:
    first = child.request(b"pid")
    os.kill(int(bytes(first)), signal.SIGKILL)
    while child.alive:
        time.sleep(0.001)
    assert child.request(b"pid") != first


def test_death_during_a_request_is_named(child: Child) -> None:
    pid = int(bytes(child.request(b"pid")))
    timer = threading.Timer(0.05, os.kill, (pid, signal.SIGKILL))
    timer.start()
    with pytest.raises(ChildDiedError, match="SIGKILL") as caught:
        child.request(b"sleep 60")
    timer.join()
    assert caught.value.status == -signal.SIGKILL
    with pytest.raises(ChildDiedError, match="status 3"):
        child.request(b"exit 3")
    assert child.request(b"echo on") == b"on"


def test_an_error_in_the_child_is_told_by_its_last_words(child: Child) -> None:
    with pytest.raises(ChildDiedError) as caught:
        child.request(b"raise")
    assert "deliberate" in caught.value.stderr


def test_a_module_that_cannot_be_imported_is_told() -> None:
    child = Child("no_such_module_of_ours", label="lost")
    with pytest.raises(ChildDiedError, match="the lost process ended") as caught:
        child.request(b"")
    assert "no_such_module_of_ours" in caught.value.stderr


@pytest.mark.parametrize("work", [b"spin", b"sleep 60", b"regex"])
def test_a_timeout_kills(child: Child, work: bytes) -> None:
    pid = int(bytes(child.request(b"pid")))
    with pytest.raises(ChildTimeoutError):
        child.request(work, timeout=0.05)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert child.request(b"echo on", timeout=30) == b"on"
    assert child.request(b"echo on") == b"on"


def test_any_number_is_a_timeout(child: Child) -> None:
    for timeout in (float("inf"), 1e18, None, 1e5):
        assert child.request(b"echo on", timeout=timeout) == b"on"
    for timeout in (1e-9, 0, -1):
        with pytest.raises(ChildTimeoutError):
            child.request(b"sleep 60", timeout=timeout)


def test_a_timeout_counts_through_other_signals(child: Child) -> None:
    previous = signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
    try:
        with pytest.raises(ChildTimeoutError):
            child.request(b"spin", timeout=0.2)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def test_an_interrupt_during_a_request_kills_the_child_and_the_next_request_works(child: Child) -> None:
    pid = int(bytes(child.request(b"pid")))
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        child.request(b"spin")
    timer.join()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert child.request(b"echo on") == b"on"


def test_the_child_ignores_interrupts_of_its_own(child: Child) -> None:
    assert child.request(b"sigint") == b"ok"


def test_the_child_says_nothing_on_our_terminal(child: Child, capfd: pytest.CaptureFixture[str]) -> None:
    child.request(b"say")
    assert capfd.readouterr() == ("", "")


def test_python_settings_of_the_host_stay_outside_and_given_ones_reach_the_child(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    child = Child(SERVER)
    assert child.request(b"env PYTHONHASHSEED") == b"-"
    child.close()
    child = Child(SERVER, environment={"PYTHONHASHSEED": "3"})
    assert child.request(b"env PYTHONHASHSEED") == b"3"
    child.close()


def test_threads_take_turns(child: Child) -> None:
    wrong: list[bytes] = []

    def work(number: int) -> None:
        for count in range(50):
            body = f"{number}:{count}".encode()
            if child.request(b"echo " + body) != body:
                wrong.append(body)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_child_outlives_the_thread_that_started_it() -> None:
    child = Child(SERVER)
    thread = threading.Thread(target=child.request, args=(b"pid",))
    thread.start()
    thread.join()
    pid = child.pid
    assert child.request(b"pid") == str(pid).encode()
    child.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Python 3.12 warns of forks beside threads
def test_a_fork_of_the_parent_gets_its_own_child(child: Child) -> None:
    mine = child.request(b"pid")
    reader, writer = os.pipe()
    copy = os.fork()
    if not copy:
        with contextlib.suppress(BaseException):
            os.write(writer, bytes(child.request(b"pid")))
            child.close()
        os._exit(0)
    os.close(writer)
    theirs = os.read(reader, 100)
    os.close(reader)
    os.waitpid(copy, 0)
    assert theirs.isdigit()
    assert theirs != mine
    assert child.request(b"pid") == mine


@pytest.mark.parametrize("work", ["spin", "regex"])
def test_the_child_ends_when_its_parent_is_killed(work: str) -> None:
    program = (
        f"import sys; sys.path.append({str(HERE)!r}); from hermetic_nb.child import Child; child = Child({SERVER!r});"
        f"print(bytes(child.request(b'pid')).decode(), flush=True); child.request({work.encode()!r})"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, cwd=HERE.parent.parent) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.05)
        parent.kill()
    for _ in range(1000):
        if gone(pid):
            break
        time.sleep(0.01)
    assert gone(pid)


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_normal_exit_of_the_parent_leaves_no_child_and_no_words() -> None:
    program = (
        f"import sys; sys.path.append({str(HERE)!r}); from hermetic_nb.child import Child; child = Child({SERVER!r});"
        "print(bytes(child.request(b'pid')).decode())"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        cwd=HERE.parent.parent,
        check=True,
    )
    assert done.stderr == ""
    assert gone(int(done.stdout))


def test_parts_of_any_size_arrive_in_order(child: Child) -> None:
    numbers = memoryview(bytes(range(256)) * 8 * 4000).cast("q")
    parts: list[Buffer] = [b"echo ", b"a" * SMALL, b"b" * (SMALL + 1), b"", numbers, b"c", b"d" * 10 * SMALL]
    assert child.request(parts) == b"".join(parts)[5:]
