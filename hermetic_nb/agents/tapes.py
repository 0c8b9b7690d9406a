"""Who answers a model's requests in a run: the model (live), the model and a recorder, or the recording alone."""

from __future__ import annotations

import threading
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, get_args

from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelResponse
from pydantic_ai.models import Model
from pydantic_ai.models.wrapper import WrapperModel
from pydantic_ai.profiles import ModelProfile

from hermetic_nb import values
from hermetic_nb.agents import canonical, misses
from hermetic_nb.agents.cassette import Cassette, Exchange, Group, Seen, without_secrets
from hermetic_nb.agents.scripted import AsWritten
from hermetic_nb.digest import digest_json
from hermetic_nb.errors import CassetteMissError
from hermetic_nb.making.sight import LiveSight, Sight

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
    from pathlib import Path

    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import ModelRequestParameters, StreamedResponse
    from pydantic_ai.settings import ModelSettings

    from hermetic_nb.digest import Digest

Mode = Literal["replay", "record", "live"]
MODES: Final = get_args(Mode)
_WRITING: Final = threading.Lock()
"""Agents of one process record into one file."""
REPLAY_HELP: Final = "record it again with a model: %%agent --record --model ...; or put back what changed"


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in canonical form."""

    key: Digest
    messages: tuple[Digest, ...]
    tools: Mapping[str, Digest]
    settings: Mapping[str, Any]


def asked(
    cassette: Cassette,
    messages: Sequence[ModelMessage],
    settings: ModelSettings | None,
    parameters: ModelRequestParameters,
) -> Asked:
    """A request, its parts noted in the cassette's tables."""
    noted = tuple(cassette.message(message) for message in canonical.messages_json(messages))
    tools = {tool.name: cassette.tool(canonical.tool_json(tool)) for tool in parameters.function_tools}
    options = canonical.settings_json(settings, parameters)
    return Asked(canonical.key_of(noted, tools, options), noted, tools, options)


class Tape(Sight, Protocol):
    """One run's way to models and to the registry at large."""

    def model(self, model: Model | None) -> Model:
        """The model that the run talks to."""

    def finish(self) -> None:
        """Keep what was recorded, where anything is kept."""
        return  # an empty body would be an abstract one


class LiveTape(LiveSight, Tape):
    """Nothing is kept."""

    def model(self, model: Model | None) -> Model:
        """The model itself."""
        assert model is not None, "a live run has a model"
        return model


