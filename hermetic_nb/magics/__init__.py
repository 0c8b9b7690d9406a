"""The notebook's face: registers magics, completion and formatters with IPython."""

from __future__ import annotations

import re
import sys
import threading
from contextlib import suppress
from typing import Any, Final

from hermetic_nb.display import BUNDLES
from hermetic_nb.errors import HermeticError
from hermetic_nb.magics.agents import AgentMagics
from hermetic_nb.magics.completion import MATCHER, matcher
from hermetic_nb.magics.live import TARGET, Line
from hermetic_nb.magics.magics import HermeticMagics
from hermetic_nb.magics.search import SearchMagics
from hermetic_nb.magics.stats import StatsMagics
from hermetic_nb.toolbox import default

__all__ = ["HermeticMagics", "load", "unload"]

_ALONE: Final = re.compile(r"\s*%%(hermetic_tool|tool_call|agent)\b")
_NAMES: Final = (
    "agent",
    "tool_agents",
    "tool_create",
    "hermetic_tool",
    "tool_call",
    "tool_list",
    "tool_panel",
    "tool_search",
    "tool_show",
    "tool_stats",
    "tool_verify",
)
_LINES: Final[dict[int, Line]] = {}
"""The line of each shell of this process, by its id."""


def load(shell: Any) -> None:
    """Register everything, and start the child processes in the background."""
    shell.register_magics(HermeticMagics, AgentMagics, SearchMagics, StatsMagics)
    _with_body.has_side_effects = True  # type: ignore[attr-defined] # IPython: not while a cell is still being typed
    shell.input_transformers_cleanup.insert(0, _with_body)
    shell.Completer.custom_matchers.append(matcher(shell))
    for (module, name), bundle in BUNDLES.items():
        shell.display_formatter.mimebundle_formatter.for_type_by_name(module, name, bundle)
    manager = getattr(getattr(shell, "kernel", None), "comm_manager", None)
    if manager is not None:
        line = _LINES[id(shell)] = Line()
        manager.register_target(TARGET, line.open)
        shell.events.register("pre_run_cell", line.before_cell)
        shell.events.register("post_run_cell", line.after_cell)
        line.call()
        line.before_cell()  # this one
    shell.events.register("post_run_cell", _after_cell)
    threading.Thread(target=_warm, name="hermetic_nb warm", daemon=True).start()


def unload(shell: Any) -> None:
    """Take the magics away and end the child processes."""
    for kind in ("line", "cell"):
        for name in _NAMES:
            shell.magics_manager.magics[kind].pop(name, None)
    matchers = shell.Completer.custom_matchers
    matchers[:] = [known for known in matchers if getattr(known, "matcher_identifier", "") != MATCHER]
    if _with_body in shell.input_transformers_cleanup:
        shell.input_transformers_cleanup.remove(_with_body)
    with suppress(ValueError):
        shell.events.unregister("post_run_cell", _after_cell)
    line = _LINES.pop(id(shell), None)
    if line is not None:
        shell.events.unregister("pre_run_cell", line.before_cell)
        shell.events.unregister("post_run_cell", line.after_cell)
        shell.kernel.comm_manager.unregister_target(TARGET, line.open)
        line.close()
    with suppress(HermeticError):
        default().close()


def _after_cell(_result: Any) -> None:
    """Let the panels of this notebook see what the cell did to the registry."""
    panel = sys.modules.get("hermetic_nb.magics.panel")
    if panel is not None:
        panel.look_again()


def _with_body(lines: list[str]) -> list[str]:
    """Give one of our cell magics without a body an empty one.

    IPython prints a usage error for it, which a notebook runner does not see; ours is raised.
    """
    if len(lines) == 1 and _ALONE.match(lines[0]) and not lines[0].rstrip().endswith("?"):
        return [f"{lines[0].rstrip()}\n", "\n"]
    return lines


def _warm() -> None:
    # What goes wrong here goes wrong again, and is told, where the first cell needs it.
    try:
        with suppress(HermeticError):
            default().warm()
    except RuntimeError:
        if threading.main_thread().is_alive():
            raise
        # The interpreter ends, and starts no threads any more.
