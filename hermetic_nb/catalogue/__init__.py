"""What a panel shows of a registry, as JSON, from the folder alone: no kernel, no engine, nothing is written.

`Catalogue.answer` takes a path and its parameters; a server's handlers and a widget's messages ask it alike.
"""

from __future__ import annotations

from hermetic_nb.catalogue.catalogue import Catalogue, error_json, layers_json

__all__ = ["Catalogue", "error_json", "layers_json"]
