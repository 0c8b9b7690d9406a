"""The runtime's C functions print numbers as CPython's format() does, and read them as its float() and int() do.

`hnb_decimal_shortest` is not C but Zig, so the host's printf stands in for it here; `test_native_formats` runs the real one.
"""

from __future__ import annotations

import ctypes
import math
import struct
import sys
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import traps
from tests.unit.runtime_cases import FLOATS, INTEGERS, LINE, Numbers, same
from tests.unit.runtime_native import Runtime, Trapped, loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

POWERS: Final = st.builds(
    lambda n, to: math.nextafter(float(f"1e{n}"), to), st.integers(-320, 308), st.sampled_from((-1.0, 0.0, 1e400))
)
REAL: Final = st.one_of(
    st.floats(),
    st.sampled_from(FLOATS),
    POWERS,
    st.integers(-4000, 4000).map(lambda n: n / 64),
    st.integers(-320, 308).map(lambda n: float(f"1e{n}")),
)
WHOLE: Final = st.one_of(st.integers(-(2**63), 2**63 - 1), st.integers(-999, 9999), st.sampled_from(INTEGERS))
TEXT: Final = st.text("abé€😀", max_size=8)
WIDTHS: Final = st.one_of(st.just(""), st.integers(0, 40).map(str))
PRECISIONS: Final = st.one_of(
    st.just(""), st.sampled_from((0, 1, 2, 3, 6, 15, 16, 17, 30, 60, 61, 330, 1100)).map(lambda n: f".{n}")
)


def specs(types: str, *, numeric: bool = True, precise: bool = True) -> st.SearchStrategy[str]:
    """Specifications, most of which are valid."""
    nothing = st.just("")
    return st.builds(
        "".join,
        st.tuples(
            st.one_of(nothing, st.builds("".join, st.tuples(st.sampled_from("*0é <"), st.sampled_from("<>^=")))),
            st.sampled_from(["", "", "+", "-", " "]) if numeric else nothing,
            st.sampled_from(["", "", "z"]) if numeric and precise else nothing,
            st.sampled_from(["", "", "#"]) if numeric else nothing,
            st.sampled_from(["", "", "0"]),
            WIDTHS,
            st.sampled_from(["", "", ",", "_"]) if numeric else nothing,
            PRECISIONS if precise else nothing,
            st.one_of(nothing, st.sampled_from(types)),
        ),
    )


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


def out(runtime: Runtime) -> int:
    """A text that is being built."""
    address = runtime.call("hnb_text_begin", 2, LINE)
    assert isinstance(address, int)
    return address


def outcome(function: Callable[[], object]) -> object:
    """The result, or the exception as a value."""
    try:
        return function()
    except (ValueError, OverflowError) as error:
        return error


def shows(expected: object, actual: object) -> bool:
    """Whether a text is the expected one, or a trap the expected exception."""
    if isinstance(actual, Trapped):
        return isinstance(expected, Exception) and traps.BY_CODE[actual.code].exception == type(expected).__name__
    return expected == actual


@given(value=REAL, spec=specs("eEfFgGn%"))
def test_formats_of_floats(runtime: Runtime, value: float, spec: str) -> None:
    """Exact digits, rounded half to even, whatever the precision."""
    made = runtime.call("hnb_format_float_any", out(runtime), value, runtime.text(spec), LINE)
    assert shows(outcome(lambda: format(value, spec)), runtime.read_text(made)), (value, spec)


@given(value=WHOLE, spec=st.one_of(specs("dboxXnc", precise=False), specs("eEfFgG%s")))
def test_formats_of_ints(runtime: Runtime, value: int, spec: str) -> None:
    """Also as floats and as characters."""
    made = runtime.call("hnb_format_int_any", out(runtime), value, runtime.text(spec), LINE)
    assert shows(outcome(lambda: format(value, spec)), runtime.read_text(made)), (value, spec)


@given(value=TEXT, spec=st.one_of(specs("s", numeric=False), specs("sd")))
def test_formats_of_texts(runtime: Runtime, value: str, spec: str) -> None:
    """Cut and padded."""
    made = runtime.call("hnb_format_str_any", out(runtime), runtime.text(value), runtime.text(spec), LINE)
    assert shows(outcome(lambda: format(value, spec)), runtime.read_text(made)), (value, spec)


