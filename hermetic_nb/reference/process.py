"""The reference process: CPython answers what a cell's function gives. Bounded in steps, memory and CPU time."""

from __future__ import annotations

import ast
import json
import traceback
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.child import serve
from hermetic_nb.reference import arrays, confinement, doctests, outcomes
from hermetic_nb.reference.definition import Definition, stop_late_calls
from hermetic_nb.reference.outcomes import Outcome, Skipped
from hermetic_nb.reference.policy import NotAllowedError
from hermetic_nb.signature import Signature

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS: Final = 4_000
"""Steps of one generated case; about 0.5 to 3 ms of CPython."""
SIZE: Final = 1 << 14
"""Items of a sequence that one operation of a generated case builds."""
ALL_STEPS: Final = 40_000
"""Steps of all generated cases of one request together; the rest get `FEW` each."""
FEW: Final = 500
RESULT: Final = 1 << 20
"""Characters of one result's wire text."""
LARGE: Final = 16 << 20
"""Characters of a result that took long to make and to write down."""
MOST_LATE: Final = 3
"""Cases that took long although they counted few steps, after which the others are skipped."""
_LATE: Final = (Skipped("time"), Skipped("memory"))


@lru_cache(maxsize=8)
def _define(source: str, depth: int, ulp: str, pattern: str, signature: str) -> Definition:
    definition = Definition(source, depth, json.loads(ulp), pattern)
    definition.takes(Signature.from_json(json.loads(signature)))
    return definition


def _handle(request: memoryview) -> bytes:
    document = json.loads(bytes(request))
    try:
        reply = _answer(document)
    except NotAllowedError as error:
        finding = error.diagnostic
        reply = {"refused": [finding.message, finding.line, finding.column]}
    return json.dumps(reply, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _answer(document: dict[str, Any]) -> dict[str, Any]:
    if document["do"] == "layers":
        return {"layers": confinement.observed()}
    ulp = json.dumps(document["ulp"], sort_keys=True)
    if document["do"] == "cases":
        signature_text = json.dumps(document["signature"], sort_keys=True)
        definition = _define(document["source"], document["depth"], ulp, document["pattern"], signature_text)
        found = _cases(definition, document["entry"], document["cases"])
        return {"outcomes": found}
    # Examples may change the cell's globals: each run has a definition of its own.
    definition = Definition(document["source"], document["depth"], {}, "")
    signature = Signature.from_json(document["signature"])
    definition.takes(signature)
    if document["do"] == "record":
        run = doctests.recorded(definition, document["entry"], signature, document["examples"])
    else:
        run = doctests.answered(definition, document["entry"], signature, document["examples"], document["answers"])
    return {"results": run.results, "calls": [values.encode(list(arguments)) for arguments in run.calls.values()]}


def _cases(definition: Definition, entry: str, cases: Sequence[str]) -> list[str]:
    """The outcomes as JSON texts. Steps decide what is skipped; the clock only where work counts no steps."""
    found: list[str] = []
    total = late = 0
    for case in cases:
        if late == MOST_LATE:
            found.append(_text(Skipped("time")))
            continue
        allowed = STEPS if total < ALL_STEPS else FEW
        outcome, steps = definition.call(entry, values.decode(case), allowed, SIZE)
        total += steps
        text = _text(outcome)
        late += outcome in _LATE or len(text) > LARGE
        found.append(text if len(text) <= RESULT else _text(Skipped("size")))
    return found


def _text(outcome: Outcome) -> str:
    return json.dumps(outcomes.to_wire(outcome), ensure_ascii=False)


if __name__ == "__main__":
    stop_late_calls()
    traceback.format_exception_only(ValueError("loads what tracebacks need"))
    ast.parse("é")  # loads what names beyond ASCII need
    if arrays.is_here():
        arrays.load()
    confinement.confine()
    serve(_handle)
