"""The magics of agents: ``%%agent``, ``%tool_create``, ``%tool_agents``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from IPython.core.magic import cell_magic, line_magic, magics_class, no_var_expand
from IPython.display import display

from hermetic_nb import cell as cells
from hermetic_nb.errors import SpecError
from hermetic_nb.magics import flags
from hermetic_nb.magics.base import NotebookMagics
from hermetic_nb.magics.documenting import documented
from hermetic_nb.magics.options import Parsed, parse
from hermetic_nb.magics.search import placed_example
from hermetic_nb.magics.variables import variable
from hermetic_nb.toolbox import default

if TYPE_CHECKING:
    from hermetic_nb.agents.answers import Answer
    from hermetic_nb.agents.listing import AgentListing
    from hermetic_nb.agents.running import Budget
    from hermetic_nb.toolbox import Tool

_MODES: Final = ("replay", "record", "live")
_ACTS: Final = ("add", "remove")


@magics_class
class AgentMagics(NotebookMagics):
    """What a notebook says to its agents."""

    _last: Answer | None = None

    @no_var_expand
    @cell_magic
    @documented
    def agent(self, line: str, cell: str) -> Answer:
        """Ask the agent."""
        parsed = parse("%%agent", line, flags.AGENT, most=0)
        output = variable(parsed)
        from hermetic_nb.agents.running import Request, run, tell_stdout  # noqa: PLC0415 (an extra, and half a second)

        after = self._last.messages if parsed.has("--continue") and self._last is not None else b""
        if parsed.has("--continue") and not after:
            raise SpecError("there is no run to continue", help="ask without --continue first")
        request = Request(
            text=cell,
            given=self._given(parsed),
            model=self._model(parsed),
            mode=_mode(parsed),
            cassette=_cassette(parsed),
            policy=_policy(parsed),
            budget=_budget(parsed),
            after=after,
            asks=self._somebody_there(),
        )
        answer = run(default(), request, tell_stdout)
        self._last = answer
        self._bind(answer.made)
        if output:
            self._namespace[output] = answer
        if answer.waits:
            from hermetic_nb.magics.approving import buttons  # noqa: PLC0415 (widgets, where somebody has to decide)

            display(buttons(answer.waits, default()))  # type: ignore[no-untyped-call] # IPython's
        return answer

    @no_var_expand
    @line_magic
    @documented
    def tool_create(self, line: str) -> Tool:
        """Find or make a tool."""
        parsed = parse("%tool_create", line, flags.TOOL_CREATE, most=60)
        output = variable(parsed)
        description = " ".join(word.text for word in parsed.words)
        if not description:
            raise SpecError("what should the tool do?", help="%tool_create CSV parser")
        from hermetic_nb.agents.face import create_tool  # noqa: PLC0415 (an extra)

        tool = create_tool(
            description,
            [placed_example(parsed, word) for word in parsed.flags.get("--example", [])],
            model=self._model(parsed),
            mode=_mode(parsed),
            cassette=_cassette(parsed),
            asks=self._somebody_there(),
        )
        self._namespace[output or tool.name] = tool
        return tool

    @no_var_expand
    @line_magic
    @documented
    def tool_agents(self, line: str) -> AgentListing:
        """Who answers ``call_agent``."""
        parsed = parse("%tool_agents", line, flags.TOOL_AGENTS, most=2)
        box = default()
        from hermetic_nb.agents.listing import AgentListing  # noqa: PLC0415 (an extra)

        if parsed.words and [word.text for word in parsed.words] != ["list"]:
            act, *names = parsed.words
            if act.text not in _ACTS or not names:
                hint = "write %tool_agents add NAME --prompt TEXT, remove NAME, or list"
                said = f"{act.text} needs the agent's name" if act.text in _ACTS else f"{act.text!r} is no act"
                raise SpecError(said, diagnostics=[parsed.at(act, hint)])
            name = cells.check_name(names[0].text)
            if act.text == "remove":
                box.agents.remove(name)
            else:
                self._add(parsed, name)
        return AgentListing(tuple(box.agents))

    # ------------------------------------------------------------ parts

    def _add(self, parsed: Parsed, name: str) -> None:
        from hermetic_nb.agents.subagents import PromptAgent  # noqa: PLC0415 (an extra)

        prompt = parsed.one("--prompt")
        if not prompt:
            raise SpecError(f"agent {name} has no prompt", help=f'%tool_agents add {name} --prompt "You answer ..."')
        answer = PromptAgent(name, prompt, self._model(parsed), _mode(parsed), _cassette(parsed))
        default().agents.add(name, answer, parsed.one("--approval") or "auto")

    def _bind(self, tools: tuple[Tool, ...]) -> None:
        """Bind new tools to their names, where no variable of the user's has that name."""
        for tool in tools:
            if isinstance(self._namespace.get(tool.name, tool), type(tool)):
                self._namespace[tool.name] = tool

    def _given(self, parsed: Parsed) -> dict[str, Any]:
        names = [name for word in parsed.all("--with") for name in word.split(",") if name]
        return {name: cells.look_up(name, self._namespace, "--with") for name in names}

    def _model(self, parsed: Parsed) -> Any:
        """The model's name; a variable of that name that holds a model, or a function, stands for itself."""
        name = parsed.one("--model")
        if name is not None and name.isidentifier() and name in self._namespace:
            return self._namespace[name]
        return name

    def _somebody_there(self) -> bool:
        kernel = getattr(self.shell, "kernel", None)
        return bool(getattr(kernel, "_allow_stdin", True))


def _mode(parsed: Parsed) -> Any:
    said = [mode for mode in _MODES if parsed.has(f"--{mode}")]
    if len(said) > 1:
        raise SpecError(f"--{said[0]} and --{said[1]} exclude each other", help="one of --replay, --record, --live")
    return said[0] if said else None


def _cassette(parsed: Parsed) -> Path | None:
    told = parsed.one("--cassette")
    return None if told is None else Path(told)


def _policy(parsed: Parsed) -> Any:
    from hermetic_nb.making.policy import Policy  # noqa: PLC0415 (an extra)

    said = _pairs(parsed, "--policy", ("create", "call"))
    create = said.get("create", "ask")
    return Policy(create=create, call=said.get("call", "auto"), always="create" in said and create == "ask")  # type: ignore[arg-type] # checked there


def _budget(parsed: Parsed) -> Budget:
    from hermetic_nb.agents.running import Budget  # noqa: PLC0415 (an extra)

    said = _pairs(parsed, "--limit", ("requests", "calls", "tokens", "cost"))
    made: dict[str, Any] = {}
    for name, value in said.items():
        pattern = r"\d{1,9}(\.\d{1,6})?" if name == "cost" else r"\d{1,9}"
        if not re.fullmatch(pattern, value):
            raise SpecError(
                f"--limit {name}={value} is no limit", help="--limit requests=30,calls=100,tokens=20000,cost=0.5"
            )
        made[name] = float(value) if name == "cost" else int(value)
    return Budget(**made)


def _pairs(parsed: Parsed, flag: str, known: tuple[str, ...]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for word in parsed.flags.get(flag, []):
        for part in word.text.split(","):
            name, equals, value = part.partition("=")
            if name not in known or not equals or not value:
                raise SpecError(
                    f"{flag} {part} is not known",
                    diagnostics=[parsed.at(word, f"one of {', '.join(known)}, as NAME=VALUE")],
                )
            pairs[name] = value
    return pairs
