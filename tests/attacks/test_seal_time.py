"""Hostile source at seal time: nothing runs before the front end accepted the cell, and what runs then can do no harm."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from hermetic_nb import cell
from hermetic_nb.errors import BuildError, NotNativeError
from hermetic_nb.model import ToolSpec
from hermetic_nb.reference import Outcome, Reference
from hermetic_nb.toolbox import Toolbox

SECRET = "HERMETIC_TEST_SECRET"
BY_PATTERNS = """
def f() -> str:
    match ():
        case object(__class__=c):
            match c:
                case object(__base__=b):
                    return str(b)
    return "no"
"""
IN_FUNCTION = {
    "class pattern": "match ():\n        case object(__class__=c): return str(c)",
    "positional class pattern": "match 1.5:\n        case float(x): return str(x)",
    "format method": "return '{0.__class__}'.format(1)",
    "format of an item": "return '{0[0]}'.format([1])",
    "nested format": "return '{0:{1.real}}'.format(1, 2)",
    "format map": "return '{x.real}'.format_map({'x': 1})",
    "format of a variable": "s = '{0.real}'\n    return s.format(1)",
    "format by the type": "return str.format('{0.real}', 1)",
    "dunder": "return str((1).__class__)",
    "name mangled": "return str(f._x)",
    "frame": "g = (i for i in ())\n    return str(g.gi_frame)",
    "traceback": "try:\n        1 // 0\n    except ZeroDivisionError as e:\n        return str(e.__traceback__)",
    "builtins": "return str(__builtins__)",
    "class": "class A:\n        def __del__(self):\n            pass\n    return str(A())",
    "class with a metaclass": "class A(metaclass=type):\n        pass\n    return ''",
    "global": "global __builtins__\n    return ''",
    "import of a dunder": "from math import __class__ as c\n    return str(c)",
    "import of a dunder's method": "from itertools import __getattribute__ as g\n    return str(g)",
    "import as a dunder": "import math as __builtins__\n    return ''",
    "handler": "try:\n        return ''\n    except ValueError as __step__:\n        return ''",
    "capture pattern": "match 1:\n        case __step__: return ''",
    "rest pattern": "match {}:\n        case {**__step__}: return ''",
    "dunder function": "def __step__():\n        pass\n    return ''",
    "dunder parameter": "g = lambda __step__: 1\n    return str(g(1))",
    "os": "import os\n    return str(os.environ)",
    "submodule": "import math.os\n    return ''",
    "relative": "from . import os\n    return ''",
    "another attribute of a type": "return str(type(1).__bases__)",
    "the name of something else": "return str(f.__name__)",
    "name of the module": "global __name__\n    __name__ = 'os'\n    return ''",
    "coroutine": "async def g():\n        pass\n    return str(g().cr_frame)",
}
RAISING = {
    "metaclass by type": "return str(type(int)('X', (), {}))",
    "class by type": "return str(type('X', (), {}))",
    "getattr": "return str(getattr(1, 'real'))",
    "vars": "return str(vars())",
    "open": "return open('/etc/passwd').read()",
    "exec": "exec('1')\n    return ''",
    "compile": "return str(compile('1', '', 'eval'))",
    "input": "return input()",
    "memoryview": "return str(memoryview(b''))",
}


@pytest.fixture(scope="module")
def reference() -> Iterator[Reference]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET, "swordfish")
        reference = Reference()
        reference.warm()
    yield reference
    reference.close()


def _cases(reference: Reference, source: str) -> list[Outcome]:
    plain = cell.parse("def f() -> str:\n    return ''\n")
    spec = ToolSpec(name="f", language="python", source=source, entry="f", signature=plain.signature)
    return reference.cases(spec, [()])


# ------------------------------------------------------------ first wall: the front end


class Watched(Reference):
    """A reference that notes whether it was asked."""

    asked = False

    def record(self, spec: ToolSpec) -> Any:
        self.asked = True
        return super().record(spec)

    def cases(self, spec: ToolSpec, cases: Sequence[Sequence[Any]], **words: Any) -> list[Outcome]:
        self.asked = True
        return super().cases(spec, cases, **words)


@pytest.fixture(scope="module")
def box() -> Iterator[Toolbox]:
    box = Toolbox(":memory:")
    yield box
    box.close()


@pytest.mark.parametrize("source", [BY_PATTERNS, "import os\ndef f() -> int:\n    return os.getpid()\n"])
def test_nothing_runs_a_cell_that_the_front_end_refuses(box: Toolbox, source: str) -> None:
    builder = box._parts()._compiled
    before, builder._reference = builder._reference, Watched()
    try:
        with pytest.raises(NotNativeError):
            box.seal(source, tier="native")
        with suppress(BuildError):
            box.seal(source)  # in the runner, which has nothing to reach
        assert not builder._reference.asked
        assert box.seal(f"def f() -> int:\n    return {len(source)}\n")() == len(source)
        assert builder._reference.asked
    finally:
        builder._reference.close()
        builder._reference = before


# ------------------------------------------------------------ second wall: the policy


@pytest.mark.parametrize("name", IN_FUNCTION)
def test_the_policy_refuses(reference: Reference, name: str) -> None:
    with pytest.raises(BuildError, match="not available in the CPython reference"):
        _cases(reference, f"def f() -> str:\n    {IN_FUNCTION[name]}\n")


@pytest.mark.parametrize(
    "top",
    [
        "T = '{0.real}'",
        "T = '{0}'\nT = '{0.real}'",
        "T = '{0}'\nfor T in ['{0.real}']:\n    pass",
        "T = '{0}'\nT += '{0.real}'",
        "T = '{0}'\ndef g():\n    global T\n    T = '{0.real}'\ng()",
        "T = '{0}'\ntry:\n    pass\nexcept ValueError as T:\n    pass",
        "T = '{0}'\nimport string as T",
        "T = U = '{0.real}'",
        "T = '{' + '0.real}'",
        "T, U = '{0.real}', 1",
        "",
    ],
)
def test_the_policy_refuses_templates_that_could_read_attributes(reference: Reference, top: str) -> None:
    with pytest.raises(BuildError, match="not available in the CPython reference"):
        _cases(reference, f"{top}\ndef f() -> str:\n    return T.format(1)\n")


@pytest.mark.parametrize("name", RAISING)
def test_what_is_not_there_raises(reference: Reference, name: str) -> None:
    (outcome,) = _cases(reference, f"def f() -> str:\n    {RAISING[name]}\n")
    assert getattr(outcome, "exception", "") in {"NameError", "TypeError"}


@pytest.mark.parametrize(
    "body",
    [
        "return '{:.3f} {x} {{}}'.format(0.5, x=1)",
        "return str(type(1.5) is float) + type(2).__name__",
        "return '{0!r:>{1}}'.format(1, 4)",
        "return TEMPLATE.format(1)",
        "return 'script' if __name__ == '__main__' else 'cell'",
    ],
)
def test_ordinary_code_is_not_refused(reference: Reference, body: str) -> None:
    top = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from nowhere import Thing\n"
    top += "__all__ = ['f']\nTEMPLATE = '{:>8}'\n"
    (outcome,) = _cases(reference, f"{top}def f() -> str:\n    {body}\n")
    assert type(outcome).__name__ == "Value"


@pytest.mark.parametrize("name", ["class pattern", "format method", "dunder", "import of a dunder", "os", "class"])
def test_examples_are_under_the_same_policy(box: Toolbox, name: str) -> None:
    lines = f"def g():\n    {IN_FUNCTION[name]}".replace("return ", "return ").split("\n")
    example = "\n".join([f"    >>> {lines[0]}", *(f"    ... {line}" for line in lines[1:])])
    source = f'def f(n: int) -> int:\n    """\n{example}\n    """\n    return n\n'
    with pytest.raises(BuildError, match="not available in the CPython reference"):
        box.seal(source)


def test_helpers_that_only_examples_call_are_under_the_same_policy(box: Toolbox) -> None:
    source = (
        'def _h():\n    return ().__class__\n\ndef f(n: int) -> int:\n    """\n    >>> _h()\n    """\n    return n\n'
    )
    with pytest.raises(BuildError):
        box.seal(source)


# ------------------------------------------------------------ third wall: the process

HARM = """
import os, signal, socket, sys
from hermetic_nb.reference import confinement
folder, victim = sys.argv[1], int(sys.argv[2])
acts = {
    "read": lambda: os.open("/etc/passwd", os.O_RDONLY),
    "write": lambda: os.open(folder + "/made", os.O_WRONLY | os.O_CREAT),
    "unlink": lambda: os.unlink(folder + "/kept"),
    "rename": lambda: os.rename(folder + "/kept", folder + "/gone"),
    "mkdir": lambda: os.mkdir(folder + "/made"),
    "chmod": lambda: os.chmod(folder + "/kept", 0),
    "truncate": lambda: os.truncate(folder + "/kept", 0),
    "link": lambda: os.symlink("/", folder + "/made"),
    "stat": lambda: os.stat(folder),
    "listdir": lambda: os.listdir(folder),
    "socket": socket.socket,
    "pair": socket.socketpair,
    "fork": os.fork,
    "exec": lambda: os.execv("/bin/true", ["true"]),
    "spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
    "kill": lambda: os.kill(victim, signal.SIGTERM),
    "pipe": os.pipe,
    "chdir": lambda: os.chdir("/"),
    "memfd": lambda: os.memfd_create("x"),
    "priority": lambda: os.setpriority(os.PRIO_PROCESS, victim, 19),
}
confinement.confine()
done = []
for name, act in acts.items():
    try:
        act()
    except OSError:
        continue
    done.append(name)
print(done)
"""


@pytest.mark.skipif(os.uname().machine not in {"x86_64", "aarch64"}, reason="no filter for this machine")
def test_a_confined_process_can_do_no_harm_even_without_the_policy(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("precious")
    command = [sys.executable, "-c", HARM, str(tmp_path), str(os.getpid())]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("kept", "precious")]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="seccomp is Linux's")
def test_the_reference_observes_its_walls(reference: Reference) -> None:
    assert set(reference.layers()) == {"files", "sockets", "folders", "processes"}


def test_the_reference_never_sees_the_environment(reference: Reference) -> None:
    reference.layers()
    pid = reference._child.pid
    assert b"swordfish" not in Path(f"/proc/{pid}/environ").read_bytes()
