"""Cells that look for all that differs from run to run: ``python -m tests.determinism.probes TIMES``.

Calls each so often, in a worker process with the hash seed, time zone and locale of this process's environment, and prints
as JSON what it found: for each probe, each different outcome and how often it came.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from typing import Final

from hermetic_nb import values
from hermetic_nb.executors.python import PythonExecutor
from hermetic_nb.model import Calls, Failed, Limits, Step
from tests.unit.python_cells import session

PASSED: Final = ("PYTHONHASHSEED", "TZ", "LC_ALL", "LANG", "HERMETIC_ADDRESS_SPACE")
VALUES: Final = {
    "id": "return [id(object()), id(None), id([]), id('x'), id(f)]",
    "repr of an object": "class A: pass\n    return [repr(object()), repr(A()), repr(f), str(lambda: 1), repr(iter([]))]",
    "default hash": "class A: pass\n    return [hash(A()), hash(object()), hash(len), hash(None), hash(f)]",
    "hash of str": "return [hash('a'), hash(b'a'), hash(('a', 1)), hash(frozenset('abc'))]",
    "hash of numbers": "return [hash(1.5), hash(10 ** 30), hash(float('inf')), hash(1j)]",
    "hash of nan": "return hash(float('nan'))",
    "hash of datetime": "import datetime\n    return hash(datetime.datetime(2020, 1, 2))",
    "set order": "return list({'b', 'a', 'c', 'ä', 'long enough to be hashed'})",
    "set of objects": "class A: pass\n    made = [A() for _ in range(20)]\n    return [made.index(a) for a in set(made)]",
    "set of mixed": "return [str(x) for x in {1, 'a', None, 2.5, (1,), b'b'}]",
    "dict order": "return list({k: 0 for k in ['b', 'a', 'c']}) + list(dict.fromkeys('cab')) + list(vars(__import__('math')))",
    "set of dict keys": "return list({'x': 1, 'y': 2}.keys() | {'z', 'w'})",
    "sort of equal keys": "return sorted(['b', 'a', 'B', 'A'], key=str.lower)",
    "sort by id": "class A: pass\n    made = [A() for _ in range(20)]\n    return [made.index(a) for a in sorted(made, key=id)]",
    "float formatting": "return [repr(0.1 + 0.2), f'{1e23:.3f}', '%.17g' % 0.1, str(1e16), f'{2.675:.2f}', format(1e300, ',')]",
    "float functions": "import math\n    return [math.sin(1e6), math.exp(0.1), math.gamma(5.5), 0.1 ** 0.3, math.log(3), math.erf(.3)]",
    "float sums": "import math\n    x = [0.1] * 10\n    return [sum(x), math.fsum(x), sum(x, 0.0)]",
    "nan signs": "import math\n    i = math.inf\n    return [math.copysign(1, i - i), math.copysign(1, float('nan')), math.copysign(1, i * 0)]",
    "locale": "import locale\n    return [list(locale.localeconv().items())[:2], locale.getpreferredencoding(), '{:n}'.format(1234567.5)]",
    "case of letters": "return ['I'.lower(), 'i'.upper(), '\\u0130'.lower(), 'ß'.upper(), '\\u0131'.upper()]",
    "encoding": "import sys\n    return [sys.getdefaultencoding(), sys.getfilesystemencoding(), 'ä'.encode().hex()]",
    "sys": "import sys\n    return [sys.argv, sys.path, sys.platform, sys.byteorder, sys.maxsize, sys.version, list(sys.flags), sys.executable]",
    "platform": "import sys\n    return [list(sys.version_info), sys.implementation.name, sys.hash_info.algorithm, list(sys.float_info)]",
    "modules": "import sys\n    return sorted(sys.modules)",
    "order of modules": "import sys\n    return list(sys.modules)",
    "names": "import builtins, string\n    return [dir(builtins), dir(str), list(vars(string)), sorted(globals()), list(locals())]",
    "garbage": "import gc\n    return [gc.get_count(), gc.get_threshold(), gc.collect(), len(gc.get_objects())]",
    "sizes": "import sys\n    return [sys.getsizeof([]), sys.getsizeof('a'), sys.getsizeof({}), sys.getsizeof(2 ** 100)]",
    "reference counts": "import sys\n    x = []\n    return [sys.getrefcount(x), sys.getrefcount('a'), sys.getrefcount(object)]",
    "interning": "a = 'hello world'\n    return [a is 'hello ' + 'world', 257 is int('257'), () is tuple()]",
    "weak references": "import weakref\n    class A: pass\n    gone = []\n    a = A()\n    weakref.finalize(a, gone.append, 1)\n    del a\n    return gone",
    "recursion depth": "def g(n):\n        try: return g(n + 1)\n        except RecursionError: return n\n    return g(0)",
    "random with a seed": "import random\n    r = random.Random(7)\n    return [r.random(), r.randint(0, 99), r.sample(range(9), 3), r.gauss(0, 1)]",
    "random seeded by text": "import random\n    random.seed('seed')\n    return [random.random(), random.shuffle(x := list(range(9))), x]",
    "decimal": "import decimal\n    return [str(decimal.Decimal(1) / 7), str(decimal.Decimal('0.1').exp()), str(decimal.getcontext())]",
    "json": "import json\n    return json.dumps({'b': [1.1, {'a': 'ä'}], 'a': None, '1': float('inf')})",
    "pickle": "import pickle\n    return pickle.dumps({'a': {1, 2, 'x'}, 'b': (1.5, b'x')})",
    "regex": "import re\n    return [re.findall(r'\\w+', 'aä1_ ß'), re.sub('(?i)straße', 'x', 'STRAßE')]",
    "dates": "import datetime as d\n    x = d.datetime(2020, 2, 3, 4, 5, tzinfo=d.timezone.utc)\n    return [x.isoformat(), x.timestamp(), x.strftime('%A %B %c'), str(d.date(2020, 1, 1).ctime())]",
    "local time": "import datetime as d\n    x = d.datetime(2020, 6, 3, 4, 5)\n    return [x.timestamp(), str(x.astimezone()), d.datetime.fromtimestamp(0).isoformat()]",
    "time zones": "import time\n    return [list(time.gmtime(0)), list(time.localtime(0)), time.tzname, time.timezone, time.strftime('%Z', time.localtime(0))]",
    "counting": "import collections, itertools\n    return [dict(collections.Counter('mississippi')), list(itertools.permutations({'a', 'b', 'c'}))]",
    "exceptions": "try: [][object()]\n    except TypeError as e: return [str(e), repr(e), [list(e.__traceback__.tb_frame.f_code.co_varnames)]]",
    "code": "return [f.__code__.co_code, f.__code__.co_consts, f.__code__.co_filename, hash(f.__code__.co_code)]",
    "enum of set": "import enum\n    E = enum.Enum('E', sorted({'B', 'A', 'C'}))\n    return [e.name for e in set(E)]",
    "uuid of a name": "import uuid\n    return str(uuid.uuid5(uuid.NAMESPACE_DNS, 'x'))",
    "digests": "import hashlib, zlib, binascii\n    return [hashlib.sha256(b'x').hexdigest(), hashlib.blake2b(b'x').hexdigest()[:9], zlib.crc32(b'x'), binascii.crc32(b'y')]",
    "virtual time": "import asyncio\n    async def g():\n        await asyncio.sleep(5)\n        return asyncio.get_running_loop().time()\n    return asyncio.run(g())",
}
"""What gives the same value everywhere: name -> lines of a function's body."""
REFUSED: Final = {
    "time": "import time\n    return time.time()",
    "time in nanoseconds": "import time\n    return time.time_ns()",
    "monotonic clock": "import time\n    return time.monotonic()",
    "performance counter": "import time\n    return time.perf_counter()",
    "process time": "import time\n    return time.process_time()",
    "local time of now": "import time\n    return time.localtime()",
    "text of now": "import time\n    return time.strftime('%c')",
    "datetime.now": "import datetime\n    return datetime.datetime.now()",
    "datetime.utcnow": "import datetime, warnings\n    warnings.simplefilter('ignore')\n    return datetime.datetime.utcnow()",
    "date.today": "import datetime\n    return datetime.date.today()",
    "sleep": "import time\n    time.sleep(0.001)",
    "random": "import random\n    return random.random()",
    "random shuffle": "import random\n    x = [1, 2, 3]\n    random.shuffle(x)\n    return x",
    "random without a seed": "import random\n    return random.Random().random()",
    "system random": "import random\n    return random.SystemRandom().random()",
    "os.urandom": "import os\n    return os.urandom(8)",
    "secrets": "import secrets\n    return secrets.token_hex()",
    "uuid1": "import uuid\n    return str(uuid.uuid1())",
    "uuid4": "import uuid\n    return str(uuid.uuid4())",
    "environment": "import os\n    return dict(os.environ)",
    "name of the environment": "import os\n    return os.getenv('PATH')",
    "process id": "import os\n    return os.getpid()",
    "working folder": "import os\n    return os.getcwd()",
    "list of files": "import os\n    return os.listdir('.')",
    "a file": "return open('/etc/hostname').read()",
    "temporary file": "import tempfile\n    return tempfile.mkdtemp()",
    "host name": "import socket\n    return socket.gethostname()",
    "user": "import getpass\n    return getpass.getuser()",
    "cpu count": "import multiprocessing\n    return multiprocessing.cpu_count()",
    "thread": "import threading\n    t = threading.Thread(target=print)\n    t.start()",
    "thread pool": "from concurrent.futures import ThreadPoolExecutor\n    return ThreadPoolExecutor().submit(int).result()",
    "input": "return input()",
    "process": "import subprocess\n    return subprocess.run(['id'])",
    "clock of a loop": "import asyncio\n    return asyncio.new_event_loop().run_in_executor(None, print)",
}
"""What a sealed tool is refused: CapabilityError, or ImportError where the very module is not there."""


def source(body: str) -> str:
    """The cell of a probe."""
    return f"def f():\n    {body}\n"


def outcome(step: Step) -> str:
    """A step as text."""
    assert not isinstance(step, Calls)
    if isinstance(step, Failed):
        return json.dumps(step.failure.to_json())
    return values.encode(step.value)


def run(times: int, fuel: int = Limits().fuel) -> dict[str, dict[str, int]]:
    """Each probe's outcomes and how often each came."""
    environment = {name: os.environ[name] for name in PASSED if name in os.environ}
    executor = PythonExecutor(environment=environment)
    try:
        found = {}
        for name, body in (VALUES | REFUSED).items():
            made = session(executor, source(body), Limits(fuel=fuel), takes=())
            found[name] = dict(Counter(outcome(made.start([])) for _ in range(times)))
        return found
    finally:
        executor.close()


def main(times: str) -> None:
    json.dump(run(int(times)), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
