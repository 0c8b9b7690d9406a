"""Every module of the documented list is imported and used, in the runner itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hermetic_nb.runner.guest.allowed import ALLOWED, INSTEAD
from tests.runner.instance import Runner
from tests.runner.snippets import SNIPPETS

PAGE = Path(__file__).parents[2] / "docs" / "standard-library.md"


@pytest.mark.parametrize("module", sorted(ALLOWED))
def test_it_works(runner: Runner, module: str) -> None:
    step = runner.run(f"import {module}\n{SNIPPETS[module]}\nreturn True")
    assert step.get("done") is True, step


def test_each_has_a_snippet_and_nothing_else() -> None:
    assert set(SNIPPETS) == ALLOWED


def test_the_page_lists_them_all() -> None:
    works, _, out = PAGE.read_text(encoding="utf-8").partition("## Out of reach")
    assert set(_first_column(works)) == ALLOWED
    assert set(_first_column(out)) == set(INSTEAD)


def _first_column(table: str) -> list[str]:
    rows = re.findall(r"^\| (`[^|]*) \|", table, re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([\w.]+)`", row)]


def test_what_is_not_loaded_is_an_import_error(runner: Runner) -> None:
    body = "import importlib\nfor name in ('this', 'antigravity', 'idlelib', 'email.nothing', 'json.tool'):\n    try: importlib.import_module(name)\n    except ImportError: pass\n    else: return name"
    assert runner.run(body) == {"done": None}


def test_every_text_encoding_that_python_names_is_loaded_or_unknown(runner: Runner) -> None:
    body = "import encodings.aliases\nfor name in sorted(set(encodings.aliases.aliases.values())):\n    try: 'a'.encode(name)\n    except (LookupError, UnicodeError, ValueError): pass"
    assert runner.run(body) == {"done": None}
