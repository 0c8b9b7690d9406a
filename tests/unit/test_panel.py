"""The widget of ``%tool_panel`` without a kernel: what it sends, and what it never does to a cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import hermetic_nb as hnb
from hermetic_nb.magics.panel import Panel, look_again
from tests.unit.registry_tools import push, sealed


@pytest.fixture
def box(tmp_path: Path) -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(tmp_path / "tools")
    yield made
    made.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Panel, Any]]:
    found: list[tuple[Panel, Any]] = []
    monkeypatch.setattr(Panel, "send", lambda panel, content: found.append((panel, content)))
    return found


def test_panels_of_a_registry_hear_of_a_change_once(box: hnb.Toolbox, sent: list[tuple[Panel, Any]]) -> None:
    panels = [Panel(box, (), versions=False) for _ in range(3)]
    look_again()
    assert sent == []
    push(box.registry, sealed("f"))
    look_again()
    look_again()
    assert {panel for panel, _ in sent} == set(panels)
    assert [sorted(content) for _, content in sent] == [["changed"]] * 3


def test_a_registry_that_cannot_be_read_costs_no_cell(
    box: hnb.Toolbox, sent: list[tuple[Panel, Any]], tmp_path: Path
) -> None:
    panel = Panel(box, (), versions=False)
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "names").write_text("no folder")
    look_again()
    assert sent == []
    panel._answer(None, {"id": 1, "path": "tools", "params": {}}, None)
    ((_, told),) = sent
    assert (told["id"], told["ok"]) == (1, False)
    assert str(tmp_path) not in told["error"]["message"]
