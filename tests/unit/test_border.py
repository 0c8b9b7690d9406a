"""What a caller may pass, and what the tool gets."""

from __future__ import annotations

import array
import ctypes
import enum
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb.errors import ArgumentError, ArgumentRangeError
from hermetic_nb.signature import INT, Parameter, Signature, border
from hermetic_nb.signature.annotations import parse_type


def one(kind: str) -> Signature:
    return Signature((Parameter("x", parse_type(kind)),), INT)


def fit(kind: str, value: Any) -> Any:
    return border.fit(one(kind), (value,), {})[0]


class Tensor:
    """An array of another library: it gives its numbers by ``__array__`` only, or cannot."""

    def __init__(self, *numbers: float) -> None:
        self.numbers = numbers

    def __array__(self, *_: object, **__: object) -> np.ndarray[Any, Any]:
        if not self.numbers:
            raise RuntimeError("it lives elsewhere")
        return np.array(self.numbers)


class Broken:
    ndim = 0

    def item(self) -> float:
        raise RuntimeError("no item")


class Colour(enum.IntEnum):
    RED = 1


class Name(str):
    __slots__ = ()

    def __str__(self) -> str:
        return "another text"


ACCEPTED: list[tuple[str, Any, Any]] = [
    ("int", 7, 7),
    ("int", 2**63 - 1, 2**63 - 1),
    ("int", -(2**63), -(2**63)),
    ("int", Colour.RED, 1),
    ("int", np.int64(-3), -3),
    ("int", np.uint8(3), 3),
    ("int", np.array(5), 5),
    ("float", 1.5, 1.5),
    ("float", 3, 3.0),
    ("float", 2**53, 2.0**53),
    ("float", 2**80, 2.0**80),
    ("float", Colour.RED, 1.0),
    ("float", np.float64(0.1), 0.1),
    ("float", np.float32(0.5), 0.5),
    ("float", np.float16(0.5), 0.5),
    ("float", np.int32(4), 4.0),
    ("float", math.inf, math.inf),
    ("bool", True, True),
    ("bool", np.bool_(False), False),
    ("str", "", ""),
    ("str", "añ漢𝄞\0", "añ漢𝄞\0"),
    ("str", Name("text"), "text"),
    ("str", np.str_("np"), "np"),
    ("bytes", b"ab", b"ab"),
    ("bytes", bytearray(b"ab"), b"ab"),
    ("bytes", memoryview(b"abcd")[::2], b"ac"),
    ("bytes", np.frombuffer(b"ab", "u1"), b"ab"),
    ("bytes", array.array("b", [1, -1]), b"\x01\xff"),
    ("list[int]", [], []),
    ("list[int]", [1, -(2**63)], [1, -(2**63)]),
    ("list[int]", (1, 2), [1, 2]),
    ("list[int]", range(3), [0, 1, 2]),
    ("list[int]", [np.int8(1), Colour.RED], [1, 1]),
    ("list[int]", np.arange(3), [0, 1, 2]),
    ("list[int]", np.arange(3, dtype="i4"), [0, 1, 2]),
    ("list[int]", np.arange(3, dtype="u8"), [0, 1, 2]),
    ("list[int]", np.arange(3, dtype=">i8"), [0, 1, 2]),
    ("list[int]", np.arange(6)[::2], [0, 2, 4]),
    ("list[int]", array.array("q", [5]), [5]),
    ("list[int]", b"\x05\x06", [5, 6]),
    ("list[float]", [1, 2.5], [1.0, 2.5]),
    ("list[float]", np.linspace(0, 1, 3), [0.0, 0.5, 1.0]),
    ("list[float]", np.array([0.5], "f4"), [0.5]),
    ("list[float]", np.arange(3), [0.0, 1.0, 2.0]),
    ("list[float]", np.arange(6.0).reshape(2, 3)[:, 1], [1.0, 4.0]),
    ("list[float]", Tensor(1.5, 2.5), [1.5, 2.5]),
    ("list[int]", (ctypes.c_int64 * 2)(3, 4), [3, 4]),
    ("list[float]", (ctypes.c_double * 2)(3, 4), [3.0, 4.0]),
    ("list[float]", np.ma.masked_array([1.0, 2.0], [False, False]), [1.0, 2.0]),
    ("list[bool]", [True], [True]),
    ("list[bool]", np.array([True, False]), [True, False]),
    ("list[str]", ["a", "é"], ["a", "é"]),
    ("list[str]", np.array(["a", "é"]), ["a", "é"]),
    ("list[list[float]]", np.arange(4.0).reshape(2, 2), [[0.0, 1.0], [2.0, 3.0]]),
    ("list[list[int]]", [(1,), np.array([2])], [[1], [2]]),
    ("list[bytes]", [b"", bytearray(b"x")], [b"", b"x"]),
    ("tuple[int, float]", (1, 2), (1, 2.0)),
    ("tuple[int, float]", [1, 2.5], (1, 2.5)),
    ("tuple[int, int]", np.array([1, 2]), (1, 2)),
    ("tuple[str, ...]", ["a", "é"], ("a", "é")),
    ("int | None", None, None),
    ("int | None", np.int8(3), 3),
    ("list[float] | None", range(2), [0.0, 1.0]),
    ("list[int | None]", [1, None], [1, None]),
    ("list[tuple[int, float]]", np.arange(4).reshape(2, 2), [(0, 1.0), (2, 3.0)]),
    ("dict[str, int]", {"a": 1}, {"a": 1}),
    ("dict[int, list[float]]", {np.int64(1): np.arange(2.0)}, {1: [0.0, 1.0]}),
    ("dict[tuple[int, str], bool]", {(1, "a"): True}, {(1, "a"): True}),
    ("set[int]", [1, 1, 2], {1, 2}),
    ("set[str]", frozenset("ab"), {"a", "b"}),
    ("frozenset[bool]", {True}, frozenset({True})),
]


