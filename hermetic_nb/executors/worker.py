"""The program of the worker process: loads payloads and runs calls, each in a fresh instance.

Results do not depend on the CPU. A NaN that an operation makes has other bits on other CPUs, so plain code runs with
the CPU's sticky *invalid* flag cleared; if the flag is set afterwards, such a NaN may exist, and the call runs again on code
in which the engine canonicalises NaN. Tools have no effects, so running one twice cannot be seen.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import traps
from hermetic_nb.executors import engine, process, protocol
from hermetic_nb.executors.compiled import CompiledCache, default_folder
from hermetic_nb.executors.portable import PortableProgram
from hermetic_nb.signature import abi, lifting

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.executors.engine import Instance, Program
    from hermetic_nb.executors.protocol import Call, Terms

LOADED: Final = 256
"""Payloads kept; the one not called for the longest time goes."""
_REHEARSAL: Final = bytes(32)
FE_INVALID: Final = 1
"""``<fenv.h>`` of glibc and musl, on x86-64 and aarch64."""


class _Loaded:
    """A payload, compiled for plain and for canonical runs when first needed."""

    def __init__(self, wasm: bytes, terms: Terms, cache: CompiledCache, kind: Callable[..., Program]) -> None:
        self.result = terms.result_type
        self.canonical = terms.canonical or engine.holds_nan(wasm)
        self._wasm = wasm
        self._terms = terms
        self._cache = cache
        self._kind = kind
        self._programs: dict[bool, Program] = {}

    def program(self, canonical: bool) -> Program:  # noqa: FBT001
        """The compiled program. Raises RefusedError."""
        program = self._programs.get(canonical)
        if program is None:
            module = engine.compile_module(self._wasm, self._cache, canonical=canonical)
            limit = engine.check(module, self._terms)
            program = self._programs[canonical] = _kind_of_program()(
                engine.engine(canonical), module, self._terms, limit
            )
        return program


class Worker:
    """Answers the messages of `protocol`."""

    def __init__(self, cache: CompiledCache) -> None:
        self._cache = cache
        self._loaded: OrderedDict[bytes, _Loaded] = OrderedDict()
        self._invalid = _invalid_flag()
        self._kind = _kind_of_program()
        self._used: list[Instance] = []

    def rehearse(self) -> None:
        """Load and call a small module both ways, so that the first tool does not wait for what is done once."""
        lowered = abi.lower(protocol.TRIAL_SIGNATURE, (1, 2))
        for canonical in (False, True):
            terms = protocol.Terms.of(protocol.TRIAL_SIGNATURE, canonical=canonical, memory_bytes=1 << 16)
            for _ in range(2):  # the second time from the cache
                self.answer(memoryview(b"".join(protocol.load_request(_REHEARSAL, terms, protocol.TRIAL))))
            call = protocol.call_request(_REHEARSAL, lowered, canonical=canonical, limit=8)
            self.answer(memoryview(b"".join(call)))
            self.settle()
        self._loaded.clear()

    def settle(self) -> None:
        """When an answer is sent: let go of its instances, for which nobody has to wait."""
        for instance in self._used:
            instance.close()
        self._used.clear()

    def answer(self, message: memoryview) -> bytes | list[bytes]:
        """The answer to one message."""
        return self._batch(message) if message[0] == protocol.BATCH else self._one(message)

    def _batch(self, message: memoryview) -> bytes | list[bytes]:
        answers: list[bytes] = []
        total = 0
        for call in protocol.read_batch(message):
            answer = b"".join(self._one(call))
            self.settle()
            if answer[0] == protocol.MISSING:
                return answer
            answers.append(answer)
            total += len(answer)
            if total >= protocol.BATCH_BYTES:
                break
        return protocol.batch_answer(answers)

    def _one(self, message: memoryview) -> list[bytes]:
        try:
            return self._call(message) if message[0] == protocol.CALL else self._load(message)
        except engine.RefusedError as refused:
            return [bytes([protocol.REFUSED]), str(refused).encode()]
        except engine.EngineFailedError:
            return [bytes([protocol.FAILED])]

    def _load(self, message: memoryview) -> list[bytes]:
        sha, terms, payload = protocol.read_load(message)
        loaded = _Loaded(payload, terms, self._cache, self._kind)
        loaded.program(loaded.canonical or self._invalid is None)
        self._loaded[sha] = loaded
        while len(self._loaded) > LOADED:
            self._loaded.popitem(last=False)
        return [bytes([protocol.DONE])]

    def _call(self, message: memoryview) -> list[bytes]:
        call = protocol.read_call(message)
        loaded = self._loaded.get(call.sha)
        if loaded is None:
            return [bytes([protocol.MISSING])]
        self._loaded.move_to_end(call.sha)
        if call.canonical or loaded.canonical or self._invalid is None:
            return self._run(loaded.program(canonical=True), loaded.result, call)
        clear, is_set = self._invalid
        clear(FE_INVALID)
        answer = self._run(loaded.program(canonical=False), loaded.result, call)
        return self._run(loaded.program(canonical=True), loaded.result, call) if is_set(FE_INVALID) else answer

    def _run(self, program: Program, result: Any, call: Call) -> list[bytes]:
        instance: Instance | None = None
        try:
            instance = program.start()
            self._used.append(instance)
            slots = _place(instance, call) if call.buffers else bytes(call.slots)
            word = instance.run(slots)
            return [bytes([protocol.DONE]), lifting.gather(result, word, instance, call.limit)]
        except engine.TrappedError as trapped:
            return [protocol.stop_answer(_stop(trapped.kind, instance))]
        except lifting.MalformedResultError as malformed:
            return [bytes([protocol.MALFORMED]), str(malformed).encode()]
        except lifting.ResultTooLargeError:
            return [bytes([protocol.TOO_LARGE])]


def _place(instance: Instance, call: Call) -> bytes:
    """Put the buffers into the module's memory; the slots with the addresses filled in."""
    users: dict[int, list[tuple[int, int]]] = {}
    for target, offset, index in call.relocations:
        users.setdefault(target, []).append((offset, index))
    addresses: list[int] = []
    for number, (align, data) in enumerate(call.buffers, 1):
        address = instance.allocate(align, len(data))
        if address % align or address + len(data) > instance.size():
            raise lifting.MalformedResultError("cabi_realloc gave an address that cannot hold the argument")
        if number in users:
            data = memoryview(_patched(data, users[number], addresses))  # noqa: PLW2901
        instance.write(address, data)
        addresses.append(address)
    return bytes(_patched(call.slots, users.get(abi.SLOTS, []), addresses))