class RecordingTape(Tape):
    """All that is answered is kept, in the place of what an earlier run of the same request recorded."""

    def __init__(self, path: Path, key: Digest, title: str, *, goes_on: bool = False) -> None:
        self._cassette, self._key, self._title = Cassette.read(path), key, title
        before = self._cassette.groups.get(key) if goes_on else None
        self._exchanges: list[Exchange] = [] if before is None else list(before.exchanges)
        self._seen: list[Seen] = [] if before is None else list(before.seen)
        self._model = "" if before is None else before.model

    def model(self, model: Model | None) -> Model:
        """The model, with a recorder."""
        assert model is not None, "a recorded run has a model"
        self._model = self._model or model.model_id
        return _Recorded(model, self)

    def note(self, request: Asked, messages: Sequence[ModelMessage], response: ModelResponse) -> None:
        """Keep an answer."""
        answer = without_secrets(canonical.response_json(messages, response))
        self._exchanges.append(Exchange(request.key, request.messages, request.tools, request.settings, answer))

    def asked(
        self,
        messages: Sequence[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> Asked:
        """A request in canonical form."""
        return asked(self._cassette, messages, settings, parameters)

    async def see(self, kind: str, of: Any, look: Callable[[], Awaitable[Any]]) -> Any:
        """What is there now; it is kept."""
        found = values.to_wire(await look())
        self._seen.append(Seen(kind, without_secrets(of), without_secrets(found)))
        return found

    def told(self, kind: str, of: Any, said: Any) -> None:
        """Keep what the user said."""
        self._seen.append(Seen(kind, of, said))

    def finish(self) -> None:
        """Write the run into the cassette, beside what others recorded meanwhile. Raises RegistryAccessError."""
        own = self._cassette
        group = Group(self._key, without_secrets(self._title), self._model, tuple(self._exchanges), tuple(self._seen))
        with _WRITING:
            cassette = Cassette.read(own.path)
            cassette.messages.update(own.messages)
            cassette.tools.update(own.tools)
            cassette.put(group)
            cassette.save()


class ReplayTape(Tape):
    """Only what is recorded is answered."""

    def __init__(self, cassette: Cassette, group: Group) -> None:
        self._cassette, self._group = cassette, group
        self._left: dict[Digest, list[Exchange]] = defaultdict(list)
        for exchange in group.exchanges:
            self._left[exchange.key].append(exchange)
        self._seen: dict[Digest, list[Any]] = defaultdict(list)
        for seen in group.seen:
            self._seen[digest_json([seen.kind, seen.of])].append(seen.found)

    def model(self, model: Model | None) -> Model:  # noqa: ARG002 (the protocol's)
        """The recording, as a model."""
        return _Replayed(self._group.model, self)

    def answer(
        self,
        messages: Sequence[ModelMessage],
        settings: ModelSettings | None,
        parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The recorded answer. Raises CassetteMissError."""
        request = asked(self._cassette, messages, settings, parameters)
        left = self._left.get(request.key)
        if not left:
            raise self._miss(request)
        exchange = left.pop(0) if len(left) > 1 else left[0]
        (response,) = ModelMessagesTypeAdapter.validate_python([dict(exchange.answer)])
        assert isinstance(response, ModelResponse)
        return response

    def _miss(self, request: Asked) -> CassetteMissError:
        recorded = misses.nearest(self._group, request.messages)
        why = (
            "nothing is recorded of this run"
            if recorded is None
            else misses.difference(self._cassette, recorded, request.messages, request.tools, request.settings)
        )
        return CassetteMissError(f"the recording does not fit: {why}", help=REPLAY_HELP)

    async def see(self, kind: str, of: Any, look: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ARG002 (the protocol's)
        """What the recorded run saw. Raises CassetteMissError."""
        found = self._seen.get(digest_json([kind, without_secrets(of)]))
        if not found:
            raise CassetteMissError(f"the recording does not fit: it holds no {kind} like this one", help=REPLAY_HELP)
        return found.pop(0) if len(found) > 1 else found[0]

    def recalled(self, kind: str, of: Any) -> Any:
        """What the user of the recorded run said."""
        found = self._seen.get(digest_json([kind, of]))
        return found[0] if found else None


class _Recorded(WrapperModel):
    """A model whose answers are kept, with the conversation as it was before it was fitted to the model's wire."""

    def __init__(self, wrapped: Model, tape: RecordingTape) -> None:
        super().__init__(wrapped)
        self._tape = tape
        self._authored: list[ModelMessage] | None = None

    def prepare_messages(
        self, messages: list[ModelMessage], model_request_parameters: ModelRequestParameters | None = None
    ) -> list[ModelMessage]:
        self._authored = list(messages)
        return super().prepare_messages(messages, model_request_parameters)

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        before = self._authored or list(messages)
        request = self._tape.asked(before, model_settings, model_request_parameters)
        response = await super().request(messages, model_settings, model_request_parameters)
        self._tape.note(request, before, response)
        return response

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: Any = None,
    ) -> AsyncIterator[StreamedResponse]:
        before = self._authored or list(messages)
        request = self._tape.asked(before, model_settings, model_request_parameters)
        async with super().request_stream(messages, model_settings, model_request_parameters, run_context) as response:
            yield response
        self._tape.note(request, before, response.get())


class _Replayed(AsWritten):
    """A recording, as a model."""

    def __init__(self, name: str, tape: ReplayTape) -> None:
        super().__init__(profile=ModelProfile())
        self._name, self._tape = name, tape

    @property
    def model_name(self) -> str:
        return self._name

    @property
    def system(self) -> str:
        return "recording"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        return self._tape.answer(messages, model_settings, model_request_parameters)
