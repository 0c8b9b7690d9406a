"""The benchmark programs and their inputs: all made here, from seeds, the same on every machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "programs"

Value = int | float | str | list[int] | list[float]
Arguments = tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One algorithm, written as a cell and in C.

    `full` makes the arguments that are timed (5 to 50 ms in C), `small` those of the test suite. `ulps` is the greatest
    distance, in units in the last place, allowed between a sealed tool and CPython: 0 but where libm decides.
    """

    name: str
    full: Callable[[], Arguments]
    small: Callable[[], Arguments]
    ulps: int = 0

    @property
    def cell(self) -> str:
        """The source of the cell."""
        return (FOLDER / f"{self.name}.py").read_text(encoding="utf-8")

    @property
    def c_file(self) -> Path:
        """The file that holds the C version."""
        return FOLDER / f"{self.name}.c"


def numbers(count: int, seed: int) -> list[int]:
    """`count` integers in 0 .. 2**31 - 1 (Park and Miller's minimal standard generator, CACM 31, 1988)."""
    out = []
    state = seed
    for _ in range(count):
        state = state * 48271 % 2147483647
        out.append(state)
    return out


def floats(count: int, seed: int) -> list[float]:
    """`count` floats in 0 .. 1."""
    return [n / 2147483647 for n in numbers(count, seed)]


