"""Values that a notebook shows as a bundle, and a terminal as its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hermetic_nb.display.cards import Bundle


class Shown:
    """A value whose text is that of its bundle."""

    __slots__ = ()

    def bundle(self) -> Bundle:
        """The forms it is shown in."""
        raise NotImplementedError

    def __str__(self) -> str:
        return str(self.bundle()["text/plain"])

    __repr__ = __str__

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:  # noqa: ARG002 (IPython's protocol)
        return self.bundle()
