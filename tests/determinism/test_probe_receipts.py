"""What makes other programs differ from run to run gives the same bytes here, or a clear refusal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hermetic_nb import Toolbox

ROOT = Path(__file__).parents[2]
REFUSED = "CapabilityError"
PROBES = {
    "id": "id(object())",
    "hash": "[hash('abc'), hash(b'abc'), hash(object())]",
    "set order": "list({'a', 'b', 'c', 'd', str(1), object().__class__.__name__})",
    "repr": "[repr(object()), repr(lambda: 0), repr(Probe())]",
    "dict order": "list({**{'b': 1, 'a': 2}, **vars(Probe)})",
    "float": "[repr(0.1 + 0.2), str(1e22), format(2 / 3, '.30f'), repr(math.sin(1e6)), str(sum([0.1] * 10))]",
    "nan": "[struct.pack('<d', float('nan')).hex(), struct.pack('<d', float('inf') - float('inf')).hex()]",
    "locale": "[format(1234567.5, 'n'), str(locale.localeconv()), 'ß'.upper()]",
    "seeded": "(random.seed(7), random.random(), random.Random(3).getrandbits(99))[1:]",
    "gc": "[gc.collect(), gc.isenabled()]",
    "version": "[sys.version, sys.platform, sys.maxsize, sys.byteorder]",
    "environment": "dict(os.environ)",
    "time": "time.time()",
    "monotonic": "time.perf_counter()",
    "today": "str(datetime.datetime.now())",
    "local time": "time.localtime()",
    "random": "random.random()",
    "unseeded": "random.Random()",
    "urandom": "os.urandom(8).hex()",
    "uuid": "str(uuid.uuid4())",
    "process": "os.getpid()",
    "folder": "os.getcwd()",
    "thread": "threading.Thread(target=print).start()",
}
"""Name -> expression."""
MAY_ANSWER = 11
"""The first so many give a value; of the others none does, but an environment that is empty."""
CELL = f"""
import datetime, gc, locale, math, os, random, struct, sys, time, uuid

PROBES = {PROBES!r}


class Probe:
    later, earlier = 1, 2


def probe(name: str):
    if name == "names":
        return list(PROBES)
    return eval(PROBES[name])
"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("probes")
    box = Toolbox(folder / "registry")
    assert box.seal(CELL).tier == "python"
    box.close()
    return folder / "registry"


def _run(registry: Path, number: int) -> dict[str, list[str]]:
    """All probes in processes of their own, in another place, time zone, locale and hash seed."""
    folder = registry.parent / f"cwd{number}"
    folder.mkdir(exist_ok=True)
    environment = {
        **os.environ,
        "PYTHONHASHSEED": str(number),
        "PYTHONPATH": str(ROOT),
        "TZ": ["UTC", "Asia/Kathmandu", "America/St_Johns"][number % 3],
        "LC_ALL": ["C", "C.UTF-8"][number % 2],
        "HERMETIC_PROBE": str(number),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.determinism.probe", str(registry)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("runs", [6, pytest.param(50, marks=pytest.mark.slow)])
def test_each_probe_gives_the_same_bytes_or_is_refused(registry: Path, runs: int) -> None:
    with ThreadPoolExecutor(2) as threads:
        first, *others = threads.map(lambda number: _run(registry, number), range(runs))
    assert list(first) == list(PROBES)
    for other in others:
        assert other == first
    for number, (name, (digest, outcome)) in enumerate(first.items()):
        assert digest, (name, outcome)
        if number < MAY_ANSWER:
            assert not outcome.endswith("Error"), (name, outcome)
        else:
            assert outcome in {REFUSED, "{}", "ModuleNotFoundError", "NameError"}, (name, outcome)
