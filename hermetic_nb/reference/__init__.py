"""CPython as the reference: what a cell means, said by a bounded child process.

One Python on every host: results are those of CPython 3.14 (float `sum`), whichever version runs here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import arrays as stored
from hermetic_nb import values
from hermetic_nb.child import Child, ChildDiedError, ChildTimeoutError
from hermetic_nb.errors import BuildError, Diagnostic, ToolchainError
from hermetic_nb.reference import arrays
from hermetic_nb.reference.arrays import needs_numpy, takes_arrays
from hermetic_nb.reference.outcomes import Foreign, Outcome, Raised, Skipped, Value, declared, from_wire, to_wire
from hermetic_nb.reference.patterns import PATTERNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.model import ToolSpec

__all__ = [
    "PATTERNS",
    "ExampleRun",
    "Foreign",
    "Outcome",
    "Raised",
    "Reference",
    "Skipped",
    "Value",
    "declared",
    "key_of",
    "missing",
    "needs_numpy",
    "takes_arrays",
]

SECONDS: Final = 20.0
"""Wall clock for one request; the counted steps of a request take less than a second."""
CHUNK: Final = 10
"""Cases of one request once a request of all cases took too long."""
CHUNK_SECONDS: Final = 2.0
NEEDED: Final = ("PATH", "LD_LIBRARY_PATH", "HOME")
"""What of the environment CPython may need to start; the rest may hold secrets, and the process never sees it."""
_ENDED: Final = Skipped("the process ended")


@dataclass(frozen=True, slots=True)
class ExampleRun:
    """The examples as run once: (match, text) for each, and argument tuples of the entry's calls.

    A match is ``full``, ``kind`` (the wanted exception, another message), ``no``, or ``border``: no, and the entry was given
    an argument that its annotations do not hold, about which the text is then. The calls are all of them when CPython's
    entry was recorded, and those still without an answer when answers were given.
    """

    results: tuple[tuple[str, str], ...]
    calls: tuple[tuple[Any, ...], ...]


class Reference:
    """The reference process of one notebook; started when first needed."""

    def __init__(self) -> None:
        self._stops = 0
        self._child = _child({})
        self._with_numpy = _child(arrays.ENVIRONMENT)

    def warm(self) -> None:
        """Start the process in the background."""
        self._child.start()

    def close(self) -> None:
        """End the process, and the request of another thread that waits for it; the next request starts a new one."""
        self._stops += 1
        self._child.stop()
        self._with_numpy.stop()

    def layers(self) -> tuple[str, ...]:
        """What the process observes that the system refuses it: ``files``, ``sockets``, ``folders``, ``processes``."""
        return tuple(self._ask({"do": "layers"}, SECONDS)["layers"])

    def record(self, spec: ToolSpec) -> ExampleRun:
        """Run the examples with CPython's entry. Raises BuildError."""
        return _example_run(self._examples(spec, {"do": "record", "source": spec.source}))

    def replay(self, spec: ToolSpec, answers: Mapping[str, Outcome], *, source: bool = True) -> ExampleRun:
        """Run the examples with the entry's calls answered by ``answers`` (outcomes by `key_of` the arguments).

        ``source`` False: the source is not Python, and the examples see the entry only. Raises BuildError.
        """
        given = {key: to_wire(outcome) for key, outcome in answers.items()}
        return _example_run(
            self._examples(spec, {"do": "replay", "source": spec.source if source else "", "answers": given})
        )

    def cases(
        self, spec: ToolSpec, cases: Sequence[Sequence[Any]], *, ulp: Mapping[str, int] | None = None, pattern: str = ""
    ) -> list[Outcome]:
        """What CPython gives for each tuple of arguments; see `patterns` for ``pattern``. Raises BuildError."""
        texts = [values.encode(list(case)) for case in cases]
        request = {
            "do": "cases",
            "source": spec.source,
            "entry": spec.entry,
            "depth": spec.limits.depth,
            "ulp": dict(ulp or {}),
            "pattern": pattern,
            "signature": spec.signature.to_json(),
            "numpy": needs_numpy(spec),
        }
        stops = self._stops
        try:
            return _outcomes(self._ask(request | {"cases": texts}, SECONDS))
        except (ChildTimeoutError, ChildDiedError):
            return self._in_chunks(request, texts, stops)

    def _in_chunks(self, request: dict[str, Any], texts: Sequence[str], stops: int) -> list[Outcome]:
        # One case holds the process in work that counts no steps, or ended it: give up only the cases beside it.
        found: list[Outcome] = []
        for start in range(0, len(texts), CHUNK):
            if self._stops != stops:
                raise ToolchainError("the CPython reference was stopped")
            chunk = texts[start : start + CHUNK]
            try:
                found += _outcomes(self._ask(request | {"cases": chunk}, CHUNK_SECONDS))
            except ChildTimeoutError:
                found += [Skipped("time")] * len(chunk)
            except ChildDiedError:
                found += [_ENDED] * len(chunk)
        if found == [_ENDED] * len(texts):
            raise ToolchainError(
                "the CPython reference process does not run",
                help="the host may be out of memory; install the package again",
            )
        return found

    def _examples(self, spec: ToolSpec, request: dict[str, Any]) -> dict[str, Any]:
        document = request | {
            "entry": spec.entry,
            "depth": spec.limits.depth,
            "ulp": {},
            "signature": spec.signature.to_json(),
            "numpy": needs_numpy(spec),
            "examples": [example.to_json() for example in spec.examples],
        }
        try:
            return self._ask(document, SECONDS)
        except ChildDiedError:
            raise ToolchainError(
                "the CPython reference process ended on the examples",
                help="they may need more than its 2 GiB of memory",
            ) from None
        except ChildTimeoutError:
            raise BuildError(
                "the examples did not finish in CPython",
                help=f"examples have {SECONDS:.0f} s in all; choose smaller ones",
            ) from None

    def _ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        child = self._with_numpy if request.get("numpy") else self._child
        reply = json.loads(bytes(child.ask(json.dumps(request).encode(), timeout=seconds)))
        if "refused" in reply:
            message, line, column = reply["refused"]
            raise BuildError(
                f"CPython cannot be asked what the cell means: {message}",
                diagnostics=[Diagnostic(message, line, column)],
            )
        return dict(reply)


def missing(spec: ToolSpec) -> str:
    """Why nothing here says what a cell means; empty where something does."""
    if needs_numpy(spec) and stored.numpy() is None:
        return "numpy is not installed here, so the tool was not compared with it"
    return ""


def _child(environment: Mapping[str, str]) -> Child:
    return Child(
        "hermetic_nb.reference.process",
        environment={"PYTHONHASHSEED": "0", "TZ": "UTC", **environment},
        inherited=NEEDED,
        label="reference",
    )


def key_of(arguments: Sequence[Any]) -> str:
    """The key of a call: the wire text of its arguments."""
    return values.encode(list(arguments))


def _example_run(reply: dict[str, Any]) -> ExampleRun:
    results = tuple((match, text) for match, text in reply["results"])
    return ExampleRun(results, tuple(tuple(values.decode(call)) for call in reply["calls"]))


def _outcomes(reply: dict[str, Any]) -> list[Outcome]:
    return [from_wire(json.loads(text)) for text in reply["outcomes"]]
