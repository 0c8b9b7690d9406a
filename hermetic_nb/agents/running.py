"""One run of an agent: a request, a model, the registry's tools; and an answer."""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic_ai import Agent, DeferredToolRequests, DeferredToolResults, ToolDenied
from pydantic_ai.exceptions import CostNotFoundWarning, UsageLimitExceeded
from pydantic_ai.messages import FunctionToolCallEvent, FunctionToolResultEvent, ModelMessagesTypeAdapter
from pydantic_ai.run import AgentRunResultEvent
from pydantic_ai.usage import UsageLimits

from hermetic_nb.agents import cassette as cassettes
from hermetic_nb.agents import models, transcripts, words
from hermetic_nb.agents.answers import Answer
from hermetic_nb.agents.cassette import Cassette
from hermetic_nb.agents.handling import Handler
from hermetic_nb.agents.purse import Purse, shared
from hermetic_nb.agents.tapes import MODES, LiveTape, RecordingTape, ReplayTape
from hermetic_nb.agents.toolsets import RegistryToolset, create_agent
from hermetic_nb.agents.variables import Variables
from hermetic_nb.agents.waiting import Waiting, WaitingRoom
from hermetic_nb.digest import digest_json
from hermetic_nb.errors import (
    AgentRunError,
    BudgetError,
    CassetteMissError,
    HermeticError,
    IntegrityError,
    ModelFailedError,
    RegistryAccessError,
    SpecError,
)
from hermetic_nb.making.maker import Maker
from hermetic_nb.making.policy import Grants, Policy, Wish

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from hermetic_nb.agents.tapes import Mode, Tape
    from hermetic_nb.digest import Digest
    from hermetic_nb.toolbox import Toolbox

