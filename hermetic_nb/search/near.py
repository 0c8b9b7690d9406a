"""How near texts are to a query: the cosines of their vectors."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.search.model import Model
    from hermetic_nb.search.vectors import Vectors


class Near:
    """Compares queries with texts; those of the last question stay in memory."""

    def __init__(self, model: Model, vectors: Vectors) -> None:
        self._model = model
        self._vectors = vectors
        self._lock = threading.Lock()
        self._texts: list[str] = []
        self._rows: np.ndarray[Any, np.dtype[np.float32]] = np.zeros((0, 0), dtype=np.float32)

    def near(self, query: str, texts: Sequence[str]) -> Sequence[float]:
        """For each text the cosine of its angle with the query, rounded to 6 digits."""
        if not texts:
            return []
        with self._lock:
            if list(texts) != self._texts:
                self._take(list(texts))
            asked = self._model.vector(query).astype(np.float32)
            return [round(float(cosine), 6) for cosine in self._rows @ asked]

    def _take(self, texts: list[str]) -> None:
        """Hold the vectors of other texts, and keep the new ones."""
        held = dict(zip(self._texts, self._rows.astype(np.float16), strict=True))
        known = {text: held[text] for text in texts if text in held}
        known |= self._vectors.read(text for text in texts if text not in known)
        fresh = {text: self._model.vector(text) for text in dict.fromkeys(texts) if text not in known}
        self._vectors.keep(fresh)
        known |= fresh
        self._rows = np.stack([known[text] for text in texts]).astype(np.float32)
        self._texts = texts
