"""Values that a run names and does not spell out: variables of the notebook, and results too long for a conversation.

A model writes ``{"$var": "seqs"}`` where an argument is such a value, and is told of each what a reader would see of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.digest import digest_bytes, short
from hermetic_nb.display.text import shortened
from hermetic_nb.errors import SpecError

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK: Final = "$var"
LONGEST: Final = 4000
"""Characters of a result's wire text beyond which the model gets its beginning and a name for it."""


class Variables:
    """Named values of one run."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._known = {name: plain(name, value) for name, value in given.items()}
        self._kept = 0

    def __iter__(self) -> Any:
        return iter(self._known)

    def get(self, name: str) -> Any:
        """A value by its name. Raises SpecError."""
        if name not in self._known:
            raise SpecError(f"there is no variable {name}", help=f"there are: {', '.join(self._known) or 'none'}")
        return self._known[name]

    def told(self) -> str:
        """What a model is told of them, one a line; the digest of the value makes another value another request."""
        return "\n".join(f"- {name}: {_described(value)}" for name, value in self._known.items())

    def resolved(self, data: Any) -> Any:
        """Arguments of a model with the values in the places of their names. Raises SpecError, ValueError."""
        if isinstance(data, dict):
            if set(data) == {MARK}:
                return self.get(str(data[MARK]))
            if len(data) == 1 and next(iter(data)).startswith("$"):
                return values.from_wire(data)
            return {name: self.resolved(item) for name, item in data.items()}
        if isinstance(data, list):
            return [self.resolved(item) for item in data]
        return data

    def shown(self, value: Any) -> dict[str, Any]:
        """A result as a model gets it: whole, or its beginning and the name under which the whole is kept."""
        text = values.encode(value)
        if len(text) <= LONGEST:
            return {"value": values.to_wire(value)}
        self._kept += 1
        name = f"result_{self._kept}"
        self._known[name] = value
        return {"kept_as": name, "beginning": shortened(value, 400)}


def plain(name: str, value: Any) -> Any:
    """A variable as a value that tools take: tables and arrays as lists. Raises SpecError."""
    for kind in type(value).__mro__:
        origin = f"{kind.__module__.partition('.')[0]}.{kind.__name__}"
        if origin == "pandas.DataFrame":
            value = value.to_dict("records")
            break
        if origin in {"numpy.ndarray", "pandas.Series", "numpy.generic"}:
            value = value.tolist()
            break
    try:
        values.encode(value)
    except (TypeError, ValueError) as error:
        raise SpecError(
            f"{name} is no value that a tool can take: {error}", help="pass a list, dict, text or number"
        ) from None
    return value


def _described(value: Any) -> str:
    kind = type(value).__name__
    if isinstance(value, (list, tuple, set, frozenset, dict, str, bytes)):
        kind += f" of {len(value)}"
    return f"{kind}, {shortened(value, 160)}, sha256 {short(digest_bytes(values.encode(value).encode()))}"
