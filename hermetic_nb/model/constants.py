"""Constants of stored documents."""

from __future__ import annotations

from typing import Final

FORMAT: Final = 1
"""The version of every stored document."""
WASM: Final = "application/wasm"
PYTHON: Final = "text/x-python"
"""The media type of the python and pure tiers: the payload is the normalised source."""
CALL_AGENT: Final = "call_agent"
"""The one capability there is."""
PAGE: Final = 65536
"""Bytes of a WebAssembly page."""
