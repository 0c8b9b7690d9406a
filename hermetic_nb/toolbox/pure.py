"""`PureToolExecutor`: code and one function that answers it, with no registry in sight."""

from __future__ import annotations

import textwrap
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from hermetic_nb.model import Limits
from hermetic_nb.toolbox.box import MEMORY, Toolbox
from hermetic_nb.toolbox.notebook import ENTRY

if TYPE_CHECKING:
    from collections.abc import Mapping


class PureToolExecutor:
    """Executes code that may only call ``call_agent``; ``call_agent(name, args)`` answers, and may be async.

    Raises what sealing and calling raise: see `Toolbox.seal` and `Tool`.
    """

    def __init__(self, call_agent: Callable[[str, Any], Any | Awaitable[Any]], *, limits: Limits | None = None) -> None:
        self._box = Toolbox(MEMORY, agents=call_agent, limits=limits)

    async def execute(self, code: str, args: Mapping[str, Any]) -> Any:
        """The value of ``run(**args)`` of the code."""
        tool = self._box.seal(textwrap.dedent(code), entry=ENTRY)
        receipt = await tool.acall(**args)
        return tool.value(receipt)

    def close(self) -> None:
        """End the processes behind it."""
        self._box.close()
