"""Clumsy and hostile use in a real kernel: one short placed error each, the kernel alive, the next call right."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.kernel.conftest import Answer, Kernel, started

ADD = "%%hermetic_tool\ndef add_one(x: int) -> int:\n    return x + 1\n"
SPIN = "%%hermetic_tool\ndef spin(x: int) -> int:\n    while x > 0:\n        x = x ^ 2\n    return x\n"
HEAD = "%%hermetic_tool\n"


@pytest.fixture(autouse=True)
def add_one(kernel: Kernel) -> None:
    """Every test finds the tool `add_one`."""
    assert kernel.run(ADD).error is None


def _refused(kernel: Kernel, cell: str, first: str) -> Answer:
    answer = kernel.run(cell)
    assert answer.error is not None, cell[:200]
    assert answer.report.startswith(first), answer.report
    lines = answer.report.splitlines()
    assert len(lines) <= 10
    assert max(map(len, lines)) < 400
    for word in ("Traceback", "hermetic_nb/", " at 0x"):
        assert word not in answer.report
    assert answer.streams == {}
    assert kernel.run("add_one(41)").text == "42"
    return answer


@pytest.mark.parametrize(
    ("cell", "first"),
    [
        ("", "H101 SpecError: the cell is empty"),
        ("  \n\t\n", "H101 SpecError: the cell is empty"),
        ("# only\n# comments", "H101 SpecError: the cell has no public function"),
        ('"""text"""', "H101 SpecError: the cell has no public function"),
        ("def f(x: int) -> int\n    return x", "H101 SpecError: the cell is not Python"),
        ("def f(x: int) -> int:\n    return (x", "H101 SpecError: the cell is not Python"),
        ("def f(x: int) -> int:\n\tif x:\n        return 1\n\treturn 2", "H101 SpecError: the cell is not Python"),
        ("def f(x: int) -> int:\n    return '", "H101 SpecError: the cell is not Python"),
        (f"def f(x: int) -> int:\n    return {'9' * 5000}", "H101 SpecError: the cell is not Python"),
        (f"def f(x: int) -> int:\n    return {'(' * 300}x{')' * 300}", "H101 SpecError: the cell is not Python"),
        (f"def f(x: int) -> int:\n    return {'-' * 5000}x", "H101 SpecError: the cell is nested too deep"),
        (
            f"def f(x: int) -> int:\n    return {' + '.join(['x'] * 5000)}",
            "H101 SpecError: the cell is nested too deep",
        ),
        (f"def {'f' * 300}(x: int) -> int:\n    return x", "H101 SpecError: a name of 300 characters cannot be"),
        ("def __f__(x: int) -> int:\n    return x", "H101 SpecError: the cell has no public function"),
        ("@staticmethod\ndef f(x: int) -> int:\n    return x", "H101 SpecError: a tool's function has no decorators"),
        ("def f(x: int, call_agent) -> int:\n    return x", "H101 SpecError: a tool that calls agents is an async"),
        (
            "async def f(x: int, call_agent) -> int:\n    return open(x)",
            "H202 NotPureError: a pure tool may not do this",
        ),
        (
            "def f(x: int) -> int:\n    return x\n1 / 0",
            "H200 BuildError: the cell cannot be defined: ZeroDivisionError",
        ),
        ("class A:\n    pass", "H101 SpecError: the cell has no public function"),
        ("def f(x: int) -> int:\n    return x\nf(1)", "H101 SpecError: a tool's cell only defines"),
        ('def f(x: int) -> int:\n    """\n    >>> f(1)\n    2\n    """\n    return x', "H220 ExampleError"),
        ('def f(x: int) -> int:\n    """\n    >>> import os\n    """\n    return x', "H220 ExampleError"),
        ('def f(x: int) -> int:\n    """\n    >>> f(\n    """\n    return x', "H101 SpecError: an example"),
        ("def f(x: int) -> int:\n    return helper(x)", "H101 SpecError: a tool stands on its own"),
    ],
)
def test_cells_that_cannot_be_sealed(kernel: Kernel, cell: str, first: str) -> None:
    _refused(kernel, HEAD + cell, first)
    assert kernel.run("'f' in globals()").text == "False"


@pytest.mark.parametrize(
    "cell",
    [
        "def f(x: int) -> int:\n    for y in {x}:\n        return y\n    return 0",
        "def f(x: int) -> int:\n    return len(open('/etc/passwd').read())",
        "import os\ndef f(x: int) -> int:\n    return os.getpid()",
        "def f(x):\n    return x",
    ],
)
def test_cells_that_are_not_native(kernel: Kernel, cell: str) -> None:
    _refused(kernel, f"%%hermetic_tool --tier native\n{cell}", "H201 NotNativeError")


@pytest.mark.parametrize(
    ("call", "first"),
    [
        ("add_one()", "H510 ArgumentError: argument 'x' is missing"),
        ("add_one(1, 2)", "H510 ArgumentError: 2 arguments for 1 parameter"),
        ("add_one(1, x=2)", "H510 ArgumentError"),
        ("add_one(y=1)", "H510 ArgumentError"),
        ("add_one(True)", "H510 ArgumentError: argument 'x' is declared int, not bool"),
        ("add_one(None)", "H510 ArgumentError: argument 'x' is declared int, not NoneType"),
        ("add_one('1')", "H510 ArgumentError: argument 'x' is declared int, not str"),
        ("add_one(1.0)", "H510 ArgumentError: argument 'x' is declared int, not float"),
        ("add_one(2**63)", "H511 ArgumentRangeError"),
        ("add_one(10**5000)", "H511 ArgumentRangeError: argument 'x': an int of 16610 bits"),
        ("add_one(2**63 - 1)", "H501 OverflowError"),
        ("add_one([0] * 10_000_000)", "H510 ArgumentError: argument 'x' is declared int, not list"),
        ("%tool_call add_one x=" + "9" * 5000, "H510 ArgumentError"),
        ("%tool_call add_one x=[1", "H510 ArgumentError"),
        ("%tool_call add_one x=1 x=2", "H510 ArgumentError: x is given twice"),
        ("%%tool_call add_one\n" + "[" * 100_000, "H510 ArgumentError: the body is nested too deep"),
        ("%tool_call ../../etc/passwd x=1", "H401 ToolNotFoundError"),
    ],
)
def test_calls_that_do_not_fit(kernel: Kernel, call: str, first: str) -> None:
    _refused(kernel, call, first)


@pytest.mark.parametrize(
    ("body", "first"),
    [
        ("    return runs(x)", "H501 RecursionError"),
        ("    return len([0] * (x + 1_000_000_000))", "H501 MemoryError"),
        ("    a = [0]\n    while True:\n        a.append(x)\n    return 0", "H501 MemoryError"),
    ],
)
def test_tools_that_run_out_of_something(kernel: Kernel, body: str, first: str) -> None:
    assert kernel.run(f"{HEAD}def runs(x: int) -> int:\n{body}\n").error is None
    _refused(kernel, "runs(1)", first)


def test_large_data_goes_in_and_comes_out(kernel: Kernel) -> None:
    assert kernel.run(f"{HEAD}def size(s: str) -> int:\n    return len(s)\n").error is None
    assert kernel.run("size('é' * 50_000_000)").text == "50000000"
    _refused(kernel, "size('a' * 1000 + '\\ud800')", "H510 ArgumentError: argument 's' holds the lone surrogate")
    assert kernel.run(f"{HEAD}def total(xs: list[int]) -> int:\n    return sum(xs)\n").error is None
    assert kernel.run("total(range(5_000_000))").text == str(sum(range(5_000_000)))
    _refused(kernel, "total(range(10**12))", "H510 ArgumentError: argument 'xs' has more than")
    _refused(kernel, "total(i for i in range(3))", "H510 ArgumentError: argument 'xs' is declared list[int]")


def test_a_native_loop_is_interrupted(kernel: Kernel) -> None:
    assert kernel.run(SPIN).error is None
    sent = kernel.send("spin(5)")
    time.sleep(0.5)
    kernel.manager.interrupt_kernel()
    answer = kernel.collect(sent)
    assert answer.error is not None
    assert answer.error["ename"] == "KeyboardInterrupt"
    assert kernel.run("add_one(41)").text == "42"


def test_the_wall_clock_stops_a_native_loop(kernel: Kernel) -> None:
    assert kernel.run(SPIN).error is None
    limits = "import hermetic_nb as hnb\nhnb.default().limits = hnb.Limits(wall_seconds=0.3)"
    assert kernel.run(f"{limits}\nhnb.default()._here.clear()").error is None
    _refused(kernel, "%tool_call spin x=5", "H520 LimitExceeded: the call took longer than 0.3 s")
    assert kernel.run("hnb.default().limits = hnb.Limits()\nhnb.default()._here.clear()").error is None


def test_children_killed_while_idle_come_back(kernel: Kernel) -> None:
    kill = (
        "import os, signal, subprocess\n"
        "lines = subprocess.run(['ps', '-o', 'pid=,args=', '--ppid', str(os.getpid())], capture_output=True, text=True)\n"
        "pids = [int(line.split()[0]) for line in lines.stdout.splitlines() if 'hermetic_nb' in line]\n"
        "for pid in pids:\n    os.kill(pid, signal.SIGKILL)\n"
        "len(pids)"
    )
    assert int(kernel.run(kill).text) >= 3
    assert kernel.run("add_one(1)").text == "2"
    assert kernel.run(kill).error is None
    answer = kernel.run(f"{HEAD}def after_kill(x: int) -> int:\n    return x + 3\n")
    assert answer.error is None, answer.report
    assert kernel.run("after_kill(1)").text == "4"


def test_threads_asyncio_and_a_forked_process_call_the_same_tool(kernel: Kernel) -> None:
    threads = "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(8) as pool:\n    n = sum(pool.map(add_one, range(100)))\nn"
    assert kernel.run(threads).text == str(sum(range(101)))
    assert kernel.run(
        "import asyncio\nawait asyncio.gather(*[asyncio.to_thread(add_one, n) for n in range(4)])"
    ).text == ("[1, 2, 3, 4]")
    fork = (
        "import multiprocessing\nfork = multiprocessing.get_context('fork')\nqueue = fork.SimpleQueue()\n"
        "child = fork.Process(target=lambda: queue.put(add_one(5)))\nchild.start()\n"
        "mine = add_one(6)\nother = queue.get()\nchild.join()\n(mine, other, child.exitcode)"
    )
    assert kernel.run(fork).text == "(7, 6, 0)"
    assert kernel.run("add_one(41)").text == "42"


def test_the_extension_is_loaded_again(kernel: Kernel) -> None:
    for line in [
        "%load_ext hermetic_nb",
        "%reload_ext hermetic_nb",
        "%unload_ext hermetic_nb",
        "%load_ext hermetic_nb",
    ]:
        assert kernel.run(line).error is None
    assert kernel.run(ADD).error is None
    assert kernel.run("add_one(41)").text == "42"


@pytest.mark.skipif(not Path("/proc").exists(), reason="no /proc")
def test_a_kernel_that_ends_leaves_no_process(tmp_path: Path) -> None:
    with started(tmp_path / "tools") as kernel:
        assert kernel.run(SPIN).error is None
        pid = kernel.run("import os\nos.getpid()").text
        kernel.send("spin(5)")
        time.sleep(0.5)
        mine = _descendants(pid)
        assert mine
    deadline = time.monotonic() + 30
    while any(_runs(child) for child in mine) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [child for child in mine if _runs(child)] == []


def _descendants(pid: str) -> list[str]:
    """The processes that threads of the kernel started."""
    found: list[str] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += (task / "children").read_text().split()
    return found


def _runs(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