@given(value=st.booleans(), spec=st.one_of(st.just(""), specs("dxc", precise=False)))
def test_formats_of_bools(runtime: Runtime, *, value: bool, spec: str) -> None:
    """A bool has its own text only without a specification."""
    made = runtime.call("hnb_format_bool_any", out(runtime), int(value), runtime.text(spec), LINE)
    assert shows(outcome(lambda: format(value, spec)), runtime.read_text(made)), (value, spec)


def test_powers_of_ten(runtime: Runtime) -> None:
    """Few digits of numbers at which their count changes: all powers, their neighbours, and those next to a half."""
    near = [
        float(f"{digits}e{n}") for n in range(-323, 308) for digits in ("1", "9.5", "9.9999999999999995", "5", "4.5")
    ]
    values = [x for value in near for x in (math.nextafter(value, 0.0), value, math.nextafter(value, 1e400))]
    for precision in (0, 1, 5, 15, 16, 17):
        spec = runtime.text(f".{precision}e")
        made = runtime.many("hnb_format_float_any", [((out(runtime), spec, LINE), (value,)) for value in values])
        assert [v for v, m in zip(values, made, strict=True) if runtime.read_text(m) != f"{v:.{precision}e}"] == []


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [
        (1234567.1234567, "_.7,f", "1_234_567.123,456,7"),
        (1.5, ".3_f", "1.500"),
        (-6.366679400270627e99, "030_.15_", "-00_006.366_679_400_270_63e+99"),
        (9.5, "^#_.0,", "1.e+01"),
        (370000000.5, "15,.,", "  370,000,000.5"),
        (0.1234567, "._", "0.123_456_7"),
    ],
)
def test_grouping_of_fractions(runtime: Runtime, value: float, spec: str, text: str) -> None:
    """CPython 3.14 has it; the texts are what its format() gives."""
    assert (
        runtime.read_text(runtime.call("hnb_format_float_any", out(runtime), value, runtime.text(spec), LINE)) == text
    )
    if sys.version_info >= (3, 14):
        assert format(value, spec) == text


@given(value=REAL)
def test_texts_of_floats(runtime: Runtime, value: float) -> None:
    """str() and repr()."""
    assert runtime.read_text(runtime.call("hnb_put_float", out(runtime), value, LINE)) == repr(value)


def half_way(x: float) -> str:
    """The number between a float and the next one."""
    with localcontext() as context:
        context.prec = 1200
        return format((Decimal(x) + Decimal(math.nextafter(x, math.inf))) / 2, "e")


@st.composite
def numerals(draw: st.DrawFn) -> str:
    """Texts of floats: short and long, half-way ones, and some that are none."""
    value = draw(REAL)
    form = draw(st.integers(0, 5))
    if form == 0:
        return repr(value)
    if form == 1:
        return f"{value:.{draw(st.integers(0, 40))}e}"
    if form == 2 and math.isfinite(value) and value < sys.float_info.max:
        text = half_way(value)
        digits, _, exponent = text.partition("e")
        more = draw(st.sampled_from(("", "0" * 900, "0" * 900 + "1", "1")))
        return f"{digits}{'' if '.' in digits else '.'}{more}e{exponent}"
    if form == 3:
        return draw(st.text("0123456789._eE+- \n", max_size=12))
    parts = st.sampled_from(
        ("", "-", "+", " ", "1", "_", "00", ".", "5e", "e", "E-3", "inf", "INFINITY", "nan", "\x1c", "x")
    )
    return "".join(draw(st.lists(parts, max_size=5)))


@given(text=numerals())
def test_texts_to_floats(runtime: Runtime, text: str) -> None:
    """Exactly rounded, by CPython's grammar."""
    assert same(
        outcome(lambda: float(text)), runtime.call("hnb_str_to_float", runtime.text(text), LINE, result=float)
    ), text


