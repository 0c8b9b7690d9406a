"""Who decides on calls of agents whose approval is ``ask``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.digest import Digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: may this tool call that agent with these arguments?"""

    tool: str
    digest: Digest
    agent: str
    arguments: Mapping[str, Any]


def ask_at_terminal(question: Question) -> bool:
    """Ask whoever sits there, in words; nobody there means no."""
    if not _somebody_there():
        return False
    text = ", ".join(f"{name}={value!r}" for name, value in question.arguments.items())
    try:
        said = input(f"{question.tool} wants to ask {question.agent}({text[:400]}). Allow? [y/N] ")
    except (EOFError, RuntimeError):  # a notebook front end that takes no input raises a RuntimeError of its own
        return False
    return said.strip().lower() in {"y", "yes"}


def _somebody_there() -> bool:
    kernel = sys.modules.get("ipykernel.kernelbase")
    if kernel is not None and "ipykernel.zmqshell" in sys.modules:
        return True  # the kernel itself knows, and raises where nobody is
    return sys.stdin is not None and sys.stdin.isatty()
