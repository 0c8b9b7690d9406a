"""Tools, receipts, lists and errors as MIME bundles: text, static HTML, and JSON that a notebook checker compares exactly.

No times, paths, addresses, process ids or cache state, and nothing that depends on what else the registry holds
(DESIGN 6.9). Texts show the first digits of a digest; the JSON holds it whole.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.digest import digest_bytes, short
from hermetic_nb.display import html, text
from hermetic_nb.errors import HermeticError, ToolError
from hermetic_nb.model import FORMAT, PAGE, Receipt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.display.html import Markup
    from hermetic_nb.model import AgentCall
    from hermetic_nb.toolbox import Proof, Tool, Verification

Bundle = dict[str, Any]
MIME: Final = "application/vnd.hermetic-nb.{}.v1+json"
MOST: Final = 1 << 16
"""Characters of a receipt's wire text beyond which its JSON holds digests in place of the values."""


def tool_card(tool: Tool) -> Bundle:
    """What a cell became."""
    title, subtitle, rows = tool.name, _kind(tool), _proof_rows(tool)
    return bundle_of(
        f"{title}  {subtitle}\n{text.facts(rows)}",
        html.frame(title, subtitle, html.facts(rows)),
        "tool",
        tool_json(tool),
    )


def tool_sheet(tool: Tool, *, source: bool) -> Bundle:
    """All of a tool: the card, its manifest's facts, its documentation, and the source if asked for."""
    manifest = tool.manifest
    rows = [
        *_proof_rows(tool),
        ("payload", f"{short(manifest.payload)}, {manifest.media_type}"),
        ("source", f"{short(manifest.source)}, {manifest.language}"),
        ("toolchain", " ".join(manifest.toolchain.get(key, "") for key in ("program", "generation", "target")).strip()),
        ("memory", f"{manifest.limits.memory_pages * PAGE >> 20} MiB at most"),
        ("depth", f"{manifest.limits.depth} nested calls at most"),
        ("runs", f"in a fresh instance for each call, {tool.isolation}"),
    ]
    parts = [f"{tool.name}  {_kind(tool)}", text.facts(rows)]
    body = [html.facts(rows)]
    for shown in [tool.manifest.doc, *([tool.source] if source else [])]:
        if shown:
            parts += ["", _indented(shown)]
            body.append(html.block(shown.rstrip("\n"), above=14))
    return bundle_of(
        "\n".join(parts),
        html.frame(tool.name, _kind(tool), *body),
        "tool",
        tool_json(tool) | {"manifest": manifest.to_json()} | ({"text": tool.source} if source else {}),
    )


def tool_json(tool: Tool) -> dict[str, Any]:
    """The vendor JSON of a tool."""
    return {
        "format": FORMAT,
        "name": tool.name,
        "digest": tool.digest,
        "tier": tool.tier,
        "reason": tool.reason,
        "language": tool.language,
        "signature": tool.signature.to_json(),
        "payload": tool.manifest.payload,
        "source": tool.manifest.source,
        "size": tool.size,
        "imports": list(tool.imports),
        "examples": {"passed": tool.proof.examples, "total": len(tool.manifest.examples)},
        "compared": tool.proof.compared,
        "limited": tool.proof.limited,
        "skipped": tool.proof.skipped,
        "inconclusive": tool.proof.inconclusive,
        "notes": list(tool.proof.notes),
        "kept": tool.version > 0,
        "capabilities": list(tool.manifest.capabilities),
        "uses": dict(tool.manifest.uses),
        "env": list(tool.manifest.env),
        "data": dict(tool.manifest.data),
        "dependencies": {d.name: d.to_json() for d in tool.manifest.dependencies},
    }


def receipt_card(receipt: Receipt) -> Bundle:
    """One call."""
    outcome = (
        ("value", text.shortened(receipt.value))
        if receipt.error is None
        else ("raised", f"{receipt.error.exception}: {receipt.error.message}".rstrip(": ") + _at(receipt.error.line))
    )
    rows = [
        ("tool", short(receipt.tool)),
        *((name, text.shortened(value)) for name, value in receipt.arguments.items()),
        *((name, f"from the environment, {short(digest)}") for name, digest in receipt.env.items()),
        *([("asked", _asked(receipt.trace))] if receipt.trace else []),
        *([("printed", text.shortened(receipt.printed))] if receipt.printed else []),
        outcome,
        *([("ran", receipt.ran)] if receipt.ran else []),
    ]
    title, subtitle = "receipt", short(receipt.digest)
    return bundle_of(
        f"{title}  {subtitle}\n{text.facts(rows)}",
        html.frame(title, subtitle, html.facts(rows)),
        "receipt",
        receipt_json(receipt),
    )


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """The vendor JSON of a receipt: its stored form and digest; of a large one, digests of arguments and output."""
    document = receipt.to_json()
    if receipt.printed:
        document["printed"] = receipt.printed
    if len(values.text(document)) > MOST:
        document["arguments"] = _digests(document["arguments"])
        if "output" in document:
            document["output"] = _digests({"output": document["output"]})["output"]
        document["shortened"] = True
    return document | {"digest": receipt.digest}


