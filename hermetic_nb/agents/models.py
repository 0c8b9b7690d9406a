"""Which model answers: by name, by address, by file, or an object of pydantic-ai."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import ModelFailedError, NoModelError

if TYPE_CHECKING:
    from pydantic_ai.models import Model

VARIABLE: Final = "HERMETIC_MODEL"
_KEYS: Final = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}
WAYS: Final = (
    "name one of: --model anthropic:NAME (with ANTHROPIC_API_KEY set); --model openai:NAME (OPENAI_API_KEY), or "
    "--model NAME@http://host:port/v1 for any server that speaks OpenAI's protocol; --model ollama:NAME. "
    f"{VARIABLE} names one for all cells. A notebook with a recording runs without"
)


def named(given: Any) -> Any:
    """The model that is asked for: what is given, else what the environment names, else None."""
    return given if given is not None else os.environ.get(VARIABLE) or None


def resolve(given: Any) -> Model:
    """A model. Raises NoModelError for none, ModelFailedError where it cannot be made."""
    from pydantic_ai.exceptions import UserError  # noqa: PLC0415 (half a second, which other cells need not wait)
    from pydantic_ai.models import Model, infer_model  # noqa: PLC0415

    from hermetic_nb.agents.scripted import ScriptedModel  # noqa: PLC0415

    if given is None:
        raise NoModelError("no model is named, and this request is in no recording", help=WAYS)
    if isinstance(given, Model):
        return given
    if callable(given):
        return ScriptedModel(given)
    name = str(given)
    try:
        if "@http" in name:
            return _compatible(*name.split("@", 1))
        provider = name.partition(":")[0]
        key = _KEYS.get(provider)
        if key is not None and not os.environ.get(key):
            raise NoModelError(f"{name} needs a key: {key} is not set", help=WAYS)
        return infer_model(name)
    except (UserError, ImportError, ValueError) as error:
        raise ModelFailedError(f"the model {name} cannot be used: {first_line(error)}", help=WAYS) from None


def _compatible(name: str, address: str) -> Model:
    """A model behind an address that speaks OpenAI's protocol."""
    from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415 (an extra)
    from pydantic_ai.providers.openai import OpenAIProvider  # noqa: PLC0415

    key = os.environ.get("OPENAI_API_KEY") or "none"
    return OpenAIChatModel(name, provider=OpenAIProvider(base_url=address, api_key=key))


def first_line(error: BaseException) -> str:
    """What an error says first; its name where it says nothing."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
