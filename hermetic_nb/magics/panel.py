"""``%tool_panel``: the panel as a widget, answered by this kernel; text and HTML where there are no widgets."""

from __future__ import annotations

import weakref
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anywidget
from traitlets import Unicode

from hermetic_nb.catalogue import Catalogue, error_json
from hermetic_nb.display import list_card
from hermetic_nb.errors import HermeticError
from hermetic_nb.magics.live import observed_layers

if TYPE_CHECKING:
    from hermetic_nb.display import Bundle
    from hermetic_nb.registry import Registry
    from hermetic_nb.toolbox import Tool, Toolbox

STATIC: Final = Path(__file__).parents[1] / "static"
_OPEN: weakref.WeakSet[Panel] = weakref.WeakSet()


class Panel(anywidget.AnyWidget):
    """The panel of a toolbox's registry. What a notebook keeps of it is the list of the tools that it showed."""

    _esm = STATIC / "widget.js"
    _css = STATIC / "widget.css"
    kept = Unicode().tag(sync=True)
    """The list as text: what is shown where no kernel answers, as in a page that was exported with its widgets."""

    def __init__(self, box: Toolbox, tools: tuple[Tool, ...], *, versions: bool) -> None:
        shown = list_card(tools, versions=versions)
        super().__init__(kept=shown["text/plain"])
        self.box = box
        self.catalogue = _catalogue(box.registry)
        self._generation = self.catalogue.generation()
        self._shown = shown
        self.on_msg(self._answer)
        _OPEN.add(self)

    def _answer(self, _widget: Any, message: Any, _buffers: Any) -> None:
        """One message, one answer: see `src/source.ts`."""
        if not isinstance(message, dict) or not isinstance(message.get("path"), str):
            return
        params = message.get("params")
        given = {str(name): str(value) for name, value in (params if isinstance(params, dict) else {}).items()}
        told: dict[str, Any] = {"id": message.get("id")}
        try:
            value = self.catalogue.answer(message["path"], given)
            if message["path"] == "status":
                value |= {"isolation": observed_layers(self.box)}
            told |= {"ok": True, "value": value}
        except HermeticError as error:
            told |= {"ok": False, "error": error_json(error)}
        self.send(told)

    def look(self, generation: str) -> None:
        """Tell the front end if the registry has changed."""
        if generation != self._generation:
            self._generation = generation
            self.send({"changed": generation})

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[Bundle, Bundle]:
        bundle: Any = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        return {**(data or {}), **self._shown}, metadata

    def __repr__(self) -> str:
        return str(self.kept)


def is_built() -> bool:
    """Whether the widget's module is part of this installation."""
    return (STATIC / "widget.js").is_file()


def look_again() -> None:
    """Let all open panels look at their registries: after each cell."""
    now: dict[Catalogue, str] = {}
    with suppress(HermeticError):  # a registry that cannot be read: the cell, or the panel when it asks, says so
        for panel in list(_OPEN):
            catalogue = panel.catalogue
            if catalogue not in now:
                now[catalogue] = catalogue.generation()
            panel.look(now[catalogue])


def _catalogue(registry: Registry) -> Catalogue:
    """The catalogue that an open panel has of this registry, else a new one: what was read is shared."""
    known = (panel.catalogue for panel in _OPEN if panel.box.registry is registry)
    return next(known, None) or Catalogue(registry, version=version("hermetic-nb"))
