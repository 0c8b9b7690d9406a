"""The messages between the notebook's side and the worker process of the runner: one request, one answer.

    request  <verb u8> <length of the header u32, little-endian> <header: JSON> <body: JSON text of the guest's protocol>
    answer   <status u8> <body>

A *program* is a tool as the guest defines it, named by the sha256 of its text and limits; a *conversation* is one call of it, in an
instance of its own, which lives from its start until it ends, or until the worker needs the room.
"""

from __future__ import annotations

import hashlib
import json
import struct
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.child import Buffer

PROGRAM: Final = 1
"""Header ``key``, ``memory`` (bytes), ``fuel``. The body is the program, which is kept."""
START: Final = 2
"""Header ``key``, ``id`` (of a new conversation), ``limit`` (bytes of an answer). The body is the arguments."""
RESUME: Final = 3
"""Header ``id``, ``limit``. The body is the replies."""
EXAMPLES: Final = 4
"""Header ``key``, ``limit``. The body is the tests."""
END: Final = 5
"""Header ``id``. Nobody will resume that conversation."""

DONE: Final = 0
"""The body is the guest's answer."""
NO_PROGRAM: Final = 1
NO_CONVERSATION: Final = 2
NO_FUEL: Final = 3
NO_STACK: Final = 4
STOPPED: Final = 5
"""Python itself stopped inside the runner."""
TOO_LARGE: Final = 6
NO_MEMORY: Final = 7
FAILED: Final = 8
"""The engine could not run it."""

_HEAD: Final = struct.Struct("<BI")


def request(verb: int, header: dict[str, Any], body: bytes = b"") -> list[Buffer]:
    """A request."""
    text = json.dumps(header, separators=(",", ":")).encode()
    return [_HEAD.pack(verb, len(text)) + text, body]


def read_request(message: memoryview) -> tuple[int, dict[str, Any], memoryview]:
    """Verb, header and body of a request."""
    verb, length = _HEAD.unpack_from(message)
    start = _HEAD.size
    return verb, json.loads(bytes(message[start : start + length])), message[start + length :]


def answer(status: int, body: bytes = b"") -> list[Buffer]:
    """An answer."""
    return [bytes([status]), body]


def key_of(program: bytes, room: Mapping[str, int]) -> str:
    """The key of a program and of the room that it gets: the same source with other limits is another program."""
    return hashlib.sha256(json.dumps(room).encode() + program).hexdigest()
