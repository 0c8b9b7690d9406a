"""Answers what a panel asks of a registry."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.catalogue.diffs import diff_lines
from hermetic_nb.catalogue.receipts import receipt_detail, receipt_row
from hermetic_nb.catalogue.rows import Row, detail_of, row_of, used
from hermetic_nb.digest import digest_json, parse_digest
from hermetic_nb.errors import (
    HermeticError,
    IntegrityError,
    RegistryAccessError,
    RegistryError,
    SpecError,
    ToolNotFoundError,
)
from hermetic_nb.registry.names import SETTLED
from hermetic_nb.registry.spares import spares
from hermetic_nb.registry.statistics import registry_statistics

if TYPE_CHECKING:
    from pathlib import Path

    from hermetic_nb.confinement import Layer
    from hermetic_nb.digest import Digest
    from hermetic_nb.registry import NameRecord, Registry

PAGE: Final = 50
MOST: Final = 200
"""Items of a page at most."""
LONGEST: Final = 1000
"""Characters of a query that are looked at."""
_HEX: Final = re.compile(r"[0-9a-f]{4,64}")
Params = Mapping[str, str]


class Catalogue:
    """The JSON of a registry's tools, receipts and differences. Rows are read when they are shown, and kept while they hold."""

    def __init__(self, registry: Registry, *, version: str = "") -> None:
        self._registry = registry
        self._version = version
        self._rows: dict[str, tuple[int, Row | None]] = {}
        """Name -> its changes when it was read, and the row of its newest version; None where that cannot be read."""
        self._answers: dict[str, Callable[[str, Params], Any]] = {
            "status": self._status,
            "tools": self._tools,
            "receipts": self._receipts,
            "diff": self._diff,
            "statistics": self._statistics,
        }

    def answer(self, path: str, params: Params) -> Any:
        """The JSON of a path: ``status``, ``tools``, ``receipts``, ``diff``, ``statistics``; ``tools/REFERENCE``, ``receipts/DIGEST``.

        Raises SpecError for a path or parameter that is none, ToolNotFoundError, RegistryError, IntegrityError.
        """
        head, _, rest = path.strip("/").partition("/")
        act = self._answers.get(head)
        if act is None or (rest and head in {"status", "diff", "statistics"}):
            raise SpecError(f"there is nothing at {path[:60]!r}", help=", ".join(self._answers))
        return act(rest, params)

    def payload(self, reference: str) -> tuple[str, bytes]:
        """A file name and the payload of a tool, for a download. Raises ToolNotFoundError, IntegrityError."""
        record = self._resolve(reference)
        artifact = self._registry.pull(record.tool)
        ending = "wasm" if artifact.manifest.media_type == "application/wasm" else "py"
        return f"{record.name}.{record.tool.removeprefix('sha256:')[:12]}.{ending}", artifact.payload

    def generation(self) -> str:
        """A text that is another one after a tool was added, or its calls were written down."""
        return self._generation(self._registry.changes())

    # ------------------------------------------------------------ paths

    def _status(self, _rest: str, _params: Params) -> Any:
        changes = self._registry.changes()
        return {
            "version": self._version,
            "writable": _writable(self._registry.path),
            "tools": len(changes),
            "generation": self._generation(changes),
            "isolation": [],
        }

    def _tools(self, rest: str, params: Params) -> Any:
        usage = self._registry.usage()
        if rest:
            record = self._resolve(rest)
            return detail_of(self._registry, record, usage)
        changes = self._registry.changes()
        names = self._chosen(sorted(changes), params)
        offset, limit = _span(params)
        rows, total = self._read(names, changes, offset, limit)
        return self._page([used(row, usage) for row in rows], total, offset, changes)

    def _chosen(self, names: list[str], params: Params) -> list[str]:
        """The names that fit the query and the filters, in the order to show them in."""
        query = params.get("query", "").strip()[:LONGEST]
        kind, capability = params.get("kind", ""), params.get("capability", "")
        found = self._searched(query, names) if query else names
        if not (kind or capability):
            return found
        fitting = self._registry.names_where(kind=kind, reaching=capability)
        return [name for name in found if name in fitting]

    def _searched(self, query: str, names: list[str]) -> list[str]:
        """Names that begin with the query, then names and digests that contain it, then what the words find."""
        low = re.sub(r"\s+", "_", query.lower())
        by_name = sorted((name for name in names if low in name), key=lambda name: (not name.startswith(low), name))
        digits = low.removeprefix("sha256:")
        try:
            by_digest = sorted(self._registry.names_where(digits=digits)) if _HEX.fullmatch(digits) else []
            by_words = self._registry.names_by_words(query, limit=len(names) or 1)
        except RegistryAccessError:  # no FTS5 in this Python: names are searched all the same
            return by_name
        known = set(names)
        return [name for name in dict.fromkeys([*by_name, *by_digest, *by_words]) if name in known]

    def _receipts(self, rest: str, params: Params) -> Any:
        if rest:
            receipt = self._registry.receipt(_digest(rest))
            if receipt is None:
                raise RegistryError("there is no such receipt", help="receipts of pure tools are kept")
            return receipt_detail(receipt)
        tool = params.get("tool", "")
        found = self._registry.receipts(self._resolve(tool).tool if tool else None)
        offset, limit = _span(params)
        rows = [receipt_row(receipt) for receipt in found[offset : offset + limit]]
        return self._page(rows, len(found), offset, self._registry.changes())

    def _diff(self, _rest: str, params: Params) -> Any:
        old, new = (self._resolve(params.get(side, "")) for side in ("from", "to"))
        lines = diff_lines(self._registry.source(old.tool), self._registry.source(new.tool))
        return {"from": old.tool, "to": new.tool, "lines": lines}

    def _statistics(self, _rest: str, _params: Params) -> Any:
        """Figures of use, and the tools that might go: what can be told without running any."""
        found = spares(self._registry, datetime.now(UTC))
        return {
            "statistics": registry_statistics(self._registry).to_json(),
            "spares": [spare.to_json() for spare in found],
            "trimmed": self._registry.trimmed(),
        }

    # ------------------------------------------------------------ parts

    def _resolve(self, reference: str) -> NameRecord:
        if not reference or len(reference) > 300:
            raise SpecError("which tool?", help="a name, name@version, or a digest")
        return self._registry.resolve(reference)

    def _read(self, names: list[str], changes: Mapping[str, int], offset: int, limit: int) -> tuple[list[Row], int]:
        """The rows of a page, and how many there are in all; names whose tool cannot be read are left out of both."""
        hidden = {name for name in names if self._rows.get(name) == (changes[name], None)}
        shown = [name for name in names if name not in hidden]
        rows: list[Row] = []
        for name in shown[offset:]:
            if len(rows) == limit:
                break
            row = self._row(name, changes[name])
            if row is None:
                hidden.add(name)
            else:
                rows.append(row)
        return rows, len(names) - len(hidden)

    def _row(self, name: str, change: int) -> Row | None:
        known = self._rows.get(name)
        if known is not None and known[0] == change:
            return known[1]
        try:
            row = row_of(self._registry, self._registry.resolve(name))
        except (ToolNotFoundError, IntegrityError):
            row = None
        if change < time.time_ns() - SETTLED:
            self._rows[name] = (change, row)
        return row

    def _page(self, items: list[Any], total: int, offset: int, changes: Mapping[str, int]) -> Any:
        return {"generation": self._generation(changes), "total": total, "offset": offset, "items": items}

    def _generation(self, changes: Mapping[str, int]) -> str:
        return digest_json([dict(changes), list(self._registry.activity())])


def _writable(folder: Path | None) -> bool:
    """Whether tools can be put into a folder, which need not be there yet; None is memory."""
    while folder is not None and not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder is None or os.access(folder, os.W_OK)


def _span(params: Params) -> tuple[int, int]:
    """The place and the length of a page. Raises SpecError."""
    return _number(params, "offset", 0, 10**9), _number(params, "limit", PAGE, MOST)


def _number(params: Params, name: str, default: int, most: int) -> int:
    text = params.get(name, "")
    if not text:
        return default
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise SpecError(f"{name} is a number, not {text[:20]!r}", help=f"0 to {most}")
    return min(int(text), most)


def _digest(text: str) -> Digest:
    try:
        return parse_digest(text)
    except ValueError as error:
        raise SpecError(str(error), help="sha256: and 64 hex digits") from None


def layers_json(layers: Iterable[Layer]) -> list[dict[str, Any]]:
    """Isolation layers as observed, as a panel shows them."""
    return [{"layer": layer.name, "active": layer.holds, "reason": layer.seen} for layer in layers]


def error_json(error: HermeticError) -> dict[str, Any]:
    """An error as a panel shows it."""
    return {"code": error.code, "message": error.message, "help": error.help}
