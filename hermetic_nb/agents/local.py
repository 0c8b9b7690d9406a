"""``local:PATH.gguf``: a model file as a model of pydantic-ai. Each of its answers is JSON of a schema: a call, or a text."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic_ai.messages import ModelRequest, ModelResponse, TextPart, ToolCallPart, ToolReturnPart
from pydantic_ai.profiles import ModelProfile
from pydantic_ai.usage import RequestUsage

from hermetic_nb.agents import local_prompt, words
from hermetic_nb.agents.local_engine import Engine, ModelFile
from hermetic_nb.agents.scripted import AsWritten
from hermetic_nb.delegation.threads import on_thread
from hermetic_nb.errors import ModelFailedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.settings import ModelSettings

    from hermetic_nb.agents.local_engine import Message, Said

MOST: Final = 400
"""Tokens of one answer, where the settings name no other number."""
HEAT: Final = 0.7
"""The temperature of another try; the seed is fixed, and so is what comes of it."""


class LocalModel(AsWritten):
    """A GGUF file. It is loaded for the first request, and stays in this process. `local_prompt` writes what it reads."""

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
        schema = local_prompt.step_schema(
            tools, answers=parameters.allow_text_output, variables=local_prompt.names_variables(told)
        )
        said = await self._said(told, schema, most)
        part = _step(said.text)
        if isinstance(part, TextPart) or (before := _result_of(part, messages)) is None:
            return self._response(part, said)
        # Tools are pure: to call one again in the same words tells nothing new, and a small model does it for ever. It
        # is asked again: for an answer, where the call had a value; for what comes next, where a tool was looked for or made; for
        # another try, further from its first thought, where the call failed.
        wrong = local_prompt.failed(before)
        if parameters.allow_text_output and not wrong:
            others = [tool for tool in tools if part.tool_name in words.TOOLS and tool.name != part.tool_name]
            schema = local_prompt.step_schema(others, answers=True, variables=local_prompt.names_variables(told))
        again = await self._said(told, schema, most, heat=HEAT if wrong else 0)
        return self._response(_step(again.text), again.after(said))

    def _response(self, part: TextPart | ToolCallPart, said: Said) -> ModelResponse:
        usage = RequestUsage(input_tokens=said.read, output_tokens=said.written)
        return ModelResponse([part], model_name=self.model_name, usage=usage, finish_reason="stop")

    async def _said(
        self, told: Sequence[Message], schema: Mapping[str, Any] | None, most: int, *, heat: float = 0
    ) -> Said:
        stop = threading.Event()

        def say() -> Said:
            return Engine.of(self._file).say(told, schema, most, stop, heat=heat)

        said: Said = await on_thread(say, cancelled=lambda _thread: stop.set())
        return said


def _result_of(call: ToolCallPart, messages: Sequence[ModelMessage]) -> str | None:
    """What the same call gave before, in this conversation; None where it was not made."""
    same = {
        part.tool_call_id
        for message in messages
        for part in message.parts
        if isinstance(part, ToolCallPart)
        and (part.tool_name, part.args_as_dict()) == (call.tool_name, call.args_as_dict())
    }
    given = [
        part.model_response_str()
        for message in messages
        for part in message.parts
        if isinstance(part, ToolReturnPart) and part.tool_call_id in same
    ]
    return given[-1] if given else None


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
