"""Files, processes and what the machine is: out of reach, for the cell and for the standard library's own code.

A CapabilityError is an OSError, so that the standard library's code goes on as it does where a file is missing.
"""

from __future__ import annotations

import _io
import builtins
import fileinput
import glob
import io
import os
import pathlib
import posix
import shutil
import sys
from types import BuiltinFunctionType
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.runner.guest.capabilities import CHANCE, FILES, INPUT, MACHINE, PROCESSES, CapabilityError, refusal

if TYPE_CHECKING:
    from hermetic_nb.runner.guest.capabilities import Replacements

_PURE: Final = frozenset({"fspath", "strerror", "_path_normpath", "_path_splitroot", "_path_splitroot_ex"})
"""Functions of `posix` that ask nothing of a system."""
_STILL: Final = {"getcwd": "/", "getcwdb": b"/", "getpid": 1, "getppid": 0, "cpu_count": 1}
"""What the standard library's own code is told without an error; the cell's `os` refuses these too."""
_REASONS: Final = {
    **dict.fromkeys(("urandom", "getrandom"), CHANCE),
    **dict.fromkeys(("_exit", "abort", "system", "execv", "execve", "fork", "kill", "waitpid"), PROCESSES),
    **dict.fromkeys(("uname", "getlogin", "getuid", "getloadavg", "sysconf", "get_terminal_size"), MACHINE),
}
_PATH_METHODS: Final = (
    *("cwd", "home", "exists", "is_file", "is_dir", "is_mount", "is_symlink", "is_junction", "is_block_device"),
    *(
        "is_char_device",
        "is_fifo",
        "is_socket",
        "samefile",
        "glob",
        "rglob",
        "walk",
        "resolve",
        "absolute",
        "expanduser",
    ),
)


def close(replacements: Replacements) -> None:
    """Refuse what would reach the system, in `os`, `io` and the modules above them."""
    for name, function in list(vars(posix).items()):
        if type(function) is not BuiltinFunctionType or name in _PURE:
            continue
        if name in _STILL:
            replacements.put(posix, name, _still(_STILL[name]))
        else:
            replacements.put(posix, name, refusal(f"os.{name}", _REASONS.get(name, FILES)))
    opened = refusal("open", FILES)
    replacements.put(_io, "open", opened)
    replacements.put(_io, "open_code", opened)
    replacements.put(_io, "FileIO", _FileIO)
    replacements.put(builtins, "input", refusal("input", INPUT))
    replacements.put(builtins, "breakpoint", refusal("breakpoint", INPUT))
    replacements.refuse(glob, ["glob", "iglob"], FILES)
    replacements.refuse(shutil, ["which", "disk_usage", "rmtree", "copytree", "make_archive", "unpack_archive"], FILES)
    replacements.refuse(fileinput, ["input", "FileInput"], FILES)
    for method in _PATH_METHODS:
        if hasattr(pathlib.Path, method):
            setattr(pathlib.Path, method, refusal(f"Path.{method}", FILES))
    pathlib.Path.cwd = classmethod(refusal("Path.cwd", FILES))  # type: ignore[method-assign, assignment]
    pathlib.Path.home = classmethod(refusal("Path.home", FILES))  # type: ignore[method-assign, assignment]
    os.environ.clear()
    sys.addaudithook(_refuse_open)
    sys.__stdin__ = sys.__stdout__ = sys.__stderr__ = None  # type: ignore[misc]
    sys.stdin = _Input()


def _refuse_open(event: str, _: tuple[Any, ...]) -> None:
    """The compiler opens the file that it was told, for the line of a SyntaxError; it goes on without where that fails."""
    if event == "open":
        raise CapabilityError(f"open: {FILES}")


def _still(value: Any) -> Any:
    return lambda: value


class _FileIO(io.RawIOBase):
    """In the place of `io.FileIO`."""

    def __init__(self, *_: Any, **__: Any) -> None:
        refusal("io.FileIO", FILES)()


class _Input(io.TextIOBase):
    """``sys.stdin``: nobody types there."""

    read = readline = readlines = __next__ = fileno = refusal("sys.stdin", INPUT)
