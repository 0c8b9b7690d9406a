"""Badges on sealed cells, and the verdicts of Verify Notebook."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import expect

from tests.e2e.kit import GC, LOAD, axe
from tests.e2e.lab import Lab

BADGE = ".jp-Notebook .hnb-seal-badge"
BAD = '<img src=https://example.org/x.png onerror="window.hacked=1"><script>window.hacked=1</script>'


def test_a_badge_turns_stale_and_back(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC))
    lab.run_all()
    badge = lab.page.locator(BADGE)
    expect(badge).to_have_text("sealed " + lab.digests()[0][7:19])
    lab.change(1, GC.replace("hits = 0", "hits = 0  # changed"))
    expect(badge).to_have_text("stale " + lab.digests()[0][7:19])
    expect(badge).to_have_attribute(
        "title", "The cell was changed after gc_content was sealed: run it to seal it anew."
    )
    lab.shot("stale")
    lab.change(1, GC)
    expect(badge).to_contain_text("sealed")
    assert axe(lab.page, ".hnb-badge-row") == []
    badge.click()
    expect(lab.page.locator("#hermetic-nb-panel .hnb-detail h2")).to_have_text("gc_content")


def test_a_badge_knows_captures(lab: Lab) -> None:
    cell = "%%hermetic_tool --capture RATE\ndef taxed(x: float) -> float:\n    return x * RATE\n"
    lab.open(lab.server.notebook(LOAD, "RATE = 1.25", cell))
    lab.run_all()
    badge = lab.page.locator(BADGE)
    expect(badge).to_contain_text("sealed")
    lab.change(2, cell.replace("x * RATE", "RATE * x"))
    expect(badge).to_contain_text("stale")


def test_verify_notebook_gives_a_verdict_for_each_cell(lab: Lab) -> None:
    other = "%%hermetic_tool\ndef doubled(n: int) -> int:\n    return 2 * n\n"
    never = "%%hermetic_tool\ndef never_run(n: int) -> int:\n    return n\n"
    lab.open(lab.server.notebook(LOAD, GC, other, "1 + 1"))
    lab.run_all()
    lab.change(2, other.replace("2 * n", "n * 2"))
    lab.change(3, never)
    lab.command("hermetic-nb:verify-notebook")
    report = lab.page.locator(".hnb-report")
    expect(report).to_contain_text("1 of 3 sealed cells are verified.", timeout=60_000)
    rows = report.locator("tr")
    expect(rows.nth(0)).to_contain_text("verified")
    expect(rows.nth(1)).to_contain_text("the cell is not the source of doubled")
    expect(rows.nth(2)).to_contain_text("the cell has not been run")
    lab.shot("verify")
    assert axe(lab.page, ".hnb-report") == []
    lab.page.get_by_role("button", name="Close").click()
    expect(lab.page.locator(BADGE).first).to_contain_text("verified")


def test_verify_without_a_kernel_says_what_it_looked_at(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC))
    lab.run_all()
    lab.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    lab.page.wait_for_function("!window.jupyterapp.shell.currentWidget.sessionContext.session")
    lab.command("hermetic-nb:verify-notebook")
    report = lab.page.locator(".hnb-report")
    expect(report).to_contain_text("source and registry only", timeout=30_000)
    expect(report.locator("tr")).to_contain_text("verified")


def test_a_kernel_that_ends_leaves_no_verdict_open(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, GC, "import time\ntime.sleep(60)"))
    lab.run_all(wait=False)
    expect(lab.page.locator(BADGE)).to_be_visible(timeout=30_000)
    lab.command("hermetic-nb:verify-notebook")
    expect(lab.page.locator(".hnb-report")).to_contain_text("Cell 2 is checked: 1 of 1")
    lab.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    expect(lab.page.locator(".hnb-report")).to_contain_text("the kernel ended before it answered", timeout=30_000)


def test_the_outputs_of_a_strangers_notebook_are_text(lab: Lab) -> None:
    """Stored outputs, which nobody here trusts: in a notebook that is longer than the window, and not run."""

    def shown(**told: str) -> list[dict[str, Any]]:
        data = {
            "text/plain": "a tool",
            "text/html": "<b>a tool</b><script>window.hacked=1</script><i onmouseover='window.hacked=1'>here</i>",
            "application/vnd.hermetic-nb.tool.v1+json": {"name": BAD, "digest": "", "source": ""} | told,
        }
        return [{"output_type": "execute_result", "execution_count": 1, "data": data, "metadata": {}}]

    cell = "%%hermetic_tool\ndef echo(text: str) -> str:\n    return text\n"
    source = "sha256:fee7d4db3e8ea70e59e2e5a4ba8fcbcf3bb3ae2f2eb8dc6f1e6a4c55a0c9a5a5"
    digest = "sha256:" + "ab" * 32
    filling = ["\n".join("x = 1" for _ in range(12))] * 20
    name = lab.server.notebook(
        cell,
        cell,
        *filling,
        cell,
        outputs={
            0: shown(digest=digest, source=source),
            1: shown(digest="../../../api/contents", source="<b>"),
            22: shown(digest=digest, source=source),
        },
    )
    lab.open(name)
    badges = lab.page.locator(BADGE)
    expect(badges.first).to_have_text("stale abababababab")
    assert lab.page.locator(".jp-CodeCell").nth(1).locator(".hnb-seal-badge").count() == 0, "no digest, no badge"
    lab.page.evaluate("window.jupyterapp.shell.currentWidget.content.scrollToItem(22)")
    last = lab.page.locator(".jp-CodeCell", has_text="echo").last
    expect(last.locator(".jp-Cell-inputWrapper ~ .hnb-badge-row .hnb-seal-badge")).to_have_text("stale abababababab")
    expect(badges).to_have_count(2)
    lab.shot("stored")
    assert lab.page.evaluate("window.hacked") is None


def test_a_badge_tells_a_tool_that_this_registry_does_not_hold(lab: Lab) -> None:
    cell = "%%hermetic_tool --session\ndef passing(n: int) -> int:\n    return n\n"
    lab.open(lab.server.notebook(LOAD, cell))
    lab.run_all()
    badge = lab.page.locator(BADGE)
    expect(badge).to_have_text("sealed " + lab.digests()[0][7:19])
    lab.change(1, cell.replace(" --session", ""))
    expect(badge).to_have_text("sealed elsewhere " + lab.digests()[0][7:19])
    assert axe(lab.page, ".hnb-badge-row") == []
    lab.run_all()
    expect(badge).to_have_text("sealed " + lab.digests()[0][7:19])
