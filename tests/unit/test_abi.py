"""The canonical ABI, against a memory in Python, and the two text forms of signatures."""

from __future__ import annotations

import contextlib
import math
import re
import struct
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import values
from hermetic_nb.errors import ArgumentError
from hermetic_nb.signature import (
    BOOL,
    BYTES,
    FLOAT,
    INT,
    STR,
    ListType,
    Parameter,
    Signature,
    Type,
    abi,
    border,
    lifting,
    schema,
    wit,
)
from hermetic_nb.signature.annotations import parse_type

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS: dict[Type, st.SearchStrategy[Any]] = {
    INT: st.integers(-(2**63), 2**63 - 1),
    FLOAT: st.floats(allow_nan=False),
    BOOL: st.booleans(),
    STR: TEXT,
    BYTES: st.binary(max_size=12),
}
TYPES = st.recursive(st.sampled_from(list(SCALARS)), lambda inner: inner.map(ListType), max_leaves=3)


def of_type(type_: Type) -> st.SearchStrategy[Any]:
    return st.lists(of_type(type_.item), max_size=4) if isinstance(type_, ListType) else SCALARS[type_]


def typed() -> st.SearchStrategy[tuple[Type, Any]]:
    return TYPES.flatmap(lambda type_: of_type(type_).map(lambda value: (type_, value)))


class Arena:
    """A linear memory with an allocator that leaves gaps."""

    def __init__(self) -> None:
        self.data = bytearray(b"\xee" * 64)

    def size(self) -> int:
        return len(self.data)

    def read(self, address: int, length: int) -> bytes:
        assert address + length <= len(self.data)
        return bytes(self.data[address : address + length])

    def add(self, align: int, data: bytes) -> int:
        self.data += b"\xee" * (5 + -(len(self.data) + 5) % align)
        self.data += data
        return len(self.data) - len(data)


def place(lowered: abi.Lowered) -> tuple[bytearray, Arena]:
    """What the worker does with lowered arguments, in the plainest way."""
    arena = Arena()
    addresses: list[int] = []
    for number, (align, data) in enumerate(lowered.buffers, 1):
        patched = bytearray(bytes(data))
        for target, offset, index in lowered.relocations:
            if target == number:
                struct.pack_into("<I", patched, offset, addresses[index])
        addresses.append(arena.add(align, bytes(patched)))
    slots = bytearray(lowered.slots)
    for target, offset, index in lowered.relocations:
        if target == abi.SLOTS:
            struct.pack_into("<I", slots, offset, addresses[index])
    return slots, arena


def given_back(type_: Type, slots: bytes | bytearray, arena: Arena, limit: int = 1 << 30) -> Any:
    """The value of flat parameters, read as a result."""
    if len(abi.flat_types(type_)) == 1:
        return lifting.lift(type_, lifting.gather(type_, bytes(slots[:8]), arena, limit))
    pointer = arena.add(4, bytes(slots[0:4]) + bytes(slots[16:20]))
    return lifting.lift(type_, lifting.gather(type_, struct.pack("<Q", pointer), arena, limit))


@given(st.lists(typed(), max_size=7))
def test_parameters_come_back(arguments: list[tuple[Type, Any]]) -> None:
    signature = Signature(tuple(Parameter(f"p{i}", type_) for i, (type_, _) in enumerate(arguments)), INT)
    fitted = border.fit(signature, [value for _, value in arguments], {})
    slots, arena = place(abi.lower(signature, fitted))
    assert len(slots) == abi.SLOT * len(abi.core_signature(signature)[0])
    for type_, value in arguments:
        width = abi.SLOT * len(abi.flat_types(type_))
        back = given_back(type_, slots[:width], arena)
        assert back == value
        assert type(back) is type(value)
        slots = slots[width:]


@given(st.lists(typed(), min_size=17, max_size=20))
def test_many_parameters_come_back_from_one_record(arguments: list[tuple[Type, Any]]) -> None:
    signature = Signature(tuple(Parameter(f"p{i}", type_) for i, (type_, _) in enumerate(arguments)), INT)
    assert abi.core_signature(signature) == (("i32",), ("i64",))
    slots, arena = place(abi.lower(signature, [value for _, value in arguments]))
    (address,) = struct.unpack_from("<I", slots)
    assert address % max(abi.alignment(type_) for type_, _ in arguments) == 0
    for type_, value in arguments:
        address += -address % abi.alignment(type_)
        field = arena.read(address, abi.size(type_))
        if len(abi.flat_types(type_)) == 1:
            back = lifting.lift(type_, field.ljust(8, b"\0"))
        else:
            back = given_back(type_, field[:4] + bytes(12) + field[4:] + bytes(12), arena)
        assert back == value
        address += abi.size(type_)


def test_flat_types_and_the_border_between_flat_and_memory() -> None:
    sixteen = Signature(tuple(Parameter(f"p{i}", STR) for i in range(8)), ListType(INT))
    assert abi.core_signature(sixteen) == (("i32",) * 16, ("i32",))
    more = Signature((*sixteen.parameters, Parameter("q", INT)), FLOAT)
    assert abi.core_signature(more) == (("i32",), ("f64",))
    numbers = Signature(tuple(Parameter(f"p{i}", INT) for i in range(16)), BOOL)
    assert abi.core_signature(numbers) == (("i64",) * 16, ("i32",))
    assert [abi.needs_realloc(s) for s in (sixteen, more, numbers)] == [True, True, False]
    assert [abi.needs_memory(s) for s in (sixteen, more, numbers)] == [True, True, False]
    assert abi.needs_memory(Signature((), STR))


