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
    NONE,
    STR,
    Definition,
    DictType,
    Field,
    ListType,
    NamedType,
    Parameter,
    SetType,
    Signature,
    TupleType,
    Type,
    abi,
    border,
    gathering,
    layouts,
    lifting,
    schema,
    wit,
)
from hermetic_nb.signature.annotations import Known, parse_type
from hermetic_nb.signature.types import union
from tests.unit.interface_types import CLASSES, TYPES, signature_of, typed


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
                (start,) = struct.unpack_from("<I", patched, offset)
                struct.pack_into("<I", patched, offset, start + addresses[index])
        addresses.append(arena.add(align, bytes(patched)))
    slots = bytearray(lowered.slots)
    for target, offset, index in lowered.relocations:
        if target == abi.SLOTS:
            struct.pack_into("<I", slots, offset, addresses[index])
    return slots, arena


def given_back(type_: Type, slots: bytes | bytearray, arena: Arena, limit: int = 1 << 30) -> Any:
    """The value of flat parameters, read as a result."""
    kind = layouts.layout(layouts.structure(type_, CLASSES))
    word = bytes(slots[:8])
    if len(kind.leaves) > 1:
        block = kind.in_memory(reading=True).pack(*kind.in_slots().unpack(slots))
        word = struct.pack("<Q", arena.add(kind.alignment, block))
    return lifting.lift(type_, gathering.gather(type_, word, arena, limit, CLASSES), CLASSES)


@given(arguments=st.lists(typed(), max_size=7), shares_texts=st.booleans())
def test_parameters_come_back(*, arguments: list[tuple[Type, Any]], shares_texts: bool) -> None:
    for type_, value in arguments:
        signature = signature_of([type_])
        lowering = abi.Lowering(signature, shares_texts=shares_texts)
        lowered = lowering.lower(border.fit(signature, (value,), {}))
        if len(abi.flat_types(type_, CLASSES)) > 16:
            continue
        slots, arena = place(lowered)
        assert len(slots) == abi.SLOT * len(abi.core_signature(signature)[0])
        back = given_back(type_, slots, arena)
        assert repr(back) == repr(value) or (back == value and type(back) is type(value))


@given(st.lists(typed(), min_size=17, max_size=20))
def test_many_parameters_come_back_from_one_record(arguments: list[tuple[Type, Any]]) -> None:
    signature = signature_of(type_ for type_, _ in arguments)
    assert abi.core_signature(signature) == (("i32",), ("i64",))
    slots, arena = place(abi.lower(signature, [value for _, value in arguments]))
    (address,) = struct.unpack_from("<I", slots)
    assert address % max(abi.alignment(type_, CLASSES) for type_, _ in arguments) == 0
    for type_, value in arguments:
        address += -address % abi.alignment(type_, CLASSES)
        size = abi.size(type_, CLASSES)
        if len(abi.flat_types(type_, CLASSES)) == 1:
            back = lifting.lift(type_, arena.read(address, size).ljust(8, b"\0"), CLASSES)
        else:
            word = struct.pack("<Q", address)
            back = lifting.lift(type_, gathering.gather(type_, word, arena, 1 << 30, CLASSES), CLASSES)
        assert back == value
        address += size


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
        with contextlib.suppress(gathering.MalformedResultError, gathering.ResultTooLargeError):
            lifting.lift(type_, gathering.gather(type_, struct.pack("<Q", pointer), arena, 1 << 16, CLASSES), CLASSES)


@pytest.mark.parametrize(
    ("annotation", "value", "memory", "core"),
    [
        (
            "tuple[bool, int, bool]",
            (True, 2, True),
            "01 xxxxxxxxxxxxxx 0200000000000000 01 xxxxxxxxxxxxxx",
            "i32 i64 i32",
        ),
        ("float | None", None, "00 xxxxxxxxxxxxxx xxxxxxxxxxxxxxxx", "i32 f64"),
        ("int | None", -1, "01 xxxxxxxxxxxxxx ffffffffffffffff", "i32 i64"),
        ("bool | None", True, "01 01", "i32 i32"),
        ("tuple[bool | None, bool]", (True, False), "0101 00", "i32 i32 i32"),
        ("tuple[bytes | None, bool]", (None, True), "00 xxxxxx xxxxxxxx xxxxxxxx 01 xxxxxx", "i32 i32 i32 i32"),
        (
            "Point",
            values.Record("Point", {"x": 5, "flag": True, "note": None}),
            "0500000000000000 01 xxxxxx 00",
            "i64 i32 i32 i32 i32",
        ),
    ],
)
def test_the_canonical_memory(annotation: str, value: Any, memory: str, core: str) -> None:
    type_ = parse_type(annotation, Known(frozenset({"Point"})))
    lowered = abi.lower(signature_of([ListType(type_)]), ([value],))
    ((_, table),) = lowered.buffers
    wanted = memory.replace(" ", "")
    found = bytes(table).hex()
    assert [digit for digit, known in zip(found, wanted, strict=False) if known != "x"] == list(wanted.replace("x", ""))
    assert len(found) == 2 * abi.size(type_, CLASSES)
    assert abi.flat_types(type_, CLASSES) == tuple(core.split())


def test_texts_in_rows_share_a_buffer_where_that_is_asked_for() -> None:
    type_ = DictType(STR, TupleType((BYTES, union([STR, NONE]))))
    lowering = abi.Lowering(signature_of([STR, type_]), shares_texts=True)
    for _ in range(2):
        lowered = lowering.lower(("alone", {"ab": (b"cde", None), "": (b"", "f")}))
        assert [bytes(data) for _, data in lowered.buffers[:2]] == [b"alone", b"abcdef"]
        assert len(lowered.buffers) == 3
    assert len(abi.lower(signature_of([STR, type_]), ("alone", {"ab": (b"cde", "f")})).buffers) == 5


