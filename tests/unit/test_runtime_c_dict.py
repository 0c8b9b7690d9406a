"""The runtime's dicts keep CPython's order and contents, whatever is added, removed, copied and cleared."""

from __future__ import annotations

import ctypes
import struct
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.unit.runtime_cases import INTEGERS, LINE
from tests.unit.runtime_native import Dict, Runtime, Trapped, loaded, low_half

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = 8
VALUE = 16
SIZES = (24, 32)
KEYS = st.one_of(st.integers(-4, 12), st.integers(0, 40).map(lambda n: n << 32), st.sampled_from(INTEGERS))


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


def hash_of(runtime: Runtime, name: str, key: float) -> int:
    """The hash of a number, or of the object at an address."""
    value = runtime.small(f"hnb_hash_{name}", key)
    assert isinstance(value, int)
    return value


class Table:
    """A dict of the runtime with int keys and int values, in entries of ``size`` bytes."""

    def __init__(self, runtime: Runtime, size: int, address: object = None) -> None:
        self.runtime, self.size = runtime, size
        address = runtime.call("hnb_dict_new", LINE) if address is None else address
        assert isinstance(address, int)
        self.address, self.head = address, Dict.from_address(address)

    def find(self, key: int) -> int | None:
        """The address of the entry."""
        found = self.runtime.call("hnb_dict_find_i64", self.address, key, self.size)
        assert isinstance(found, int)
        return found or None

    def store(self, key: int, value: int) -> None:
        """As a compiled ``d[key] = value``."""
        entry: object = self.find(key)
        if entry is None:
            hashed = hash_of(self.runtime, "i64", key)
            entry = self.runtime.call("hnb_dict_add", self.address, hashed, self.size, LINE)
            assert isinstance(entry, int)
            ctypes.c_int64.from_address(entry + KEY).value = key
        assert isinstance(entry, int)
        ctypes.c_int64.from_address(entry + VALUE).value = value

    def remove(self, key: int) -> bool:
        """As ``del d[key]``; whether it was there."""
        entry = self.find(key)
        if entry is not None:
            self.runtime.call("hnb_dict_remove", self.address, entry, self.size)
        return entry is not None

    def items(self) -> list[tuple[int, int]]:
        """Live entries in order; checks the counts, and that the last entry is live."""
        found, live = [], True
        for number in range(self.head.used):
            entry = self.head.entries + number * self.size
            live = bool(ctypes.c_uint32.from_address(entry + 4).value)
            if live:
                found.append(
                    (ctypes.c_int64.from_address(entry + KEY).value, ctypes.c_int64.from_address(entry + VALUE).value)
                )
        assert live
        assert len(found) == self.head.len <= self.head.used <= self.head.cap <= (self.head.mask + 1) / 2
        return found

    def free(self) -> None:
        """Give it back."""
        self.runtime.call("hnb_dict_free", self.address, self.size)


