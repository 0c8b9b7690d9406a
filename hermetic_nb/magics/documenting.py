"""The ``?`` help of magics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hermetic_nb.magics import flags

if TYPE_CHECKING:
    from collections.abc import Callable


def documented(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a magic the ``?`` help that its table of flags makes."""
    function.__doc__ = flags.HELP[function.__name__]
    return function
