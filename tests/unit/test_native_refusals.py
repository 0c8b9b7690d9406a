"""What the native subset refuses: at the right line, with a short reason, and never by a crash."""

from __future__ import annotations

import ast
import contextlib
import importlib
import inspect
from typing import TYPE_CHECKING, Any, Final

import pytest

from hermetic_nb.errors import BuildError, NotNativeError
from hermetic_nb.model import ToolSpec
from hermetic_nb.signature import BOOL, BYTES, FLOAT, INT, STR, ListType, Parameter, Signature
from hermetic_nb.toolchains.native.compiler import compile_spec
from tests.unit.native_cells import Cell, spec_of

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD: Final = "import math\nK = 2\nTABLE = (1, 2)\nNAMES = ['a', 'bc']\ndef f(n: int, x: float, s: str, xs: list[int], b: bool, y: bytes) -> int:\n    q = n\n"
STATEMENTS: Final = [
    *(
        "q = ...",
        "q = 1j",
        "q = 99999999999999999999",
        "q = lambda: 1",
        "q = [1, 'a']",
        "q = [1, True]",
        "q = 1 if b else 'a'",
    ),
    *(
        "q = b or 1",
        "q = n or s",
        "q = max(*xs)",
        "global K; K = 1",
        "import os",
        "class A: pass",
        "async def g(): pass",
    ),
    *(
        "q = yield",
        "yield n",
        "await n",
        "with open('a') as q:\n        pass",
        "raise",
        "raise x",
        "raise ValueError(1)",
    ),
    *(
        "raise ValueError(s, s)",
        "raise ValueError(s) from None or n",
        "raise OSError(2)",
        "raise SystemExit",
        "raise foo(s)",
    ),
    *(
        "q = print(n)",
        "print(s)",
        "open(s)",
        "eval(s)",
        "q = tuple(n)",
        "q = enumerate(xs)",
        "q = zip(xs)",
        "q = reversed(xs)",
    ),
    *(
        "q = (i for i in xs)",
        "q = map(abs, xs)",
        "q = type(n)",
        "q = id(n)",
        "q = hash(n)",
        "q = bool(1, 2)",
        "q = len(n)",
    ),
    *(
        "q = len(3)",
        "q = abs(s)",
        "q = ord(n)",
        "q = chr(x)",
        "q = round(s)",
        "q = round(n, x)",
        "q = sum(s)",
        "q = sum([s])",
    ),
    *(
        "q = min()",
        "q = min(n, s)",
        "q = any()",
        "q = pow(n)",
        "q = math.nothing(x)",
        "q = math.sin(s)",
        "q = math.sin(x, x)",
    ),
    *(
        "q = math.sin(x=1)",
        "q = math.gcd(x, n)",
        "q = math.gcd(n, x, n)",
        "q = math.floor(s)",
        "q = math",
        "q = math.sin",
    ),
    *("q = K.x", "q = n.real", "q = s.x", "q = unknown", "q = unknown(n)", "TABLE[0] = 1", "K()", "f", "q = f"),
    *("q = n + s", "q = s + n", "q = s * x", "q = s * s", "q = xs + n", "q = xs * x", "q = xs - xs", "q = s % n"),
    *("q = s / s", "q = x << 1", "q = n & x", "q = ~x", "q = -s", "q = +xs", "q = n @ n", "q = n < s", "q = xs < s"),
    *("q = y == s", "q = n is n", "q = 1 in n", "q = s in xs", "q = n in s", "q = 1 < n in xs", "q = [1.5] < xs"),
    *("q = x in NAMES", "q = n[0]", "q = x[0]", "q = xs[s]", "q = xs[x]", "q = xs[1, 2]", "q = n[1:]", "q = xs[x:]"),
    *(
        "xs[0] = s",
        "s[0] = s",
        "y[0] = 1",
        "n[0] = 1",
        "n.x = 1",
        "for i in n:\n        pass",
        "for i in x:\n        pass",
    ),
    *(
        "for i, j in xs:\n        pass",
        "for i in range(x):\n        pass",
        "for i in range():\n        pass",
        "for i in range(1, 2, 3, 4):\n        pass",
    ),
    *(
        "for i in zip():\n        pass",
        "for i in enumerate():\n        pass",
        "for i in {1}:\n        xs.append(i)",
        "async for i in xs:\n        pass",
    ),
    *(
        "for i in zip(xs, xs, strict=b):\n        pass",
        "for i in reversed(enumerate(xs)):\n        pass",
        "xs.append()",
    ),
    *(
        "xs.append(1, 2)",
        "xs.append(s)",
        "xs.append(xs)",
        "xs.extend(s)",
        "xs.extend(n)",
        "xs.pop(x)",
        "xs.insert(x, 1)",
    ),
    *("xs.nothing()", "q = xs.append(1)", "q = xs.append", "xs += s", "xs += (1, 2)", "s += 1", "s -= s", "n += s"),
    *(
        "xs -= xs",
        "n @= n",
        "xs[0] += s",
        "n.x += 1",
        "q = none(n)",
        "q = 1 + none(n)",
        "return none(n)",
        "if none(n):\n        pass",
    ),
    *("q = [none(n)]", "q = g(1)", "q = g(1, 2, 3)", "q = g(1, c=3)", "q = g(1, 2, b=3)", "q = g(*xs)", "q = g(**n)"),
    *(
        "q = g",
        "q = varied(n)",
        "q = deco(n)",
        "return s",
        "return x",
        "return",
        "return None",
        "return b",
        "return xs",
    ),
    *(
        "assert n, n",
        "q: list[int] = 5; q.append(1)",
        "q = '\\ud800' + s; return q",
        "q = [i for i in n]",
        "q = [j for i in xs for j in i]",
    ),
    *("q = [i async for i in xs]", "q = sum(i for i in s)", "q = __name__", "q = __debug__"),
]
TAIL: Final = """
    return n
def none(n):
    n + 1
def g(a, b):
    return a + b
def both(n):
    if n:
        return 1
def varied(n):
    if n:
        return 1
    return "a"
def star(*n):
    return 1
"""


