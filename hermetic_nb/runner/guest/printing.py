"""Where ``print`` goes: text kept up to a limit, never the value of a call."""

from __future__ import annotations

import io


class Output(io.TextIOBase):
    """A text stream that keeps the first ``most`` characters."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._left = most
        self._lost = 0
        self._parts: list[str] = []

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """UTF-8, as everywhere."""
        return "utf-8"

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, text: str, /) -> int:
        """Keep what there is room for."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        kept = text[: self._left]
        self._left -= len(kept)
        self._lost += len(text) - len(kept)
        if kept:
            self._parts.append(kept)
        return len(text)

    def text(self) -> str:
        """What was written; how much was cut off is said."""
        whole = "".join(self._parts).encode("utf-8", "replace").decode()
        return f"{whole}... ({self._lost} characters more)" if self._lost else whole
