"""What the magics of all kinds share: the notebook's names, and ``-o``."""

from __future__ import annotations

from typing import Any, TypeVar

from IPython.core.magic import Magics, magics_class

from hermetic_nb.magics.options import Parsed
from hermetic_nb.magics.variables import variable

T = TypeVar("T")


@magics_class
class NotebookMagics(Magics):
    """Magics that bind names of the notebook."""

    @property
    def _namespace(self) -> dict[str, Any]:
        assert self.shell is not None, "magics are registered with a shell"
        namespace: dict[str, Any] = self.shell.user_ns
        return namespace

    def _output(self, parsed: Parsed, shown: T) -> T:
        """A magic's result, stored in the variable after ``-o`` too."""
        output = variable(parsed)
        if output:
            self._namespace[output] = shown
        return shown
