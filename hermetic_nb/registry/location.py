"""Where a user's registry is, by the custom of each platform."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import RegistryAccessError

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE: Final = "HERMETIC_REGISTRY"
"""The environment variable that names another folder."""
_FOLDER: Final = "hermetic_nb"


def default_path(environment: Mapping[str, str] | None = None, platform: str = sys.platform) -> Path:
    """The folder of the user's registry. Raises RegistryAccessError where there is no home folder to put it in.

    Sources: the XDG Base Directory Specification (``XDG_DATA_HOME`` must be absolute, else it is ignored);
    Apple's File System Programming Guide (Application Support); Microsoft's known folders (``FOLDERID_LocalAppData``).
    """
    variables = os.environ if environment is None else environment
    if variables.get(VARIABLE):
        return _expanded(Path(variables[VARIABLE])).absolute()
    if platform == "win32":
        local = variables.get("LOCALAPPDATA", "")
        return (Path(local) if local else _home() / "AppData" / "Local") / _FOLDER
    if platform == "darwin":
        return _home() / "Library" / "Application Support" / _FOLDER
    data = variables.get("XDG_DATA_HOME", "")
    return (Path(data) if data.startswith("/") else _home() / ".local" / "share") / _FOLDER


def _home() -> Path:
    return _expanded(Path("~"))


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise RegistryAccessError(
            "there is no home folder to keep the registry in", help=f"set {VARIABLE} to a folder of yours"
        ) from error
