"""Chance is out of reach: `random` works from a seed that the cell gives, everything else that is random refuses."""

from __future__ import annotations

import random
import uuid
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.runner.guest.capabilities import CHANCE, CapabilityError, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.runner.guest.capabilities import Replacements

_SHARED: Final = (
    *("random", "uniform", "triangular", "randint", "choice", "randrange", "sample", "shuffle", "choices"),
    *("normalvariate", "lognormvariate", "expovariate", "vonmisesvariate", "gammavariate", "gauss", "betavariate"),
    *("binomialvariate", "paretovariate", "weibullvariate", "getstate", "getrandbits", "randbytes"),
)


def close(replacements: Replacements) -> None:
    """Refuse what needs entropy; the functions of the module `random` work once `random.seed` was given a seed."""
    _demand_seed()
    shared = random.Random(0)  # noqa: S311 (never read before it is given a seed)
    for name in _SHARED:
        replacements.put(random, name, _unseeded(name, shared))
    replacements.put(random, "seed", _starting(shared, "seed"))
    replacements.put(random, "setstate", _starting(shared, "setstate"))
    vars(random)["_inst"] = shared
    vars(random.SystemRandom)  # the class stays, so that isinstance works
    random.SystemRandom.__init__ = refusal("random.SystemRandom", CHANCE)  # type: ignore[method-assign]
    replacements.refuse(uuid, ["uuid1", "uuid4", "uuid6", "uuid7", "getnode"], CHANCE)


def _demand_seed() -> None:
    plain = random.Random.seed

    def seed(self: random.Random, a: Any = None, version: int = 2) -> None:
        """Initialise from ``a``; None, which elsewhere means entropy, is refused."""
        if a is None:
            raise CapabilityError(f"random.Random: {CHANCE}")
        plain(self, a, version)

    random.Random.seed = seed  # type: ignore[method-assign]


def _unseeded(name: str, shared: random.Random) -> Callable[..., Any]:
    """The module's function: refuses until there is a seed, also where the cell imported it before."""
    method = getattr(shared, name)

    def checked(*args: Any, **options: Any) -> Any:
        if not vars(shared).get("is_seeded", False):
            raise CapabilityError(f"random.{name}: {CHANCE}, or random.seed(7) first")
        return method(*args, **options)

    checked.__name__ = checked.__qualname__ = name
    return checked


def _starting(shared: random.Random, name: str) -> Callable[..., None]:
    """``random.seed`` or ``random.setstate``: from here on the module's functions are the generator's own."""
    method = getattr(shared, name)

    def start(*args: Any, **options: Any) -> None:
        method(*args, **options)
        vars(shared)["is_seeded"] = True
        for function in _SHARED:
            setattr(random, function, getattr(shared, function))

    start.__name__ = start.__qualname__ = name
    return start
