"""Random numbers of pure tools: a function of a seed that the tool gives."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.policy.namespaces import called

if TYPE_CHECKING:
    from collections.abc import Callable

_METHODS: Final = (
    *("random", "randint", "randrange", "choice", "choices", "shuffle", "sample", "uniform", "triangular", "gauss"),
    *("normalvariate", "expovariate", "betavariate", "gammavariate", "getrandbits", "randbytes"),
)


@called("Random")
def generator(seed: float | str | bytes | bytearray, /) -> random.Random:
    """A generator of numbers from an explicit seed. Raises TypeError without one."""
    if type(seed) not in {int, float, str, bytes, bytearray}:
        raise TypeError("chance wants a seed: an int, a float, a str or bytes")
    return random.Random(seed)  # noqa: S311 (a tool's chance is a function of its arguments)


def functions() -> dict[str, Any]:
    """The functions of ``random`` for one tool. All but ``seed`` and ``Random`` raise RuntimeError before ``seed`` was called."""
    held: list[random.Random] = []

    @called("seed")
    def seed(value: float | str | bytes | bytearray, /) -> None:
        held[:] = [generator(value)]

    def method(name: str) -> Callable[..., Any]:
        @called(name)
        def function(*args: Any, **options: Any) -> Any:
            if not held:
                raise RuntimeError(f"call random.seed(number) before random.{name}: a pure tool has no other chance")
            return getattr(held[0], name)(*args, **options)

        return function

    return {"Random": generator, "seed": seed, **{name: method(name) for name in _METHODS}}
