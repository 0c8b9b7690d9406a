"""``str.format`` that reads attributes by the guard: the real one would read any."""

from __future__ import annotations

import operator
import re
import string
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.policy.rules import attribute_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[([^\]]+)\]")


class Formatter(string.Formatter):
    """Formats by a guard of attributes, ``get(object, name)``."""

    def __init__(self, get: Callable[[Any, str], Any]) -> None:
        self._get = get

    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        """The object that a field names, and the name that it begins with."""
        first = re.split(r"[.\[]", field_name, maxsplit=1)[0]
        found = self.get_value(int(first) if first.isdecimal() else first, args, kwargs)
        place = len(first)
        while place < len(field_name):
            step = _STEP.match(field_name, place)
            if step is None:
                raise ValueError(f"the replacement field {field_name} cannot be read")
            name, key = step.groups()
            if name is None:
                found = operator.getitem(found, int(key) if key.isdecimal() else key)
            else:
                found = self.attribute(found, name)
            place = step.end()
        return found, first

    def attribute(self, found: Any, name: str) -> Any:
        """An attribute that a field names. Raises AttributeError."""
        if fault := attribute_fault(name):
            raise AttributeError(fault, name=name)
        return self._get(found, name)


def methods(get: Callable[[Any, str], Any]) -> dict[str, Callable[..., str]]:
    """``format`` and ``format_map`` as functions of the text and their arguments."""
    formatter = Formatter(get)

    def format(text: str, /, *args: Any, **kwargs: Any) -> str:  # noqa: A001 (the name of the method)
        if not isinstance(text, str):
            raise TypeError("str.format wants a str")
        if "." in text or "[" in text:
            return formatter.vformat(str.__str__(text), args, kwargs)
        return str.format(text, *args, **kwargs)

    def format_map(text: str, mapping: Mapping[str, Any], /) -> str:
        if not isinstance(text, str):
            raise TypeError("str.format_map wants a str")
        return formatter.vformat(str.__str__(text), (), mapping)

    return {"format": format, "format_map": format_map}
