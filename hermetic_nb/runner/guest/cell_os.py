"""The `os` and `os.path` that a cell imports: paths as text. All else refuses at the cell's line.

The standard library's own code has the real modules, with an empty environment, and goes on where a file is missing; in
a cell, ``os.path.exists("data.csv")`` being False would be a wrong answer.
"""

from __future__ import annotations

import os
import posixpath
from types import ModuleType
from typing import Any, Final

from hermetic_nb.runner.guest.capabilities import CHANCE, ENVIRONMENT, FILES, PROCESSES, CapabilityError, refusal

_OS: Final = (
    *("PathLike", "fspath", "fsencode", "fsdecode", "sep", "altsep", "extsep", "pathsep", "linesep", "curdir"),
    *("pardir", "devnull", "name", "error", "strerror"),
)
_CLOSED_PATH: Final = frozenset(
    (
        *("exists", "lexists", "isfile", "isdir", "islink", "ismount", "isjunction", "getsize", "getmtime"),
        *("getatime", "getctime", "samefile", "sameopenfile", "realpath", "abspath", "expanduser", "expandvars"),
    )
)
_PROCESSES: Final = frozenset(("system", "popen", "fork", "execv", "execve", "kill", "spawnv", "startfile", "waitpid"))
"""Names that this Python's `os` may lack, and others have."""
_REASONS: Final = {
    "urandom": CHANCE,
    **dict.fromkeys(_PROCESSES, PROCESSES),
    **dict.fromkeys(("environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"), ENVIRONMENT),
}


def modules() -> dict[str, ModuleType]:
    """The modules by the names under which they are imported."""
    path = ModuleType("posixpath", posixpath.__doc__)
    for name in posixpath.__all__:
        vars(path)[name] = refusal(f"os.path.{name}", FILES) if name in _CLOSED_PATH else getattr(posixpath, name)
    system = ModuleType("os", os.__doc__)
    vars(system).update({name: getattr(os, name) for name in _OS}, path=path, __getattr__=_refused)
    return {"os": system, "os.path": path, "posixpath": path}


def _refused(name: str) -> Any:
    found = getattr(os, name, None)
    why = _REASONS.get(name, FILES)
    if callable(found) or name in _PROCESSES:
        return refusal(f"os.{name}", why)
    if found is None or name.startswith("__"):
        raise AttributeError(f"module 'os' has no attribute {name!r}", name=name, obj=None)
    raise CapabilityError(f"os.{name}: {why}")
