"""What the runner answers, read as steps.

A cell of the python tier shares the interpreter that writes these answers, so nothing in them is believed: every field is
checked, and a step that cannot be is the tool's own fault.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.errors import Diagnostic, EngineError, LimitExceeded
from hermetic_nb.executors import runner_protocol as protocol
from hermetic_nb.model import PAGE, Calls, Done, Failed, Failure, Request
from hermetic_nb.signature import border

if TYPE_CHECKING:
    from hermetic_nb.model import Limits, Manifest, Step

MATCHES: Final = frozenset({"full", "kind", "no"})
NAME: Final = 200
"""Characters of the name of an agent or an exception."""


class _MalformedError(Exception):
    """The answer is not one that the guest gives."""


def read_step(text: bytes, manifest: Manifest, limits: Limits) -> Step:
    """The step of an answer. Raises LimitExceeded where the guest says that a limit ended the call."""
    try:
        document = _parsed(text)
        printed = _text(document.get("printed", ""))
        if "done" in document:
            return _done(document["done"], printed, manifest)
        if "failed" in document:
            return _failed(document["failed"], printed, manifest, limits)
        if "calls" in document and manifest.is_pure:
            return Calls(tuple(map(_request, _list(document["calls"]))))
    except _MalformedError:
        pass
    return _disturbed()


def read_examples(text: bytes, count: int, manifest: Manifest, limits: Limits) -> list[tuple[str, str]] | Step:
    """How ``count`` examples went: a match and what they gave; a failed step where the program could not be defined."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return _disturbed()
    if isinstance(data, dict):
        step = read_step(text, manifest, limits)
        return step if isinstance(step, Failed) else _disturbed()  # a cell that is defined says so in a list
    try:
        results = [(_text(match), _text(got)) for match, got in _list(data)]
    except (_MalformedError, TypeError, ValueError):
        return _disturbed()
    if len(results) != count or any(match not in MATCHES for match, _ in results):
        return _disturbed()
    return results


def stopped(status: int, manifest: Manifest, limits: Limits) -> Step:
    """What an answer without a text means. Raises LimitExceeded, EngineError."""
    if status == protocol.NO_FUEL:
        raise LimitExceeded(
            f"the call used up its fuel of {limits.fuel} instructions",
            limit="fuel",
            help="look for a loop that does not end, or raise the limit fuel",
        )
    if status == protocol.NO_STACK:
        raise LimitExceeded(
            "the runner's stack is used up", limit="stack", help="look for a recursion, or data nested, too deep"
        )
    if status == protocol.NO_MEMORY:
        raise _limit("memory", 0, manifest)
    if status == protocol.TOO_LARGE:
        raise _too_large(limits)
    if status == protocol.STOPPED:
        return Failed(Failure("RuntimeError", "Python itself stopped in the runner"))
    raise EngineError("the engine could not run the tool", help="the host may be out of memory")


def _disturbed() -> Failed:
    return Failed(Failure("RuntimeError", "the tool disturbed the runner: its answer cannot be read"))


def _too_large(limits: Limits) -> LimitExceeded:
    return LimitExceeded(
        f"the result has more than {limits.output_bytes} bytes",
        limit="output_bytes",
        help="raise the limit output_bytes",
    )


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise _MalformedError from None
    if not isinstance(document, dict):
        raise _MalformedError
    return document


def _done(data: Any, printed: str, manifest: Manifest) -> Step:
    try:
        value = values.from_wire(data)
    except (ValueError, TypeError, RecursionError):
        raise _MalformedError from None
    try:
        return Done(border.fit_result(manifest.signature, value), printed)
    except TypeError as error:
        return Failed(Failure("TypeError", f"{manifest.entry} {error}"), printed)


def _failed(data: Any, printed: str, manifest: Manifest, limits: Limits) -> Step:
    if not isinstance(data, dict):
        raise _MalformedError
    exception, base = _name(data.get("exception")), data.get("base", "")
    message, line = _text(data.get("message")), data.get("line")
    if type(line) is not int or not 0 <= line < 1 << 31:
        raise _MalformedError
    limit = data.get("limit", "")
    if limit == "output":
        raise _too_large(limits)
    if limit in {"memory", "depth"}:
        raise _limit(limit, line, manifest)
    return Failed(Failure(exception, message, line, base=_name(base) if base else ""), printed)


def _limit(limit: str, line: int, manifest: Manifest) -> LimitExceeded:
    """The error of a limit that Python itself met, placed in the cell."""
    own = manifest.limits
    if limit == "memory":
        said = f"the call used up its memory of {own.memory_pages * PAGE >> 20} MiB"
        helped = "look for what grows, or raise the limit: --limit memory=..."
    else:
        said = f"the call nests more than {own.depth} calls deep"
        helped = "look for a recursion that does not end; a loop needs no depth"
    found = [Diagnostic("here", line)] if line else []
    return LimitExceeded(said, limit=limit, diagnostics=found, help=helped)


def _request(data: Any) -> Request:
    if not (isinstance(data, list) and len(data) == 2 and isinstance(data[0], str) and isinstance(data[1], dict)):
        raise _MalformedError
    if len(data[0]) > NAME:
        raise _MalformedError
    _check_written(data)
    try:
        values.from_wire(data[1])
    except (ValueError, TypeError, RecursionError):
        raise _MalformedError from None
    return Request(data[0], data[1])


def _name(data: Any) -> str:
    if not isinstance(data, str) or not data.isidentifier() or len(data) > NAME:
        raise _MalformedError
    return data


def _text(data: Any) -> str:
    if not isinstance(data, str):
        raise _MalformedError
    _check_written(data)
    return data


def _check_written(data: Any) -> None:
    """Receipts and notebooks are UTF-8, which carries no lone surrogates: the guest writes these in another way."""
    try:
        values.text(data).encode()
    except ValueError:
        raise _MalformedError from None


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise _MalformedError
    return data
