"""The machine's Chromium, and what it is watched for."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import BrowserContext, ViewportSize

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-quic", "--no-first-run"),
]
WINDOW: ViewportSize = {"width": 1360, "height": 860}


def browser_path() -> str:
    """Where Chromium is. A test that finds none fails, and says how to get it."""
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        pytest.fail("no Chromium: the browser tests need one (apt-get install chromium)")
    return path


def watched(context: BrowserContext, home: str) -> list[str]:
    """The addresses elsewhere than at `home` that a window's pages ask for, as they come: requests and sockets."""
    left: list[str] = []

    def note(url: str) -> None:
        if not url.startswith((home, home.replace("http", "ws", 1), "data:", "blob:", "about:")):
            left.append(url)

    context.on("request", lambda request: note(request.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: note(socket.url)))
    return left
