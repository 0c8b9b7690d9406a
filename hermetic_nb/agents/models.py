"""Which model answers: by name, by address, by file, or an object of pydantic-ai."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import NoModelError

if TYPE_CHECKING:
    from pydantic_ai.models import Model

LONGEST: Final = 300
"""Characters of an error of others that are told."""
VARIABLE: Final = "HERMETIC_MODEL"
PREFIX: Final = "local:"
"""Before the path of a model file."""
KEY: Final = "HERMETIC_MODEL_KEY"
"""What a server at an address is sent as its key: never another provider's key."""
OLLAMA: Final = "http://127.0.0.1:11434/v1"
"""Where Ollama listens, unless ``OLLAMA_BASE_URL`` says otherwise."""
_KEYS: Final = {"anthropic": "ANTHROPIC_API_KEY", "openai": "OPENAI_API_KEY"}
DEMO: Final = (
    "To see an agent at work without a model: !hermetic demo puts agent.ipynb and its recording into this folder."
)
WAYS: Final = f"""\
name a model, in one of four ways:
- --model anthropic:NAME or openai:NAME, with ANTHROPIC_API_KEY or OPENAI_API_KEY set
- --model NAME@http://HOST:PORT/v1, any server that speaks OpenAI's protocol ({KEY} is sent as its key)
- --model ollama:NAME, a model of Ollama on this machine
- --model local:PATH.gguf, a model file, run in this process (pip install 'hermetic-nb[local]')
{VARIABLE} names one for all cells.
{DEMO}"""
NAMES: Final = "write anthropic:NAME, openai:NAME, NAME@http://HOST:PORT/v1, ollama:NAME or local:PATH.gguf"


def named(given: Any) -> Any:
    """The model that is asked for: what is given, else what the environment names, else None."""
    return given if given is not None else os.environ.get(VARIABLE) or None


def resolve(given: Any) -> Model:
    """A model. Raises NoModelError for none, and where it cannot be made."""
    from pydantic_ai.exceptions import UserError  # noqa: PLC0415 (half a second, which other cells need not wait)
    from pydantic_ai.models import Model, infer_model  # noqa: PLC0415

    from hermetic_nb.agents.scripted import ScriptedModel  # noqa: PLC0415

    if given is None:
        raise NoModelError("no model is named, and this request is in no recording", help=WAYS)
    if isinstance(given, Model):
        return given
    if callable(given):
        return ScriptedModel(given)
    name = str(given).strip()
    provider, colon, rest = name.partition(":")
    if colon and not rest:
        raise NoModelError(f"{name} names no model", help=NAMES)
    if provider == PREFIX.removesuffix(":"):
        from hermetic_nb.agents.local import LocalModel  # noqa: PLC0415 (as above)

        return LocalModel(rest)
    key = _KEYS.get(provider)
    if key is not None and not os.environ.get(key):
        raise NoModelError(f"{name} needs a key: {key} is not set", help=WAYS)
    try:
        if "@http" in name:
            return _compatible(*name.split("@", 1))
        if provider == "ollama":
            return _compatible(rest, os.environ.get("OLLAMA_BASE_URL") or OLLAMA)
        return infer_model(name)
    except ImportError as error:
        ours = key is not None or provider == "ollama" or "@http" in name
        raise NoModelError(
            f"{name} cannot be used: {first_line(error)}",
            help="pip install 'hermetic-nb[agent]'" if ours else f"pip install 'pydantic-ai-slim[{provider}]'",
        ) from None
    except (UserError, ValueError) as error:
        raise NoModelError(f"the model {name} cannot be used: {first_line(error)}", help=NAMES) from None


def _compatible(name: str, address: str) -> Model:
    """A model behind an address that speaks OpenAI's protocol."""
    from pydantic_ai.models.openai import OpenAIChatModel  # noqa: PLC0415 (an extra)
    from pydantic_ai.providers.openai import OpenAIProvider  # noqa: PLC0415

    return OpenAIChatModel(name, provider=OpenAIProvider(base_url=address, api_key=os.environ.get(KEY) or "none"))


def first_line(error: BaseException) -> str:
    """What an error says first, at most `LONGEST` characters; its name where it says nothing."""
    line = str(error).strip().partition("\n")[0].partition(" Consider raising")[0] or type(error).__name__
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}..."


def advice(error: BaseException) -> str:
    """What to do about an error of a model."""
    status = getattr(error, "status_code", 0)
    if status in {401, 403}:
        return f"the key is refused: {', '.join(_KEYS.values())}, or for a server at an address {KEY}"
    if status == 404:
        return "is the model's name right, and does the address end in /v1?"
    if "onnection" in type(error).__name__ + str(error):
        return "is there a server at the address, and does it run? NAME@http://HOST:PORT/v1"
    if "response ended without" in str(error):
        return "the answer is none of a model: does the server at the address speak OpenAI's chat completions?"
    if "exceeded max" in str(error).lower():
        return "the model goes on sending what cannot be read: name a larger one with --model"
    return "run the cell again, or name another model with --model"
