"""Cells, and what the browser tests share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

LOAD = "%load_ext hermetic_nb"
GC = '''%%hermetic_tool
def gc_content(seq: str) -> float:
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
ASK = (
    '%%hermetic_tool\ndef turned(text: str) -> str:\n    """The text backwards."""\n    return text[::-1]\n',
    '%%hermetic_tool\ndef turned(text: str) -> str:\n    """The text from its end."""\n    return text[::-1]\n',
    '%%hermetic_tool\ndef shout(text: str) -> str:\n    """The text in capitals."""\n    return text.upper()\n',
    """import hermetic_nb as hnb

@hnb.default().agent("critic")
async def critic(input: str) -> str:
    return f"{len(input)} letters"
""",
    '''%%hermetic_tool both_ways --uses turned shout
async def both_ways(text: str, call_agent) -> list:
    """The text backwards, and in capitals, and what a critic says of both."""
    a, b = await asyncio.gather(call_agent("turned", {"text": text}), call_agent("shout", {"text": text}))
    return [a, b, await call_agent("critic", {"input": a + b})]
''',
    "%tool_call both_ways text=stressed",
)
AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"


def axe(page: Page, place: str) -> list[str]:
    """What axe-core calls serious or critical below an element; its rules for whole pages are left out."""
    assert AXE.is_file(), "axe-core is not there: npm ci in labextension"
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate(
        "place => axe.run(place, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })", place
    )
    return [
        f"{one['id']}: {one['help']}: {[node['target'] for node in one['nodes']][:3]}"
        for one in found["violations"]
        if one["impact"] in {"serious", "critical"}
    ]
