"""The sealed code itself, timed in this process: without the way to the executor's process and back.

The same engine, settings and machine code as the executor uses; each run is in a fresh instance, whose making and whose
arguments are not timed, as C's buffers are not.
"""

from __future__ import annotations

import struct
import time
from collections.abc import Sequence
from typing import Any

import hermetic_nb as hnb


class CodeAlone:
    """One tool with its arguments."""

    def __init__(self, tool: hnb.Tool, arguments: Sequence[Any]) -> None:
        # Imported late: the rest of the benchmark measures a process that has not loaded the engine.
        import wasmtime

        from hermetic_nb.executors import engine, fast, protocol
        from hermetic_nb.executors.configuration import Kind
        from hermetic_nb.signature import abi, border

        host = engine.engine(Kind.PLAIN)
        limit = tool.artifact.manifest.limits.memory_pages << 16
        terms = protocol.Terms.of(tool.signature, memory_bytes=limit)
        self._program = fast.FastProgram(host, wasmtime.Module(host, tool.artifact.payload), terms, limit)
        self._lowered = abi.lower(tool.signature, border.fit(tool.signature, tuple(arguments), {}, packed=True))

    def seconds(self) -> float:
        """Seconds of one run."""
        instance = self._program.start()
        slots = bytearray(self._lowered.slots)
        addresses = []
        for align, buffer in self._lowered.buffers:
            data = memoryview(buffer).cast("B")
            addresses.append(instance.allocate(align, len(data)))
            instance.write(addresses[-1], data)
        for target, offset, index in self._lowered.relocations:
            assert target == 0, "arguments through a record in memory are not timed here"
            struct.pack_into("<I", slots, offset, addresses[index])
        ready = bytes(slots)
        start = time.perf_counter()
        instance.run(ready)
        taken = time.perf_counter() - start
        instance.close()
        return taken
