"""Values of the declared environment are left out of what is written down: traces, receipts, messages.

A value of fewer than `SHORTEST` characters is not masked: it is no secret, and would be found everywhere. A secret that the
tool changes (cut, encoded) is not found: the documentation says so.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values

if TYPE_CHECKING:
    from collections.abc import Mapping

SHORTEST: Final = 4


class Mask:
    """Puts ``<env NAME>`` in the place of the values of declared names."""

    def __init__(self, env: Mapping[str, str]) -> None:
        found = [(value, f"<env {name}>") for name, value in env.items() if len(value) >= SHORTEST]
        self._pairs = sorted(found, key=lambda pair: (-len(pair[0]), pair))  # a longer one may hold a shorter one

    def text(self, text: str) -> str:
        """The text without them."""
        for secret, shown in self._pairs:
            text = text.replace(secret, shown)
        return text

    def wire(self, data: Any) -> Any:
        """Wire data without them."""
        if not self._pairs:
            return data
        if type(data) is str:
            return self.text(data)
        if type(data) is list:
            return [self.wire(item) for item in data]
        if type(data) is dict:
            if len(data) == 1 and type(body := data.get("$bytes")) is str:
                return {"$bytes": self._bytes(body)}
            return {self.text(key): self.wire(item) for key, item in data.items()}
        return data

    def value(self, value: Any) -> Any:
        """A value without them; the very same where nothing is masked."""
        return values.from_wire(self.wire(values.to_wire(value))) if self._pairs else value

    def _bytes(self, body: str) -> str:
        data = base64.b64decode(body)
        for secret, shown in self._pairs:
            data = data.replace(secret.encode("utf-8", "surrogatepass"), shown.encode())
        return base64.b64encode(data).decode()
