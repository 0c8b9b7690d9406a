"""A model that is a function: for tests and for recordings that say so by their name."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from pydantic_ai.models import CompletedStreamedResponse, Model
from pydantic_ai.models.function import FunctionModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import ModelRequestParameters, StreamedResponse
    from pydantic_ai.settings import ModelSettings


class WholeAnswers(Model):
    """A model whose streams are its answers, whole."""

    @asynccontextmanager
    async def request_stream(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
        run_context: Any = None,  # noqa: ARG002 (the base's)
    ) -> AsyncIterator[StreamedResponse]:
        """The whole answer, as a stream."""
        response = await self.request(messages, model_settings, model_request_parameters)
        yield CompletedStreamedResponse(response, model_request_parameters=model_request_parameters, replay_events=True)


class AsWritten(WholeAnswers):
    """A model that sees the conversation as it is before it is fitted to a model's wire."""

    def prepare_messages(
        self,
        messages: list[ModelMessage],
        model_request_parameters: ModelRequestParameters | None = None,  # noqa: ARG002 (the base's)
    ) -> list[ModelMessage]:
        """The messages as they are."""
        return list(messages)


class ScriptedModel(WholeAnswers, FunctionModel):
    """Answers with what ``function(messages, info)`` gives (see pydantic-ai's FunctionModel), streams included."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function, model_name=f"scripted:{getattr(function, '__name__', 'model')}")
