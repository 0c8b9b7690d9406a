"""``-o VAR``: the variable that a magic's result goes into."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING

from hermetic_nb.errors import SpecError

if TYPE_CHECKING:
    from hermetic_nb.magics.options import Parsed


def variable(parsed: Parsed) -> str | None:
    """The name after ``-o``; None where it is not said. Raises SpecError."""
    values = parsed.flags.get("-o")
    if not values:
        return None
    word = values[0]
    if not word.text.isidentifier() or keyword.iskeyword(word.text):
        raise SpecError(f"{word.text!r} cannot be a variable", diagnostics=[parsed.at(word, "not a name")])
    return word.text