@pytest.mark.parametrize(
    ("kind", "value", "expected"), ACCEPTED, ids=[f"{i}-{row[0]}" for i, row in enumerate(ACCEPTED)]
)
def test_accepted(kind: str, value: Any, expected: Any) -> None:
    fitted = fit(kind, value)
    assert fitted == expected
    assert type(fitted) is type(expected)
    if isinstance(fitted, list):
        assert list(map(type, fitted)) == list(map(type, expected))


REFUSED: list[tuple[str, Any, str]] = [
    ("int", True, "declared int, not bool"),
    ("int", 1.0, "declared int, not float"),
    ("int", "1", "declared int, not str"),
    ("int", None, "declared int, not NoneType"),
    ("int", np.bool_(True), "declared int, not bool"),
    ("int", np.array([1]), "declared int, not ndarray"),
    ("int", np.float64(1), "declared int, not float"),
    ("float", True, "declared float, not bool"),
    ("float", "1", "declared float, not str"),
    ("float", 2**53 + 1, "no float is exactly this int"),
    ("float", 10**400, "no float is exactly this int"),
    ("float", 1j, "declared float, not complex"),
    ("float", np.longdouble(1), "declared float, not longdouble"),
    ("bool", 1, "declared bool, not int"),
    ("bool", "True", "declared bool, not str"),
    ("str", b"x", "declared str, not bytes"),
    ("str", 1, "declared str, not int"),
    ("str", "ab\ud800", r"lone surrogate U\+D800 at position 2"),
    ("bytes", "x", "declared bytes, not str"),
    ("bytes", [1], "declared bytes, not list"),
    ("bytes", np.arange(3.0), "not a row of bytes"),
    ("bytes", np.zeros((2, 2), "u1"), "not a row of bytes"),
    ("list[int]", 1, r"declared list\[int\], not int"),
    ("list[int]", "12", r"declared list\[int\], not str"),
    ("list[int]", {1}, r"declared list\[int\], not set"),
    ("list[int]", [1, True], r"'x\[1\]' is declared int, not bool"),
    ("list[int]", [1, 2.0], r"'x\[1\]' is declared int, not float"),
    ("list[int]", np.arange(3.0), r"'x\[0\]' is declared int, not float"),
    ("list[int]", np.zeros((2, 2), int), r"'x\[0\]' is declared int, not list"),
    ("list[float]", [2**53 + 1], r"'x\[0\]': no float is exactly"),
    ("list[float]", np.array([2**53 + 1]), r"'x\[0\]': no float is exactly"),
    ("list[float]", np.array([1j]), r"'x\[0\]' is declared float, not complex"),
    ("list[float]", np.array(["a"], object), r"'x\[0\]' is declared float, not str"),
    ("list[float]", np.ma.masked_array([1.0, 2.0], [False, True]), r"'x\[1\]' is declared float, not NoneType"),
    ("list[float]", Tensor(), "no array can be made of this Tensor"),
    ("list[float]", np.array(["2020-01-01"], "M8[D]"), "no array can be made of this ndarray"),
    ("list[int]", (ctypes.c_int32 * 2)(3, 4), "not c_int_Array_2"),
    ("float", Broken(), "declared float, not Broken"),
    ("list[bool]", [1], r"'x\[0\]' is declared bool, not int"),
    ("list[str]", ["a", "\udfff"], r"'x\[1\]' holds the lone surrogate U\+DFFF"),
    ("list[list[float]]", np.arange(3.0), r"'x\[0\]' is declared list\[float\], not float"),
    ("list[list[int]]", [[1], [True]], r"'x\[1\]\[0\]' is declared int, not bool"),
    ("tuple[int, float]", (1,), r"'x': 1 items, and tuple\[int, float\] is declared"),
    ("tuple[int, float]", (True, 1.0), r"'x\[0\]' is declared int, not bool"),
    ("tuple[int, float]", {1: 2}, r"declared tuple\[int, float\], not dict"),
    ("int | None", "a", r"declared int \| None, not str"),
    ("dict[str, int]", {"a": 1.5}, r"""'x\["a"\]' is declared int, not float"""),
    ("dict[str, int]", {1: 1}, "'x key 1' is declared str, not int"),
    ("dict[str, int]", [("a", 1)], r"declared dict\[str, int\], not list"),
    ("dict[str, str]", {"a": "\ud800"}, r"""'x\["a"\]': it holds the lone surrogate U\+D800 at position 0"""),
    ("list[str | None]", ["a", "\ud800"], r"'x\[1\]': it holds the lone surrogate U\+D800"),
    ("set[int]", {"a"}, "'x item' is declared int, not str"),
    ("set[int]", "ab", r"declared set\[int\], not str"),
    (
        "dict[str, list[tuple[int, bool]]]",
        {"a": [(1, True), (1, 0)]},
        r"""'x\["a"\]\[1\]\[1\]' is declared bool, not int""",
    ),
]


