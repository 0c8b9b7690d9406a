"""The card by which the user decides: only its own buttons reach the decision."""

from __future__ import annotations

from pathlib import Path

import pytest

import hermetic_nb as hnb
from hermetic_nb.magics.approving import buttons, difference
from hermetic_nb.making.policy import Grants, Wish

WISH = Wish("create", "deep", hnb.Digest("sha256:" + "a" * 64), "new\nsame\n", ("critic",), ("TOKEN",), "old\nsame\n")


@pytest.mark.parametrize("allowed", [True, False])
def test_a_click_is_kept_by_digest(tmp_path: Path, *, allowed: bool) -> None:
    box = hnb.Toolbox(tmp_path / "registry")
    (card,) = buttons([WISH], box).children
    assert Grants.of(box).get(WISH) is None
    (card.allow if allowed else card.deny).click()
    assert card.allow.disabled
    assert card.deny.disabled
    assert "Run the cell again" in card.said.value
    again = Grants(tmp_path / "registry" / "grants.json")
    assert again.get(WISH) is allowed
    assert again.get(Wish("create", "deep", hnb.Digest("sha256:" + "b" * 64), "", (), ())) is None, "another digest"


def test_a_card_says_what_is_new(tmp_path: Path) -> None:
    (card,) = buttons([WISH], hnb.Toolbox(tmp_path / "registry")).children
    assert card.children[0].value == "Make deep aaaaaaaaaaaa? It wants more: agents: critic; environment: TOKEN"
    assert difference(WISH).splitlines()[-3:] == ["-old", "+new", " same"]
    assert repr(card) == "<a decision on deep aaaaaaaaaaaa>"


def test_torn_decisions_are_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "grants.json"
    path.write_text('{"format": 1, "said": {"create')
    grants = Grants(path)
    assert grants.get(WISH) is None
    grants.put(WISH, allowed=True)
    assert Grants(path).get(WISH) is True
