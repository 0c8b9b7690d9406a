"""The programs of the sealed processes: a worker that runs calls, each in a fresh instance, and a generator of machine code.

Results do not depend on the CPU. A NaN that an operation makes has other bits on other CPUs, so plain code runs with
the CPU's sticky *invalid* flag cleared; if the flag is set afterwards, such a NaN may exist, and the call runs again on code
in which the engine canonicalises NaN. Tools have no effects, so running one twice cannot be seen.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import struct
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Final

from hermetic_nb import traps
from hermetic_nb.executors import engine, protocol
from hermetic_nb.executors.configuration import Kind
from hermetic_nb.executors.engine import Instance, Program
from hermetic_nb.executors.portable import PortableProgram
from hermetic_nb.executors.protocol import Call
from hermetic_nb.signature import abi, gathering

LOADED: Final = 256
"""Tools whose code is kept; the one not called for the longest time goes."""
_ADDRESS: Final = struct.Struct("<I")
_REHEARSAL: Final = bytes(32)
GENERATOR_BYTES: Final = 2 << 30
"""Memory of the process that makes machine code."""
_OUT_OF_FUEL: Final = 11
"""WASMTIME_TRAP_CODE_OUT_OF_FUEL (``wasmtime/trap.h``)"""
FE_INVALID: Final = 1
"""``<fenv.h>`` of glibc and musl, on x86-64 and aarch64."""


class Worker:
    """Answers the messages of `protocol`."""

    def __init__(self, *, portable: bool = False) -> None:
        """``portable``: by the engine's public classes, which let other threads run meanwhile."""
        self._loaded: OrderedDict[bytes, dict[Kind, tuple[Program, gathering.Gatherer]]] = OrderedDict()
        self._invalid = _invalid_flag()
        self._program = PortableProgram if portable else _kind_of_program()
        self._used: list[Instance] = []

    def rehearse(self) -> None:
        """Load and call a small module in every way, so that the first tool does not wait for what is done once."""
        lowered = abi.lower(protocol.TRIAL_SIGNATURE, (1, 2))
        for kind in (Kind.PLAIN, Kind.CANONICAL, Kind.METERED):
            terms = protocol.Terms.of(protocol.TRIAL_SIGNATURE, memory_bytes=1 << 16, fuel=1000)
            code = engine.generate(protocol.TRIAL, kind)
            self.answer(memoryview(b"".join(protocol.load_request(_REHEARSAL, kind, terms, code))))
            call = protocol.call_request(_REHEARSAL, lowered, kind=kind, limit=8)
            self.answer(memoryview(b"".join(call)))
            self.settle()
        self._loaded.clear()
        bytes(4).decode("utf-32-le", "replace")  # a codec is a module, and there are no files later

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
                return protocol.batch_answer(answers) if answers else answer
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
        key, kind, terms, code = protocol.read_load(message)
        module = engine.load(code, kind)
        limit = engine.check(module, terms)
        program = self._program(engine.engine(kind), module, terms, limit)
        self._loaded.setdefault(key, {})[kind] = program, gathering.Gatherer(terms.result_type)
        while len(self._loaded) > LOADED:
            self._loaded.popitem(last=False)
        return [bytes([protocol.DONE])]

    def _call(self, message: memoryview) -> list[bytes]:
        call = protocol.read_call(message)
        programs = self._loaded.get(call.key)
        if programs is None:
            return _missing(call.kind)
        self._loaded.move_to_end(call.key)
        if call.kind is not Kind.PLAIN:
            return self._run_kind(programs, call.kind, call)
        if self._invalid is None:
            return self._run_kind(programs, Kind.CANONICAL, call)
        clear, is_set = self._invalid
        clear(FE_INVALID)
        answer = self._run_kind(programs, Kind.PLAIN, call)
        return self._run_kind(programs, Kind.CANONICAL, call) if is_set(FE_INVALID) else answer

    def _run_kind(
        self, programs: dict[Kind, tuple[Program, gathering.Gatherer]], kind: Kind, call: Call
    ) -> list[bytes]:
        found = programs.get(kind)
        return _missing(kind) if found is None else self._run(*found, call)

    def _run(self, program: Program, result: gathering.Gatherer, call: Call) -> list[bytes]:
        instance: Instance | None = None
        try:
            instance = program.start()
            self._used.append(instance)
            slots = _place(instance, call) if call.buffers else bytes(call.slots)
            word = instance.run(slots)
            return [bytes([protocol.DONE]), result.gather(word, instance, call.limit)]
        except engine.TrappedError as trapped:
            if trapped.kind == _OUT_OF_FUEL:
                return [bytes([protocol.NO_FUEL])]
            return [protocol.stop_answer(_stop(trapped.kind, instance))]
        except gathering.MalformedResultError as malformed:
            return [bytes([protocol.MALFORMED]), str(malformed).encode()]
        except gathering.ResultTooLargeError:
            return [bytes([protocol.TOO_LARGE])]