def test_shared_texts_beyond_two_gigabytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abi, "MAX_BYTES", 40)
    lowering = abi.Lowering(signature_of([ListType(BYTES)]), shares_texts=True)
    assert lowering.lower(([bytes(20), bytes(20)],)).buffers
    with pytest.raises(ArgumentError, match="argument 'p0' has more than 2 GiB"):
        lowering.lower(([bytes(20), bytes(21)],))


def test_dicts_go_in_their_order_and_sets_sorted() -> None:
    lowered = abi.lower(
        signature_of([DictType(INT, INT), SetType(INT), SetType(TupleType((STR, BOOL)))]),
        ({3: 4, 1: 2}, {5, -1, 2**40}, {("b", False), ("a", True), ("b", True)}),
    )
    pairs, numbers, *texts, table = (bytes(data) for _, data in lowered.buffers)
    assert struct.unpack("<4q", pairs) == (3, 4, 1, 2)
    assert struct.unpack("<3q", numbers) == (-1, 5, 2**40)
    assert texts == [b"a", b"b", b"b"]
    assert [mark for _, _, mark in struct.iter_unpack("<II?3x", table)] == [True, False, True]


def test_a_nan_inside_has_one_form() -> None:
    odd = struct.unpack("<d", struct.pack("<Q", abi.NAN_BITS | 1 << 63 | 5))[0]
    lowered = abi.lower(
        signature_of([ListType(TupleType((FLOAT, union([FLOAT, NONE]))))]), ([(odd, odd), (1.0, None)],)
    )
    assert lowered.has_nan
    assert bytes(lowered.buffers[0][1])[:24] == struct.pack("<QB7xQ", abi.NAN_BITS, 1, abi.NAN_BITS)


def lifted(annotation: str, memory: bytes, limit: int = 1 << 20) -> Any:
    """The result whose block stands at the start of memory."""
    type_ = parse_type(annotation)
    arena = Arena()
    arena.data[:] = memory
    return lifting.lift(type_, gathering.gather(type_, bytes(8), arena, limit))


@pytest.mark.parametrize(
    ("annotation", "memory", "said"),
    [
        ("bool | None", b"\1\2", "a bool of the result is neither 0 nor 1"),
        ("bool | None", b"\2\1", "an option of the result is neither there nor not"),
        ("str | None", b"\2\0\0\0" + bytes(8), "an option of the result is neither there nor not"),
        ("set[int]", struct.pack("<II2q", 8, 2, 7, 7), "a set of the result has an item twice"),
        (
            "dict[int, bool]",
            struct.pack("<IIq?7xq?7x", 8, 2, 7, True, 7, False),
            "a dict of the result has a key twice",
        ),
        ("list[tuple[int, bool]]", struct.pack("<IIq?7x", 8, 2, 7, True), "the result lies outside the tool's memory"),
        ("list[tuple[int, bool]]", struct.pack("<II", 8, 1 << 31), "the result lies outside the tool's memory"),
        ("list[tuple[int, bool]]", struct.pack("<II", 4, 0), "a list of the result is not aligned"),
        ("tuple[str, str]", struct.pack("<IIII2s", 16, 1, 16, 2, b"a\xff"), "text of the result is not UTF-8"),
        ("tuple[int, int]", bytes(12), "the result lies outside the tool's memory"),
    ],
)
def test_memory_that_holds_no_such_value(annotation: str, memory: bytes, said: str) -> None:
    with pytest.raises(gathering.MalformedResultError, match=said):
        lifted(annotation, memory)


def test_what_overlaps_counts_each_time() -> None:
    memory = struct.pack("<II", 8, 100) + struct.pack("<II", 808, 100) * 100 + bytes(100)
    assert lifted("list[bytes]", memory, limit=10_808) == [bytes(100)] * 100
    with pytest.raises(gathering.ResultTooLargeError):
        lifted("list[bytes]", memory, limit=10_807)
    # A tuple of one bool is one byte, and a whole object here.
    with pytest.raises(gathering.ResultTooLargeError):
        lifted("list[tuple[bool]]", struct.pack("<II", 8, 100) + bytes(100), limit=1600)


@pytest.mark.parametrize("cut", [-1, 1])
def test_gathered_bytes_of_another_length_are_no_result(cut: int) -> None:
    type_ = parse_type("tuple[str, list[tuple[int, bytes]]]")
    arena = Arena()
    arena.data[:] = struct.pack("<IIII", 40, 2, 24, 1) + bytes(8) + struct.pack("<qII2s", 9, 40, 2, b"ab")
    data = gathering.gather(type_, bytes(8), arena, 1 << 20)
    assert lifting.lift(type_, data) == ("ab", [(9, b"ab")])
    with pytest.raises(ValueError, match="blocks"):
        lifting.lift(type_, data[:cut] if cut < 0 else data + b"a")


@pytest.mark.parametrize(
    "annotation", ["int | str", "Literal[1, 'a']", "tuple[()]", "Other", "list[None | int | str]", "Any"]
)
def test_what_is_not_lowered(annotation: str) -> None:
    with pytest.raises(TypeError, match="not lowered to memory"):
        abi.flat_types(parse_type(annotation, Known(frozenset({"Other"}))), CLASSES)


def test_a_class_that_holds_itself_is_not_lowered() -> None:
    tree = Definition("Tree", "dataclass", (Field("children", ListType(NamedType("Tree"))),))
    with pytest.raises(TypeError, match="Tree is not lowered"):
        abi.flat_types(NamedType("Tree"), (tree,))


# ---------------------------------------------------------------- JSON Schema


@given(typed(TYPES))
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
