"""``%tool_search`` in a notebook."""

from __future__ import annotations

import pytest

from tests.kernel.conftest import Kernel

CELL = '%%hermetic_tool\ndef pairs(seq: str) -> int:\n    """RNA folding: the most base pairs."""\n    return len(seq) // 2'


def test_a_search_lists_what_it_finds(kernel: Kernel) -> None:
    kernel.run(CELL)
    answer = kernel.run("%tool_search rna folding --example \"f('ACGU') == 2\" -n 5 -o found")
    lines = answer.text.splitlines()
    assert lines[0].split() == ["name", "tier", "digest", "signature", "examples", "says"]
    assert lines[1].startswith("pairs")
    assert "1/1" in lines[1]
    assert "RNA folding" in answer.bundles[0]["text/html"]
    assert answer.bundles[0]["application/vnd.hermetic-nb.found.v1+json"]["found"][0]["passed"] == 1
    assert kernel.run("found.found[0].name").text == "'pairs'"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("%tool_search", "what should the tool do?"),
        ("%tool_search rna --example f(4", "f(2) == 4"),
        ("%tool_search rna -n many", "1 to 100"),
        ("%tool_search rna -n 0", "1 to 100"),
        ("%tool_search rna --exmple 1", "did you mean --example?"),
    ],
)
def test_a_mistake_gets_one_short_placed_error(kernel: Kernel, cell: str, said: str) -> None:
    answer = kernel.run(cell)
    assert answer.error is not None
    assert said in answer.report
    assert len(answer.report.splitlines()) <= 8
    assert "Traceback" not in answer.report
