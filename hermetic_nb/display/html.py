"""HTML from text nodes only: nothing that comes from a tool is ever markup.

Colours are those of the page (``currentColor``, ``inherit``), so that light and dark need no two versions; styles stand in
attributes, because notebooks that are not trusted lose their style sheets.
"""

from __future__ import annotations

import html


class Markup(str):
    """Text that is HTML already. Only this module makes it."""

    __slots__ = ()


def element(tag: str, *children: str, style: str = "") -> Markup:
    """One element; children that are plain text are escaped."""
    inside = "".join(child if isinstance(child, Markup) else html.escape(child) for child in children)
    attribute = f' style="{html.escape(style)}"' if style else ""
    return Markup(f"<{tag}{attribute}>{inside}</{tag}>")


def frame(title: str, subtitle: str, *body: Markup) -> Markup:
    """A card: title, faint subtitle, body."""
    head = element("div", element("strong", title), " ", faint(subtitle))
    return element("div", head, *body, style="border-left: 3px solid rgba(128, 128, 128, 0.5); padding-left: 12px")


def faint(text: str) -> Markup:
    """Text of less weight."""
    return element("span", text, style="opacity: 0.65")


def facts(rows: list[tuple[str, str]]) -> Markup:
    """Names and values, one pair a line, values aligned."""
    width = max((len(name) for name, _ in rows), default=0)
    parts = [part for name, value in rows for part in (faint(f"{name:<{width}}"), f"  {value}\n")]
    return block(*parts)


def table(lines: str) -> Markup:
    """Lines of aligned columns, the first of which is their header."""
    header, _, rest = lines.partition("\n")
    return block(faint(header), f"\n{rest}")


def block(*parts: str, above: int = 4) -> Markup:
    """Preformatted text, that many pixels below what stands above it."""
    return element(
        "pre", *parts, style=f"margin: {above}px 0 4px; background: none; font-size: var(--jp-code-font-size, 0.93em)"
    )
