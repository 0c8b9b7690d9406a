"""What a sealed module says when it stops: the numbers, and the Python exceptions they stand for.

A module that fails stores one 64-bit word in its exported global ``error`` and executes ``unreachable``.
The word is ``message << 32 | code << 24 | line``: the line of the cell (1-based, 24 bits), a code of this
table (8 bits), and the address of a message in the module's memory (0: the table's own message).

A message is laid out as a string object of the native runtime: three 32-bit words, the second of which
counts the characters, then the characters as 32-bit code points.

Messages are those of CPython 3.14; they are data of the format, so a new one is appended, never edited.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LINE_BITS: Final = 24
CODE_BITS: Final = 8
MESSAGE_HEADER: Final = 12
"""Bytes before the first character of a message."""


@dataclass(frozen=True, slots=True)
class Trap:
    """One way to stop: its code, the name of the built-in exception, and the message if the module gives none."""

    code: int
    exception: str
    message: str


_TABLE: Final = (
    Trap(1, "OverflowError", "the result needs more than 64 bits"),
    Trap(2, "ZeroDivisionError", "division by zero"),
    Trap(3, "IndexError", "list index out of range"),
    Trap(4, "IndexError", "string index out of range"),
    Trap(5, "IndexError", "index out of range"),
    Trap(6, "IndexError", "list assignment index out of range"),
    Trap(7, "ValueError", "math domain error"),
    Trap(8, "OverflowError", "math range error"),
    Trap(9, "ValueError", "cannot convert float NaN to integer"),
    Trap(10, "OverflowError", "cannot convert float infinity to integer"),
    Trap(11, "ValueError", "range() arg 3 must not be zero"),
    Trap(12, "ValueError", "chr() arg not in range(0x110000)"),
    Trap(13, "TypeError", "ord() expected a character"),
    Trap(14, "ValueError", "min() iterable argument is empty"),
    Trap(15, "ValueError", "max() iterable argument is empty"),
    Trap(16, "AssertionError", ""),
    Trap(17, "MemoryError", "the tool's memory is used up"),
    Trap(18, "RecursionError", "maximum recursion depth exceeded"),
    Trap(19, "UnboundLocalError", "cannot access local variable where it is not associated with a value"),
    Trap(20, "ValueError", "negative shift count"),
    Trap(21, "ValueError", "slice step cannot be zero"),
    Trap(22, "UnicodeEncodeError", "surrogates not allowed"),
    Trap(23, "ZeroDivisionError", "zero to a negative power"),
    Trap(24, "ValueError", "invalid literal for int()"),
    Trap(25, "ValueError", "could not convert string to float"),
    Trap(26, "OverflowError", "Result too large"),
    Trap(27, "ValueError", "not enough values to unpack"),
    Trap(28, "ValueError", "too many values to unpack"),
    Trap(29, "ValueError", "zip() arguments have different lengths"),
    Trap(30, "IndexError", "pop from empty list"),
    Trap(31, "IndexError", "pop index out of range"),
    Trap(32, "OverflowError", "integer division result too large for a float"),
    Trap(33, "ValueError", "n must be a non-negative integer"),
    Trap(34, "OverflowError", "int too large to convert to float"),
    Trap(35, "ValueError", "factorial() not defined for negative values"),
    Trap(36, "ValueError", "isqrt() argument must be nonnegative"),
    Trap(37, "OverflowError", "the result is a complex number"),
    Trap(38, "OverflowError", "the value is an int that a float cannot hold"),
    Trap(39, "ValueError", "the substring or item is not there"),
    Trap(40, "OverflowError", "rounded value too large to represent"),
    Trap(41, "OverflowError", "intermediate overflow in fsum"),
    Trap(42, "ValueError", "-inf + inf in fsum"),
    Trap(43, "ValueError", "pow() 3rd argument cannot be 0"),
    Trap(44, "ValueError", "base is not invertible for the given modulus"),
    Trap(45, "OverflowError", "overflow in fma"),
    Trap(46, "ValueError", "invalid operation in fma"),
    Trap(47, "ValueError", "both points must have the same number of dimensions"),
    Trap(48, "ValueError", "Inputs are not the same length"),
    Trap(49, "ValueError", "tolerances must be non-negative"),
    Trap(50, "ValueError", "k must be a non-negative integer"),
    Trap(51, "ValueError", "steps must be a non-negative integer"),
    Trap(52, "OverflowError", "sorting a list that holds a NaN"),
    Trap(53, "OverflowError", "int() of text beyond ASCII"),
    Trap(55, "OverflowError", "two NaNs compared inside a list (the answer depends on their identity)"),
    Trap(56, "OverflowError", "Python int too large to convert to C int"),
    Trap(130, "RuntimeError", "dictionary changed size during iteration"),
    Trap(131, "OverflowError", "keys were removed and added while a loop went over them"),
    Trap(132, "KeyError", "no such key"),
    Trap(133, "TypeError", "the operand is None"),
    Trap(134, "AttributeError", "None has no such attribute"),
    Trap(135, "RuntimeError", "Set changed size during iteration"),
    Trap(136, "KeyError", "nothing to pop"),
    Trap(137, "ValueError", "list.remove(x): x not in list"),
    Trap(140, "IndexError", "pop from an empty deque"),
    Trap(141, "RuntimeError", "deque mutated during iteration"),
    Trap(139, "IndexError", "tuple index out of range"),
    Trap(64, "Exception", ""),
    Trap(65, "ArithmeticError", ""),
    Trap(66, "AssertionError", ""),
    Trap(67, "AttributeError", ""),
    Trap(68, "BufferError", ""),
    Trap(69, "EOFError", ""),
    Trap(70, "FloatingPointError", ""),
    Trap(71, "ImportError", ""),
    Trap(72, "IndexError", ""),
    Trap(73, "KeyError", ""),
    Trap(74, "LookupError", ""),
    Trap(75, "MemoryError", ""),
    Trap(76, "NameError", ""),
    Trap(77, "NotImplementedError", ""),
    Trap(78, "OSError", ""),
    Trap(79, "OverflowError", ""),
    Trap(80, "RecursionError", ""),
    Trap(81, "RuntimeError", ""),
    Trap(82, "StopIteration", ""),
    Trap(83, "TypeError", ""),
    Trap(84, "UnboundLocalError", ""),
    Trap(85, "ValueError", ""),
    Trap(86, "ZeroDivisionError", ""),
    Trap(90, "ValueError", "empty separator"),
    Trap(91, "TypeError", "The fill character must be exactly one character long"),
    Trap(92, "ValueError", "substring not found"),
    Trap(93, "ValueError", "byte must be in range(0, 256)"),
    Trap(94, "UnicodeEncodeError", "the codec can't encode a character of the text"),
    Trap(95, "UnicodeDecodeError", "the codec can't decode these bytes"),
    Trap(96, "ValueError", "bytes must be in range(0, 256)"),
    Trap(97, "ValueError", "non-hexadecimal number found in fromhex() arg"),
    Trap(98, "ValueError", "negative count"),
    Trap(99, "ValueError", "the first two maketrans arguments must have equal length"),
    Trap(100, "OverflowError", "float() of text beyond ASCII"),
    Trap(101, "ValueError", "Invalid format specifier"),
    Trap(102, "ValueError", "Unknown format code"),
    Trap(103, "OverflowError", "%c arg not in range(0x110000)"),
    Trap(104, "ValueError", "int() base must be >= 2 and <= 36, or 0"),
    Trap(105, "OverflowError", "int too big to convert"),
    Trap(106, "OverflowError", "can't convert negative int to unsigned"),
    Trap(107, "ValueError", "length argument must be non-negative"),
    Trap(108, "ValueError", "cannot convert NaN to integer ratio"),
    Trap(109, "OverflowError", "cannot convert Infinity to integer ratio"),
    Trap(110, "ValueError", "attempt to assign sequence to extended slice of another size"),
    Trap(111, "StatisticsError", ""),
    Trap(112, "OverflowError", "the spread of numbers with an infinity or a NaN among them"),
    Trap(180, "OverflowError", "numpy's numbers go on here with inf, nan or 0, where Python's raise"),
    Trap(181, "OverflowError", "an int beyond 2**53: numpy's numbers are rounded here, where Python's are exact"),
    Trap(182, "OverflowError", "a float that no int is near: what numpy makes of it depends on the processor"),
    Trap(183, "ValueError", "negative dimensions are not allowed"),
    Trap(184, "ValueError", "operands could not be broadcast together"),
    Trap(185, "IndexError", "index is out of bounds for axis"),
    Trap(186, "IndexError", "boolean index did not match indexed array"),
    Trap(187, "ValueError", "cannot reshape array"),
    Trap(188, "ValueError", "the requested array has an inhomogeneous shape"),
    Trap(189, "ValueError", "shapes not aligned"),
    Trap(190, "ValueError", "all the input array dimensions except for the concatenation axis must match exactly"),
    Trap(191, "ValueError", "zero-size array to reduction operation which has no identity"),
    Trap(192, "ValueError", "attempt to get argmax or argmin of an empty sequence"),
    Trap(193, "ValueError", "Integers to negative integer powers are not allowed."),
    Trap(194, "ZeroDivisionError", "division by zero"),
    Trap(195, "ValueError", "arange: cannot compute length"),
    Trap(196, "ValueError", "Number of samples must be non-negative."),
    Trap(197, "ValueError", "the items of the array do not have its shape"),
    Trap(198, "OverflowError", "an empty list, of which numpy makes an array of floats"),
)

BY_CODE: Final = {trap.code: trap for trap in _TABLE}
RAISED: Final = {trap.exception: trap.code for trap in _TABLE if 64 <= trap.code < 90} | {
    "statistics.StatisticsError": 111
}
"""Codes of the exceptions that a cell may raise itself."""

LIMITS: Final = frozenset({1, 17, 18, 22, 37, 38, 52, 53, 55, 112, 131, 100, 180, 181, 182, 198})
"""Codes by which the native tier says that it cannot hold what CPython would hold: declared limits, not differences."""


def pack(code: int, line: int, message: int = 0) -> int:
    """The word for the global ``error``; ``message`` is an address."""
    return message << 32 | code << LINE_BITS | min(line, (1 << LINE_BITS) - 1)


def unpack(word: int) -> tuple[int, int, int]:
    """Code, line and message address of a word read from ``error`` (signed or unsigned)."""
    word &= (1 << 64) - 1
    return word >> LINE_BITS & ((1 << CODE_BITS) - 1), word & ((1 << LINE_BITS) - 1), word >> 32
