"""Answers what a panel asks of a registry."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.catalogue.diffs import diff_lines
from hermetic_nb.catalogue.receipts import receipt_detail, receipt_row
from hermetic_nb.catalogue.rows import Row, detail_of, row_of, used
from hermetic_nb.digest import digest_json, parse_digest
from hermetic_nb.errors import HermeticError, IntegrityError, RegistryError, SpecError, ToolNotFoundError

if TYPE_CHECKING:
    from hermetic_nb.confinement import Layer
    from hermetic_nb.digest import Digest
    from hermetic_nb.registry import NameRecord, Registry

PAGE: Final = 50
MOST: Final = 200
"""Items of a page at most."""
LONGEST: Final = 1000
"""Characters of a query that are looked at."""
Params = Mapping[str, str]


class Catalogue:
    """The JSON of a registry's tools, receipts and differences. Rows are kept until their names change."""

    def __init__(self, registry: Registry, *, version: str = "") -> None:
        self._registry = registry
        self._version = version
        self._lock = threading.Lock()
        self._rows: dict[str, tuple[int, Row | None]] = {}
        self._answers: dict[str, Callable[[str, Params], Any]] = {
            "status": self._status,
            "tools": self._tools,
            "receipts": self._receipts,
            "diff": self._diff,
        }

    def answer(self, path: str, params: Params) -> Any:
        """The JSON of a path: ``status``, ``tools``, ``tools/REFERENCE``, ``receipts``, ``receipts/DIGEST``, ``diff``.

        Raises SpecError for a path or parameter that is none, ToolNotFoundError, RegistryError, IntegrityError.
        """
        head, _, rest = path.strip("/").partition("/")
        act = self._answers.get(head)
        if act is None or (rest and head in {"status", "diff"}):
            raise SpecError(f"there is nothing at {path[:60]!r}", help="status, tools, receipts, diff")
        return act(rest, params)

    def payload(self, reference: str) -> tuple[str, bytes]:
        """A file name and the payload of a tool, for a download. Raises ToolNotFoundError, IntegrityError."""
        record = self._resolve(reference)
        artifact = self._registry.pull(record.tool)
        ending = "wasm" if artifact.manifest.media_type == "application/wasm" else "py"
        return f"{record.name}.{record.tool.removeprefix('sha256:')[:12]}.{ending}", artifact.payload

    def generation(self) -> str:
        """A text that is another one after a tool was added, or its calls were written down."""
        return digest_json([self._registry.changes(), list(self._registry.activity())])

    # ------------------------------------------------------------ paths

    def _status(self, _rest: str, _params: Params) -> Any:
        folder = self._registry.path
        writable = folder is None or os.access(folder if folder.exists() else folder.parent, os.W_OK)
        return {
            "version": self._version,
            "writable": bool(writable),
            "tools": len(self._registry.changes()),
            "generation": self.generation(),
            "isolation": [],
        }

    def _tools(self, rest: str, params: Params) -> Any:
        usage = self._registry.usage()
        if rest:
            record = self._resolve(rest)
            return detail_of(self._registry, record, usage)
        rows = self._chosen(params)
        return self._page(rows, params, lambda row: used(row, usage))

    def _chosen(self, params: Params) -> list[Row]:
        """The newest version of each name that fits the query and the filters."""
        query = params.get("query", "").strip()[:LONGEST]
        rows = self._newest()
        found = list(rows.values()) if not query else self._searched(query, rows)
        kind, capability = params.get("kind", ""), params.get("capability", "")
        return [
            row
            for row in found
            if (not kind or row["kind"] == kind)
            and (not capability or any(one.startswith(capability) for one in row["capabilities"]))
        ]

    def _searched(self, query: str, rows: Mapping[str, Row]) -> list[Row]:
        """Names that begin with the query, then names and digests that contain it, then what the words find."""
        low = re.sub(r"\s+", "_", query.lower())
        digits = low.removeprefix("sha256:")
        by_name = sorted((name for name in rows if low in name), key=lambda name: (not name.startswith(low), name))
        by_digest = [name for name, row in rows.items() if len(digits) >= 4 and digits in row["digest"]]
        by_words = [record.name for record in self._registry.search(query, limit=len(rows) or 1)]
        names = dict.fromkeys([*by_name, *by_digest, *by_words])
        return [rows[name] for name in names if name in rows]

    def _receipts(self, rest: str, params: Params) -> Any:
        if rest:
            receipt = self._registry.receipt(_digest(rest))
            if receipt is None:
                raise RegistryError("there is no such receipt", help="receipts of pure tools are kept")
            return receipt_detail(receipt)
        tool = params.get("tool", "")
        found = self._registry.receipts(self._resolve(tool).tool if tool else None)
        return self._page(list(found), params, receipt_row)

    def _diff(self, _rest: str, params: Params) -> Any:
        old, new = (self._resolve(params.get(side, "")) for side in ("from", "to"))
        lines = diff_lines(self._registry.source(old.tool), self._registry.source(new.tool))
        return {"from": old.tool, "to": new.tool, "lines": lines}

    # ------------------------------------------------------------ parts

    def _resolve(self, reference: str) -> NameRecord:
        if not reference or len(reference) > 300:
            raise SpecError("which tool?", help="a name, name@version, or a digest")
        return self._registry.resolve(reference)

    def _newest(self) -> dict[str, Row]:
        """The row of each name's newest version, by name; tools that cannot be read are left out."""
        changes = self._registry.changes()
        with self._lock:
            for name in set(self._rows) - set(changes):
                del self._rows[name]
            for name, change in changes.items():
                known = self._rows.get(name)
                if known is None or known[0] != change:
                    self._rows[name] = (change, self._read(name))
            rows = {name: row for name, (_, row) in self._rows.items() if row is not None}
        return dict(sorted(rows.items()))

    def _read(self, name: str) -> Row | None:
        try:
            return row_of(self._registry, self._registry.resolve(name))
        except (ToolNotFoundError, IntegrityError):
            return None

    def _page(self, items: list[Any], params: Params, shown: Callable[[Any], Any]) -> Any:
        offset, limit = _number(params, "offset", 0, 10**9), _number(params, "limit", PAGE, MOST)
        return {
            "generation": self.generation(),
            "total": len(items),
            "offset": offset,
            "items": [shown(item) for item in items[offset : offset + limit]],
        }


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
