"""The runtime's deques do what CPython's do, and no operation at an end costs more than a few moves."""

from __future__ import annotations

import ctypes
from collections import deque

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.unit.runtime_cases import LINE
from tests.unit.runtime_native import Deque, List, Runtime, loaded
from tests.unit.runtime_sequences import INDEX

ITEM = st.integers(0, 255)


class Machine(RuleBasedStateMachine):
    """A deque of the runtime and one of Python's, side by side; an item is a byte, repeated."""

    @initialize(es=st.sampled_from((1, 4, 8, 24)))
    def start(self, es: int) -> None:
        """Two empty deques."""
        self.runtime, self.es = loaded(), es
        self.blocks = self._blocks()
        self.address = self._call("hnb_deque_new", LINE)
        self.head = Deque.from_address(self.address)
        self.model: deque[int] = deque()

    def _blocks(self) -> int:
        return ctypes.c_int64.in_dll(self.runtime.library, "hnb_test_blocks").value

    def _call(self, name: str, *arguments: int) -> int:
        result = self.runtime.call(name, *arguments)
        assert isinstance(result, int)
        return result

    def _put(self, place: int, item: int) -> None:
        ctypes.memmove(self.head.data + place * self.es, bytes([item]) * self.es, self.es)

    def _list(self, items: list[int]) -> int:
        address = self._call("hnb_list_new", len(items), self.es, LINE)
        if items:
            raw = b"".join(bytes([item]) * self.es for item in items)
            ctypes.memmove(List.from_address(address).data, raw, len(raw))
        return address

    @rule(items=st.lists(ITEM, max_size=20))
    def append(self, items: list[int]) -> None:
        """append, as compiled code does it."""
        for item in items:
            self.runtime.call("hnb_deque_grow", self.address, 1, self.es, LINE)
            self.head.len += 1
            self._put(self.head.len - 1, item)
            self.model.append(item)

    @rule(items=st.lists(ITEM, max_size=20))
    def append_left(self, items: list[int]) -> None:
        """appendleft."""
        for item in items:
            self.runtime.call("hnb_deque_open_left", self.address, 1, self.es, LINE)
            self._put(0, item)
            self.model.appendleft(item)

    @rule(count=st.integers(1, 20))
    def pop(self, count: int) -> None:
        """pop."""
        for _ in range(min(count, len(self.model))):
            self.head.len -= 1
            self.model.pop()

    @rule(count=st.integers(1, 20))
    def pop_left(self, count: int) -> None:
        """popleft."""
        for _ in range(min(count, len(self.model))):
            self.runtime.call("hnb_deque_close_left", self.address, 1, self.es)
            self.model.popleft()

    @rule(items=st.lists(ITEM, max_size=9), left=st.booleans(), own=st.booleans())
    def extend(self, items: list[int], *, left: bool, own: bool) -> None:
        """extend and extendleft, also by itself."""
        own = own and len(self.model) < 50
        source = self.address if own else self._list(items)
        self.runtime.call(f"hnb_deque_extend{'_left' if left else ''}", self.address, source, self.es, LINE)
        given = list(self.model) if own else items
        (self.model.extendleft if left else self.model.extend)(given)
        if not own:
            self.runtime.call("hnb_list_free", source, self.es)

    @rule(n=INDEX)
    def rotate(self, n: int) -> None:
        """rotate."""
        self.runtime.call("hnb_deque_rotate", self.address, n, self.es, LINE)
        self.model.rotate(n)

    @rule(index=INDEX, item=ITEM)
    def insert(self, index: int, item: int) -> None:
        """insert."""
        self._put(self._call("hnb_deque_insert", self.address, index, self.es, LINE), item)
        self.model.insert(index, item)

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        """del d[i], by the function for lists."""
        if self.model:
            index = data.draw(st.integers(-len(self.model), len(self.model) - 1))
            self.runtime.call("hnb_list_delete", self.address, index, self.es, LINE, 5)
            del self.model[index]

    @rule()
    def reverse(self) -> None:
        """reverse, by the function for lists."""
        self.runtime.call("hnb_list_reverse", self.address, self.es)
        self.model.reverse()

    @rule()
    def copy(self) -> None:
        """Go on with a copy."""
        copy = self._call("hnb_deque_of", self.address, self.es, LINE)
        self.runtime.call("hnb_deque_free", self.address, self.es)
        self.address, self.head = copy, Deque.from_address(copy)

    @invariant()
    def same(self) -> None:
        """Same items."""
        if not hasattr(self, "head"):
            return
        assert self.head.len == len(self.model)
        assert self.head.len <= self.head.cap
        whole = ctypes.string_at(self.head.data, self.head.len * self.es) if self.head.len else b""
        assert whole == b"".join(bytes([item]) * self.es for item in self.model)

    def teardown(self) -> None:
        """Every block was given back, with its size."""
        if hasattr(self, "head"):
            self.runtime.call("hnb_deque_free", self.address, self.es)
            assert self._blocks() == self.blocks
            assert ctypes.c_int64.in_dll(self.runtime.library, "hnb_test_wrong_sizes").value == 0


TestDeque = Machine.TestCase
TestDeque.settings = settings(max_examples=100, stateful_step_count=40)


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


@pytest.mark.parametrize("waiting", [0, 1, 5, 40, 1000])
@pytest.mark.parametrize("left", [False, True])
def test_queue(runtime: Runtime, waiting: int, *, left: bool) -> None:
    """A queue either way round: room stays within a small multiple of what waits, and the items seldom move."""
    address = runtime.call("hnb_deque_new", LINE)
    assert isinstance(address, int)
    head, moves, count = Deque.from_address(address), 0, 4 * waiting + 3000
    for number in range(count):
        before = head.data
        if left:
            runtime.call("hnb_deque_open_left", address, 1, 8, LINE)
            moves += head.len if head.data != (before or 0) - 8 else 0
        else:
            runtime.call("hnb_deque_grow", address, 1, 8, LINE)
            moves += head.len if head.data != before else 0
            head.len += 1
        ctypes.c_int64.from_address(head.data if left else head.data + 8 * (head.len - 1)).value = number
        if number >= waiting:
            last = head.data + 8 * (head.len - 1) if left else head.data
            assert ctypes.c_int64.from_address(last).value == number - waiting
            if left:
                head.len -= 1
            else:
                runtime.call("hnb_deque_close_left", address, 1, 8)
    assert head.head + head.cap <= 4 * waiting + 32
    assert moves <= 5 * count
    runtime.call("hnb_deque_free", address, 8)