@pytest.mark.parametrize(("kind", "value", "message"), REFUSED, ids=[f"{i}-{row[0]}" for i, row in enumerate(REFUSED)])
def test_refused(kind: str, value: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message) as caught:
        fit(kind, value)
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**5000], ids=["above", "below", "far"])
def test_ints_beyond_64_bits_are_out_of_range(value: int) -> None:
    for kind, given_ in (
        ("int", value),
        ("list[int]", [1, value]),
        ("list[list[int]]", [[value]]),
        ("tuple[str, int]", ("a", value)),
        ("int | None", value),
        ("dict[str, list[int]]", {"a": [1, value]}),
        ("dict[int, str]", {value: "a"}),
        ("set[int]", {1, value}),
    ):
        with pytest.raises(ArgumentRangeError, match="does not fit a signed 64-bit int") as caught:
            fit(kind, given_)
        assert len(str(caught.value)) < 200
        assert isinstance(caught.value, OverflowError)
    if value == 2**63:
        with pytest.raises(ArgumentRangeError):
            fit("list[int]", np.array([value], "u8"))


THREE = Signature(
    (Parameter("a", INT), Parameter("b", parse_type("float"), "2.5"), Parameter("c", parse_type("list[int]"), "[1]")),
    INT,
)


def test_arguments_are_bound_as_python_binds_them() -> None:
    assert border.fit(THREE, (1,), {}) == (1, 2.5, [1])
    assert border.fit(THREE, (1, 2), {"c": []}) == (1, 2.0, [])
    assert border.fit(THREE, (), {"c": [2], "a": 1}) == (1, 2.5, [2])
    assert border.fit(THREE, (1, 2, [3]), {}) == (1, 2.0, [3])
    assert border.fit(Signature((), INT), (), {}) == ()


