"""`python -m tests.fuzz.mutants`: the fuzzer on compilers that are broken on purpose; each must be caught."""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.machinery
import importlib.util
import json
import math
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING, Final

from tests.fuzz.breakages import BREAKAGES, NATIVE, Breakage

if TYPE_CHECKING:
    from tests.fuzz.running import Found

PROGRAMS: Final = 600
"""Programs until a breakage counts as not caught."""
STALE: Final = 4
"""How a process ends that does not find the place of its breakage."""


def source_of(breakage: Breakage) -> str:
    """The whole source of the module as it is."""
    found = importlib.util.find_spec(f"{NATIVE}.{breakage.module}")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).read_text(encoding="utf-8")


def is_stale(breakage: Breakage) -> bool:
    """Whether the compiler was rewritten where it is to be broken."""
    return source_of(breakage).count(breakage.old) != 1


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads one module with one rule broken; its bytecode is kept nowhere."""

    def __init__(self, name: str, breakage: Breakage) -> None:
        super().__init__(name, f"<{name}, broken>")
        self._text = source_of(breakage).replace(breakage.old, breakage.new)

    def get_code(self, fullname: str) -> CodeType:
        """The code of the broken source."""
        return compile(self._text, self.get_filename(fullname), "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, breakage: Breakage) -> None:
        self._name = f"{NATIVE}.{breakage.module}"
        self._loader = _Loader(self._name, breakage)

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        return ModuleSpec(name, self._loader) if name == self._name else None


def hunt(breakage: Breakage, first: int, count: int) -> Iterator[Found]:
    """Break this process's compiler and run programs; the first difference of each that differs."""
    sys.meta_path.insert(0, _Finder(breakage))
    from tests.fuzz.running import run

    for seed in range(first, first + count):
        yield from run(seed).found[:1]


def caught(breakage: Breakage, first: int = 0, count: int = PROGRAMS) -> tuple[bool, str]:
    """Whether a process of its own with the breakage shows a difference that this process does not show, and which."""
    words = ["--hunt", breakage.name, "--seed", str(first), "--count", str(count)]
    command = [sys.executable, "-m", "tests.fuzz.mutants", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            seed, source, values, what = json.loads(line)
            if not _differs(source, values):
                process.kill()
                return True, f"seed {seed}: {what.splitlines()[0][:200]}"
        code = process.wait()
    if code == STALE:
        return False, "stale: its place is not in the compiler as it is now"
    return code < 0, f"the process ends with {code}" if code else "not caught"


def _differs(source: str, values: str) -> bool:
    """Whether the compiler as it is has the difference, too: then the breakage did not make it."""
    from tests.fuzz.programs import Program
    from tests.fuzz.running import compared

    given = eval(values, {"nan": math.nan, "inf": math.inf})
    return bool(compared(Program(0, source, ()), [given] if given else []).found)


def main(words: Sequence[str] | None = None) -> int:
    """Hunt and print; 1 if a breakage survives. Raises SystemExit on wrong options."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.mutants", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="breakages whose names hold this")
    parser.add_argument("--seed", type=int, default=0, help="the first program's seed (0)")
    parser.add_argument("--count", type=int, default=PROGRAMS, help=f"programs for each ({PROGRAMS})")
    parser.add_argument("--hunt", metavar="NAME", help="break this process's compiler in this way, and look for it")
    options = parser.parse_args(words)
    if options.hunt:
        breakage = next(b for b in BREAKAGES if b.name == options.hunt)
        if is_stale(breakage):
            return STALE
        for found in hunt(breakage, options.seed, options.count):
            print(json.dumps([found.seed, found.source, repr(found.values), found.what]), flush=True)
        return 0
    survived = 0
    for breakage in BREAKAGES:
        if options.only not in breakage.name:
            continue
        started = time.monotonic()
        is_caught, what = caught(breakage, options.seed, options.count)
        survived += not is_caught
        print(
            f"{'caught' if is_caught else 'MISSED':<8}{time.monotonic() - started:5.0f} s  {breakage.name}: {what}",
            flush=True,
        )
    print(f"{survived} of {len(BREAKAGES)} broken compilers were not noticed")
    return bool(survived)


if __name__ == "__main__":
    sys.exit(main())
