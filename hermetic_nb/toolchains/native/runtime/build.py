"""``python -m hermetic_nb.toolchains.native.runtime.build``: make the native runtime that ships.

Writes ``hermetic_nb/data/native_runtime.xz`` and says its size and sha256. Needs ``ziglang`` (maintainers only).
The same sources, ziglang and llvmlite give the same bytes, in any folder.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
from pathlib import Path

from hermetic_nb.toolchains.native.linking.runtime_archive import ARCHIVE, Archive, pack, unpack
from hermetic_nb.toolchains.native.runtime.pieces import cut
from hermetic_nb.toolchains.native.runtime.sources import linked, sources_digest


def build() -> bytes:
    """The archive. Raises: ToolchainError when ziglang is missing or a source does not compile."""
    with tempfile.TemporaryDirectory() as work:
        return pack(Archive(sources=sources_digest(), pieces=tuple(cut(linked(Path(work))))))


def main() -> int:
    """Build, write, and say what was written."""
    archive = build()
    file = Path(__file__).parents[3] / "data" / ARCHIVE
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(archive)
    pieces = unpack(archive).pieces
    print(f"{ARCHIVE}: {len(archive)} bytes, {len(pieces)} symbols, sha256 {hashlib.sha256(archive).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