MODE: Final = "HERMETIC_AGENT_MODE"
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Budget:
    """Limits of one run; tokens and cost (US dollars) as the model's provider reports them. None: no limit."""

    requests: int | None = 30
    calls: int | None = 100
    tokens: int | None = None
    cost: float | None = None

    def limits(self) -> UsageLimits:
        """The same for pydantic-ai."""
        return UsageLimits(
            request_limit=self.requests,
            tool_calls_limit=self.calls,
            total_tokens_limit=self.tokens,
            cost_limit=None if self.cost is None else Decimal(str(self.cost)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked, and under which terms."""

    text: str
    given: Mapping[str, Any] = field(default_factory=dict)
    """Variables by name."""
    model: Any = None
    mode: Mode | None = None
    cassette: Path | None = None
    policy: Policy = field(default_factory=Policy)
    budget: Budget = field(default_factory=Budget)
    asks: bool = True
    """Whether somebody can be asked; where nobody can, what would be asked is refused."""
    after: bytes = b""
    """The messages of the run that this one continues."""

    @property
    def key(self) -> Digest:
        """Under what it is recorded: what is asked, and after what."""
        before = [] if not self.after else [digest_json(self.after.decode())]
        return digest_json({"request": self.text.strip(), "variables": sorted(self.given), "after": before})


def run(box: Toolbox, request: Request, tell: Tell | None = None) -> Answer:
    """Run an agent to its answer; ``tell`` gets a line for each step, in the calling thread.

    Raises NoModelError, CassetteMissError, BudgetError, ModelFailedError, and AgentRunError where it is interrupted.
    """
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    return _followed(run_async(box, request, lines.put), lines, tell or (lambda _line: None))


async def run_async(box: Toolbox, request: Request, tell: Tell | None = None) -> Answer:
    """As `run`, from a coroutine."""
    if not request.text.strip():
        raise SpecError("the agent has no request", help="write it in the cell below %%agent")
    room = WaitingRoom.of(box)
    waiting = room.get(request.key)
    tape, model = tape_of(
        request.key,
        request.text.strip(),
        model=request.model,
        mode=request.mode,
        path=request.cassette,
        goes_on=waiting is not None,
    )
    grants = Grants.of(box)
    maker = Maker(box, tape, request.policy, grants, asks=request.asks)
    handler = Handler(maker, Variables(request.given))
    if waiting is None:
        await handler.begin()
    else:
        handler.go_on(waiting.progress)
    with box.agents.lent("tool_create", create_agent(handler)):
        answer = await _run(request, handler, tape.model(model), waiting, grants, tell or (lambda _line: None))
    tape.finish()
    if answer.waits:
        room.put(request.key, Waiting(answer.messages, answer.waits, progress=handler.progress))
    else:
        room.remove(request.key)
        box.reuse.asked(handler.progress.requests, replayed=answer.replayed)
    return answer


async def _run(
    request: Request, handler: Handler, model: Any, waiting: Waiting | None, grants: Grants, tell: Tell
) -> Answer:
    instructions = words.INSTRUCTIONS
    if request.given:
        instructions += "\n\n" + words.VARIABLES.format(told=handler.variables.told())
    agent: Agent[Any, Any] = Agent(
        model,
        instructions=instructions,
        toolsets=[RegistryToolset(handler)],
        output_type=[str, DeferredToolRequests],
        retries=2,
    )
    purse = Purse(request.budget.limits())
    given: dict[str, Any] = {"usage_limits": purse.limits, "usage": purse.spent}
    if waiting is None:
        given |= {"user_prompt": request.text.strip()}
        if request.after:
            given["message_history"] = ModelMessagesTypeAdapter.validate_json(request.after)
    else:
        results = _decided(waiting, grants)
        if results is None:
            return _waits(request, handler, waiting)
        given |= {"message_history": waiting.history(), "deferred_tool_results": results}
    result: Any = None
    try:
        async with shared(purse), _kept(request.budget), agent.run_stream_events(**given) as events:
            async for event in events:
                match event:
                    case FunctionToolCallEvent(part=part):
                        for line in transcripts.of_call(part.tool_name, part.args_as_dict()):
                            tell(line)
                    case FunctionToolResultEvent(part=part):
                        for line in transcripts.of_result(part.tool_name, part.content):
                            tell(line)
                    case AgentRunResultEvent(result=found):
                        result = found
    except UsageLimitExceeded as error:
        raise BudgetError(
            f"the run met a limit: {models.first_line(error)}", help="raise it: %%agent --limit requests=60,calls=200"
        ) from None
    except HermeticError:
        raise
    except Exception as error:  # noqa: BLE001 (models are code of others, and raise what they like)
        raise _blamed(error) from None
    messages = bytes(result.all_messages_json())
    if isinstance(result.output, DeferredToolRequests):
        asked = tuple(Wish.from_json(wish) for wish in result.output.metadata.values())
        return _waits(request, handler, Waiting(messages, asked, tuple(result.output.metadata)))
    return _answer(request, handler, str(result.output), messages=messages)


@asynccontextmanager
async def _kept(budget: Budget) -> AsyncIterator[None]:
    """A limit of cost that the model library cannot keep is an error, not a warning."""
    with warnings.catch_warnings():
        if budget.cost is not None:
            warnings.simplefilter("error", CostNotFoundWarning)
        try:
            yield
        except CostNotFoundWarning:
            raise BudgetError(
                "what this model costs is not known, so that a limit of cost cannot be kept",
                help="limit what is counted here: --limit tokens=20000",
            ) from None


def _answer(request: Request, handler: Handler, text: str, **more: Any) -> Answer:
    return Answer(
        request=request.text.strip(),
        text=text,
        made=tuple(handler.made()),
        found=handler.progress.found,
        called=dict(handler.progress.called),
        replayed=isinstance(handler.maker.tape, ReplayTape),
        **more,
    )


def _waits(request: Request, handler: Handler, waiting: Waiting) -> Answer:
    return _answer(request, handler, "", waits=waiting.wishes, messages=waiting.messages)


def _decided(waiting: Waiting, grants: Grants) -> DeferredToolResults | None:
    """The user's decisions on what a run waits for; None while one is missing."""
    results = DeferredToolResults()
    for call, wish in waiting.pending():
        said = grants.get(wish)
        if said is None:
            return None
        results.approvals[call] = True if said else ToolDenied("The user does not allow it.")
    return results


# ---------------------------------------------------------------- modes


def tape_of(
    key: Digest, title: str, *, model: Any, mode: Mode | None, path: Path | None, goes_on: bool = False
) -> tuple[Tape, Any]:
    """Who answers what is asked under a key, and the model where one is needed.

    Raises SpecError, NoModelError, CassetteMissError, ModelFailedError.
    """
    word = mode or os.environ.get(MODE) or None
    if word is not None and word not in MODES:
        raise SpecError(f"{word!r} is no mode of an agent", help=f"one of {', '.join(MODES)}")
    wanted = models.named(model)
    if word is None:
        word = "replay" if wanted is None or _is_checked() else "record"
    if word == "replay":
        found = _recorded(key, path)
        if found is None and wanted is None:
            models.resolve(None)
        if found is None:
            raise CassetteMissError(
                "this request is in no recording",
                help="record it: %%agent --record; the words of the request and the names of --with decide",
            )
        return found, None
    made = models.resolve(wanted)
    if word == "live":
        return LiveTape(), made
    file = path or default_cassette()
    cassettes.check_writable(file)
    return RecordingTape(file, key, title, goes_on=goes_on), made


def _recorded(key: Digest, path: Path | None) -> ReplayTape | None:
    """The recording of a request: keys are digests, so any cassette beside the notebook that holds one is right."""
    unreadable: HermeticError | None = None
    for file in [path] if path else cassettes.beside(Path.cwd()):
        try:
            cassette = Cassette.read(file)
        except (IntegrityError, RegistryAccessError) as error:
            unreadable = unreadable or error
            continue
        group = cassette.groups.get(key)
        if group is not None:
            return ReplayTape(cassette, group)
    if unreadable is not None:
        raise unreadable
    return None


def default_cassette() -> Path:
    """The file beside the notebook: named after it where the front end tells its name, else ``agent``."""
    told = os.environ.get("JPY_SESSION_NAME", "")
    stem = Path(told).stem if told.endswith(".ipynb") else "agent"
    return Path.cwd() / f"{stem}{cassettes.SUFFIX}"


def _is_checked() -> bool:
    """Whether a checker runs the notebook, where nothing is recorded by itself."""
    return "PYTEST_CURRENT_TEST" in os.environ or bool(os.environ.get("CI"))


# ---------------------------------------------------------------- threads


def _followed(work: Coroutine[Any, Any, Answer], lines: queue.SimpleQueue[str | None], tell: Tell) -> Answer:
    """Run a coroutine on a loop of its own, and tell its lines in this thread, which a notebook's output belongs to."""
    outcome: list[tuple[Answer | None, BaseException | None]] = []
    started: queue.SimpleQueue[tuple[asyncio.AbstractEventLoop, asyncio.Task[Answer]]] = queue.SimpleQueue()

    async def main() -> Answer:
        task = asyncio.ensure_future(work)
        started.put((asyncio.get_running_loop(), task))
        return await task

    def target() -> None:
        try:
            outcome.append((asyncio.run(main()), None))
        except BaseException as error:  # noqa: BLE001 (raised again below)
            outcome.append((None, error))
        finally:
            lines.put(None)

    thread = threading.Thread(target=target, name="agent", daemon=True)
    thread.start()
    loop, task = started.get()
    try:
        while (line := lines.get()) is not None:
            tell(line)
    except KeyboardInterrupt:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        raise AgentRunError(
            "the run was stopped", help="tools that it made are kept; run the cell again to begin anew"
        ) from None
    thread.join()
    answer, error = outcome[0]
    if error is not None:
        raise error
    assert answer is not None
    return answer


def _blamed(error: Exception) -> HermeticError:
    """An error of the model library as one of ours; one of ours that it wrapped comes through."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, HermeticError):
            return inner
        inner = inner.__cause__ or inner.__context__
    return ModelFailedError(
        f"the model did not come to an answer: {type(error).__name__}: {models.first_line(error)}",
        help=models.advice(error),
    )


def tell_stdout(line: str) -> None:
    """Print a line of the transcript."""
    sys.stdout.write(line + "\n")
