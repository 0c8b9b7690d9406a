"""What a tool has not: a clear error at the cell's line, never a trap."""

from __future__ import annotations

import pytest

from tests.runner.instance import Runner

CLOSED = """
import time; time.time()
import time; time.time_ns()
import time; time.monotonic()
import time; time.perf_counter()
import time; time.sleep(1)
import time; time.localtime()
import time; time.gmtime()
import time; time.ctime()
import time; time.strftime('%Y')
import datetime; datetime.datetime.now()
import datetime; datetime.datetime.utcnow()
import datetime; datetime.datetime.now(datetime.UTC)
import datetime; datetime.date.today()
from datetime import datetime; datetime.today()
import email.utils; email.utils.formatdate()
import random; random.random()
import random; random.Random()
import random; random.seed()
from random import shuffle; shuffle([1])
import random; random.SystemRandom()
import uuid; uuid.uuid1()
import uuid; uuid.uuid4()
import uuid; uuid.uuid7()
import uuid; uuid.getnode()
import os; os.urandom(4)
import os; os.environ['HOME']
import os; os.getenv('HOME')
from os import environ
import os; os.listdir()
import os; os.getcwd()
import os; os.system('ls')
import os; os.stat('/')
import os; os.path.exists('a')
from os.path import isfile; isfile('a')
import posixpath; posixpath.abspath('a')
open('a')
open('a', 'w')
import io; io.open('a')
import io; io.FileIO('a')
import io; io.FileIO(1)
import codecs; codecs.open('a')
import pathlib; pathlib.Path('a').read_text()
print('a', file=open('a', 'w'))
import pathlib; pathlib.Path('a').exists()
import pathlib; pathlib.Path.cwd()
import glob; glob.glob('*')
import shutil; shutil.copy('a', 'b')
import tokenize; tokenize.open('a')
import gzip; gzip.open('a')
import zipfile; zipfile.ZipFile('a')
import tarfile; tarfile.open('a')
import logging; logging.FileHandler('a')
input()
breakpoint()
import sys; sys.stdin.read()
import sys; next(sys.stdin)
import sys; list(sys.stdin)
import threading; threading.Thread(target=print).start()
import threading; threading.Timer(1, print).start()
import queue; queue.Queue().get()
import asyncio; asyncio.run(asyncio.open_connection('a', 1))
import asyncio; asyncio.run(asyncio.to_thread(print))
import platform; platform.system()
import sched; sched.scheduler().enter(1, 1, print)
""".strip().split("\n")
ABSENT = (
    *("socket", "ssl", "subprocess", "multiprocessing", "secrets", "tempfile", "sqlite3", "ctypes", "signal", "timeit"),
    *("urllib.request", "http.client", "concurrent.futures", "bz2", "lzma", "mmap", "select", "webbrowser", "tkinter"),
)


@pytest.mark.parametrize("statement", CLOSED)
def test_it_is_refused_at_the_cells_line(runner: Runner, statement: str) -> None:
    failed = runner.run(f"x = 1\n{statement}")["failed"]
    assert (failed["exception"], failed["base"], failed["line"]) == ("CapabilityError", "PermissionError", 3)
    assert "sealed tool" in failed["message"]


@pytest.mark.parametrize("module", ABSENT)
@pytest.mark.parametrize("statement", ["import {}", "import importlib; importlib.import_module('{}')"])
def test_a_module_out_of_reach_says_so(runner: Runner, module: str, statement: str) -> None:
    failed = runner.run(statement.format(module))["failed"]
    assert (failed["exception"], failed["line"]) == ("ModuleNotFoundError", 2)
    assert failed["message"].startswith(f"no module {module} in a sealed tool: ")


def test_a_submodule_out_of_reach_says_so_too(runner: Runner) -> None:
    failed = runner.run("from urllib import request")["failed"]
    assert "a sealed tool has no network" in failed["message"]


def test_a_cell_can_catch_it(runner: Runner) -> None:
    assert runner.run("try: open('a')\nexcept PermissionError: return 'no'") == {"done": "no"}


def test_chance_works_from_a_seed(runner: Runner) -> None:
    body = """
import random
from random import randint
random.seed(7)
own = random.Random(7)
assert [random.random() for _ in range(3)] == [own.random() for _ in range(3)]
assert randint(1, 6) == own.randint(1, 6)
assert random.sample(range(9), 3) == own.sample(range(9), 3)
state = random.getstate()
first = random.random()
random.setstate(state)
return random.random() == first and random.Random(7).random()
"""
    assert runner.run(body) == {"done": 0.32383276483316237}  # CPython's own


def test_logging_is_captured_without_a_time(runner: Runner) -> None:
    body = "import logging\nlogging.basicConfig(format='%(asctime)s %(process)s %(message)s')\nlogging.warning('hi')"
    assert runner.run(body) == {"done": None, "printed": "1970-01-01 00:00:00,000 None hi\n"}


def test_tracebacks_show_the_cells_lines(runner: Runner) -> None:
    body = "import traceback\ntry: 1 / 0\nexcept ZeroDivisionError: return traceback.format_exc()"
    text = runner.run(body)["done"]
    assert 'File "<cell>", line 3, in f' in text
    assert "1 / 0" in text


def test_warnings_are_captured(runner: Runner) -> None:
    printed = runner.run("import warnings\nwarnings.warn('careful')")["printed"]
    assert printed.startswith("<cell>:3: UserWarning: careful\n")


def test_a_time_zone_needs_its_data(runner: Runner) -> None:
    failed = runner.run("import zoneinfo\nzoneinfo.ZoneInfo('Europe/Paris')")["failed"]
    assert "# deps: tzdata==VERSION" in failed["message"]


def test_asyncio_runs_in_virtual_time(runner: Runner) -> None:
    body = """
import asyncio
async def nap(n):
    await asyncio.sleep(n)
    return n, asyncio.get_running_loop().time()
async def main():
    found = [await each for each in asyncio.as_completed([nap(3), nap(1), nap(2)])]
    try:
        async with asyncio.timeout(1):
            await asyncio.sleep(1000)
    except TimeoutError:
        found.append('late')
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(nap(n)) for n in (1, 2)]
    return found + [task.result()[0] for task in tasks]
with asyncio.Runner() as own:
    assert own.run(nap(1)) == (1, 1.0)
return asyncio.run(main())
"""
    pairs = [{"$tuple": [n, float(n)]} for n in (1, 2, 3)]
    assert runner.run(body) == {"done": [*pairs, "late", 1, 2]}
