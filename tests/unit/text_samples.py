"""Texts for comparisons with CPython's methods: characters about which all its versions say the same."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

CHARACTERS: Final = (
    "abzABZ019_-+ .:',;\"\\\t\n\r\x0b\x0c\x1c\x1f\x00\x7f\x85\xa0"  # ASCII, and what ends lines or is white space
    "éÉßÿµªº²¼«\xad"  # Latin-1
    "ΣσςΐΑάᾳᾼ\u0345"  # Greek: three small sigmas, letters that become three, a title case
    "İıſŉǆǅǄǰĳ"  # Turkish, long s, Croatian digraphs in all three cases
    "ﬃﬅև\u0301\u0308\u200b\u2028\u2029\u3000\u2003"  # ligatures, marks, what case ignores, spaces
    "٣௧ⅷⅧ①万五ªʰ中ア"  # digits and numerals of many kinds, letters without case
    "😀𐐀𐐨𝔄𝟘\U000e0001\uffff\ud800"  # beyond the basic plane: with case and without; no character; half of one
)
TEXT: Final = st.text(st.sampled_from(CHARACTERS), max_size=12)
WORDS: Final = st.text("aB Σ'.\u0301ß\t\n", max_size=16)
FEW: Final = st.text("ab", max_size=24)
"""Texts in which parts are found often."""
TEXTS: Final = st.one_of(TEXT, WORDS, FEW)
PARTS: Final = st.one_of(st.text("ab", max_size=3), st.text(st.sampled_from(CHARACTERS), max_size=2))
