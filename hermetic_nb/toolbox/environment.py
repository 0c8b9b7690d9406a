"""E of a call: what the manifest names, and where its contents come from."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hermetic_nb.digest import Digest, digest_bytes
from hermetic_nb.errors import EnvError, ReplayMismatch
from hermetic_nb.model import Environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hermetic_nb.delegation import Mask
    from hermetic_nb.errors import HermeticError
    from hermetic_nb.model import Manifest, Receipt, ToolSpec


def gather(manifest: Manifest | ToolSpec, content: Callable[[Digest], bytes], *, is_called: bool = True) -> Environment:
    """Names from this process's environment, data and wheels by their digests. Raises EnvError, IntegrityError.

    ``is_called`` False: a name without a value is left out, because no call will miss it.
    """
    absent = [name for name in manifest.env if name not in os.environ]
    if absent and is_called:
        raise EnvError(
            f"{manifest.name} takes {', '.join(absent)} from the environment, where it has no value",
            help=f'os.environ["{absent[0]}"] = ... sets it for this notebook',
        )
    values: dict[str, Any] = {name: os.environ[name] for name in manifest.env if name in os.environ}
    values |= {name: content(digest) for name, digest in manifest.data}
    return Environment(values=values, wheels={d.wheel: content(d.wheel) for d in manifest.dependencies})


def digests(manifest: Manifest, environment: Environment) -> dict[str, Digest]:
    """What a receipt says of E: sha256 of the name, a null character and the value; of data, of the content.

    A value that can be guessed can be guessed from its digest.
    """
    found = {
        name: digest_bytes(f"{name}\0{environment.values[name]}".encode("utf-8", "surrogatepass"))
        for name in manifest.env
    }
    return found | dict(manifest.data)


def mask(manifest: Manifest | ToolSpec, environment: Environment) -> Mask:
    """Leaves the values of ``--env`` out of what is written down."""
    from hermetic_nb.delegation import Mask  # noqa: PLC0415 (asyncio, which compiled tools do without)

    return Mask({name: environment.values[name] for name in manifest.env if name in environment.values})


def hide(error: HermeticError, mask: Mask) -> None:
    """Leave them out of an error."""
    error.message = mask.text(error.message)
    error.args = (error.message,)
    error.diagnostics = tuple(replace(found, message=mask.text(found.message)) for found in error.diagnostics)


def compare(receipt: Receipt, here: Mapping[str, Digest], *, partly: bool = False) -> None:
    """Raise ReplayMismatch where E is not what it was at the receipt's call; ``partly``: look at the names of ``here`` only."""
    for name in sorted(here if partly else {*receipt.env, *here}):
        then, now = receipt.env.get(name), here.get(name)
        if then != now:
            raise ReplayMismatch(
                f"{name} is not what it was: its digest is {_short(now)}, the receipt has {_short(then)}",
                help="a replay needs the same values of --env and the same files of --data",
            )


def _short(digest: Digest | None) -> str:
    return "none" if digest is None else digest.removeprefix("sha256:")[:12]
