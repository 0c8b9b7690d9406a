"""``%tool_search``: tools by what they do, and by examples that they pass."""

from __future__ import annotations

from IPython.core.magic import line_magic, magics_class, no_var_expand

from hermetic_nb.display import Finds
from hermetic_nb.errors import SpecError
from hermetic_nb.magics import flags
from hermetic_nb.magics.base import NotebookMagics
from hermetic_nb.magics.documenting import documented
from hermetic_nb.magics.options import Parsed, Word, parse
from hermetic_nb.toolbox import default
from hermetic_nb.toolbox.examples import HINT, Example, read_example

_MOST = 100


@magics_class
class SearchMagics(NotebookMagics):
    """Finding tools."""

    @no_var_expand
    @line_magic
    @documented
    def tool_search(self, line: str) -> Finds:
        """Find tools."""
        parsed = parse("%tool_search", line, flags.TOOL_SEARCH, most=60)
        query = " ".join(word.text for word in parsed.words)
        examples = [placed_example(parsed, word) for word in parsed.flags.get("--example", [])]
        limit = _limit(parsed)
        if not query and not examples:
            raise SpecError("what should the tool do?", help="%tool_search rna folding")
        return self._output(parsed, Finds.of(default(), query, examples, limit))


def placed_example(parsed: Parsed, word: Word) -> Example:
    """The example that a word of a magic's line gives. Raises SpecError with its place."""
    found = read_example(word.text)
    if found is None:
        raise SpecError("an example is a call and its result", diagnostics=[parsed.at(word, HINT)])
    return found


def _limit(parsed: Parsed) -> int:
    said = [*parsed.flags.get("-n", []), *parsed.flags.get("--limit", [])]
    if not said:
        return 5
    word = said[-1]
    if not (word.text.isascii() and word.text.isdigit() and 1 <= int(word.text[:9]) <= _MOST):
        raise SpecError(f"{word.text!r} is no number of tools", diagnostics=[parsed.at(word, f"1 to {_MOST}")])
    return int(word.text)
