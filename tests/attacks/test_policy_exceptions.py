"""What exceptions carry, and what may not be caught. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "catch everything": (
        "try:\n    1/0\nexcept BaseException:\n    result = 1",
        "refused 3:7-20 BaseException is not available: these are not for the tool to catch or raise; use Exception",
    ),
    "catch everything without a name": (
        "try:\n    1/0\nexcept:\n    result = 'an Exception only'",
        "returned 'an Exception only'",
    ),
    "bare except lets the end of a generator through": (
        "def g():\n    try:\n        yield 1\n    except:\n        log.append('caught')\nlog = []\nx = g()\nnext(x)\nx.close()\nresult = log",
        "returned []",
    ),
    "bare except lets a cancelled call go": (
        "import asyncio\nlog = []\nasync def f():\n    try:\n        await asyncio.sleep(10)\n    except:\n        log.append('caught')\nasync def run():\n    t = asyncio.create_task(f())\n    await asyncio.sleep(0)\n    t.cancel()\n    try:\n        await t\n    except asyncio.CancelledError:\n        log.append('cancelled')\n    return log",
        "returned ['cancelled']",
    ),
    "keyboard interrupt": (
        "try:\n    pass\nexcept (ValueError, KeyboardInterrupt):\n    pass",
        "refused 3:20-37 KeyboardInterrupt is not available: these are not for the tool to catch or raise; use Exception",
    ),
    "exit": (
        "raise SystemExit(0)",
        "refused 1:6-16 SystemExit is not available: these are not for the tool to catch or raise; use Exception",
    ),
    "exit by name": ("exit(1)", "refused 1:0-4 exit is not available: a pure tool does without it"),
    "generator exit by a context": (
        "seen = []\nclass C:\n    def __enter__(self): return self\n    def __exit__(self, kind, error, place):\n        seen.append(kind)\n        return False\ndef g():\n    with C():\n        yield 1\nx = g()\nnext(x)\nx.close()\nresult = seen[0].__name__",
        "returned 'GeneratorExit'",
    ),
    "base of an exception": (
        "result = Exception.__base__",
        "refused 1:19-27 __base__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "mro of an exception": (
        "result = Exception.mro()",
        "raised AttributeError: attribute mro of the class Exception is not available to a pure tool",
    ),
    "object of an AttributeError": (
        "import json\ntry:\n    getattr(json, 'nothing')\nexcept AttributeError as e:\n    result = e.obj",
        "raised AttributeError: attribute obj of 'AttributeError' object is not available to a pure tool",
    ),
    "object of an AttributeError of data": (
        "try:\n    [].nothing\nexcept AttributeError as e:\n    result = e.obj",
        "raised AttributeError: attribute obj of 'AttributeError' object is not available to a pure tool",
    ),
    "object by a class of one's own": (
        "class E(AttributeError): pass\ntry:\n    raise E('x', name='n', obj=3)\nexcept E as e:\n    result = e.obj",
        "returned 3",
    ),
    "group": (
        "try:\n    pass\nexcept* ValueError:\n    pass",
        "refused 1:0-4 except* is not available: use except Exception",
    ),
    "group with a return": (
        "def f():\n    try:\n        raise ExceptionGroup('g', [ValueError(1)])\n    except* ValueError as group:\n        return group",
        "refused 5:8-20 not Python: 'break', 'continue' and 'return' cannot appear in an except* block",
    ),
    "group caught as one": (
        "try:\n    raise ExceptionGroup('g', [ValueError(1)])\nexcept Exception as e:\n    result = [type(x).__name__ for x in e.exceptions]",
        "returned ['ValueError']",
    ),
    "a name bound to a guard": (
        "try:\n    1/0\nexcept Exception as _getattr_:\n    pass",
        "refused 3:20-29 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "cause": (
        "try:\n    raise ValueError() from KeyError()\nexcept ValueError as e:\n    result = e.__cause__",
        "refused 4:15-24 __cause__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "notes": (
        "try:\n    e = ValueError('v')\n    e.add_note('n')\n    raise e\nexcept ValueError as e:\n    result = e.args",
        "returned ('v',)",
    ),
    "a class that only looks like an exception": (
        "class E: pass\nraise E()",
        "raised TypeError: exceptions must derive from BaseException",
    ),
    "type of a cancellation": (
        "import asyncio\nresult = type(asyncio.CancelledError())",
        "returned <class 'asyncio.exceptions.CancelledError'>",
    ),
    "stop with a value": (
        "def g():\n    yield 1\n    return 'end'\nx = g()\nnext(x)\ntry:\n    next(x)\nexcept StopIteration as e:\n    result = e.value",
        "returned 'end'",
    ),
    "raise a base exception by its subclass's base": (
        "class E(BaseException): pass",
        "refused 1:8-21 BaseException is not available: these are not for the tool to catch or raise; use Exception",
    ),
    "base group": (
        "raise BaseExceptionGroup('g', [])",
        "refused 1:6-24 BaseExceptionGroup is not available: these are not for the tool to catch or raise; use Exception",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
