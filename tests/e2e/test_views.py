"""The panel's views over a made-up registry, in each state, theme and width: nothing stands out of them, and all can be read."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.kit import axe
from tests.e2e.lab import shot

EXTENSION: Final = Path(__file__).parents[2] / "labextension"
THEMES: Final = Path(sys.prefix) / "share" / "jupyter" / "lab" / "themes" / "@jupyterlab"
THEME: Final = {"light": "theme-light-extension", "dark": "theme-dark-extension"}
_OUT = """() => ['.hnb-stage', '.hnb-rows', '.hnb-detail', '.hnb-head', '.hnb-status']
    .flatMap(name => [...document.querySelectorAll(name)])
    .filter(node => node.scrollWidth > node.clientWidth)
    .map(node => `${node.className}: ${node.scrollWidth} of ${node.clientWidth}`)"""


def _tab(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("tab", name=name).click()


def _wrong(page: Page) -> None:
    _tab("Interface")(page)
    page.get_by_label("weights").fill('[1, "x"]')
    page.get_by_label("at Point").fill('{"x": 1,}')
    page.locator("form button[type=submit]").click()
    assert page.locator(".hnb-wrong", has_text="a number is needed").is_visible()


def _differences(page: Page) -> None:
    _tab("Versions")(page)
    page.locator("button", has_text="Diff").first.click()
    page.locator(".hnb-added").wait_for()


def _receipts(page: Page) -> None:
    _tab("Receipts")(page)
    for place in (3, 0):
        page.locator(".hnb-receipt > details > summary").nth(place).click()
    page.locator(".hnb-inside summary").first.click()


def _layers(page: Page) -> None:
    page.locator(".hnb-layers summary").click()


def _nothing(_page: Page) -> None:
    return


@dataclass(frozen=True, slots=True)
class View:
    """A state of the panel: the hash of the harness's page, and what a user does then."""

    name: str
    hash: str
    act: Callable[[Page], None] = _nothing


VIEWS: Final = (
    View("list", "count=30"),
    View("source", "open=gc_content"),
    View("interface", "open=gc_content", _wrong),
    View("graph", "open=gc_content", _tab("Graph")),
    View("versions", "open=gc_content", _differences),
    View("receipts", "open=both_ways", _receipts),
    View("manifest", "open=gc_content", _tab("Manifest")),
    View("strangers", "open=stranger"),
    View("empty", "count=0"),
    View("error", "state=error"),
    View("loading", "state=loading"),
    View("running", "state=running&count=3"),
    View("readonly", "state=readonly&count=3", _layers),
    View("copying", "plain=1&open=gc_content", _tab("Interface")),
)


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the harness's script in one file."""
    folder = tmp_path_factory.mktemp("harness")
    bundle = ["--bundle", "--format=iife", f"--outfile={folder / 'main.js'}"]
    program = EXTENSION / "node_modules" / ".bin" / "esbuild"
    subprocess.run([program, "tests/harness/main.ts", *bundle], cwd=EXTENSION, check=True, capture_output=True)
    return folder


@pytest.fixture(
    params=[("light", 240), ("light", 900), ("dark", 340), ("none", 700)], ids=lambda one: f"{one[0]}-{one[1]}"
)
def stage(request: pytest.FixtureRequest, browser: Browser, harness: Path) -> Iterator[tuple[Page, str, str]]:
    """A page of a theme and a width; its address without a hash; the name of both. ``none``: a front end without themes, dark."""
    theme, width = request.param
    sheet = "" if theme == "none" else (THEMES / THEME[theme] / "index.css").read_text()
    kind = "hnb-widget" if theme == "none" else ""
    document = harness / f"{theme}.html"
    document.write_text(
        f"<!doctype html><meta charset=utf-8><title>panel</title><style>{sheet}</style>"
        f"<style>{(EXTENSION / 'style' / 'panel.css').read_text()}</style>"
        "<style>body { margin: 0 } #host { height: 100vh; box-sizing: border-box }</style>"
        f"<body><div id=host class='{kind}'></div><script src=main.js></script>"
    )
    context = browser.new_context(
        viewport={"width": width, "height": 700}, color_scheme="light" if theme == "light" else "dark"
    )
    yield context.new_page(), document.as_uri(), f"{theme}-{width}"
    context.close()


def test_each_state_can_be_read_and_nothing_stands_out(stage: tuple[Page, str, str]) -> None:
    page, address, name = stage
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    faults: dict[str, list[str]] = {}
    for view in VIEWS:
        page.goto("about:blank")
        page.goto(f"{address}#{view.hash}")
        page.wait_for_selector(".hnb-panel")
        view.act(page)
        page.screenshot(path=shot(f"views-{view.name}-{name}"))
        faults[view.name] = [*page.evaluate(_OUT), *axe(page, "#host")]
        assert page.evaluate("globalThis.hacked") is None
    assert {view: found for view, found in faults.items() if found} == {}
    assert errors == []