class Generator:
    """Makes machine code; a process of its own for each payload, so that no payload can touch another's code."""

    def answer(self, message: memoryview) -> list[bytes]:
        """The answer to one GENERATE."""
        try:
            return [bytes([protocol.DONE]), engine.generate(bytes(message[2:]), Kind(message[1]))]
        except engine.RefusedError as refused:
            return [bytes([protocol.REFUSED]), str(refused).encode()]

    def settle(self) -> None:
        """There is nothing to do afterwards."""


def _missing(kind: Kind) -> list[bytes]:
    return [bytes([protocol.MISSING, kind])]


def _place(instance: Instance, call: Call) -> bytes:
    """Put the buffers into the module's memory; the slots with the addresses filled in."""
    users: dict[int, list[tuple[int, int]]] = {}
    for target, offset, index in call.relocations:
        users.setdefault(target, []).append((offset, index))
    addresses: list[int] = []
    for number, (align, data) in enumerate(call.buffers, 1):
        address = instance.allocate(align, len(data))
        if address % align or address + len(data) > instance.size():
            raise gathering.MalformedResultError("cabi_realloc gave an address that cannot hold the argument")
        if number in users:
            data = memoryview(_patched(data, users[number], addresses))  # noqa: PLW2901
        instance.write(address, data)
        addresses.append(address)
    return bytes(_patched(call.slots, users.get(abi.SLOTS, []), addresses))


def _patched(data: memoryview, users: list[tuple[int, int]], addresses: list[int]) -> bytearray:
    patched = bytearray(data)
    for offset, index in users:
        _ADDRESS.pack_into(patched, offset, _ADDRESS.unpack_from(patched, offset)[0] + addresses[index])
    return patched


def _stop(kind: int, instance: Instance | None) -> protocol.Stop:
    word = instance.error_word() if instance is not None else 0
    address = traps.unpack(word)[2]
    if instance is None or not address:
        return protocol.Stop(kind, word)
    try:
        (count,) = struct.unpack_from("<I", gathering.read_checked(instance, address, traps.MESSAGE_HEADER), 4)
        points = gathering.read_checked(
            instance, address + traps.MESSAGE_HEADER, 4 * min(count, protocol.MESSAGE_CHARACTERS)
        )
    except gathering.MalformedResultError:
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


def prepare(settings: Mapping[str, Any]) -> dict[str, Callable[[], Worker | Generator]]:
    """In the zygote: load the engine and try it; what makes the program of each role."""
    worker = Worker(portable=settings.get("in_kernel", False))
    worker.rehearse()
    return {"worker": lambda: worker, "generator": _generator}


def _generator() -> Generator:
    with contextlib.suppress(ValueError, OSError):  # a lower hard limit is there already
        resource.setrlimit(resource.RLIMIT_DATA, (GENERATOR_BYTES, GENERATOR_BYTES))
    return Generator()
