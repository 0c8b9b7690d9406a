"""What goes on in kernels: running tools, their stop, other notebooks, other pages."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, expect

from tests.e2e.kit import LOAD
from tests.e2e.lab import Lab

PANEL = "#hermetic-nb-panel"
SLOW = '''%%hermetic_tool
def slow(n: int) -> int:
    """Counts in a way that takes long."""
    total = 0
    for i in range(n):
        for j in range(n):
            total = (total * 31 + i ^ j) % 1000003
    return total
'''


def test_a_running_tool_is_shown_and_stopped(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, SLOW, "slow(200_000)"))
    lab.panel()
    lab.run_all(wait=False)
    live = lab.page.locator("#hermetic-nb-panel .hnb-running")
    expect(live).to_contain_text("slow is running", timeout=30_000)
    lab.shot("running")
    live.get_by_role("button", name="stop slow").click()
    expect(live).to_have_count(0, timeout=20_000)
    lab.idle()
    assert "the call of slow was stopped" in lab.page.locator(".jp-Notebook").inner_text()


def test_a_page_that_is_loaded_later_hears_the_kernel_too(lab: Lab) -> None:
    lab.open(lab.server.notebook(LOAD, SLOW, "slow(200_000)"))
    lab.run_all(wait=False)
    expect(lab.page.locator(".hnb-seal-badge")).to_be_visible(timeout=30_000)
    lab.command("kernelmenu:interrupt")
    lab.idle()
    lab.page.reload()
    lab.ready()
    lab.panel()
    expect(lab.page.locator(f"{PANEL} .hnb-layers")).to_contain_text("isolation layers are on", timeout=20_000)
    lab.command("notebook:run-all-below")
    live = lab.page.locator(f"{PANEL} .hnb-running")
    expect(live).to_contain_text("slow is running", timeout=30_000)
    lab.page.evaluate("void window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    expect(live).to_have_count(0, timeout=20_000)


def test_a_notebook_without_our_extension_is_left_alone(lab: Lab) -> None:
    lab.open(lab.server.notebook("1 + 1", "def f(x):\n    return x"))
    lab.run_all()
    lab.run_all()
    lab.panel()
    lab.command("hermetic-nb:verify-notebook")
    expect(lab.page.locator(".hnb-report")).to_have_text("No cell of this notebook makes a tool.")
    assert "No such comm target" not in lab.server.log.read_text()


def test_pages_on_one_registry_stay_in_step(lab: Lab, context: BrowserContext) -> None:
    cell = "%%hermetic_tool\ndef in_step(n: int) -> int:\n    return {}\n"
    other = Lab(context.new_page(), lab.server)
    other.open(other.server.notebook("1"))
    other.panel()
    other.page.locator(f"{PANEL} .hnb-search").fill("in_step")
    expect(other.page.locator(f"{PANEL} .hnb-message")).to_contain_text("No tool fits")
    lab.open(lab.server.notebook(LOAD, cell.format("n")))
    lab.run_all()
    row = other.page.locator(f"{PANEL} .hnb-row", has_text="in_step")
    expect(row).to_contain_text("v1", timeout=15_000)
    lab.change(1, cell.format("n + 1"))
    lab.run_all()
    expect(row).to_contain_text("v2", timeout=15_000)
    assert other.errors == []
