"""Ways to a module, and names that a module does not have. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "a module outside": (
        "import os\nresult = os.getcwd()",
        "refused 1:7-9 import of os: a pure tool reaches the world only by call_agent",
    ),
    "a submodule outside": (
        "import os.path as p",
        "refused 1:7-14 import of os.path: a pure tool reaches the world only by call_agent",
    ),
    "several at once": (
        "import json, sys, math, socket",
        "refused 1:13-16 import of sys: a pure tool reaches the world only by call_agent; 1:24-30 import of socket: ask an agent, by call_agent",
    ),
    "under another name": (
        "import subprocess as json",
        "refused 1:7-17 import of subprocess: ask an agent, by call_agent",
    ),
    "a name of a module outside": (
        "from os import system",
        "refused 1:5-7 import of os: a pure tool reaches the world only by call_agent",
    ),
    "a private module": (
        "import _io",
        "refused 1:7-10 import of _io: a pure tool reaches the world only by call_agent",
    ),
    "bound to a guard": (
        "import json as _getattr_",
        "refused 1:15-24 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a name bound to a guard": (
        "from json import loads as _write_",
        "refused 1:26-33 _write_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "everything": ("from math import *", "refused 1:0-18 import * is not available: name what is used of math"),
    "relative": (
        "from . import secrets",
        "refused 1:5-6 import of .: a pure tool reaches the world only by call_agent",
    ),
    "relative and deep": (
        "from ...os import path",
        "refused 1:5-10 import of ...os: a pure tool reaches the world only by call_agent",
    ),
    "inside of a function": (
        "async def run():\n    import ctypes\n    return ctypes",
        "refused 2:11-17 import of ctypes: a pure tool reaches the world only by call_agent",
    ),
    "inside of a class": (
        "class A:\n    import sys",
        "refused 2:11-14 import of sys: a pure tool reaches the world only by call_agent",
    ),
    "in a try that hides it": (
        "try:\n    import os\nexcept Exception:\n    os = None\nresult = os",
        "refused 2:11-13 import of os: a pure tool reaches the world only by call_agent",
    ),
    "a name not there": ("from json import codecs", "refused 1:17-23 json has no codecs here"),
    "a module through a module": ("from collections import abc, sys", "refused 1:29-32 collections has no sys here"),
    "a private name of a module": ("from json import __loader__", "refused 1:17-27 json has no __loader__ here"),
    "the import function by name": (
        "result = __import__('os')",
        "refused 1:9-19 __import__ is not available: code comes from the cell only",
    ),
    "importlib": (
        "import importlib\nresult = importlib.import_module('os')",
        "refused 1:7-16 import of importlib: a pure tool reaches the world only by call_agent",
    ),
    "builtins": (
        "import builtins\nresult = builtins.eval('1')",
        "refused 1:7-15 import of builtins: a pure tool reaches the world only by call_agent",
    ),
    "a package without its parts": (
        "import urllib\nresult = urllib.request",
        "refused 2:9-23 urllib has no request here",
    ),
    "a submodule that is code": (
        "import json.decoder",
        "refused 1:7-19 import of json.decoder: a pure tool reaches the world only by call_agent",
    ),
    "a module that keeps a module": (
        "import collections\nresult = collections.abc.sys",
        "refused 2:9-28 collections.abc has no sys here",
    ),
    "the clock": (
        "import time\nresult = time.time()",
        "refused 1:7-11 import of time: a pure tool has no clock; give it the time as an argument",
    ),
    "future features": ("from __future__ import annotations, barry_as_FLUFL", "returned 'nothing'"),
    "a file by json": (
        "import json\nresult = json.codecs.open('/etc/passwd')",
        "refused 2:9-20 json has no codecs here",
    ),
    "a path through an alias": (
        "import json as j\nresult = j.codecs.builtins",
        "refused 2:9-17 json has no codecs here",
    ),
    "a path that cannot be known before": (
        "import json\ndef f(m):\n    return m.codecs\nresult = f(json)",
        "raised AttributeError: json has no codecs here",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
