"""The server's side of the panel: handlers that answer from the registry on disk, with no kernel.

Jupyter Server loads it by `_jupyter_server_extension_points` of the package; everything is Jupyter's own authentication
and authorisation, and nothing writes.
"""

from __future__ import annotations

from hermetic_nb.labserver.extension import load

__all__ = ["load"]
