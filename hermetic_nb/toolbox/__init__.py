"""The toolbox joins the parts, and its tools are what users hold."""

from hermetic_nb.toolbox.box import MEMORY, Toolbox, default, tool
from hermetic_nb.toolbox.proof import Proof
from hermetic_nb.toolbox.sealed import Tool, Verification

__all__ = ["MEMORY", "Proof", "Tool", "Toolbox", "Verification", "default", "tool"]
