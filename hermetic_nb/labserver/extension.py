"""Registers handlers and the event with a Jupyter server."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jupyter_server.utils import url_path_join

from hermetic_nb.catalogue import Catalogue
from hermetic_nb.labserver.handlers import CatalogueHandler, ExportHandler, TourHandler
from hermetic_nb.labserver.watching import SCHEMA, Watcher
from hermetic_nb.registry import Registry, default_path

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

BASE: Final = "hermetic-nb"


def load(server: ServerApp) -> None:
    """Add the panel's handlers to a server, and tell its event stream of changes of the registry."""
    catalogue = Catalogue(Registry(default_path()), version=version("hermetic-nb"))
    settings: dict[str, Any] = {"catalogue": catalogue}
    base = url_path_join(server.web_app.settings["base_url"], BASE)
    server.web_app.add_handlers(  # type: ignore[no-untyped-call] # tornado's
        ".*$",
        [
            (url_path_join(base, r"api/export/(.+)"), ExportHandler, settings),
            (url_path_join(base, "api/tour"), TourHandler, {}),
            (url_path_join(base, r"api/(.*)"), CatalogueHandler, settings),
        ],
    )
    events = server.event_logger
    if events is not None:
        events.register_event_schema(Path(SCHEMA))
        Watcher(catalogue, events).start()
    server.log.info("hermetic_nb: the panel's data is at %s", base)
