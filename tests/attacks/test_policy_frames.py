"""Generators, coroutines, tasks and their frames. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "frame of a generator": (
        "g = (x for x in [1])\nresult = g.gi_frame",
        "refused 2:11-19 gi_frame: frames and code are private here",
    ),
    "frame of a generator by getattr": (
        "g = (x for x in [1])\nresult = getattr(g, 'gi_frame')",
        "raised AttributeError: gi_frame: frames and code are private here",
    ),
    "code of a generator": (
        "g = (x for x in [1])\nresult = g.gi_code",
        "refused 2:11-18 gi_code: frames and code are private here",
    ),
    "what a generator delegates to": (
        "g = (x for x in [1])\nresult = g.gi_yieldfrom",
        "refused 2:11-23 gi_yieldfrom: frames and code are private here",
    ),
    "frame in a caller": (
        "def g(): yield gen.gi_frame.f_back.f_globals\ngen = g()\nresult = next(gen)",
        "refused 1:19-27 gi_frame: frames and code are private here; 1:28-34 f_back: frames and code are private here; 1:35-44 f_globals: frames and code are private here",
    ),
    "frame of a coroutine": (
        "async def f(): pass\nresult = f().cr_frame",
        "refused 2:13-21 cr_frame: frames and code are private here",
    ),
    "code of a coroutine by getattr": (
        "async def f(): pass\nc = f()\ntry:\n    result = getattr(c, 'cr_code')\nfinally:\n    c.close()",
        "raised AttributeError: cr_code: frames and code are private here",
    ),
    "a coroutine driven by hand": (
        "async def f(): pass\nc = f()\ntry:\n    c.send(None)\nfinally:\n    c.close()",
        "raised AttributeError: attribute send of 'coroutine' object is not available to a pure tool",
    ),
    "traceback of an exception": (
        "try:\n    1/0\nexcept Exception as e:\n    result = e.__traceback__",
        "refused 4:15-28 __traceback__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "frame of a traceback": (
        "class C:\n    def __enter__(self): return self\n    def __exit__(self, kind, error, place):\n        self.place = place\n        return True\nc = C()\nwith c:\n    1/0\nresult = c.place.tb_frame",
        "refused 9:17-25 tb_frame: frames and code are private here",
    ),
    "a traceback's next": (
        "class C:\n    def __enter__(self): return self\n    def __exit__(self, kind, error, place):\n        self.place = place\n        return True\nc = C()\nwith c:\n    1/0\nresult = getattr(c.place, 'tb_' + 'lineno')",
        "raised AttributeError: attribute tb_lineno of 'traceback' object is not available to a pure tool",
    ),
    "traceback replaced": (
        "result = ValueError('x').with_traceback(None)",
        "raised AttributeError: attribute with_traceback of 'ValueError' object is not available to a pure tool",
    ),
    "stack of a task": (
        "import asyncio\nasync def f(): pass\nasync def run():\n    t = asyncio.create_task(f())\n    await t\n    return t.get_stack()",
        "raised AttributeError: attribute get_stack of 'Task' object is not available to a pure tool",
    ),
    "loop of a task": (
        "import asyncio\nasync def f(): pass\nasync def run():\n    t = asyncio.create_task(f())\n    await t\n    return t.get_loop()",
        "raised AttributeError: attribute get_loop of 'Task' object is not available to a pure tool",
    ),
    "coroutine of a task": (
        "import asyncio\nasync def f(): pass\nasync def run():\n    t = asyncio.create_task(f())\n    await t\n    return getattr(t, 'get_coro')",
        "raised AttributeError: attribute get_coro of 'Task' object is not available to a pure tool",
    ),
    "loop of a gather": (
        "import asyncio\nasync def f(): return 1\nasync def run():\n    g = asyncio.gather(f())\n    r = await g\n    return r, g.done(), g.get_loop()",
        "raised AttributeError: attribute get_loop of '_GatheringFuture' object is not available to a pure tool",
    ),
    "loop by match": (
        "import asyncio\nasync def f(): pass\nasync def run():\n    t = asyncio.create_task(f())\n    await t\n    match t:\n        case asyncio.Task(get_loop=g):\n            return g()",
        "raised TypeError: a class pattern names a class, not 'Form' object",
    ),
    "context of a task": (
        "import asyncio\nasync def f(): pass\nasync def run():\n    return asyncio.create_task(f(), context=1)",
        "raised TypeError: create_task() got an unexpected keyword argument 'context'",
    ),
    "throw into a generator": (
        "def g():\n    try:\n        yield 1\n    except ValueError:\n        yield 'caught'\nx = g()\nnext(x)\nresult = x.throw(ValueError())",
        "returned 'caught'",
    ),
    "a loop of one's own for a task": (
        "import asyncio\nclass Loop:\n    def call_soon(self, *args, **more): seen.append(args)\n    def get_debug(self): return False\nseen = []\nasync def f(): pass\nasync def run():\n    c = f()\n    try:\n        return asyncio.Task(c, loop=Loop())\n    finally:\n        c.close()",
        "raised TypeError: create_task() got an unexpected keyword argument 'loop'",
    ),
    "a loop of one's own for a future": (
        "import asyncio\nresult = asyncio.Future(loop=1)",
        "raised TypeError: Future() got an unexpected keyword argument 'loop'",
    ),
    "a loop of one's own for anything awaited": (
        "import asyncio\nresult = asyncio.ensure_future(1, loop=1)",
        "raised TypeError: ensure_future() got an unexpected keyword argument 'loop'",
    ),
    "a task by its class": (
        "import asyncio\nasync def f(): return 1\nasync def run(t: asyncio.Task[int] | None = None):\n    t = asyncio.Task(f(), name='n')\n    return await t, t.get_name(), isinstance(t, asyncio.Task)",
        "returned (1, 'n', True)",
    ),
    "the running loop": (
        "import asyncio\nasync def run(): return asyncio.get_running_loop()",
        "refused 2:24-48 asyncio.get_running_loop is not available: the tool runs already; write await",
    ),
    "frames of sys": (
        "import sys\nresult = sys._getframe()",
        "refused 1:7-10 import of sys: a pure tool reaches the world only by call_agent",
    ),
    "inspect": ("import inspect", "refused 1:7-14 import of inspect: a pure tool reaches the world only by call_agent"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
