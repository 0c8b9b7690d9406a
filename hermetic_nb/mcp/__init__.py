"""The registry for clients that speak MCP: `jupyter_server_mcp` finds `tools` by its entry point, and serves what it names.

Nothing here imports a library of that protocol, and importing it starts nothing: the toolbox is made by the first call.
"""

from __future__ import annotations

import os
from typing import Final

CREATE: Final = "HERMETIC_MCP_CREATE"
"""Set to 1 by a user who lets clients make tools."""
_READ: Final = ("hermetic_search", "hermetic_list", "hermetic_show", "hermetic_call")


def may_create() -> bool:
    """Whether the user lets clients make tools."""
    return os.environ.get(CREATE, "") == "1"


def tools() -> list[str]:
    """The functions to serve, as ``module:function``; the one that makes tools only where the user allows it."""
    names = (*_READ, "hermetic_create") if may_create() else _READ
    return [f"{__name__}.functions:{name}" for name in names]
