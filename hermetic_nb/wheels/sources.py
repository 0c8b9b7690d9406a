"""The text of a module, by the encoding that it declares (PEP 263)."""

from __future__ import annotations

import codecs
import io
import tokenize
from typing import Final

from hermetic_nb.wheels.paths import refusal

ENCODINGS: Final = frozenset(
    codecs.lookup(name).name
    for name in (
        *("utf-8", "utf-8-sig", "ascii", "cp1250", "cp1251", "cp1252", "koi8-r", "koi8-u", "mac-roman"),
        *("latin-1", "iso8859-2", "iso8859-5", "iso8859-7", "iso8859-9", "iso8859-15"),
        *("shift_jis", "cp932", "euc_jp", "gb2312", "gbk", "gb18030", "big5", "euc_kr"),
    )
)
"""Encodings that sources are written in. The others are slow, no text, or differ from machine to machine."""


def text_of(path: str, data: bytes) -> str:
    """The source text of a module. Raises DependencyError where it is no text in the encoding that it declares."""
    try:
        declared, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except (SyntaxError, ValueError):
        raise refusal(f"{path} is not text in the encoding that it declares") from None
    if codecs.lookup(declared).name not in ENCODINGS:
        raise refusal(f"{path} is written in {declared}, which no source is")
    try:
        return data.decode(declared)
    except UnicodeDecodeError:
        raise refusal(f"{path} is not {declared} text") from None
