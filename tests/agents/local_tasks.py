"""Fourteen fixed requests to an agent, and what is right, computed here without the agent.

They were written before a model was seen at work on them, and are of three kinds: call a tool that is there, make one and
call it, use two of which each needs the other's result.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import factorial, gcd
from types import MappingProxyType
from typing import Any, Final, Literal

Kind = Literal["call", "make", "chain"]

SHELF: Final = (
    'def gc_content(seq: str) -> float:\n    """Share of G and C in a DNA sequence."""\n'
    '    return (seq.count("G") + seq.count("C")) / len(seq)\n',
    'def word_count(text: str) -> int:\n    """Number of words in a text."""\n    return len(text.split())\n',
    'def celsius_to_fahrenheit(degrees: float) -> float:\n    """Degrees Celsius as degrees Fahrenheit."""\n'
    "    return degrees * 9 / 5 + 32\n",
    'def greatest_common_divisor(a: int, b: int) -> int:\n    """Greatest common divisor of two integers."""\n'
    "    while b:\n        a, b = b, a % b\n    return a\n",
    'def median(numbers: list[float]) -> float:\n    """Median of a list of numbers."""\n'
    "    s = sorted(numbers)\n    n = len(s)\n    return s[n // 2] if n % 2 else (s[n // 2 - 1] + s[n // 2]) / 2\n",
    'def to_binary(number: int) -> str:\n    """Binary digits of an integer."""\n    return bin(number)[2:]\n',
    'def unique_words(text: str) -> str:\n    """The words of a text without repetitions, in order."""\n'
    "    seen: list[str] = []\n    for word in text.split():\n        if word not in seen:\n            seen.append(word)\n"
    '    return " ".join(seen)\n',
)
"""Sealed into each fresh registry before a task."""


@dataclass(frozen=True, slots=True)
class Task:
    """A request, the value that a tool has to give, and how the answer may say it."""

    kind: Kind
    text: str
    value: Any
    said: tuple[str, ...]
    """Spellings of the value; the answer holds one of them."""
    given: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def _task(kind: Kind, text: str, value: Any, *said: str, **given: Any) -> Task:
    return Task(kind, text, value, said or (str(value),), given)


_WORDS: Final = "the cat and the dog and the bird"
_LINE: Final = "the quick brown fox jumps over the lazy dog"

TASKS: Final = (
    _task("call", "What is the GC content of the sequence GGCATTCA?", 0.5, "0.5", "50%", "50 %"),
    _task("call", f"How many words are in the text '{_LINE}'?", len(_LINE.split()), "9", "nine"),
    _task("call", "How much is 37.5 degrees Celsius in Fahrenheit?", 37.5 * 9 / 5 + 32),
    _task("call", "What is the greatest common divisor of 1071 and 462?", gcd(1071, 462)),
    _task(
        "call",
        "What is the median of the variable readings?",
        statistics.median([9.5, 2.25, 7.0, 4.75, 8.0]),
        "7",
        readings=[9.5, 2.25, 7.0, 4.75, 8.0],
    ),
    _task("make", "Make a tool that gives the factorial of an integer. What is the factorial of 10?", factorial(10), "3628800", "3,628,800"),
    _task(
        "make",
        "Make a tool that counts the vowels (a, e, i, o, u) of a text. How many vowels are in 'hermetic notebook'?",
        sum(letter in "aeiou" for letter in "hermetic notebook"),
    ),
    _task(
        "make",
        "Make a tool that puts the words of a sentence in reverse order. What does it give for 'one two three four'?",
        " ".join(reversed("one two three four".split())),
    ),
    _task(
        "make",
        "Make a tool that adds up the squares of a list of integers. What does it give for [3, 5, 7, 11]?",
        sum(n * n for n in (3, 5, 7, 11)),
    ),
    _task(
        "make",
        "Make a tool that repeats a text n times with a dash between. What does it give for 'ab' and 3?",
        "-".join(["ab"] * 3),
    ),
    _task("chain", "What are the binary digits of the greatest common divisor of 84 and 36?", bin(gcd(84, 36))[2:]),
    _task(
        "chain",
        f"How many words are left of the text '{_WORDS}' when repetitions are removed?",
        len(dict.fromkeys(_WORDS.split())),
        "5",
        "five",
    ),
    _task(
        "chain",
        "The median of [10, 30, 20] is a temperature in degrees Celsius. How much is that in Fahrenheit?",
        statistics.median([10, 30, 20]) * 9 / 5 + 32,
        "68",
    ),
    _task(
        "chain",
        "Make a tool that adds up the decimal digits of an integer. What is the sum of the digits of the greatest common "
        "divisor of 123456 and 7890?",
        sum(map(int, str(gcd(123456, 7890)))),
    ),
)
