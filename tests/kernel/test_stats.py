"""``%tool_stats`` in a real kernel."""

from __future__ import annotations

from tests.kernel.conftest import Kernel

TWICE = "%%hermetic_tool\ndef twice(n: int) -> int:\n    return 2 * n\n"


def test_a_notebook_counts_its_calls_and_trims(kernel: Kernel) -> None:
    assert kernel.run("%load_ext hermetic_nb").error is None
    assert kernel.run(TWICE).error is None
    kernel.run("[twice(n) for n in range(3)]")
    here = kernel.run("%tool_stats -o counted")
    assert here.text.splitlines()[0] == "this notebook, this session"
    assert "calls  3: mean 3.0 of a tool, median 3" in here.text
    assert kernel.run("counted.statistics.most_used[0].name").text == "'twice'"
    assert kernel.run("%tool_stats --trim twice").text.endswith("trimmed: twice")
    assert kernel.run("%tool_list --all").text == "no tools yet"
    assert kernel.run("%tool_call twice n=4").text == "8"
    assert "trimmed" not in kernel.run("%tool_stats --restore twice").text
    assert "twice" in kernel.run("%tool_list --all").text


def test_what_is_wrong_is_placed(kernel: Kernel) -> None:
    assert kernel.run("%load_ext hermetic_nb").error is None
    assert "did you mean --trim?" in kernel.run("%tool_stats --trimm x").report
    assert "H401 ToolNotFoundError: there is no tool 'nothing'" in kernel.run("%tool_stats --trim nothing").report
    assert "--trim" in kernel.run("%tool_stats --trim").report