@pytest.mark.parametrize("statement", STATEMENTS)
def test_refused_at_its_line(statement: str) -> None:
    first = statement.split("\n", maxsplit=1)[0].split(";", maxsplit=1)[0]
    source = HEAD + f"    {statement}\n" + TAIL.lstrip("\n")
    with pytest.raises((NotNativeError, BuildError)) as raised:
        compile_spec(spec_of(source, "f"))
    if not isinstance(raised.value, NotNativeError):
        with pytest.raises(SyntaxError):
            compile(source, "<cell>", "exec")
        return
    found = raised.value.diagnostics
    assert found
    assert 5 <= len(found[0].message) <= 130
    assert "\n" not in found[0].message
    own_line = HEAD.count("\n") + 1
    lines = {own_line + number for number in range(statement.count("\n") + 1)}
    if first in {"return s", "return x", "return", "return None", "return b", "return xs", "return none(n)"}:
        lines |= set(range(5, own_line + 3))
    if any(
        name in statement for name in ("both", "varied", "star", "q = s", "q = n", "xs = [1.5]", "q: list", "\\ud800")
    ):
        return  # the reason lies elsewhere
    assert {diagnostic.line for diagnostic in found} & lines, (statement, found)


HIDDEN: Final = [
    "def f(xs: list[int]) -> list[int]:\n    return [len(xs) for len in xs]\n",
    "import math\ndef f(x: float) -> float:\n    math = x\n    return math.pi\n",
    "range = 5\ndef f(x: int) -> int:\n    for i in range(x):\n        x += i\n    return x\n",
    "def f(x: int) -> int:\n    ValueError = x\n    raise ValueError\n",
    "def f(x: int) -> int:\n    return (x // 2) * [x // 0][0] + len((x // 2) * [x // 0])\n",
    "def f(x: int) -> int:\n    return g(b=x // 2, a=1 // x)\ndef g(a, b):\n    return a\n",
    "def f(xs: list[float]) -> float:\n    return sum(xs, 1)\n",
    "def f(z: list[int], s: str) -> int:\n    return len([1 for x in s for z in z])\n",
]


@pytest.mark.parametrize("source", HIDDEN)
def test_what_would_give_another_answer_is_refused(source: str) -> None:
    with pytest.raises(NotNativeError):
        compile_spec(spec_of(source, "f"))


TOP: Final = [
    *("x = []\nx.append(1)", "for i in range(3):\n    pass", "if True:\n    x = 1", "import os", "from os import path", "from math import *", "class A:\n    pass"),
    *("x += 1", "print(1)", "with open('x') as z:\n    pass", "x = 1\nx = 2", "x = 1 / 0", "x = 1 << 10 ** 9", "x = 10 ** 10 ** 10", "x = 'a' * 10 ** 10", "del f"),
    *("try:\n    pass\nfinally:\n    pass", "async def g():\n    pass", "@g\ndef h():\n    pass", "lambda: 1", "global z", "x = -'a'", "x = ~1.5", "import math\nmath = 3", "def sqrt(): pass\nfrom math import sqrt", "from . import x"),
]  # fmt: skip


