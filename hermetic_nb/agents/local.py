"""``local:PATH.gguf``: a model file as a model of pydantic-ai. Each of its answers is JSON of a schema: a call, or a text."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.usage import RequestUsage

from hermetic_nb.agents import local_prompt, words
from hermetic_nb.agents.local_engine import Engine, ModelFile
from hermetic_nb.agents.scripted import WholeAnswers
from hermetic_nb.errors import ModelFailedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.settings import ModelSettings

    from hermetic_nb.agents.local_engine import Message, Said

MOST: Final = 700
"""Tokens of one answer, where the settings name no other number."""


class LocalModel(WholeAnswers):
    """A GGUF file. It is loaded for the first request, and stays in this process."""

    def __init__(self, path: str | Path) -> None:
        super().__init__(profile=ModelProfile(supports_json_schema_output=False, supports_tools=True))
        self._file = ModelFile.at(Path(path))

    @property
    def model_name(self) -> str:
        """The file's name and digest: what a recording names."""
        return self._file.name

    @property
    def system(self) -> str:
        """Who provides it."""
        return "local"

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """The answer. Raises ModelFailedError, NoModelError."""
        settings, parameters = self.prepare_request(model_settings, model_request_parameters)
        tools = list(parameters.declared_tool_defs.values())
        told = local_prompt.chat(messages, _instructions(messages, parameters), tools)
        most = int((settings or {}).get("max_tokens") or MOST)
        if not tools:
            said = await self._said(told, None, most)
            return self._response(TextPart(said.text.strip()), said)
        variables, answers = local_prompt.names_variables(told), parameters.allow_text_output
        said = await self._said(told, local_prompt.step_schema(tools, answers=answers, variables=variables), most)
        part = _step(said.text)
        if isinstance(part, ToolCallPart) and _is_repeated(part, messages):
            # Tools are pure: to call one again in the same words tells nothing new, and a small model does it for ever.
            is_act = part.tool_name in words.TOOLS
            others = [tool for tool in tools if tool.name != part.tool_name] if is_act or not answers else []
            if others or answers:
                schema = local_prompt.step_schema(others, answers=answers, variables=variables)
                again = await self._said(told, schema, most)
                part, said = _step(again.text), again.after(said)
        return self._response(part, said)

    def prepare_messages(
        self,
        messages: list[ModelMessage],
        model_request_parameters: ModelRequestParameters | None = None,  # noqa: ARG002 (the base's)
    ) -> list[ModelMessage]:
        """The messages as they are: `local_prompt` says in its own words what the base would add to them."""
        return list(messages)

    def _response(self, part: TextPart | ToolCallPart, said: Said) -> ModelResponse:
        usage = RequestUsage(input_tokens=said.read, output_tokens=said.written)
        return ModelResponse([part], model_name=self.model_name, usage=usage, finish_reason="stop")

    async def _said(self, told: Sequence[Message], schema: Mapping[str, Any] | None, most: int) -> Said:
        return await _apart(lambda stop: Engine.of(self._file).say(told, schema, most, stop))


def _is_repeated(call: ToolCallPart, messages: Sequence[ModelMessage]) -> bool:
    """Whether a conversation holds the same call already."""
    return any(
        isinstance(part, ToolCallPart)
        and (part.tool_name, part.args_as_dict()) == (call.tool_name, call.args_as_dict())
        for message in messages
        if isinstance(message, ModelResponse)
        for part in message.parts
    )


def _instructions(messages: Sequence[ModelMessage], parameters: ModelRequestParameters) -> str:
    """Those of the request; where it is asked without an agent, those of the last message that has some."""
    if parameters.instruction_parts is not None:
        return "\n\n".join(part.content for part in parameters.instruction_parts)
    written = [message.instructions for message in messages if isinstance(message, ModelRequest)]
    return next((text for text in reversed(written) if text), "")


def _step(text: str) -> TextPart | ToolCallPart:
    """A call or a text, of its JSON."""
    try:
        match json.loads(text):
            case {"tool": str(name), "arguments": dict(given)}:
                return ToolCallPart(name, given)
            case {"answer": str(answer)}:
                return TextPart(answer)
    except ValueError as error:
        raise ModelFailedError(f"the local model's answer is no JSON: {error}: {text[:200]}") from None
    raise ModelFailedError(f"the local model's answer is neither a call nor a text: {text[:200]}")


async def _apart(work: Callable[[threading.Event], Said]) -> Said:
    """Do work in a thread that is told to stop when this is cancelled: nobody waits for it then."""
    loop, stop = asyncio.get_running_loop(), threading.Event()
    done: asyncio.Future[Said] = loop.create_future()

    def give(result: Said | None, error: BaseException | None) -> None:
        if done.cancelled():
            return
        if error is None:
            assert result is not None
            done.set_result(result)
        else:
            done.set_exception(error)

    def target() -> None:
        result, error = None, None
        try:
            result = work(stop)
        except Exception as raised:  # noqa: BLE001 (raised again where it is waited for)
            error = raised
        if not stop.is_set():
            loop.call_soon_threadsafe(give, result, error)

    threading.Thread(target=target, name="local model", daemon=True).start()
    try:
        return await done
    except asyncio.CancelledError:
        stop.set()
        raise
