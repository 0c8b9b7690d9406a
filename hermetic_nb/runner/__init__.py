"""The runner: CPython 3.14 as one WebAssembly component that imports nothing, pinned by its sha256.

`build` makes it (a deliberate act, see there), `guest` is the program inside it, and this module is how the rest of the
package reads it.
"""

from __future__ import annotations

import json
import lzma
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.digest import Digest, digest_bytes
from hermetic_nb.errors import IntegrityError

if TYPE_CHECKING:
    from collections.abc import Mapping

ARCHIVE: Final = "runner.wasm.xz"
PIN: Final = "runner.json"
"""What stands beside the archive: the digest of the component, and what it was made of."""


@cache
def pin() -> Mapping[str, Any]:
    """``digest`` and ``size`` of the component, ``python``, ``componentize``, ``restricted_python`` (versions), ``sources`` (digest)."""
    text = (resources.files("hermetic_nb") / "data" / PIN).read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def digest() -> Digest:
    """The digest of the component: part of every tool that runs in it."""
    return Digest(pin()["digest"])


def component() -> bytes:
    """The component's bytes. Raises IntegrityError where they are not the pinned ones."""
    data = (resources.files("hermetic_nb") / "data" / ARCHIVE).read_bytes()
    try:
        component = lzma.decompress(data)
    except lzma.LZMAError:
        component = b""
    if digest_bytes(component) != digest():
        raise IntegrityError(
            "the Python runner does not match its digest", help="the installation is damaged; install hermetic_nb again"
        )
    return component
