"""GET only: the catalogue's JSON, a tool's payload, and the tour notebook."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Final

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from hermetic_nb.catalogue import error_json
from hermetic_nb.errors import HermeticError, RegistryError, SpecError, ToolNotFoundError
from hermetic_nb.shipped import folder_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.labserver.opening import Opening

RESOURCE: Final = "contents"
"""What a user must be allowed to read: the registry is a folder of the server's user, as notebooks are."""
TOUR: Final = "tour.ipynb"


_STATUS: Final = {SpecError: 400, RegistryError: 404, ToolNotFoundError: 404}
"""HTTP's words for what is asked wrongly and what is not there; 409: the registry cannot be read."""


class _Handler(APIHandler):
    auth_resource = RESOURCE

    async def _answered(self, work: Callable[[], Any]) -> Any:
        """The result of work on a thread; an error of ours as JSON, None then."""
        try:
            return await asyncio.get_running_loop().run_in_executor(None, work)
        except HermeticError as error:
            self.set_status(_STATUS.get(type(error), 409))
            self.finish(json.dumps(error_json(error)))
            return None

    def _params(self) -> dict[str, str]:
        return {name: self.get_query_argument(name) for name in self.request.query_arguments}


class CatalogueHandler(_Handler):
    """``GET api/PATH?PARAMS``: see `Catalogue.answer`."""

    def initialize(self, opening: Opening) -> None:
        """Take the way to the catalogue."""
        self._opening = opening

    @web.authenticated
    @authorized
    async def get(self, path: str) -> None:
        """Answer with JSON."""
        params = self._params()
        found = await self._answered(lambda: self._opening.catalogue().answer(path, params))
        if found is not None:
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps(found))


class ExportHandler(_Handler):
    """``GET api/export/REFERENCE``: a tool's payload as a download."""

    def initialize(self, opening: Opening) -> None:
        """Take the way to the catalogue."""
        self._opening = opening

    @web.authenticated
    @authorized
    async def get(self, reference: str) -> None:
        """Answer with the bytes."""
        found = await self._answered(lambda: self._opening.catalogue().payload(reference))
        if found is not None:
            name, payload = found
            self.set_header("Content-Type", "application/octet-stream")
            self.set_header("Content-Disposition", f'attachment; filename="{name}"')
            self.finish(payload)


class TourHandler(_Handler):
    """``GET api/tour``: the tour notebook and the data beside it, as the package carries them."""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer with JSON: path -> content."""
        found = await self._answered(tour_files)
        if found is not None:
            self.finish(json.dumps({"files": found}))


def tour_files() -> dict[str, str]:
    """The files of the tour. Raises SpecError where neither the package nor a clone around it holds them."""
    root = folder_of(TOUR)
    if root is None:
        raise SpecError(
            "the tour is not part of this installation", help="it is notebooks/tour.ipynb of the repository"
        )
    data = [one for one in sorted((root / "data").iterdir()) if one.is_file()]
    return {TOUR: (root / TOUR).read_text("utf-8")} | {f"data/{one.name}": one.read_text("utf-8") for one in data}