def letters(alphabet: str, count: int, seed: int) -> str:
    """`count` letters of an alphabet."""
    return "".join(alphabet[n // 65536 % len(alphabet)] for n in numbers(count, seed))


def dot_bracket(pairs: int, seed: int) -> str:
    """A well-formed structure of some pairs, with unpaired bases between."""
    out = []
    depth = 0
    opened = 0
    for n in numbers(10 * pairs, seed):
        turn = n // 65536 % 5
        if turn < 2 and opened < pairs:
            out.append("(")
            depth += 1
            opened += 1
        elif turn < 4 and depth > 0:
            out.append(")")
            depth -= 1
        else:
            out.append(".")
        if opened == pairs:
            break
    return "".join(out) + ")" * depth


def system(n: int, seed: int) -> tuple[list[float], list[float]]:
    """A dense linear system of n equations."""
    return floats(n * n, seed), floats(n, seed + 1)


def bells(count: int, seed: int) -> list[float]:
    """Sums of four floats each: a bell-shaped sample."""
    f = floats(4 * count, seed)
    return [f[4 * i] + f[4 * i + 1] + f[4 * i + 2] + f[4 * i + 3] for i in range(count)]


def code_words(count: int, seed: int) -> list[int]:
    """`count` words of 60 bits."""
    n = numbers(2 * count, seed)
    return [n[2 * i] % 2**30 * 2**30 + n[2 * i + 1] % 2**30 for i in range(count)]


def graph(n: int, seed: int) -> list[float]:
    """The weights of a complete directed graph of n nodes."""
    return [0.0 if i // n == i % n else w for i, w in enumerate(floats(n * n, seed))]


def living(cells: int, seed: int) -> list[int]:
    """Cells, a third of them alive."""
    return [int(n // 65536 % 3 == 0) for n in numbers(cells, seed)]


def words(count: int, kinds: int, seed: int) -> list[str]:
    """`count` words of lower-case letters, of so many kinds, some far more frequent than others."""
    out = []
    for n in numbers(count, seed):
        kind = (n // 1024 % 1024) * (n // 1048576 % 1024) * kinds // 1048576
        word = "e"
        while kind:
            word += "etaoinshrdlucmfw"[kind % 16]
            kind //= 16
        out.append(word)
    return out


def bills(count: int, kinds: int, seed: int) -> str:
    """A table of names and amounts."""
    amounts = numbers(count, seed + 1)
    return "\n".join(f"{word},{n % 9973}" for word, n in zip(words(count, kinds, seed), amounts, strict=True))


def roads(nodes: int, count: int, seed: int) -> tuple[list[int], list[int], int]:
    """Both ends of each of some edges, their lengths, and the number of nodes."""
    ends = [n // 64 % nodes for n in numbers(2 * count, seed)]
    return ends, [n % 1000 + 1 for n in numbers(count, seed + 1)], nodes


def walls(count: int, seed: int) -> list[int]:
    """Places of a grid, a quarter of them walls, the first not."""
    return [int(i > 0 and n // 65536 % 4 == 0) for i, n in enumerate(numbers(count, seed))]


PROGRAMS: Final[tuple[Program, ...]] = (
    Program(name="prime_sieve", full=lambda: (4_000_000,), small=lambda: (1000,)),
    Program(
        name="kmer_counts",
        full=lambda: (letters("ACGT", 1_000_000, 1), 6),
        small=lambda: (letters("ACGTN", 500, 1), 2),
    ),
    Program(
        name="smith_waterman",
        full=lambda: (letters("ACGT", 2000, 2), letters("ACGT", 2400, 3), 2, -1, -2),
        small=lambda: (letters("ACGT", 40, 2), letters("ACGT", 50, 3), 2, -1, -2),
    ),
    Program(name="floyd_warshall", full=lambda: (graph(200, 4), 200), small=lambda: (graph(12, 4), 12)),
    Program(name="gauss_solve", full=lambda: system(400, 5), small=lambda: system(9, 5)),
    Program(
        name="lotka_volterra",
        full=lambda: (10.0, 5.0, 0.001, 300_000),
        small=lambda: (10.0, 5.0, 0.01, 500),
    ),
    Program(name="monte_carlo_pi", full=lambda: (2_000_000, 7), small=lambda: (2000, 7)),
    Program(
        name="knapsack",
        full=lambda: ([n % 300 + 20 for n in numbers(400, 8)], [n % 500 for n in numbers(400, 9)], 25_000),
        small=lambda: ([n % 30 + 2 for n in numbers(12, 8)], [n % 50 for n in numbers(12, 9)], 100),
    ),
    Program(
        name="game_of_life",
        full=lambda: (living(128 * 96, 10), 128, 96, 60),
        small=lambda: (living(12 * 9, 10), 12, 9, 5),
    ),
    Program(name="bin_width", full=lambda: (bells(15_000, 11), 160), small=lambda: (bells(60, 11), 9)),
    Program(name="running_moments", full=lambda: (3.9, 0.3, 1_000_000), small=lambda: (3.9, 0.3, 1000)),
    Program(
        name="heat_equation",
        full=lambda: (floats(120 * 100, 12), 120, 100, 0.2, 500),
        small=lambda: (floats(8 * 7, 12), 8, 7, 0.2, 6),
    ),
    Program(name="queens", full=lambda: (11,), small=lambda: (5,)),
    Program(
        name="longest_palindrome",
        full=lambda: (letters("AT", 3000, 13) + "GA" * 3000 + letters("AT", 3000, 14),),
        small=lambda: (letters("ACGT", 60, 13) + "GATTAG",),
    ),
    Program(
        name="pair_distance",
        full=lambda: (dot_bracket(500_000, 15),),
        small=lambda: (dot_bracket(40, 15),),
    ),
    Program(name="fermat_liars", full=lambda: (162_401,), small=lambda: (561,)),
    Program(
        name="convolve",
        full=lambda: (floats(20_000, 16), floats(1200, 17)),
        small=lambda: (floats(40, 16), floats(7, 17)),
    ),
    Program(name="kepler", full=lambda: (12_000, 0.3), small=lambda: (25, 0.3), ulps=4),
    Program(name="nearest_code", full=lambda: (code_words(700, 18),), small=lambda: (code_words(20, 18),)),
    Program(
        name="word_ranks",
        full=lambda: (" ".join(words(150_000, 6000, 19)), 40),
        small=lambda: (" ".join(words(400, 60, 19)), 12),
    ),
    Program(name="collatz_peak", full=lambda: (150_000,), small=lambda: (300,)),
    Program(
        name="flood_distances",
        full=lambda: (walls(500 * 400, 20), 500, 400),
        small=lambda: (walls(12 * 9, 20), 12, 9),
    ),
    Program(name="key_tree", full=lambda: (numbers(40_000, 21),), small=lambda: ([n % 50 for n in numbers(80, 21)],)),
    Program(
        name="edit_distance",
        full=lambda: (letters("ACGT", 1400, 22), letters("ACGT", 1500, 23)),
        small=lambda: (letters("ACGT", 30, 22), letters("ACGT", 36, 23)),
    ),
    Program(
        name="matrix_power",
        full=lambda: ([f / 64 for f in floats(128 * 128, 24)], 128, 13),
        small=lambda: (floats(7 * 7, 24), 7, 5),
    ),
    Program(
        name="merge_spans",
        full=lambda: ([n // 16 for n in numbers(60_000, 25)], [n % 3000 for n in numbers(60_000, 26)]),
        small=lambda: ([n % 900 for n in numbers(60, 25)], [n % 9 for n in numbers(60, 26)]),
    ),
    Program(
        name="table_totals",
        full=lambda: (bills(120_000, 900, 27),),
        small=lambda: (bills(200, 30, 27),),
    ),
    Program(name="shortest_routes", full=lambda: roads(20_000, 80_000, 29), small=lambda: roads(30, 60, 29)),
    Program(
        name="mirror_words",
        full=lambda: (" ".join(words(300_000, 9000, 31)), 3),
        small=lambda: (" ".join(words(200, 500, 31)), 3),
    ),
)
