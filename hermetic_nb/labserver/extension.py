"""Registers handlers and the event with a Jupyter server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jupyter_server.utils import url_path_join

from hermetic_nb.labserver.handlers import CatalogueHandler, ExportHandler, TourHandler
from hermetic_nb.labserver.opening import Opening
from hermetic_nb.labserver.watching import SCHEMA, Watcher

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

BASE: Final = "hermetic-nb"


def load(server: ServerApp) -> None:
    """Add the panel's handlers to a server, and tell its event stream of changes of the registry."""
    opening = Opening()
    base = url_path_join(server.web_app.settings["base_url"], BASE)
    server.web_app.add_handlers(".*$", routes(base, opening))  # type: ignore[no-untyped-call] # tornado's
    events = server.event_logger
    if events is not None:
        events.register_event_schema(Path(SCHEMA))
        Watcher(opening, events).start()
    server.log.info("hermetic_nb: the panel's data is at %s", base)


def routes(base: str, opening: Opening) -> list[tuple[str, type, dict[str, Any]]]:
    """Every address of the extension, and what answers there."""
    settings = {"opening": opening}
    return [
        (url_path_join(base, r"api/export/(.+)"), ExportHandler, settings),
        (url_path_join(base, "api/tour"), TourHandler, {}),
        (url_path_join(base, r"api/(.*)"), CatalogueHandler, settings),
    ]
