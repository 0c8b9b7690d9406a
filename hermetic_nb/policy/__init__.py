"""The policy of pure tools: a dialect of Python whose only way out is ``call_agent``.

`check` says what of a source is outside of the dialect, `compile` makes code of what is inside, and `namespace` makes the
globals that this code runs in; `hints` reads annotations. It is a layer over the isolation of the runner, not the wall: docs/pure-policy.md.
"""

from hermetic_nb.policy.catalogue import MODULES
from hermetic_nb.policy.checking import check, compile  # noqa: A004 (the name says what it does, and callers write policy.compile)
from hermetic_nb.policy.findings import Finding, PolicyError
from hermetic_nb.policy.hints import hints
from hermetic_nb.policy.scope import namespace

__all__ = ["MODULES", "Finding", "PolicyError", "check", "compile", "hints", "namespace"]