class Machine(RuleBasedStateMachine):
    """A dict of the runtime and one of Python's, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.runtime = loaded()
        self.blocks = self._blocks()
        self.table = Table(self.runtime, 24)
        self.model: dict[int, int] = {}

    def _blocks(self) -> int:
        return ctypes.c_int64.in_dll(self.runtime.library, "hnb_test_blocks").value

    @rule(keys=st.lists(KEYS, max_size=20), value=st.integers(0, 9))
    def store(self, keys: list[int], value: int) -> None:
        """d[key] = value, for several keys."""
        for key in keys:
            self.table.store(key, value)
            self.model[key] = value

    @rule(key=KEYS)
    def remove(self, key: int) -> None:
        """del d[key], or nothing."""
        assert self.table.remove(key) == (self.model.pop(key, None) is not None)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def remove_several(self, data: st.DataObject) -> None:
        """del d[key] of keys that are there."""
        for key in data.draw(st.lists(st.sampled_from(list(self.model)), unique=True)):
            assert self.table.remove(key)
            del self.model[key]

    @precondition(lambda self: self.model)
    @rule(times=st.integers(1, 30))
    def last_out_and_in(self, times: int) -> None:
        """popitem, and the key back in."""
        for _ in range(times):
            key, value = self.model.popitem()
            assert self.table.remove(key)
            self.model[key] = value
            self.table.store(key, value)

    @rule()
    def copy(self) -> None:
        """Go on with a copy."""
        copy = Table(self.runtime, 24, self.runtime.call("hnb_dict_copy", self.table.address, 24, LINE))
        self.table.store(77, 77)
        self.table.free()
        self.table = copy

    @rule()
    def clear(self) -> None:
        """d.clear()"""
        self.runtime.call("hnb_dict_clear", self.table.address, 24)
        self.model.clear()

    @rule(room=st.integers(-1, 60))
    def reserve(self, room: int) -> None:
        """Room for so many entries, which then need no more."""
        self.runtime.call("hnb_dict_reserve", self.table.address, room, 24, LINE)
        head = self.table.head
        assert head.cap - head.used >= room - head.len

    @invariant()
    def same(self) -> None:
        """Same items in the same order, and every key is found."""
        assert self.table.items() == list(self.model.items())
        for key, value in self.model.items():
            entry = self.table.find(key)
            assert entry is not None
            assert ctypes.c_int64.from_address(entry + VALUE).value == value
        assert self.table.find(-99) is None

    def teardown(self) -> None:
        """Every block was given back, with its size."""
        self.table.free()
        assert self._blocks() == self.blocks
        assert ctypes.c_int64.in_dll(self.runtime.library, "hnb_test_wrong_sizes").value == 0


TestDict = Machine.TestCase
TestDict.settings = settings(max_examples=100, stateful_step_count=30)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("step", [1, 8, 1 << 20, 1 << 32, 3 * 2**40])
def test_many_keys(runtime: Runtime, size: int, step: int) -> None:
    """Keys at distances that share their low bits: few slots are looked at for each."""
    table, count = Table(runtime, size), 2000
    keys = [((k * step + 2**63) % 2**64) - 2**63 for k in range(count)]
    keys = list(dict.fromkeys(keys))
    for key in keys:
        table.store(key, key)
    assert table.items() == [(key, key) for key in keys]
    index = (ctypes.c_uint32 * (table.head.mask + 1)).from_address(table.head.index)
    hashes = [ctypes.c_uint32.from_address(table.head.entries + n * size).value for n in range(len(keys))]
    probes = sum(((at - hashes[n - 1]) & table.head.mask) + 1 for at, n in enumerate(index) if n)
    assert probes / len(keys) < 2
    for key in keys[::2]:
        assert table.remove(key)
    assert table.items() == [(key, key) for key in keys[1::2]]
    table.free()


def test_memory_stays_bounded(runtime: Runtime) -> None:
    """A queue of few keys, however many pass through it, needs no more room."""
    table = Table(runtime, 24)
    for key in range(5000):
        table.store(key, key)
        if key >= 10:
            assert table.remove(key - 10)
    assert table.head.cap <= 64
    table.free()


def test_text_keys(runtime: Runtime) -> None:
    """Keys that are str objects or characters, found by other objects of the same text."""
    texts = [
        "",
        "a",
        "b",
        "ab",
        "ba",
        "a\0",
        "\0",
        "\0\0",
        "é",
        "a" * 100,
        "a" * 101,
        "\U0001f600",
        *map(str, range(300)),
    ]
    table, chars = Table(runtime, 24), Table(runtime, 24)

    def find_text(text: str) -> object:
        key = runtime.text(text)
        return runtime.call("hnb_dict_find_str", table.address, key, hash_of(runtime, "str", key), 24)

    for number, text in enumerate(texts):
        key = runtime.text(text)
        assert find_text(text) == 0
        entry = runtime.call("hnb_dict_add", table.address, hash_of(runtime, "str", key), 24, LINE)
        assert isinstance(entry, int)
        ctypes.memmove(entry + KEY, struct.pack("QQ", key, number), 16)
        entry = runtime.call("hnb_dict_add", chars.address, hash_of(runtime, "i64", number), 24, LINE)
        assert isinstance(entry, int)
        ctypes.memmove(entry + KEY, struct.pack("IIQ", number, 0xFFFFFFFF, number), 16)
    for number, text in enumerate(texts):
        for found in (
            find_text(text),
            runtime.call("hnb_dict_find_char", chars.address, number, 24),
        ):
            assert isinstance(found, int)
            assert ctypes.c_int64.from_address(found + VALUE).value == number
    assert find_text("c") == 0
    assert runtime.call("hnb_dict_find_char", chars.address, 0x10FFFF, 24) == 0


@given(data=st.data())
def test_hashes(runtime: Runtime, data: st.DataObject) -> None:
    """Equal keys have equal hashes, also where they are other objects."""
    text, octets = data.draw(st.text(max_size=9)), data.draw(st.binary(max_size=20))
    for name, make, key in (("str", runtime.text, text), ("bytes", runtime.octets, octets)):
        function: Callable[[Any], int] = make
        assert hash_of(runtime, name, function(key)) == hash_of(runtime, name, function(key))
    assert hash_of(runtime, "f64", 0.0) == hash_of(runtime, "f64", -0.0)


def test_hashes_spread(runtime: Runtime) -> None:
    """The low bits of the hashes of keys that are alike are those of chance."""
    families: dict[str, list[object]] = {
        "floats": runtime.many("hnb_hash_f64", [((), (n / 2,)) for n in range(4096)]),
        "texts": [runtime.call("hnb_hash_str", runtime.text(f"key{n}")) for n in range(4096)],
        "swapped": [runtime.call("hnb_hash_str", runtime.text(chr(n % 64) + chr(n // 64))) for n in range(4096)],
        "octets": [runtime.call("hnb_hash_bytes", runtime.octets(n.to_bytes(9))) for n in range(4096)],
        "zeros": [runtime.call("hnb_hash_bytes", runtime.octets(bytes(n))) for n in range(512)],
        "pairs": runtime.many("hnb_hash_mix", [((n % 64, n // 64), ()) for n in range(4096)]),
    }
    for name, hashes in families.items():
        low = [low_half(value) for value in hashes]
        slots = len({value & (2 * len(low) - 1) for value in low if isinstance(value, int)})
        assert slots > 0.6 * len(low), name


def test_too_large(runtime: Runtime) -> None:
    """More entries than memory can hold are MemoryError, with the line."""
    table = Table(runtime, 24)
    assert runtime.call("hnb_dict_reserve", table.address, 2**40, 24, LINE) == Trapped(17, LINE)
