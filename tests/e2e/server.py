"""A real Jupyter server with a registry of its own."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
EXPOSED = {
    "lab": ("--LabApp.expose_app_in_browser=True",),
    "notebook": ("--JupyterNotebookApp.expose_app_in_browser=True",),
}
ALONE = ("--ServerApp.jpserver_extensions=jupyter_server_mcp=False",)
"""Without the extension that opens a second port, the same one for all servers."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    url: str
    token: str
    folder: Path
    registry: Path
    log: Path

    def get(self, path: str, *, token: bool = True) -> tuple[int, bytes]:
        """Status and body of a GET."""
        return self._ask("GET", path, token=token)

    def _ask(self, method: str, path: str, body: bytes | None = None, *, token: bool = True) -> tuple[int, bytes]:
        headers = {"Authorization": f"token {self.token}"} if token else {}
        request = urllib.request.Request(f"{self.url}{path}", data=body, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def settings(self, **ours: bool) -> None:
        """Change the user's settings of our extension."""
        body = json.dumps({"raw": json.dumps(ours)}).encode()
        assert self._ask("PUT", "lab/api/settings/hermetic-nb:plugin", body)[0] == 204

    def end_kernels(self) -> None:
        """End all kernels."""
        for kernel in json.loads(self.get("api/kernels")[1]):
            self._ask("DELETE", f"api/kernels/{kernel['id']}")

    def notebook(self, *cells: str, name: str = "", outputs: dict[int, list[dict[str, Any]]] | None = None) -> str:
        """Write a notebook of code cells, with stored outputs of some; its name."""
        name = name or f"n{secrets.token_hex(4)}.ipynb"
        document = {
            "cells": [
                {
                    "cell_type": "code",
                    "id": f"c{n}",
                    "metadata": {},
                    "execution_count": None,
                    "outputs": (outputs or {}).get(n, []),
                    "source": text,
                }
                for n, text in enumerate(cells)
            ],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.folder / name).write_text(json.dumps(document))
        return name


def serve(
    folder: Path, registry: Path, *, app: str = "lab", options: Sequence[str] = ALONE, **more: str
) -> Iterator[Server]:
    """Start a server, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    settings = folder / "settings"
    for plugin, value in {
        "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    }.items():
        path = settings / f"{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))
    environment = os.environ | {
        "HERMETIC_REGISTRY": str(registry),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "share"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
        **more,
    }
    work = folder / "work"
    work.mkdir(exist_ok=True)
    log = (folder / "server.log").open("w")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "jupyter", app, "--no-browser", "--allow-root", f"--port={port}"),
            *("--port-retries=0", f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={work}"),
            *EXPOSED.get(app, ()),
            *options,
        ],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    server = Server(f"http://127.0.0.1:{port}/", token, work, registry, folder / "server.log")
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(20)
        log.close()


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, f"ended with {process.returncode}: {server.log.read_text()}"
        try:
            if server.get("api/status")[0] == 200:
                return
        except OSError:
            time.sleep(0.25)
    raise AssertionError(server.log.read_text())
