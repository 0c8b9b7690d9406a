"""`python -m tests.e2e.figures`: how quick the panel is with 1,000 tools, in a real browser."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from hermetic_nb.registry import Registry
from tests.e2e.browser import FLAGS, browser_path
from tests.e2e.lab import Lab
from tests.e2e.server import Server, serve
from tests.unit.registry_tools import push, sealed

TOOLS = 1000
ROUNDS = 15
_OPEN = """async () => {
    const answered = new Promise(resolve => {
        const watch = new PerformanceObserver(list => {
            const found = list.getEntries().find(one => one.name.includes('/hermetic-nb/api/tools?'));
            if (found) { watch.disconnect(); resolve(found.responseEnd); }
        });
        watch.observe({ entryTypes: ['resource'] });
    });
    window.jupyterapp.commands.execute('hermetic-nb:open-panel');
    const at = await answered;
    await new Promise(resolve => {
        const look = () => document.querySelectorAll('#hermetic-nb-panel .hnb-row').length ? resolve() : requestAnimationFrame(look);
        look();
    });
    await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return performance.now() - at;
}"""
_TYPE = """async text => {
    const field = document.querySelector('#hermetic-nb-panel .hnb-search');
    const rows = document.querySelector('#hermetic-nb-panel .hnb-rows');
    const changed = new Promise(resolve => new MutationObserver((_list, watch) => { watch.disconnect(); resolve(); }).observe(rows, { childList: true }));
    const start = performance.now();
    field.value = text;
    field.dispatchEvent(new Event('input'));
    await changed;
    return performance.now() - start;
}"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        registry = Registry(place / "tools")
        for number in range(TOOLS):
            push(
                registry,
                sealed(
                    f"tool_{number}", doc=f"Counts the {['apples', 'pears', 'plums'][number % 3]} of basket {number}."
                ),
            )
        (place / "lab").mkdir()
        for server in serve(place / "lab", place / "tools"):
            print(f"a page of 50 of {TOOLS:,} tools by REST      {_page(server):7.1f} ms   (wanted: < 100)")
            with sync_playwright() as play:
                browser = play.chromium.launch(executable_path=browser_path(), args=FLAGS)
                lab = Lab(browser.new_page(), server)
                lab.open(server.notebook("1"))
                drawn = lab.page.evaluate(_OPEN)
                print(f"the panel is drawn after its data arrived   {drawn:7.1f} ms   (wanted: < 300)")
                words = [f"tool_{number}" for number in range(10, 10 + ROUNDS)]
                typed = [lab.page.evaluate(_TYPE, word) for word in words]
                print(
                    f"the list has changed after a letter         {statistics.median(typed):7.1f} ms   (wanted: < 50)"
                )
                browser.close()


def _page(server: Server) -> float:
    taken = []
    for number in range(ROUNDS + 1):
        start = time.perf_counter()
        server.get(f"hermetic-nb/api/tools?limit=50&offset={number}")
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken[1:])


if __name__ == "__main__":
    main()
