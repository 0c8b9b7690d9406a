"""One process of the determinism test: the steps of each probe in a fresh instance, as one line of text."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

from tests.runner.instance import load

PROBES: Final = (
    "return id(object()), hash(object()), hash('a'), hash(b'a'), hash((1, 'a')), hash(None)",
    "return repr(object()), str(lambda: 1), repr(type('A', (), {})())",
    "return list({'alpha', 'beta', 'gamma', b'x', None, 3, (1,)})",
    "return [format(x, '') for x in (0.1 + 0.2, 1e300 * 1e10, 2 / 3)], sum([0.1] * 10)",
    "import gc\nreturn gc.get_count(), gc.get_threshold(), len(gc.get_objects())",
    "import weakref, sys\nclass A: ...\na = A()\nreturn repr(weakref.ref(a)), sys.getrefcount(a), sys.getsizeof([])",
    "import locale, sys\nreturn locale.getlocale(), sys.getfilesystemencoding(), locale.localeconv()['thousands_sep']",
    "import datetime, time\nreturn datetime.datetime(2024, 7, 1).astimezone().isoformat(), time.tzname, time.timezone",
    "import random\nrandom.seed('x')\nreturn [random.random() for _ in range(3)], random.Random(7).sample(range(99), 5)",
    "import time\ntime.time()",
    "import os\nos.urandom(8)",
    "import os\nos.environ['HOME']",
    "import os\nos.getcwd()",
    "import sys\nreturn sys.path, sys.argv, sys.flags.hash_randomization, sorted(sys.modules)[:50], sys.executable",
    "import threading\nreturn threading.get_ident(), threading.current_thread().name",
    "import tracemalloc",
    "import math\nreturn [f(0.7) for f in (math.sin, math.exp, math.lgamma, math.erf, math.cbrt)], float('nan'), -float('nan')",
    "import asyncio\nasync def g(): return asyncio.current_task().get_name(), repr(asyncio.current_task())\nreturn asyncio.run(g())",
    "import pickle, marshal\nreturn pickle.dumps({'a': {1, 2}}), marshal.dumps(compile('x + 1', 'a', 'eval'))",
    "raise ValueError(object())",
    "print(object(), {'b', 'a'})",
)


def main() -> int:
    """Argument: the file of the compiled runner."""
    runner = load(Path(sys.argv[1]))
    print(json.dumps([runner.run(probe) for probe in PROBES]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
