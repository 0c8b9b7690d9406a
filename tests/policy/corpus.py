"""All sources of the tests of the policy, by name: ordinary programs, attacks, and texts that are not Python."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from tests import attacks
from tests.policy import controls_agents, controls_language, controls_library
from tests.policy.broken import BROKEN

PROGRAMS = controls_language.PROGRAMS | controls_library.PROGRAMS | controls_agents.PROGRAMS


def attacks_by_name() -> dict[str, str]:
    """The sources of ``tests/attacks/test_policy_*.py``."""
    found: dict[str, str] = {}
    for module in pkgutil.iter_modules([str(Path(str(attacks.__file__)).parent)]):
        if module.name.startswith("test_policy_"):
            cases = importlib.import_module(f"tests.attacks.{module.name}").CASES
            found |= {f"{module.name}: {name}": source for name, (source, _) in cases.items()}
    return found


def everything() -> dict[str, str]:
    """All of them."""
    return {**PROGRAMS, **attacks_by_name(), **{f"broken: {text}": text for text in BROKEN}}
