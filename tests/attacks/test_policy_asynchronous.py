"""Asynchronous syntax beyond await. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "async for": (
        "async def run():\n    async for x in y:\n        pass",
        "refused 2:4-21 async for and async comprehensions are not available: await the whole list, then use for",
    ),
    "async with": (
        "async def run(lock):\n    async with lock:\n        pass",
        "refused 2:4-20 async with is not available: for fewer calls at once, gather over chunks of the list, one chunk after the other, or await limit.acquire() and release() in a finally; for a time limit, use asyncio.wait_for",
    ),
    "a semaphore": (
        "import asyncio\nlimit = asyncio.Semaphore(3)\nasync def run(call_agent):\n    async with limit:\n        return await call_agent('a', {})",
        "refused 4:4-21 async with is not available: for fewer calls at once, gather over chunks of the list, one chunk after the other, or await limit.acquire() and release() in a finally; for a time limit, use asyncio.wait_for",
    ),
    "a group of tasks": (
        "import asyncio\nasync def run():\n    async with asyncio.TaskGroup() as group:\n        group.create_task(f())",
        "refused 3:4-44 async with is not available: for fewer calls at once, gather over chunks of the list, one chunk after the other, or await limit.acquire() and release() in a finally; for a time limit, use asyncio.wait_for; 3:15-32 asyncio.TaskGroup is not available: use asyncio.gather",
    ),
    "a time limit": (
        "import asyncio\nasync def run():\n    async with asyncio.timeout(1):\n        pass",
        "refused 3:4-34 async with is not available: for fewer calls at once, gather over chunks of the list, one chunk after the other, or await limit.acquire() and release() in a finally; for a time limit, use asyncio.wait_for; 3:15-30 asyncio.timeout is not available: use asyncio.wait_for(awaitable, seconds)",
    ),
    "async list": (
        "async def run():\n    return [x async for x in y]",
        "refused 2:29-30 async for and async comprehensions are not available: await the whole list, then use for",
    ),
    "async set": (
        "async def run():\n    return {x async for x in y}",
        "refused 2:29-30 async for and async comprehensions are not available: await the whole list, then use for",
    ),
    "async dict": (
        "async def run():\n    return {x: 1 async for x in y}",
        "refused 2:32-33 async for and async comprehensions are not available: await the whole list, then use for",
    ),
    "async generator expression": (
        "async def run():\n    return (x async for x in y)",
        "refused 2:29-30 async for and async comprehensions are not available: await the whole list, then use for",
    ),
    "async after a plain one": (
        "async def run():\n    return [x for z in y async for x in z]",
        "refused 2:40-41 async for and async comprehensions are not available: await the whole list, then use for",
    ),
    "await in a comprehension": (
        "async def f(n): return n * 2\nasync def run():\n    return [await f(n) for n in range(3)]",
        "returned [0, 2, 4]",
    ),
    "async generator": (
        "async def run():\n    yield 1",
        "refused 2:4-11 yield inside async def is not available: return a list",
    ),
    "yield in a lambda inside": ("async def run():\n    f = lambda: (yield)\n    return next(f())", "returned None"),
    "name of an async function": (
        "async def _getattr_(a, b): pass",
        "refused 1:10-19 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "argument of an async function": (
        "async def run(*, _write_): pass",
        "refused 1:17-24 _write_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "positional argument of an async function": (
        "async def run(_getattr_, /): pass",
        "refused 1:14-23 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "rest of an async function": (
        "async def run(*_getattr_, **__builtins__): pass",
        "refused 1:15-24 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here; 1:28-40 __builtins__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "dunder in an async function": (
        "async def run():\n    return ().__class__.__bases__",
        "refused 2:24-33 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "dunder after await": (
        "async def f(): return ()\nasync def run():\n    return (await f()).__bases__",
        "refused 3:23-32 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "await of a thing of one's own": (
        "class A:\n    def __await__(self):\n        yield 1",
        "refused 2:8-17 the special method __await__ is not available to a pure tool",
    ),
    "aiter of one's own": (
        "class A:\n    def __aiter__(self): return self",
        "refused 2:8-17 the special method __aiter__ is not available to a pure tool",
    ),
    "aenter of one's own": (
        "class A:\n    async def __aenter__(self): return self",
        "refused 2:14-24 the special method __aenter__ is not available to a pure tool",
    ),
    "the loop made anew": (
        "import asyncio\nasyncio.run(run())",
        "refused 2:0-11 asyncio.run is not available: the tool runs already; write await",
    ),
    "a process": (
        "import asyncio\nasync def run():\n    return await asyncio.create_subprocess_shell('id')",
        "refused 3:17-48 asyncio has no create_subprocess_shell here",
    ),
    "a connection": (
        "import asyncio\nasync def run():\n    return await asyncio.open_connection('h', 1)",
        "refused 3:17-40 asyncio has no open_connection here",
    ),
    "a thread": (
        "import asyncio\nasync def run():\n    return await asyncio.to_thread(print)",
        "refused 3:17-34 asyncio.to_thread is not available: a pure tool has no threads; call the function",
    ),
    "modules of asyncio": (
        "import asyncio\nasync def run():\n    return asyncio.sys.modules",
        "refused 3:11-22 asyncio has no sys here",
    ),
    "anext": (
        "async def run(x):\n    return await anext(x)",
        "refused 2:17-22 anext is not available: await the whole list instead",
    ),
    "a call left without await": (
        "async def f(): return 1\nasync def run():\n    c = f()\n    c.close()\n    return 'closed'",
        "returned 'closed'",
    ),
    "await outside of async": ("def run():\n    await x", "refused 2:4-11 not Python: 'await' outside async function"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
