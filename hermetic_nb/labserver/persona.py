"""A persona of jupyter-ai's chat: our agent answers, with the user's registry, as `%%agent` does in a notebook.

Loaded by the entry point group ``jupyter_ai.personas``, which only jupyter-ai's persona manager reads. The model is that of
``HERMETIC_MODEL``; nobody is asked in a chat, so what wants more than computation is refused.
"""

from __future__ import annotations

import asyncio
import contextlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jupyter_ai_persona_manager import BasePersona, PersonaDefaults, PersonaRequirementsUnmet

from hermetic_nb.delegation.threads import on_thread
from hermetic_nb.errors import HermeticError

if TYPE_CHECKING:
    from jupyterlab_chat.models import Message

    from hermetic_nb.agents.answers import Answer
    from hermetic_nb.toolbox import Toolbox

if find_spec("pydantic_ai") is None:
    raise PersonaRequirementsUnmet("pip install 'hermetic-nb[agent]'")

AVATAR: Final = Path(__file__).with_name("persona.svg")


class HermeticPersona(BasePersona):  # type: ignore[misc] # no types here
    """Looks for sealed tools, makes what is missing, calls them, and answers."""

    model: Any = None
    """The model; None: that of ``HERMETIC_MODEL``."""
    _after = b""
    _work: tuple[asyncio.AbstractEventLoop, asyncio.Task[Answer]] | None = None

    @property
    def defaults(self) -> PersonaDefaults:
        """Its name and picture."""
        return PersonaDefaults(
            name="Hermetic",
            description="Answers with sealed tools: finds them in your registry, or makes them.",
            avatar_path=str(AVATAR),
            system_prompt="",
        )

    async def process_message(self, message: Message) -> None:
        """Answer a message in the chat; what comes after it continues the conversation."""
        steps: list[str] = []
        try:
            answer: Answer = await on_thread(self._run, message.body, steps.append)
        except HermeticError as error:
            self.send_message("\n\n".join(filter(None, [f"{error.code}: {error.message}", error.help])))
            return
        except asyncio.CancelledError:
            self.send_message("Stopped. Tools that were made are kept.")
            return
        self._after = answer.messages
        self.send_message("\n\n".join(filter(None, [_quoted(steps), answer.text])))

    async def cancel_response(self) -> None:
        """Stop the run that goes on."""
        if self._work is not None:
            loop, task = self._work
            with contextlib.suppress(RuntimeError):  # it ended meanwhile
                loop.call_soon_threadsafe(task.cancel)

    def _run(self, text: str, tell: Any) -> Answer:
        """The answer, on a loop of this thread: tools are built and called without holding up the server."""
        from hermetic_nb.agents.running import Request, run_async  # noqa: PLC0415 (half a second, when first asked)

        async def work() -> Answer:
            task = asyncio.ensure_future(
                run_async(
                    _box(), Request(text=text, model=self.model, mode="live", asks=False, after=self._after), tell
                )
            )
            self._work = asyncio.get_running_loop(), task
            try:
                return await task
            finally:
                self._work = None

        return asyncio.run(work())


@cache
def _box() -> Toolbox:
    """The user's registry. Nobody sits at the server's terminal to be asked."""
    from hermetic_nb.toolbox import Toolbox  # noqa: PLC0415 (made when first asked for)

    return Toolbox(approve=lambda _question: False)


def _quoted(steps: list[str]) -> str:
    """What was done, as a block in which nothing is markup."""
    lines = "\n".join(steps)
    fence = "`" * max(3, 1 + max((len(run) for run in lines.split() if set(run) == {"`"}), default=0))
    return f"{fence}text\n{lines}\n{fence}" if steps else ""