def receipt_note(receipt: Receipt) -> Bundle:
    """One line for a receipt whose value is shown by itself; the JSON holds it whole."""
    plain = f"receipt {short(receipt.digest)}: {_asked(receipt.trace) if receipt.trace else 'nobody was asked'}"
    return {"text/plain": plain, MIME.format("receipt"): receipt_json(receipt)}


def list_card(tools: Sequence[Tool], *, versions: bool) -> Bundle:
    """Tools, one a line; with their version numbers if asked for."""
    header = ["name", "tier", "digest", "signature"]
    rows = [[tool.name, tool.tier, short(tool.digest), str(tool.signature)] for tool in tools]
    if versions:
        header.insert(1, "version")
        for row, tool in zip(rows, tools, strict=True):
            row.insert(1, str(tool.version))
    subtitle = text.count(len(tools), "tool")
    plain = text.table(header, rows) if rows else "no tools yet"
    body = html.table(plain) if rows else html.faint(plain)
    document = {"format": FORMAT, "tools": [tool_json(tool) for tool in tools]}
    return bundle_of(plain, html.frame("tools", subtitle, body), "list", document)


def verification_card(verified: Verification) -> Bundle:
    """A tool that was rebuilt and compared."""
    tool = verified.tool
    rows = [("digest", f"{short(tool.digest)}, the same from a new build"), *_shown_rows(tool, verified.proof)]
    return bundle_of(
        f"{tool.name}  verified\n{text.facts(rows)}",
        html.frame(tool.name, "verified", html.facts(rows)),
        "tool",
        tool_json(tool) | {"verified": True},
    )


def error_card(error: HermeticError) -> Bundle:
    """An error, for those who keep it as a value."""
    lines = error.render()
    document = {"format": FORMAT} | error.to_json()
    receipt = error.receipt if isinstance(error, ToolError) else None
    if isinstance(receipt, Receipt):
        document["receipt"] = receipt.digest
    body = [html.block("\n".join(lines[1:]))] if lines[1:] else []
    return bundle_of(
        "\n".join(lines), html.frame(f"{error.code} {error.title}", error.message, *body), "error", document
    )


def bundle_of(plain: str, markup: Markup, kind: str, document: dict[str, Any]) -> Bundle:
    """Text, static HTML, and the vendor JSON of a kind."""
    return {"text/plain": plain, "text/html": str(markup), MIME.format(kind): document}


def _kind(tool: Tool) -> str:
    if tool.version:
        return "sealed tool"
    return "sealed tool of this session" if tool.of_session else "dry run: nothing was kept"


def _proof_rows(tool: Tool) -> list[tuple[str, str]]:
    return [
        ("takes", str(tool.signature)),
        ("tier", f"{tool.tier}: {tool.reason}" if tool.reason else tool.tier),
        ("digest", short(tool.digest)),
        ("size", text.count(tool.size, "byte")),
        ("imports", ", ".join(tool.imports) or "none"),
        *_needs(tool),
        *_shown_rows(tool, tool.proof),
    ]


def _shown_rows(tool: Tool, proof: Proof) -> list[tuple[str, str]]:
    total = len(tool.manifest.examples)
    rows = [("examples", f"{proof.examples}/{total}" if total else "none")]
    if proof.reference:
        rows.append(("compared", f"with CPython on {_compared(proof)}"))
    return rows + [("note", note) for note in proof.notes]


def _compared(proof: Proof) -> str:
    """How many inputs agreed, and how many showed nothing."""
    more = " more" if proof.compared else ""
    said = []
    if proof.limited:
        said.append(f"{proof.limited} at a declared limit")
    if proof.skipped:
        said.append(f"{proof.skipped}{more} did not end within its budget")
    if proof.inconclusive:
        said.append(f"{proof.inconclusive}{more} left it open")
    if proof.compared:
        return text.count(proof.compared, "input") + (f" ({', '.join(said)})" if said else "")
    if proof.skipped and not proof.inconclusive:
        return "no input: none ended within its budget"
    return f"no input: {', '.join(said) or 'none was made'}"


def _asked(trace: Sequence[AgentCall]) -> str:
    """Who was asked, and how often, in the order of the first calls."""
    counts = Counter(call.agent for call in trace)
    named = ", ".join(f"{name} {number}" if number > 1 else name for name, number in counts.items())
    return f"{text.count(len(trace), 'call')}: {named if len(named) <= text.WIDTH else named[: text.WIDTH] + '...'}"


def _needs(tool: Tool) -> list[tuple[str, str]]:
    """What a tool has besides its arguments."""
    manifest = tool.manifest
    found = [
        ("may", ", ".join(manifest.capabilities)),
        ("uses", ", ".join(f"{name} {short(digest)}" for name, digest in manifest.uses)),
        ("env", ", ".join(manifest.env)),
        ("data", ", ".join(f"{name} {short(digest)}" for name, digest in manifest.data)),
        ("deps", ", ".join(f"{d.name} {d.version}" for d in manifest.dependencies)),
    ]
    return [(name, shown) for name, shown in found if shown]


def _at(line: int) -> str:
    return f" (line {line})" if line else ""


def _digests(document: dict[str, Any]) -> dict[str, str]:
    return {name: digest_bytes(values.text(value).encode()) for name, value in document.items()}


def _indented(shown: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in shown.rstrip("\n").split("\n"))