@pytest.mark.parametrize(
    ("args", "kwargs", "message"),
    [
        ((), {}, "argument 'a' is missing"),
        ((), {"b": 1.0}, "argument 'a' is missing"),
        ((1, 2.0, [], 4), {}, "4 arguments for 3 parameters"),
        ((1,), {"a": 2}, "argument 'a' is given twice"),
        ((1,), {"d": 2}, "no parameter is named 'd'"),
        ((1,), {"b": "x"}, "argument 'b' is declared float, not str"),
    ],
)
def test_wrong_binding_is_told(args: tuple[Any, ...], kwargs: dict[str, Any], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        border.fit(THREE, args, kwargs)


def test_what_is_given_by_name_only() -> None:
    signature = Signature((Parameter("a", INT), Parameter("b", INT, "5", is_keyword=True)), INT)
    assert border.fit(signature, (1,), {"b": 2}) == (1, 2)
    assert border.fit(signature, (1,), {}) == (1, 5)
    with pytest.raises(ArgumentError, match="2 arguments for 1 parameter"):
        border.fit(signature, (1, 2), {})


def test_a_default_is_new_for_each_call() -> None:
    first = border.fit(THREE, (1,), {})[2]
    first.append(9)
    assert border.fit(THREE, (1,), {})[2] == [1]


def test_what_the_caller_changes_later_stays_outside() -> None:
    numbers, data = [1, 2], np.array([1.0, 2.0])
    fitted = fit("list[int]", numbers)
    (packed,) = border.fit(one("list[float]"), (data,), {}, packed=True)
    numbers.append(3)
    data[0] = 9.0
    assert fitted == [1, 2]
    assert packed.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("list[float]", np.arange(5.0)),
        ("list[float]", np.arange(10.0)[::2]),
        ("list[int]", np.arange(5)),
        ("list[int]", array.array("q", [1])),
        ("list[bool]", np.array([True, False])),
        ("list[int]", np.arange(5, dtype="i2")),
        ("list[int]", [1, 2]),
        ("str", "x"),
    ],
    ids=range(8),
)
def test_packed_values_unpack_to_the_plain_ones(kind: str, value: Any) -> None:
    packed = border.fit(one(kind), (value,), {}, packed=True)
    assert border.unpack(packed) == border.fit(one(kind), (value,), {})


@given(st.lists(st.one_of(st.integers(), st.floats(), st.booleans(), st.text(max_size=2), st.none()), max_size=6))
def test_anything_is_either_fitted_exactly_or_an_argument_error(value: list[Any]) -> None:
    for kind, exact in (("list[int]", int), ("list[float]", float), ("list[bool]", bool), ("list[str]", str)):
        try:
            fitted = fit(kind, value)
        except (ArgumentError, ArgumentRangeError):
            assert any(
                type(item) is not exact or (isinstance(item, int) and not -(2**63) <= item < 2**63) for item in value
            )
        else:
            assert all(type(item) is exact for item in fitted)
            assert all(new == old or old != old for new, old in zip(fitted, value, strict=True))  # noqa: PLR0124


ANYTHING = st.recursive(
    st.one_of(st.integers(), st.floats(), st.booleans(), st.text(max_size=2), st.binary(max_size=2), st.none()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.one_of(st.integers(0, 3), st.text(max_size=1), st.booleans()), inner, max_size=3),
        st.sets(st.integers(0, 3), max_size=3),
    ),
    max_leaves=6,
)


@pytest.mark.parametrize(
    "kind",
    [
        *("int", "float", "str", "list[int]", "list[list[float]]", "int | None", "list[str] | None", "set[int]"),
        *("tuple[int, int]", "tuple[str, list[float]]", "tuple[int, ...]", "list[int | None]", "list[tuple[int, str]]"),
        *("dict[str, int]", "dict[int, list[int]]", "dict[bool, str | None]", "dict[tuple[int, int], int]"),
    ],
)
@given(value=ANYTHING)
def test_the_tiers_take_the_same_values(kind: str, value: Any) -> None:
    def outcome(*, wide: bool) -> str:
        try:
            return repr(border.fit(one(kind), (value,), {}, wide=wide))
        except ArgumentError as error:
            return "half of a character" if "surrogate" in error.message else "no such value"
        except ArgumentRangeError:
            return "beyond 64 bits"

    native = outcome(wide=False)
    assert native in {"beyond 64 bits", "half of a character", outcome(wide=True)}
