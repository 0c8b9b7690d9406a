"""The messages between the notebook's side and the worker process: one request, one answer, little-endian.

    LOAD    <verb u8> <kind of code u8> <key, 32> <length of the terms u32> <terms: JSON> <machine code>
    CALL    <verb u8> <kind u8> <slots u16> <buffers u32> <relocations u32> <limit of the result u64> <key, 32>
            <slots, 16 bytes each> <alignment u32, length u32 for each buffer>
            <target, offset, buffer: u32 for each relocation> <the buffers>
    BATCH   <verb u8> <length u32 and CALL, for each call>
    GENERATE <verb u8> <kind u8> <payload>     in a process of its own, for one payload
    answer  <status u8> <body>

See `signature.abi` for slots, buffers and relocations.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from hermetic_nb.executors.configuration import Kind
from hermetic_nb.signature import INT, Parameter, Signature, abi
from hermetic_nb.signature.annotations import parse_type
from hermetic_nb.signature.layouts import structure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hermetic_nb.signature import Type

LOAD: Final = 1
CALL: Final = 2
BATCH: Final = 3
"""Several calls, each in an instance of its own. The body of the answer: length u32 and answer, for each call or the first of them."""
GENERATE: Final = 4
"""The body of the answer is the machine code."""
BATCH_BYTES: Final = 8 << 20
"""An answer of a batch that has so many bytes ends there."""

DONE: Final = 0
"""The body is the result as `lifting.lift` takes it."""
MISSING: Final = 1
"""The worker does not hold the code that it needs: load it first. The body is its kind, one byte."""
TRAPPED: Final = 2
"""The body is a `Stop`."""
MALFORMED: Final = 3
"""The result breaks the ABI; the body is the reason."""
TOO_LARGE: Final = 4
"""The result is larger than the limit."""
REFUSED: Final = 5
"""The payload cannot be loaded; the body is the reason."""
FAILED: Final = 6
"""The engine could not run it."""
NO_FUEL: Final = 7
"""The fuel of the terms is used up."""

MESSAGE_CHARACTERS: Final = 10_000
"""Longer messages of failures are cut."""

TRIAL: Final = bytes.fromhex(
    "0061736d0100000001070160027e7e017e030201000504010101010606017e0142070b071803066d656d6f7279"
    "0200056572726f7203000372756e00000a14011200200020017c21002000500440000b20000b"
)
"""A memory of one page, a global ``error`` of 7, and ``run(a, b)``, which adds and traps where the sum is 0."""
TRIAL_SIGNATURE: Final = Signature((Parameter("a", INT), Parameter("b", INT)), INT)

_LOAD: Final = struct.Struct("<BB32sI")
_CALL: Final = struct.Struct("<BBHIIQ32s")
_BUFFER: Final = struct.Struct("<II")
_RELOCATION: Final = struct.Struct("<III")
_LENGTH: Final = struct.Struct("<I")
_KINDS: Final = tuple(Kind)
_STOP: Final = struct.Struct("<BBq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the worker must know of a payload to run it."""

    parameters: tuple[str, ...]
    results: tuple[str, ...]
    result: str
    """The structure of the result (see `layouts.structure`), as text."""
    memory: bool
    realloc: bool
    memory_bytes: int
    """Memory limit where the module declares no maximum of its own."""
    fuel: int = 0
    """Instructions that metered code may take; 0: its code is not metered."""

    @classmethod
    def of(cls, signature: Signature, *, memory_bytes: int, fuel: int = 0) -> Terms:
        """The terms of a signature."""
        parameters, results = abi.core_signature(signature)
        return cls(
            parameters=parameters,
            results=results,
            result=str(structure(signature.result, signature.definitions)),
            memory=abi.needs_memory(signature),
            realloc=abi.needs_realloc(signature),
            memory_bytes=memory_bytes,
            fuel=fuel,
        )

    @property
    def result_type(self) -> Type:
        """The structure of the result."""
        return parse_type(self.result)


@dataclass(slots=True)
class Stop:
    """Why a call trapped: the engine's trap kind, the module's error word, and the characters of its message."""

    kind: int
    word: int
    message: str | None = None


