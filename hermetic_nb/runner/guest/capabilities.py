"""What a tool reaches for in vain: one exception, and functions that raise it.

The runner imports nothing, so that a clock, file or socket is out of reach by construction; left alone, such a call ends in
a trap without a word. Here it ends at the cell's line, with what to do instead.
"""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from types import ModuleType

CLOCK: Final = "a sealed tool has no clock; give the date or time as an argument"
WAITING: Final = "a sealed tool has no clock to wait by; leave the waiting out"
CHANCE: Final = "a sealed tool has no entropy; random needs a seed: r = random.Random(7)"
FILES: Final = "a sealed tool has no files; give the content as an argument (--data NAME=PATH gives bytes)"
ENVIRONMENT: Final = "a sealed tool has no environment; declare what it needs (--env NAME), or give it as an argument"
NETWORK: Final = "a sealed tool has no network; give the data as an argument"
PROCESSES: Final = "a sealed tool has no processes; call Python functions instead"
THREADS: Final = "a sealed tool has one thread; call the function itself"
INPUT: Final = "nobody answers inside of a sealed tool; give the text as an argument"
MACHINE: Final = "a sealed tool knows nothing of the machine; give it as an argument"


class CapabilityError(PermissionError):
    """The cell reached for something that a sealed tool does not have."""


def refusal(name: str, why: str) -> Callable[..., Any]:
    """A function that raises CapabilityError, whatever it is given."""

    def refused(*_: Any, **__: Any) -> Any:
        raise CapabilityError(f"{name}: {why}")

    refused.__name__ = refused.__qualname__ = name.rpartition(".")[2]
    return refused


def set_methods(kind: type, methods: Mapping[str, Any]) -> None:
    """Replace methods of a class that is written in C, and closed to setattr: its namespace is a dict all the same.

    Other ways (a subclass, the Python version of a module) would change types, repr, pickles or speed. Only for names that
    nobody has looked up yet.
    """
    (names,) = gc.get_referents(kind.__dict__)
    names.update(methods)


class Replacements:
    """New objects in the place of old ones, in the module that defines them and wherever else they were imported to."""

    def __init__(self) -> None:
        self._new: dict[int, tuple[object, object]] = {}

    def put(self, module: ModuleType, name: str, new: Any) -> None:
        """Replace a name of a module; one that it does not have is passed over."""
        old = vars(module).get(name)
        if old is None or id(old) in self._new:
            return
        self._new[id(old)] = old, new
        setattr(module, name, new)

    def refuse(self, module: ModuleType, names: Iterable[str], why: str) -> None:
        """Put refusals in the place of functions."""
        for name in names:
            self.put(module, name, refusal(f"{module.__name__}.{name}", why))

    def spread(self) -> None:
        """Replace the old objects in every loaded module: ``from time import monotonic`` made copies."""
        for module in list(sys.modules.values()):
            names = getattr(module, "__dict__", {})
            for name, value in list(names.items()):
                old, new = self._new.get(id(value), (None, None))
                if old is value and old is not None:
                    names[name] = new
