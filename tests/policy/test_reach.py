"""What a pure tool can get at: a walk over all that its names lead to, by every attribute that the guards let through."""

from __future__ import annotations

import ast
import asyncio
import builtins
import datetime as dt
import decimal
import fractions
import io
import sys
import types
from typing import Any

import pytest

from hermetic_nb import policy
from hermetic_nb.policy import checking
from hermetic_nb.policy.findings import Source
from hermetic_nb.policy.namespaces import Namespace, members_of
from hermetic_nb.policy.rules import FRAME_ATTRIBUTES, fault
from tests.policy import driver
from tests.policy.corpus import PROGRAMS, attacks_by_name

FORBIDDEN = (
    *(types.ModuleType, types.FrameType, types.CodeType, types.TracebackType, types.CellType),
    *(asyncio.AbstractEventLoop, io.IOBase, type(sys.flags)),
)
ALIKE = (
    *(fractions.Fraction, decimal.Decimal, complex, dt.date, dt.datetime, dt.time, dt.timedelta, dt.timezone),
    *(
        str,
        int,
        float,
        bool,
        bytes,
        types.BuiltinFunctionType,
        types.MethodType,
        types.MethodDescriptorType,
        types.FunctionType,
    ),
    *(
        types.MethodWrapperType,
        types.WrapperDescriptorType,
        types.ClassMethodDescriptorType,
        type(str.format),
        types.GetSetDescriptorType,
    ),
)
"""Types whose instances have the same attributes: one of each is looked into."""
MAKER = """
import asyncio, collections, dataclasses, datetime, decimal, enum, fractions, functools, hashlib, itertools, random, re, string, typing
from contextlib import contextmanager, suppress, nullcontext

class Plain:
    def method(self): pass

    @property
    def shown(self): return 1

@dataclasses.dataclass
class Data:
    x: int = 1

class Color(enum.Enum):
    RED = 1

class Row(typing.NamedTuple):
    x: int = 1

class Options(typing.TypedDict):
    x: int

class Text(str): pass

class Wrong(AttributeError): pass

@contextmanager
def section():
    yield 1

@functools.lru_cache
def cached(): return 1

def generator():
    yield 1

async def coroutine():
    return 1

caught = []
for attempt in (lambda: 1 / 0, lambda: {}["x"], lambda: [].x, lambda: missing, lambda: int("x"), lambda: re.compile("(")):
    try:
        attempt()
    except Exception as error:
        caught.append(error)

async def run():
    task = asyncio.create_task(coroutine())
    group = asyncio.gather(coroutine())
    await task
    await group
    return [
        Plain, Plain(), Plain().method, Data, Data(), Color, Color.RED, Row, Row(), Options, Text("x"), Text, Wrong("x"), section,
        section(), cached, cached.cache_info(), generator, generator(), coroutine, task, group, caught, super, property(len),
        staticmethod(len), classmethod(len), functools.partial(max, 1), re.compile("(a)").match("a"), random.Random(1), (lambda: 1),
        string.Template("x"), hashlib.sha256(b""), itertools.count(), {}.keys(), {}.items(), iter([]), "".format, "".join, str.format,
        asyncio.Queue(), asyncio.Lock(), asyncio.Event(), asyncio.Semaphore(1), datetime.date(2020, 1, 1), decimal.Decimal(1),
        datetime.date(2020, 1, 1).isocalendar(), fractions.Fraction(1), suppress(KeyError), nullcontext(1), typing.TypeVar("T"),
        typing.Optional["x"], list[int], typing.List[int], int | None, dataclasses.fields(Data), type, object(), memoryview_of(),
    ]

def memoryview_of():
    return bytearray(b"x")
""".replace(" super,", "")


