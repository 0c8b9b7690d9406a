"""``%tool_stats``: how tools were used, and trimming those that nothing would miss."""

from __future__ import annotations

from IPython.core.magic import line_magic, magics_class, no_var_expand

from hermetic_nb.display import Figures
from hermetic_nb.magics import flags
from hermetic_nb.magics.base import NotebookMagics
from hermetic_nb.magics.documenting import documented
from hermetic_nb.magics.options import parse
from hermetic_nb.toolbox import default


@magics_class
class StatsMagics(NotebookMagics):
    """Figures of use."""

    @no_var_expand
    @line_magic
    @documented
    def tool_stats(self, line: str) -> Figures:
        """Count how tools were used."""
        parsed = parse("%tool_stats", line, flags.TOOL_STATS, most=0)
        box = default()
        trim, restore = parsed.all("--trim"), parsed.all("--restore")
        box.reuse.trim(trim)
        box.reuse.restore(restore)
        everything = parsed.has("--all") or trim or restore
        shown = Figures.of_registry(box) if everything else Figures(box.reuse.here(), "this notebook, this session")
        return self._output(parsed, shown)
