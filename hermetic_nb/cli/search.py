"""``hermetic search``: tools by what they do, and by examples that they pass."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from hermetic_nb.display import Finds
from hermetic_nb.errors import SpecError
from hermetic_nb.toolbox.examples import HINT, Example, read_example

if TYPE_CHECKING:
    from hermetic_nb.display import Bundle
    from hermetic_nb.toolbox import Toolbox

DOES = "Find tools by words, and by examples that they pass."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words and flags of the command."""
    parser.add_argument("words", nargs="*", help="what the tool does")
    parser.add_argument(
        "--example", action="append", default=[], metavar="CALL", help='a call and its result: "f(2) == 4"'
    )
    parser.add_argument("-n", "--limit", type=_limit, default=5, metavar="N", help="tools shown at most (5)")


def search(box: Toolbox, options: argparse.Namespace) -> Bundle:
    """What was found. Raises SpecError, RegistryAccessError."""
    query = " ".join(options.words)
    examples = [_example(text) for text in options.example]
    if not query and not examples:
        raise SpecError("what should the tool do?", help="hermetic search rna folding")
    return Finds.of(box, query, examples, options.limit).bundle()


def _example(text: str) -> Example:
    found = read_example(text)
    if found is None:
        raise SpecError(f"--example {text}: an example is a call and its result", help=HINT)
    return found


def _limit(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is not 1 to 100")
    return number
