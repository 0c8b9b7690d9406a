"""What a toolchain and its compiler processes say to each other.

A request is one JSON document. A reply is a 32-bit little-endian length, a JSON header of that length, and the payload.
A refusal is a header with an ``error``: the name of a class of `errors`, its message, help and diagnostics.
"""

from __future__ import annotations

import json
import re
import struct
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import errors
from hermetic_nb.errors import BuildError, Diagnostic, HermeticError, SpecError, ToolchainError
from hermetic_nb.model import Explanation, Payload, ToolSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_LENGTH: Final = struct.Struct("<I")
_ADDRESS: Final = re.compile(r" at 0x[0-9a-f]+")
WARM: Final = json.dumps({"do": "warm"}).encode()
"""The request to load what a first compilation would load."""


def compile_request(spec: ToolSpec) -> bytes:
    """The request to build a spec."""
    return json.dumps({"do": "compile", "spec": spec.to_json()}).encode()


def accept_request(spec: ToolSpec) -> bytes:
    """The request to let the front end read a spec's source."""
    return json.dumps({"do": "accept", "spec": spec.to_json()}).encode()


def explain_request(spec: ToolSpec) -> bytes:
    """The request to say what the compiler knows of a spec."""
    return json.dumps({"do": "explain", "spec": spec.to_json()}).encode()


def answer(
    request: memoryview,
    *,
    compile_spec: Callable[[ToolSpec], Payload],
    warm: Callable[[], None],
    accept: Callable[[ToolSpec], None] | None = None,
    explain: Callable[[ToolSpec], Explanation] | None = None,
) -> Sequence[bytes]:
    """The compiler's side: do what the request asks. Errors of the source become a refusal; others end the process's answer too."""
    document = json.loads(bytes(request))
    if document["do"] == "warm":
        warm()
        return _reply({})
    try:
        spec = ToolSpec.from_json(document["spec"])
        if document["do"] == "accept":
            if accept is not None:
                accept(spec)
            return _reply({})
        if document["do"] == "explain":
            return _reply({} if explain is None else {"explanation": explain(spec).to_json()})
        payload = compile_spec(spec)
    except HermeticError as error:
        return _reply(_refusal(error))
    except RecursionError:
        return _reply(
            _refusal(BuildError("the source is nested too deep for the compiler", help="split the expression"))
        )
    except Exception as error:  # noqa: BLE001 (a fault of the compiler: told as ours, with its place)
        return _reply(_refusal(_fault(error)))
    header = {"media_type": payload.media_type, "notes": list(payload.notes), "ulp": dict(payload.ulp)}
    return _reply(header, payload.data)


def read_reply(reply: bytes | memoryview) -> Payload:
    """The toolchain's side: the payload. Raises the error that the compiler named."""
    view = memoryview(reply)
    (length,) = _LENGTH.unpack_from(view)
    header = json.loads(bytes(view[_LENGTH.size : _LENGTH.size + length]))
    if "error" in header:
        raise _revive(header)
    data = bytes(view[_LENGTH.size + length :])
    return Payload(data=data, media_type=header["media_type"], notes=tuple(header["notes"]), ulp=header["ulp"])


def read_explanation(reply: bytes | memoryview) -> Explanation:
    """The toolchain's side of a request to explain. Raises the error that the compiler named."""
    try:
        return Explanation.from_json(read_done(reply)["explanation"])
    except (KeyError, TypeError, ValueError):
        raise ToolchainError("the compiler explained nothing") from None


def read_done(reply: bytes | memoryview) -> dict[str, Any]:
    """The toolchain's side of requests without a payload: the header. Raises the error that the compiler named."""
    view = memoryview(reply)
    (length,) = _LENGTH.unpack_from(view)
    if length + _LENGTH.size != len(view):
        raise ToolchainError("the compiler answered something else")
    header: dict[str, Any] = json.loads(bytes(view[_LENGTH.size :]))
    if "error" in header:
        raise _revive(header)
    return header


def _reply(header: dict[str, Any], data: bytes = b"") -> list[bytes]:
    text = json.dumps(header).encode()
    return [_LENGTH.pack(len(text)), text, data]


def _refusal(error: HermeticError) -> dict[str, Any]:
    places = [[d.message, d.line, d.column, d.end_column, d.source] for d in error.diagnostics]
    return {"error": type(error).__name__, "message": error.message, "help": error.help, "diagnostics": places}


def _fault(error: Exception) -> ToolchainError:
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f" in {place.tb_frame.f_code.co_name}, line {place.tb_lineno}"
    detail = _ADDRESS.sub("", " ".join(str(error).split()))[:200]
    return ToolchainError(
        f"the compiler failed on this cell: {type(error).__name__}: {detail}{where}",
        help="this is a fault of hermetic_nb, not of the cell; please report the cell",
    )


def _revive(header: dict[str, Any]) -> HermeticError:
    kind = getattr(errors, header["error"], None)
    if not (isinstance(kind, type) and issubclass(kind, (BuildError, SpecError))):
        kind = ToolchainError
    diagnostics = [Diagnostic(*place) for place in header["diagnostics"]]
    return kind(header["message"], diagnostics=diagnostics, help=header["help"])