def reachable(roots: list[Any], scope: dict[str, Any]) -> dict[int, tuple[str, Any]]:
    """Objects by id, each with the path that led to it."""
    # As a tool would: by the built-in where the name is free, by the guard where compiled code spells it.
    read = scope["__builtins__"]["getattr"]
    seen: dict[int, tuple[str, Any]] = {}
    kinds: set[type] = set()
    queue = [(f"root {number}", root) for number, root in enumerate(roots)]
    while queue:
        path, found = queue.pop()
        if id(found) in seen:
            continue
        seen[id(found)] = (path, found)
        if type(found) in kinds:
            continue
        if type(found) in ALIKE:
            kinds.add(type(found))
        if len(seen) > 100_000:
            raise AssertionError("the walk does not end")
        for name in _names(found):
            try:
                queue.append((f"{path}.{name}", read(found, name)))
            except (AttributeError, TypeError, ValueError):
                continue
        queue += [(f"{path}[...]", item) for item in _items(found)]
    return seen


def _names(found: Any) -> set[str]:
    if type(found) is Namespace:
        return set(members_of(found))
    return {
        *dir(type(found)),
        *object.__dir__(found),
        *FRAME_ATTRIBUTES,
        "__class__",
        "__name__",
        "__dict__",
        "mro",
        "obj",
    } | (set(dir(found)) if isinstance(found, type) else set())


def _items(found: Any) -> list[Any]:
    if isinstance(found, dict):
        return [*found, *found.values()]
    return list(found) if isinstance(found, (list, tuple, set, frozenset)) else []


@pytest.fixture(scope="module")
def seen() -> dict[int, tuple[str, Any]]:
    scope = policy.namespace(driver.GIVEN)
    exec(policy.compile(MAKER, "<cell>"), scope)
    made = asyncio.run(scope["run"]())
    spelled = [found for name, found in scope["__builtins__"].items() if fault(name) is None and name != "super"]
    names = [found for name, found in scope.items() if fault(name) is None]
    return reachable([*made, *spelled, *names], scope)


def test_the_walk_gets_far(seen: dict[int, tuple[str, Any]]) -> None:
    assert len(seen) > 1500


def test_no_module_frame_code_loop_or_file_is_in_reach(seen: dict[int, tuple[str, Any]]) -> None:
    assert [path for path, found in seen.values() if isinstance(found, FORBIDDEN)] == []


def test_no_globals_of_any_module_are_in_reach(seen: dict[int, tuple[str, Any]]) -> None:
    whole = {id(vars(module)) for module in list(sys.modules.values())}
    assert [path for number, (path, _) in seen.items() if number in whole] == []


def test_no_dict_of_a_class_is_in_reach(seen: dict[int, tuple[str, Any]]) -> None:
    proxies = [(path, found) for path, found in seen.values() if isinstance(found, types.MappingProxyType)]
    assert [path for path, found in proxies if "__module__" in found] == []


def test_what_makes_code_and_classes_is_not_in_reach(seen: dict[int, tuple[str, Any]]) -> None:
    refused = (
        eval,
        exec,
        compile,
        open,
        type,
        getattr,
        setattr,
        builtins.__import__,
        vars,
        globals,
        types.FunctionType,
        BaseException,
    )
    assert [path for path, found in seen.values() if any(found is one for one in refused)] == []


ACCEPTED = {name: source for name, source in {**PROGRAMS, **attacks_by_name()}.items() if not policy.check(source)}


@pytest.mark.parametrize("name", ACCEPTED)
def test_compiled_code_reads_attributes_by_the_guards_only(name: str) -> None:
    made = checking._transformed(Source(ACCEPTED[name]))
    assert isinstance(made, tuple)
    for node in ast.walk(made[0]):
        assert not isinstance(node, (ast.Import, ast.ImportFrom, ast.AsyncFor, ast.AsyncWith))
        if isinstance(node, ast.Attribute):
            assert isinstance(node.value, (ast.Call, ast.Name))
            source = node.value.func if isinstance(node.value, ast.Call) else node.value
            assert isinstance(source, ast.Name)
            assert source.id in {"_write_", "super"} or source.id.startswith("_tmp")
            assert (source.id == "_write_") == (not isinstance(node.ctx, ast.Load))
        if isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            assert isinstance(node.value, ast.Call)
            assert isinstance(node.value.func, ast.Name)
            assert node.value.func.id == "_write_"
