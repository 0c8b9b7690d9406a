"""The cells of the cost benchmark."""

from __future__ import annotations

from typing import Final

SMALL: Final = '''def gc_content(seq: str) -> float:
    """Fraction of G and C in a DNA sequence.

    >>> gc_content("GATTACA")
    0.2857142857142857
    """
    hits = 0
    for c in seq:
        if c == "G" or c == "C":
            hits += 1
    return hits / len(seq)
'''
"""The cell of the README."""

OTHER: Final = """def double(n: int) -> int:
    return 2 * n
"""
"""Called first where another tool's first call is timed, so that the executor is up."""

FLIP: Final = """def flip(data: bytes) -> bytes:
    return data[::-1]
"""
"""As much out as in."""

TOTAL: Final = """def total(values: list[float]) -> float:
    s = 0.0
    for v in values:
        s += v
    return s
"""
"""Much in, little out."""

HEAVY: Final = """def churn(turns: int) -> int:
    x = 1
    for i in range(turns):
        x = (x * 48271 + i) % 2147483647
    return x
"""
"""Computes as long as it is told to."""

IN_TURN: Final = """async def in_turn(count: int, call_agent) -> int:
    for n in range(count):
        await call_agent("echo", {"n": n})
    return count
"""
"""Asks again and again."""

AT_ONCE: Final = """async def at_once(count: int, call_agent) -> int:
    return len(await asyncio.gather(*[call_agent("slow", {"n": n}) for n in range(count)]))
"""
"""Asks many agents at the same time."""

_TWENTY: Final = '''def rolling_spread(values: list[float], width: int) -> list[float]:
    """Greatest minus least value in each window, in units of {unit}.

    >>> rolling_spread([1.0, 4.0, 2.0, 2.0], 2)
    [3.0, 2.0, 0.0]
    """
    if width <= 0 or width > len(values):
        raise ValueError("no window of this width")
    spreads = [0.0] * (len(values) - width + 1)
    for i in range(len(spreads)):
        low = values[i]
        high = values[i]
        for v in values[i : i + width]:
            if v < low:
                low = v
            elif v > high:
                high = v
        spread = high - low
        spreads[i] = spread
    return spreads
'''


_SIXTY: Final = '''from dataclasses import dataclass


@dataclass
class Reading:
    station: str
    hour: int
    value: float


def _parse(line: str) -> Reading | None:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 3 or not parts[1].isdigit():
        return None
    return Reading(parts[0], int(parts[1]), float(parts[2]))


def _spread(values: list[float]) -> float:
    ordered = sorted(values)
    n = len(ordered)
    low = ordered[n // 4]
    high = ordered[(3 * n) // 4]
    return high - low


def _smooth(values: list[float], width: int) -> list[float]:
    out = []
    for i in range(len(values)):
        window = values[max(0, i - width) : i + width + 1]
        out.append(sum(window) / len(window))
    return out


def station_report(log: str, width: int) -> dict[str, float]:
    r"""Spread of the smoothed readings of each station, in units of {unit}.

    >>> station_report("a; 1; 2.0\\na; 2; 4.0\\nb; x; 1.0", 0)
    {{'a': 2.0}}
    """
    if width < 0:
        raise ValueError("width must not be negative")
    by_station: dict[str, list[tuple[int, float]]] = {{}}
    for line in log.split("\\n"):
        reading = _parse(line)
        if reading is None:
            continue
        if reading.station not in by_station:
            by_station[reading.station] = []
        by_station[reading.station].append((reading.hour, reading.value))
    report = {{}}
    for station, readings in by_station.items():
        readings.sort(key=lambda pair: pair[0])
        values = [value for _, value in readings]
        smooth = _smooth(values, width)
        least = min(smooth)
        spread = _spread(smooth)
        if spread < 0.0 or least != least:
            continue
        report[station] = spread
    return report
'''


def sixty_lines(unit: int) -> str:
    """As `twenty_lines`, with more kinds of things: a record, dicts, lists of tuples, texts, a sort with a key."""
    return _SIXTY.format(unit=unit)


assert len(_SIXTY.splitlines()) == 60


def twenty_lines(unit: int) -> str:
    """A cell of 20 lines that no registry has seen: `unit` tells it from the others."""
    return _TWENTY.format(unit=unit)


assert len(twenty_lines(1).splitlines()) == 20
