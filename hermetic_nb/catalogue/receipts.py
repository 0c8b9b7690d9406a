"""Receipts as rows, and whole with their traces."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.display.text import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hermetic_nb.model import AgentCall, Receipt


def receipt_row(receipt: Receipt) -> dict[str, Any]:
    """One line of a receipt."""
    given = ", ".join(f"{name}={shortened(value, 40)}" for name, value in receipt.arguments.items())
    failed = receipt.error is not None
    return {
        "digest": receipt.digest,
        "tool": receipt.tool,
        "outcome": "error" if failed else "value",
        "inputs": given,
        "output": f"{receipt.error.exception}: {receipt.error.message}"
        if receipt.error
        else shortened(receipt.value, 80),
        "events": sum(1 for _ in _events(receipt.trace, 0)),
    }


def receipt_detail(receipt: Receipt) -> dict[str, Any]:
    """All of a receipt; values in the wire form."""
    document = receipt.to_json()
    return receipt_row(receipt) | {
        "inputsJson": document["arguments"],
        "outputJson": document.get("output"),
        "error": document.get("error"),
        "environment": document["env"],
        "trace": list(_events(receipt.trace, 0)),
    }


def _events(trace: Sequence[AgentCall], depth: int) -> Iterator[dict[str, Any]]:
    """The calls of a trace in the order of rounds, those of called tools below them."""
    for call in trace:
        answer = values.text(call.value) if call.error is None else f"{call.error[0]}: {call.error[1]}"
        yield {
            "round": call.round,
            "depth": depth,
            "agent": call.agent,
            "tool": call.tool,
            "request": values.text(call.arguments),
            "answer": answer,
            "ok": call.error is None,
        }
        yield from _events(call.trace, depth + 1)