@pytest.mark.parametrize(
    "text",
    [
        *("1e400", "-1e400", "1e-400", "1e99999999999999999999", "0e99999999999999999999", "1e-99999999999999999999"),
        *(
            "0" * 900 + "1",
            "1" + "0" * 400,
            "0." + "0" * 400 + "1e401",
            "9" * 25,
            "9007199254740993",
            "1" * 19 + "e-19",
        ),
        *("2.4703282292062327208e-324", "2.4703282292062328e-324", "1.7976931348623158e308", "1.7976931348623159e308"),
        *("2.2250738585072011e-308", "2.2250738585072012e-308", "6.631236846766476e-316"),
        *("17976931348623158079e289", "17976931348623158080e289", "8.5", "1_000.000_1e1_0", "1__0", "1_.5", "1._5"),
    ],
)
def test_edges_of_texts_to_floats(runtime: Runtime, text: str) -> None:
    """Overflow, underflow, and the neighbourhood of half-way points."""
    assert same(outcome(lambda: float(text)), runtime.call("hnb_str_to_float", runtime.text(text), LINE, result=float))


def test_text_beyond_ascii_to_float(runtime: Runtime) -> None:
    """CPython knows digits of many scripts; here they are a declared limit."""
    assert runtime.call("hnb_str_to_float", runtime.text("\u0663"), LINE, result=float) == Trapped(100, LINE)
    assert 100 in traps.LIMITS


DIGITS: Final = st.text("0179afzAFZ_+- xob", max_size=9)


@given(text=st.one_of(DIGITS, WHOLE.map(hex), WHOLE.map(bin), WHOLE.map(oct)), base=st.one_of(st.integers(-1, 38)))
def test_texts_to_ints_in_a_base(runtime: Runtime, text: str, base: int) -> None:
    """int(s, base): prefixes, underscores, letters."""
    result = runtime.call("hnb_str_to_int_base", runtime.text(text), base, LINE)
    assert same(outcome(lambda: int(text, base)), result), (text, base)


@given(value=WHOLE, base=st.integers(2, 36))
def test_ints_that_were_written_in_a_base(runtime: Runtime, value: int, base: int) -> None:
    """Up to 64 bits; beyond, a declared limit."""
    digits, left = "", abs(value)
    while left or not digits:
        left, digit = divmod(left, base)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    text = "-" * (value < 0) + digits
    assert runtime.call("hnb_str_to_int_base", runtime.text(text), base, LINE) == value
    assert runtime.call("hnb_str_to_int_base", runtime.text(text + "0" * 64), base, LINE) in (Trapped(1, LINE), 0)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
def test_ascii(runtime: Runtime, text: str) -> None:
    """ascii() of what repr() gives."""
    assert runtime.read_text(runtime.call("hnb_str_ascii", runtime.text(repr(text)), LINE)) == ascii(text)


def test_blocks_come_back_with_their_sizes(runtime: Runtime) -> None:
    """A long precision needs a block of its own, which is given back."""
    runtime.call("hnb_format_float_any", out(runtime), 1.5, runtime.text(".5000f"), LINE)
    assert ctypes.c_int64.in_dll(runtime.library, "hnb_test_wrong_sizes").value == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_many_floats(runtime: Runtime, seed: int) -> None:
    """Random bits and random decimals: 250,000 each, printed in two ways and read again."""
    numbers = Numbers(seed)
    values = [
        struct.unpack("<d", numbers.randbytes(8))[0] if numbers.random() < 0.5 else numbers.real()
        for _ in range(250_000)
    ]
    many(runtime, "hnb_put_float", values, repr)
    texts = [f"{value:.{numbers.randint(0, 25)}e}" for value in values]
    read: Sequence[Any] = runtime.many("hnb_str_to_float", [((runtime.text(text), LINE), ()) for text in texts], float)
    assert [t for t, r in zip(texts, read, strict=True) if not same(float(t), r)] == []


def many(runtime: Runtime, name: str, values: Sequence[float], reference: Callable[[float], str]) -> None:
    """Fail where a text of a float is not the reference's."""
    made = runtime.many(name, [((out(runtime), LINE), (value,)) for value in values])
    assert [v for v, m in zip(values, made, strict=True) if runtime.read_text(m) != reference(v)] == []
