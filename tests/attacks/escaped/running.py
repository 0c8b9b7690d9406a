"""Makes attempts in a sandbox, and says what came of each."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from hermetic_nb.confinement import Plan
from hermetic_nb.errors import EngineError, LimitExceeded
from hermetic_nb.sandbox import Lease, Sandbox
from tests.attacks.escaped import program
from tests.attacks.escaped.attempts import ATTEMPTS, Facts
from tests.attacks.escaped.host import Host

PROGRAM = program.__name__
SECONDS = 60.0
TOUCHED = "status 42"
"""How a worker ends that became a program of its own making (`processes.TOUCHED`)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """``how``: ``refused``, ``ended``, ``did`` something that stays inside, or ``reached`` the host."""

    how: str
    said: str

    @property
    def stopped(self) -> bool:
        """Whether the wall stopped it."""
        return self.how in {"refused", "ended"}

    def __str__(self) -> str:
        return f"{self.how} {self.said}".rstrip()


def table(plans: Iterable[str]) -> dict[str, dict[str, Outcome]]:
    """What comes of all attempts: ``none`` (no wall), ``all``, ``-STEP`` (all but that one, or
    but several: ``-STEP-STEP``), ``+STEP`` (that one alone)."""
    with Host() as host:
        return {plan: _row(plan, host) for plan in plans}


def _row(plan: str, host: Host) -> dict[str, Outcome]:
    sandbox = Sandbox(PROGRAM, workers=2, isolation="process" if plan == "none" else "auto", plan=_plan(plan))
    try:
        return outcomes(sandbox, host)
    finally:
        sandbox.close()


def _plan(name: str) -> Plan:
    if name.startswith("+"):
        alone = Plan.none().to_json() | {name[1:]: True}
        return Plan(**(alone | {"namespaces": alone["namespaces"] or alone["root"]}))  # a root is made in a namespace
    return Plan(**dict.fromkeys(name.split("-")[1:], False))


def outcomes(sandbox: Sandbox, host: Host, names: Iterable[str] | None = None) -> dict[str, Outcome]:
    """What comes of attempts, each of them followed by a look at the host and a request that must be answered."""
    return {name: outcome(sandbox, host, name) for name in (ATTEMPTS if names is None else names)}


def outcome(sandbox: Sandbox, host: Host, name: str) -> Outcome:
    """What comes of an attempt."""
    with sandbox.lease() as lease, sandbox.lease() as other:
        sibling = _who(other)
        found = _made(lease, name, replace(host.facts, sibling=sibling))
        _who(lease)
        marks = [] if _who(other) == sibling else ["the next worker is gone"]
    marks += host.marks()
    return Outcome("reached", ", ".join(marks)) if marks else found


def _made(lease: Lease, name: str, facts: Facts) -> Outcome:
    request = json.dumps({"attempt": name, "facts": facts.to_json()}).encode()
    try:
        how, said = json.loads(bytes(lease.ask([request], seconds=SECONDS)))
    except LimitExceeded:
        return Outcome("ended", "after a time")
    except EngineError as ended:
        return Outcome("did", "became another program") if TOUCHED in str(ended) else Outcome("ended", _manner(ended))
    return Outcome(how, said)


def _who(lease: Lease) -> int:
    """The worker's number in the zygote's eyes; that it answers."""
    return int(lease.ask([b'{"attempt": ""}'], seconds=SECONDS))


def _manner(ended: EngineError) -> str:
    return str(ended).rpartition(" ended ")[2]
