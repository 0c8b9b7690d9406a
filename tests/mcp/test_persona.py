"""The persona, loaded by jupyter-ai's own persona manager by its entry point, in a chat of jupyterlab_chat; scripted models."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.agents.kit import GOOD, create, scripted

pytest.importorskip("jupyter_ai_persona_manager", reason="pip install jupyter-ai-persona-manager")


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    from hermetic_nb.labserver import persona

    monkeypatch.setenv("HERMETIC_REGISTRY", str(tmp_path / "tools"))
    monkeypatch.delenv("HERMETIC_MODEL", raising=False)
    persona._box.cache_clear()
    return tmp_path


async def chat_in(place: Path) -> tuple[Any, Any]:
    """A chat, and our persona in it."""
    from jupyter_ai_persona_manager import PersonaManager
    from jupyterlab_chat.websocket_model import WsChatModel

    (place / "a.chat").write_text("{}")
    chat = WsChatModel("a.chat", place)
    manager = PersonaManager(chat=chat, root_dir=str(place), event_loop=asyncio.get_running_loop())
    (persona,) = (one for name, one in manager.personas.items() if "hermetic_nb" in name)
    return chat, persona


async def say(persona: Any, text: str) -> None:
    from jupyterlab_chat.models import Message

    await persona.on_message(Message(id=text, body=text, time=time.time(), sender="somebody"))


def test_it_makes_a_tool_calls_it_and_answers_and_the_conversation_goes_on(place: Path) -> None:
    from hermetic_nb.agents.scripted import ScriptedModel
    from hermetic_nb.registry import Registry

    async def main() -> list[str]:
        chat, persona = await chat_in(place)
        call = ("tool_call", {"name": "edit_distance", "arguments": {"a": "kitten", "b": "sitting"}})
        persona.model = ScriptedModel(scripted(create(GOOD), call, "Three.", "Still three."))
        await say(persona, "How far is kitten from sitting?")
        await say(persona, "And now?")
        return [message.body for message in chat.get_messages()]

    first, second = asyncio.run(main())
    assert first.startswith("```text\n")
    assert "edit_distance" in first
    assert first.endswith("```\n\nThree.")
    assert second == "Still three."  # the fourth answer: the model saw what was said before
    assert Registry(place / "tools").resolve("edit_distance").version == 1
    assert not list(place.glob("*.json"))  # a chat records nothing


def test_what_wants_consent_is_refused(place: Path) -> None:
    from hermetic_nb.agents.scripted import ScriptedModel

    async def main() -> str:
        chat, persona = await chat_in(place)
        code = "async def run(q: str, call_agent) -> str:\n    return await call_agent('web', {'q': q})\n"
        asks = create(code, name="asks", parameters={"q": "str"}, examples=[])
        persona.model = ScriptedModel(scripted(asks, "It was refused."))
        await say(persona, "Ask the web.")
        (message,) = chat.get_messages()
        return str(message.body)

    body = asyncio.run(main())
    assert "nobody can be asked" in body
    assert body.endswith("It was refused.")


def test_without_a_model_it_says_how_to_name_one(place: Path) -> None:
    async def main() -> str:
        chat, persona = await chat_in(place)
        await say(persona, "Hello?")
        (message,) = chat.get_messages()
        return str(message.body)

    body = asyncio.run(main())
    assert "HERMETIC_MODEL" in body
    assert "Traceback" not in body


def test_the_stop_button_ends_a_run(place: Path) -> None:
    from hermetic_nb.agents.scripted import ScriptedModel

    begun = threading.Event()

    async def forever(_messages: Any, _info: Any) -> Any:
        begun.set()
        await asyncio.sleep(600)

    async def main() -> list[str]:
        chat, persona = await chat_in(place)
        persona.model = ScriptedModel(forever)
        run = asyncio.create_task(say(persona, "Think."))
        assert await asyncio.to_thread(begun.wait, 60)
        await persona.cancel_response()
        await asyncio.wait_for(run, 20)
        return [message.body for message in chat.get_messages()]

    assert asyncio.run(main()) == ["Stopped. Tools that were made are kept."]
