"""Buttons by which the user decides what an agent waits for. Only a click in the front end reaches them."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from hermetic_nb.agents.answers import text_digest
from hermetic_nb.making.policy import Grants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.making.policy import Wish
    from hermetic_nb.toolbox import Toolbox


class Card(widgets.VBox):  # type: ignore[misc] # ipywidgets has no types
    """One decision: what it is about, the source (or its difference from the tool of that name), and two buttons."""

    def __init__(self, wish: Wish, grants: Grants) -> None:
        self.wish, self._grants = wish, grants
        self.allow = widgets.Button(description="Allow", tooltip=f"allow {wish.tool} {text_digest(wish.digest)}")
        self.deny = widgets.Button(description="Deny", tooltip=f"deny {wish.tool} {text_digest(wish.digest)}")
        self.said = widgets.Label(value="")
        self.allow.on_click(lambda _button: self._decide(allowed=True))
        self.deny.on_click(lambda _button: self._decide(allowed=False))
        shown = widgets.Textarea(
            value=difference(wish),
            disabled=True,
            rows=min(18, difference(wish).count("\n") + 2),
            layout=widgets.Layout(width="100%"),
        )
        head = widgets.Label(value=_head(wish))
        super().__init__([head, shown, widgets.HBox([self.allow, self.deny, self.said])])

    def _decide(self, *, allowed: bool) -> None:
        self._grants.put(self.wish, allowed=allowed)
        self.allow.disabled = self.deny.disabled = True
        self.said.value = f"{'Allowed' if allowed else 'Denied'}. Run the cell again: it goes on where it stopped."

    def __repr__(self) -> str:
        return f"<a decision on {self.wish.tool} {text_digest(self.wish.digest)}>"


def buttons(wishes: Sequence[Wish], box: Toolbox) -> Any:
    """A card for each wish."""
    grants = Grants.of(box)
    return Cards([Card(wish, grants) for wish in wishes])


class Cards(widgets.VBox):  # type: ignore[misc] # as above
    """The cards of one run."""

    def __repr__(self) -> str:
        return "\n".join(repr(card) for card in self.children)


def difference(wish: Wish) -> str:
    """The source; where a tool of that name is there already, the lines that differ."""
    if not wish.before:
        return wish.source
    lines = difflib.unified_diff(
        wish.before.splitlines(), wish.source.splitlines(), "now", "proposed", lineterm="", n=3
    )
    return "\n".join(lines)


def _head(wish: Wish) -> str:
    verb = "Make" if wish.act == "create" else "Call"
    more = [f"agents: {', '.join(wish.agents)}"] if wish.agents else []
    more += [f"environment: {', '.join(wish.env)}"] if wish.env else []
    return f"{verb} {wish.tool} {text_digest(wish.digest)}?" + (f" It wants more: {'; '.join(more)}" if more else "")
