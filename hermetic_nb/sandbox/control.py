"""The messages between the notebook's process and a zygote: JSON, with open descriptors beside it.

{"do": "fork", "role": R, "end": pid or 0}   descriptors: the worker's channel, and shared memory if there is some
                                             ends that worker first, if it still runs -> {"pid": n, "ended": status}
{"do": "end", "pid": n}                      -> {"ended": status}
{"do": "layers"}                             -> {"layers": [...]}
any of them that fails                       -> {"failed": why}
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from hermetic_nb.confinement import Plan

SETUP: Final = "HERMETIC_ZYGOTE"
"""The variable of the environment that holds a zygote's `Setup`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a zygote is told when it starts."""

    program: str
    """The module whose ``prepare(settings)`` gives a factory for each role."""
    plan: Plan
    host: int
    """The process that a worker must not see."""
    settings: Mapping[str, Any]

    def encode(self) -> str:
        """As text."""
        fields = {"program": self.program, "host": self.host, "settings": dict(self.settings)}
        return json.dumps(fields | {"plan": self.plan.to_json()})

    @classmethod
    def decode(cls, text: str) -> Setup:
        """Read `encode`'s text."""
        fields = json.loads(text)
        return cls(**(fields | {"plan": Plan.from_json(fields["plan"])}))