@pytest.mark.parametrize("top", TOP)
def test_refused_at_the_top_level(top: str) -> None:
    with pytest.raises((NotNativeError, BuildError)):
        compile_spec(spec_of(f"def f(n: int) -> int:\n    return n\n{top}\n", "f"))


@pytest.mark.parametrize(
    "body",
    [
        "break",
        "continue",
        "return (yield)",
        "nonlocal n",
        "x = 1 +",
        "return n\n  return n",
        "n: int = n: int",
        "f(a=1, a=2)",
        "'a' = n",
        "return '\\x'",
        "x = '\0'",
    ],
)
def test_what_is_not_python_is_a_build_error(body: str) -> None:
    source = f"def f(n: int) -> int:\n    {body}\n    return n\n"
    spec = ToolSpec(
        name="f", language="python", source=source, entry="f", signature=Signature((Parameter("n", INT),), INT)
    )
    with pytest.raises((NotNativeError, BuildError)):
        compile_spec(spec)


@pytest.mark.parametrize(
    "form", ["({})", "-{}", "not {}", "1+{}", "{}+1", "abs({})", "[{}][0]", "{} if n else 1", "max(n,{})"]
)
@pytest.mark.parametrize("depth", [30, 300, 3000])
def test_deep_nesting_is_refused_or_compiled(form: str, depth: int) -> None:
    text = "n"
    for _ in range(depth):
        text = form.format(text)
    try:
        spec = spec_of(f"def f(n: int) -> int:\n    return 0 + int({text})\n")
    except (RecursionError, SyntaxError, MemoryError):
        source = f"def f(n: int) -> int:\n    return 0 + int({text})\n"
        spec = ToolSpec(
            name="f", language="python", source=source, entry="f", signature=Signature((Parameter("n", INT),), INT)
        )
    try:
        compile_spec(spec)
    except (NotNativeError, BuildError):
        return


def test_deep_blocks() -> None:
    for depth in (15, 60, 97):
        lines = [" " * (n + 1) + f"if n > {n}:" for n in range(depth)]
        source = "def f(n: int) -> int:\n" + "\n".join(lines) + "\n" + " " * (depth + 1) + "n = 5\n return n\n"
        try:
            assert Cell(source).run(1000) == 5
        except (NotNativeError, BuildError):
            assert depth > 15


MODULES: Final = [
    "bisect",
    "heapq",
    "colorsys",
    "textwrap",
    "statistics",
    "fractions",
    "calendar",
    "string",
    "random",
    "keyword",
    "shlex",
    "difflib",
    "base64",
    "quopri",
    "binascii",
    "cmath",
    "copy",
    "graphlib",
]
KINDS: Final = (INT, FLOAT, STR, BOOL, BYTES, ListType(INT), ListType(FLOAT), ListType(BOOL))


def functions(module: str) -> Iterator[ast.FunctionDef]:
    """The functions of a module of the standard library, methods too."""
    try:
        tree = ast.parse(inspect.getsource(importlib.import_module(module)))
    except (OSError, TypeError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and len(node.body) < 60:
            yield node


@pytest.mark.parametrize("module", MODULES)
def test_functions_of_the_standard_library(module: str) -> None:
    """Odd but valid Python is compiled or refused, never anything else."""
    for number, node in enumerate(functions(module)):
        node.decorator_list, node.returns = [], None
        spec = node.args
        parameters = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
        names = [a.arg for a in parameters]
        for turn in range(2):
            kinds = [KINDS[(number + 3 * index + turn * 2) % len(KINDS)] for index in range(len(names))]
            signature = Signature(
                tuple(Parameter(n.strip("_") or "x", k) for n, k in zip(names, kinds, strict=True)), KINDS[turn]
            )
            cell: dict[str, Any] = {
                "name": "t",
                "language": "python",
                "source": ast.unparse(node) + "\n",
                "entry": node.name,
            }
            # Any other exception fails the test.
            with contextlib.suppress(NotNativeError, BuildError):
                compile_spec(ToolSpec(**cell, signature=signature))


def test_what_only_follows_from_a_finding_is_not_reported() -> None:
    source = "def f(xs: list[float]) -> float:\n    ys = bytearray(3)\n    n = len(ys)\n    return ys[n // 2]\n"
    with pytest.raises(NotNativeError) as caught:
        compile_spec(spec_of(source))
    assert [finding.line for finding in caught.value.diagnostics] == [2]


def test_a_missing_return_is_not_the_reason_where_there_is_another() -> None:
    source = "def f(x: int) -> int:\n    with open('a') as file:\n        return x\n"
    with pytest.raises(NotNativeError) as caught:
        compile_spec(spec_of(source))
    assert [finding.message for finding in caught.value.diagnostics] == [
        "with is not in the native tier: native code has no files or locks to open and close"
    ]
