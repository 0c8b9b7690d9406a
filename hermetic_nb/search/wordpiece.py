"""Texts as the numbers of word pieces that BERT models read (Devlin et al. 2018; Wu et al. 2016 for the pieces).

The vocabulary is that of bert-base-uncased, which all-MiniLM-L6-v2 shares (Apache-2.0).
"""

from __future__ import annotations

import lzma
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Final

MOST: Final = 128
"""Pieces of a text that are read, with its two borders; the model was trained on as many."""
_LONGEST: Final = 100
"""Characters of a word that is no unknown one."""
_CJK: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]")


def numbers(text: str) -> list[int]:
    """The numbers of a text's pieces, between the borders that the model expects."""
    known = _vocabulary()
    plain = unicodedata.normalize("NFD", text.lower())
    found: list[int] = []
    for word in "".join(map(_apart, plain)).split():
        found += _pieces(word, known)
        if len(found) >= MOST - 2:
            break
    return [known["[CLS]"], *found[: MOST - 2], known["[SEP]"]]


def _apart(character: str) -> str:
    """A character as it stands in a text of words: marks, and what controls, go; punctuation is a word of its own."""
    kind = unicodedata.category(character)
    if kind == "Mn" or (kind in {"Cc", "Cf"} and not character.isspace()):
        return ""
    is_sign = character.isascii() and character.isprintable() and not character.isalnum() and character != " "
    return f" {character} " if is_sign or kind[0] == "P" or _CJK.match(character) else character


def _pieces(word: str, known: dict[str, int]) -> list[int]:
    """The longest pieces from the left; the one for unknown words where some part is none."""
    found: list[int] = []
    start = 0 if len(word) <= _LONGEST else len(word)
    while start < len(word):
        before = "##" if start else ""
        end = next((end for end in range(len(word), start, -1) if before + word[start:end] in known), None)
        if end is None:
            return [known["[UNK]"]]
        found.append(known[before + word[start:end]])
        start = end
    return found or [known["[UNK]"]]


@cache
def _vocabulary() -> dict[str, int]:
    packed = files("hermetic_nb").joinpath("data", "wordpiece.txt.xz").read_bytes()
    return {piece: number for number, piece in enumerate(lzma.decompress(packed).decode().splitlines())}