@dataclass(slots=True)
class Call:
    """A call as the worker reads it."""

    kind: Kind
    limit: int
    key: bytes
    slots: memoryview
    buffers: list[tuple[int, memoryview]]
    relocations: list[tuple[int, int, int]]


def load_request(key: bytes, kind: Kind, terms: Terms, code: bytes) -> list[bytes]:
    """A LOAD message."""
    text = json.dumps({name: getattr(terms, name) for name in Terms.__slots__}).encode()
    return [_LOAD.pack(LOAD, kind, key, len(text)) + text, code]


def read_load(message: memoryview) -> tuple[bytes, Kind, Terms, bytes]:
    """The parts of a LOAD message."""
    _, kind, key, length = _LOAD.unpack_from(message)
    start = _LOAD.size
    terms = json.loads(bytes(message[start : start + length]))
    terms |= {name: tuple(terms[name]) for name in ("parameters", "results")}
    return key, Kind(kind), Terms(**terms), bytes(message[start + length :])


def generate_request(kind: Kind, payload: bytes) -> list[bytes]:
    """A GENERATE message."""
    return [bytes([GENERATE, kind]), payload]


def call_request(
    key: bytes, lowered: abi.Lowered, *, kind: Kind, limit: int
) -> Sequence[bytes | bytearray | memoryview]:
    """A CALL message."""
    slots, buffers, relocations = lowered.slots, lowered.buffers, lowered.relocations
    head = _CALL.pack(CALL, kind, len(slots) // abi.SLOT, len(buffers), len(relocations), limit, key) + slots
    if not buffers:
        return (head,)
    sizes = [
        number for align, data in buffers for number in (align, data.nbytes if type(data) is memoryview else len(data))
    ]
    return (
        head,
        struct.pack(f"<{len(sizes)}I", *sizes),
        struct.pack(f"<{3 * len(relocations)}I", *chain.from_iterable(relocations)),
        *[data for _, data in buffers],
    )


def call_head(key: bytes, kind: Kind, slots: int, limit: int) -> bytes:
    """What stands before the slots in a CALL message without buffers."""
    return _CALL.pack(CALL, kind, slots, 0, 0, limit, key)


def read_call(message: memoryview) -> Call:
    """The parts of a CALL message; buffers are views of it."""
    _, kind, slots, buffers, relocations, limit, key = _CALL.unpack_from(message)
    start = _CALL.size + slots * abi.SLOT
    call = Call(_KINDS[kind], limit, key, message[_CALL.size : start], [], [])
    if not buffers:
        return call
    table = start + buffers * _BUFFER.size
    data = table + relocations * _RELOCATION.size
    for align, length in _BUFFER.iter_unpack(message[start:table]):
        call.buffers.append((align, message[data : data + length]))
        data += length
    call.relocations.extend(_RELOCATION.iter_unpack(message[table : table + relocations * _RELOCATION.size]))
    return call


def batch_request(calls: Sequence[Sequence[bytes | bytearray | memoryview]]) -> list[bytes]:
    """A BATCH message of CALL messages."""
    parts = [bytes([BATCH])]
    for call in calls:
        whole = b"".join(call)
        parts += [_LENGTH.pack(len(whole)), whole]
    return parts


def batch_answer(answers: Sequence[bytes]) -> list[bytes]:
    """The answer to a BATCH."""
    return [bytes([DONE]), *[part for answer in answers for part in (_LENGTH.pack(len(answer)), answer)]]


def read_batch(message: bytes | memoryview) -> Iterator[memoryview]:
    """The parts of a BATCH message, or of its answer."""
    view = memoryview(message)
    start = 1
    while start < len(view):
        (length,) = _LENGTH.unpack_from(view, start)
        start += _LENGTH.size + length
        yield view[start - length : start]


def stop_answer(stop: Stop) -> bytes:
    """A TRAPPED answer."""
    text = b"" if stop.message is None else b"\x01" + stop.message.encode("utf-8", "replace")
    return _STOP.pack(TRAPPED, stop.kind, stop.word) + text


def read_stop(answer: bytes | memoryview) -> Stop:
    """The body of a TRAPPED answer."""
    _, kind, word = _STOP.unpack_from(answer)
    text = bytes(answer[_STOP.size :])
    return Stop(kind, word, text[1:].decode() if text else None)