def _patched(data: memoryview, users: list[tuple[int, int]], addresses: list[int]) -> bytearray:
    patched = bytearray(data)
    for offset, index in users:
        struct.pack_into("<I", patched, offset, addresses[index])
    return patched


def _stop(kind: int, instance: Instance | None) -> protocol.Stop:
    word = instance.error_word() if instance is not None else 0
    address = traps.unpack(word)[2]
    if instance is None or not address:
        return protocol.Stop(kind, word)
    try:
        (count,) = struct.unpack_from("<I", lifting.read_checked(instance, address, traps.MESSAGE_HEADER), 4)
        points = lifting.read_checked(
            instance, address + traps.MESSAGE_HEADER, 4 * min(count, protocol.MESSAGE_CHARACTERS)
        )
    except lifting.MalformedResultError:
        return protocol.Stop(kind, word, "(the message lies outside the tool's memory)")
    return protocol.Stop(kind, word, points.decode("utf-32-le", "replace"))


def _kind_of_program() -> Callable[..., Program]:
    """The fast way if it works here, else the portable one. HERMETIC_ENGINE=portable asks for that."""
    if os.environ.get("HERMETIC_ENGINE") != "portable":
        from hermetic_nb.executors import fast  # noqa: PLC0415 (not loaded where it must not be tried)

        if fast.works():
            return fast.FastProgram
    return PortableProgram


def _invalid_flag() -> tuple[Callable[[int], int], Callable[[int], int]] | None:
    """The C library's ``feclearexcept`` and ``fetestexcept``, or None where there is none."""
    for name in (None, "libm.so.6"):
        with contextlib.suppress(OSError, AttributeError):
            library = ctypes.PyDLL(name)
            return library.feclearexcept, library.fetestexcept
    return None


def main() -> None:
    """Serve until the parent is gone."""
    process.first_to_die()
    worker = Worker(CompiledCache(default_folder()))
    worker.rehearse()
    process.serve(worker.answer, worker.settle)


if __name__ == "__main__":
    main()
