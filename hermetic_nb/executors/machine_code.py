"""Machine code of payloads: from the cache, else made by a process of its own for that payload, within a time."""

from __future__ import annotations

import hashlib
from typing import Final

from hermetic_nb.errors import EngineError, LimitExceeded
from hermetic_nb.executors import protocol
from hermetic_nb.executors.compiled import CompiledCache
from hermetic_nb.executors.configuration import Kind, identity
from hermetic_nb.executors.home import Home

SECONDS: Final = 60.0
"""Time to make the code of one payload; most take milliseconds."""
MOST_BYTES: Final = 256 << 20
"""Bytes of machine code."""


class MachineCode:
    """Gives machine code by payload and kind."""

    def __init__(self, cache: CompiledCache, sandbox: Home) -> None:
        self._cache, self._sandbox = cache, sandbox

    def of(self, payload: bytes, kind: Kind, *, fresh: bool = False) -> bytes:
        """The code of a payload; ``fresh``: not that of the cache, which the engine refused.

        Raises EngineError on a payload that is refused, LimitExceeded where it takes too long.
        """
        key = f"{hashlib.sha256(payload).hexdigest()} {identity(kind)}"
        if fresh:
            self._cache.drop(key)
        elif (code := self._cache.get(key)) is not None:
            return code
        code = self._made(payload, kind)
        self._cache.put(key, code)
        return code

    def _made(self, payload: bytes, kind: Kind) -> bytes:
        try:
            answer = self._sandbox.ask_once(
                "generator", protocol.generate_request(kind, payload), seconds=SECONDS, most=MOST_BYTES
            )
        except LimitExceeded:
            raise LimitExceeded(
                f"the machine code of the tool was not made within {SECONDS:.0f} s",
                limit="compile_seconds",
                help="make the cell smaller",
            ) from None
        if answer[:1] == bytes([protocol.DONE]):
            return bytes(answer[1:])
        if answer[:1] == bytes([protocol.REFUSED]):
            raise EngineError(str(answer[1:], "utf-8", "replace"))
        raise EngineError("the process that makes machine code answered what cannot be read")