@given(st.lists(st.one_of(st.floats(), st.sampled_from([math.inf, -math.inf, -0.0])), max_size=6))
def test_nan_has_one_form_and_everything_else_keeps_its_bits(numbers: list[float]) -> None:
    signature = Signature((Parameter("x", ListType(FLOAT)), Parameter("y", FLOAT)), INT)
    payload = struct.pack(f"<{len(numbers)}d", *numbers)
    for given_ in (numbers, memoryview(payload).cast("B").cast("d")):
        scalar = numbers[0] if numbers else 0.0
        lowered = abi.lower(signature, (given_, scalar))
        assert lowered.has_nan == any(map(math.isnan, numbers))
        expected = b"".join(
            struct.pack("<Q", abi.NAN_BITS) if math.isnan(number) else struct.pack("<d", number) for number in numbers
        )
        assert bytes(lowered.buffers[0][1]) == expected
    lifted = lifting.lift(ListType(FLOAT), payload)
    assert struct.pack(f"<{len(lifted)}d", *lifted) == expected


def test_lists_beyond_two_gigabytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abi, "MAX_BYTES", 15)
    with pytest.raises(ArgumentError, match="argument 'x' has more than 2 GiB"):
        abi.lower(Signature((Parameter("x", ListType(INT)),), INT), ([1, 2],))


@given(typed(), st.binary(min_size=0, max_size=200), st.integers(0, 2**64 - 1))
def test_hostile_memory_never_gives_more_than_an_error(example: tuple[Type, Any], memory: bytes, word: int) -> None:
    arena = Arena()
    arena.data[:] = memory
    type_ = example[0]
    for pointer in (word, word % max(1, len(memory)) & ~3):
        with contextlib.suppress(lifting.MalformedResultError, lifting.ResultTooLargeError):
            lifting.lift(type_, lifting.gather(type_, struct.pack("<Q", pointer), arena, 1 << 16))


# ---------------------------------------------------------------- JSON Schema


@given(typed())
def test_json_that_a_schema_describes_reads_back(example: tuple[Type, Any]) -> None:
    type_, value = example
    assert schema.read(type_, schema.write(type_, value)) == value
    assert set(schema.type_schema(type_)) <= {"type", "items", "contentEncoding"}


def test_a_signature_is_one_object_schema() -> None:
    signature = Signature(
        (
            Parameter("s", STR),
            Parameter("b", BYTES, values.encode(b"hi")),
            Parameter("xs", ListType(FLOAT), "[1.5]"),
            Parameter("n", INT, values.encode(2**60)),
        ),
        INT,
    )
    assert schema.parameters_schema(signature) == {
        "type": "object",
        "properties": {
            "s": {"type": "string"},
            "b": {"type": "string", "contentEncoding": "base64", "default": "aGk="},
            "xs": {"type": "array", "items": {"type": "number"}, "default": [1.5]},
            "n": {"type": "integer", "default": 2**60},
        },
        "required": ["s"],
        "additionalProperties": False,
    }


def test_json_that_is_not_of_the_type() -> None:
    assert schema.read(INT, 3.0) == 3
    assert schema.read(INT, 3.5) == 3.5
    assert schema.read(INT, "3") == "3"
    assert math.isnan(schema.read(FLOAT, {"$float": "nan"}))
    with pytest.raises(ValueError, match="base64"):
        schema.read(BYTES, "not base64!")
    with pytest.raises(ValueError, match="base64"):
        schema.read(BYTES, "é")


# ---------------------------------------------------------------- WIT


def names(*python: str) -> tuple[str, ...]:
    return wit.parameter_names(Signature(tuple(Parameter(name, INT) for name in python), INT))


def test_names_are_kebab_case_or_numbered() -> None:
    assert names("seq", "min_len", "a1_b2", "N", "list") == ("seq", "min-len", "a1-b2", "N", "list")
    assert names("_x", "x_", "a__b", "x_1", "nItems", "é", "ok") == (*(f"arg{i}" for i in range(6)), "ok")
    assert names("n", "N") == ("arg0", "arg1")
    assert names("arg1", "_") == ("arg0", "arg1")


def test_a_world_exports_run_and_imports_nothing() -> None:
    signature = Signature(
        (
            Parameter("seq", STR),
            Parameter("list", ListType(ListType(FLOAT))),
            Parameter("raw_data", BYTES),
            Parameter("b", BOOL),
        ),
        ListType(INT),
    )
    assert wit.world(signature) == (
        "package hermetic:tool;\n\n"
        "world tool {\n"
        "  export run: func(seq: string, %list: list<list<f64>>, raw-data: list<u8>, b: bool) -> list<s64>;\n"
        "}\n"
    )


@given(st.lists(st.from_regex(r"[A-Za-z_]\w{0,8}", fullmatch=True), unique=True, max_size=6))
def test_any_names_give_labels_that_are_all_different(python: list[str]) -> None:
    found = names(*python)
    assert len({name.lower() for name in found}) == len(python)
    assert all(re.fullmatch(r"[A-Za-z][0-9A-Za-z]*(-[A-Za-z][0-9A-Za-z]*)*", name) for name in found)


def test_every_type_has_its_texts() -> None:
    assert parse_type("list[list[bytes]]") == ListType(ListType(BYTES))
    assert wit.type_text(ListType(ListType(BYTES))) == "list<list<list<u8>>>"
    assert schema.type_schema(ListType(BYTES)) == {
        "type": "array",
        "items": {"type": "string", "contentEncoding": "base64"},
    }
