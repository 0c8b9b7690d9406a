"""Objects of the runner's memory image are made immortal, and nothing else is changed."""

from __future__ import annotations

import struct

import pytest

from hermetic_nb.errors import ToolchainError
from hermetic_nb.runner.image import IMMORTAL, LABEL, with_immortal_objects

BASE = 4096
KIND = 0x1234


def leb(number: int) -> bytes:
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def section(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + leb(len(body)) + body


def component(memory: bytes | bytearray) -> bytes:
    """A component of one core module, whose one data segment is the memory from `BASE` on."""
    segment = b"\x00\x41" + leb(BASE) + b"\x0b" + leb(len(memory)) + memory
    module = b"\0asm\x01\0\0\0" + section(11, leb(1) + segment)
    return b"\0asm\x0d\0\x01\0" + section(1, module)


def memory(objects: list[tuple[int, int]], listed: list[tuple[int, int, int]]) -> bytearray:
    """Objects, each (references, type), side by side; then the list."""
    words = b"".join(struct.pack("<II", *one) for one in objects)
    facts = b"".join(struct.pack("<III", *one) for one in listed)
    whole = words + LABEL + struct.pack("<I", len(listed)) + facts
    return bytearray(whole.ljust(2 << 20, b"\0"))


def at(index: int) -> int:
    return BASE + 8 * index


def test_an_object_that_is_listed_is_made_immortal_and_the_list_is_blanked() -> None:
    made, count = with_immortal_objects(component(memory([(3, KIND), (5, KIND)], [(at(0), KIND, 3)])))
    assert count == 1
    expected = memory([(IMMORTAL, KIND), (5, KIND)], [(0, 0, 0)])
    expected[16 + len(LABEL)] = 1
    assert made == component(expected)


@pytest.mark.parametrize(
    ("now", "listed"),
    {
        "freed since": ((0x5A5A58, KIND), (at(0), KIND, 3)),
        "dead": ((0, KIND), (at(0), KIND, 3)),
        "another object now": ((3, KIND + 4), (at(0), KIND, 3)),
        "immortal already": ((7 << 28, KIND), (at(0), KIND, 7 << 28)),
        "not in the image": ((3, KIND), (1 << 30, KIND, 3)),
        "below the image": ((3, KIND), (8, KIND, 3)),
    }.values(),
)
def test_whatever_is_no_such_object_any_more_is_left_alone(now: tuple[int, int], listed: tuple[int, int, int]) -> None:
    kept = (4, KIND)
    made, count = with_immortal_objects(component(memory([now, kept], [listed, (at(1), KIND, 4)])))
    assert count == 1
    assert struct.pack("<II", *now) + struct.pack("<II", IMMORTAL, KIND) in made


def test_a_component_without_a_list_is_refused() -> None:
    with pytest.raises(ToolchainError, match="no list of its objects"):
        with_immortal_objects(component(bytearray(2 << 20)))
