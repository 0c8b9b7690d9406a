"""A real JupyterLab, driven by a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.e2e.browser import FLAGS, WINDOW, browser_path, watched
from tests.e2e.lab import Lab
from tests.e2e.server import Server, serve

expect.set_options(timeout=20_000)  # for a machine that does other things too


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The machine's Chromium; while it is open an event loop runs in this thread, so it ends with these tests."""
    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield made
        made.close()


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One JupyterLab for all tests of a session."""
    yield from serve(tmp_path_factory.mktemp("lab"), tmp_path_factory.mktemp("registry") / "tools")


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    """A window of its own; requests that leave the server fail the test, and its kernels end with it."""
    made = browser.new_context(viewport=WINDOW)
    made.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url.rstrip("/"))
    made.set_default_timeout(60_000)
    left = watched(made, server.url)
    yield made
    made.close()
    server.end_kernels()
    assert left == [], f"requests left the server: {left}"


@pytest.fixture
def lab(context: BrowserContext, server: Server) -> Iterator[Lab]:
    """JupyterLab in that window, with nothing open; an error that nothing in the page takes fails the test."""
    made = Lab(context.new_page(), server)
    yield made
    assert made.errors == []
