"""The toolbox joins the parts, and its tools are what users hold."""

from hermetic_nb.toolbox.apart import Apart
from hermetic_nb.toolbox.box import MEMORY, Toolbox
from hermetic_nb.toolbox.explained import Explained
from hermetic_nb.toolbox.notebook import default, tool, tool_call, tool_create, tool_list
from hermetic_nb.toolbox.proof import Proof
from hermetic_nb.toolbox.pure import PureToolExecutor
from hermetic_nb.toolbox.sealed import Tool, Verification

__all__ = [
    "MEMORY",
    "Apart",
    "Explained",
    "Proof",
    "PureToolExecutor",
    "Tool",
    "Toolbox",
    "Verification",
    "default",
    "tool",
    "tool_call",
    "tool_create",
    "tool_list",
]
