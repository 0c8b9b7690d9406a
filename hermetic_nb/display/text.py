"""Plain text that stands in columns, and long values cut to a line."""

from __future__ import annotations

from typing import Any, Final

WIDTH: Final = 72
"""Characters of a value on a card."""


def facts(rows: list[tuple[str, str]]) -> str:
    """Names and values, one pair a line, values aligned."""
    width = max((len(name) for name, _ in rows), default=0)
    return "\n".join(f"  {name:<{width}}  {value}".rstrip() for name, value in rows)


def table(header: list[str], rows: list[list[str]]) -> str:
    """Rows in columns, under a header."""
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    return "\n".join(
        "  ".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True)).rstrip()
        for row in [header, *rows]
    )


def shortened(value: Any, width: int = WIDTH) -> str:
    """A value's repr on one line, the middle left out where it is long; the length of what is long is said."""
    if isinstance(value, list) and len(value) > width:
        head, tail = ", ".join(_cut(shortened(item), width) for item in value[:3]), _cut(shortened(value[-1]), width)
        return f"[{head}, ..., {tail}] ({len(value)} items)"
    if isinstance(value, (str, bytes)) and len(value) > width:
        kind = "characters" if isinstance(value, str) else "bytes"
        return f"{value[: width // 2]!r}...{value[-width // 4 :]!r} ({len(value)} {kind})"
    return _cut(repr(value), 2 * width)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else f"{text[: width - 3]}..."


def shortened_line(line: str, width: int = WIDTH) -> str:
    """A line of text, cut where it is long."""
    return _cut(line, width)


def count(number: int, noun: str) -> str:
    """``1 input``, ``2 inputs``, with thousands set apart."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}".replace(",", " ")
