"""A model file in this process, through xllamacpp (llama.cpp): chat messages and a schema -> text.

The same request gives the same text, whatever was asked before. Numbers of a model's work depend on how many tokens are
worked on at once, so a conversation is always worked on in the same steps: up to each message that is not the model's own,
and then its last token once more. What a new request shares with the one before, in whole steps, is kept; never the tokens
of an answer, which were worked on one by one.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.digest import Digest
from hermetic_nb.errors import AgentRunError, ModelFailedError, NoModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAGIC: Final = b"GGUF"
CONTEXT: Final = 8192
"""Tokens of a conversation, at most; a file that was trained on fewer has those."""
_STEP: Final = 64
"""Tokens that are worked on at once: an interrupt waits for no more."""
_SEED: Final = 1
_CPUS: Final = Path("/sys/devices/system/cpu")
_SPACE: Final = re.compile(r"^space ::= .*$", re.MULTILINE)
_LOADING: Final = threading.Lock()

Message = dict[str, str]
"""``role`` (system, user, assistant) and ``content``."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A GGUF file, by its name and its bytes."""

    path: Path
    digest: Digest

    @property
    def name(self) -> str:
        """Its name in recordings: no folder of this machine."""
        return f"{self.path.name} {self.digest}"

    @classmethod
    def at(cls, path: Path) -> ModelFile:
        """The file at a path. Raises NoModelError."""
        full = path.expanduser()
        help_ = "name a GGUF file: --model local:PATH.gguf"
        try:
            with full.open("rb") as file:
                start = file.read(len(MAGIC))
            state = full.stat()
            if start != MAGIC:
                raise NoModelError(f"{path.name} is no model file: it does not begin with {MAGIC.decode()}", help=help_)
            return cls(full.resolve(), _digest(full.resolve(), state.st_size, state.st_mtime_ns))
        except OSError as error:
            raise NoModelError(f"the model file {path} cannot be read: {error.strerror}", help=help_) from None


@dataclass(frozen=True, slots=True)
class Said:
    """What a model said, and its account in tokens."""

    text: str
    read: int
    written: int

    def after(self, first: Said) -> Said:
        """This, with the account of what was said before it."""
        return Said(self.text, self.read + first.read, self.written + first.written)


@dataclass(slots=True)
class Engine:
    """One loaded file. Requests wait for each other."""

    file: ModelFile
    _server: Any
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _steps: list[list[Message]] = field(default_factory=list)
    """The steps whose work is kept, each as the messages up to it."""
    _keeps: bool = True
    """Whether the model can go back to a step; recurrent ones cannot."""

    @classmethod
    def of(cls, file: ModelFile) -> Engine:
        """The engine of a file, loaded when first asked for, once in this process. Raises NoModelError, ModelFailedError."""
        with _LOADING:
            return _loaded(file)

    def say(
        self,
        messages: Sequence[Message],
        schema: Mapping[str, Any] | None,
        most: int,
        stop: threading.Event,
        *,
        heat: float = 0,
    ) -> Said:
        """The text that follows the messages: JSON of a schema where one is given, ``most`` tokens at most.

        Raises ModelFailedError where it does not fit or does not end, and AgentRunError after ``stop`` was set.
        """
        wanted: dict[str, Any] = {"max_tokens": most, "temperature": heat}
        if schema is not None:
            wanted["grammar"] = grammar(schema)
        with self._lock:
            try:
                kept = self._prepare(list(messages), stop)
                heard = self._send(list(messages), stop, cache_prompt=kept, **wanted)
            except BaseException:
                self._steps = []  # what the model holds now is not known
                raise
        if heard.ended != "stop":
            raise ModelFailedError(
                f"{self.file.path.name} did not come to an end within {heard.written} tokens",
                help="ask for less at once, or name a larger model",
            )
        return Said(heard.text, heard.read, heard.written)

    def _prepare(self, messages: list[Message], stop: threading.Event) -> bool:
        """Work on the messages, step by step; whether the work is kept."""
        if not self._keeps:
            return False
        ends = [number + 1 for number, message in enumerate(messages) if message["role"] != "assistant"]
        steps = [messages[:end] for end in ends]
        shared = 0
        while shared < min(len(steps), len(self._steps)) and steps[shared] == self._steps[shared]:
            shared += 1
        if shared and shared < len(steps):
            self._send(steps[shared - 1], stop, cache_prompt=True, max_tokens=0)
        for number, step in enumerate(steps[shared:], shared):
            self._send(step, stop, cache_prompt=number > 0, max_tokens=0)
            if number < len(steps) - 1 or number == 0:
                again = self._send(step, stop, cache_prompt=True, max_tokens=0)
                self._keeps = again.kept == again.read - 1
                if not self._keeps:
                    return False
        self._steps = steps
        return self._keeps

    def _send(self, messages: list[Message], stop: threading.Event, **wanted: Any) -> _Heard:
        if stop.is_set():
            raise AgentRunError("the run was stopped")
        heard = _Heard()

        def hear(chunk: dict[str, Any]) -> bool:
            heard.add(chunk)
            return stop.is_set()

        request = {
            "messages": messages,
            "seed": _SEED,
            "stream": True,
            "return_progress": True,  # so that a long request can be stopped
            "stream_options": {"include_usage": True},
        } | wanted
        try:
            self._server.handle_chat_completions(request, hear)
        except (RuntimeError, ValueError) as error:
            raise ModelFailedError(f"{self.file.path.name} cannot be asked: {str(error)[:200]}") from None
        if stop.is_set():
            raise AgentRunError("the run was stopped")
        if heard.error:
            raise self._blamed(heard.error)
        return heard

    def _blamed(self, error: Mapping[str, Any]) -> ModelFailedError:
        if error.get("type") == "exceed_context_size_error":
            return ModelFailedError(
                f"the conversation is too long for {self.file.path.name}: {error.get('n_prompt_tokens')} tokens, it holds "
                f"{error.get('n_ctx')}",
                help="ask for less at once; pass data with --with, and not as text; or name another model",
            )
        return ModelFailedError(f"{self.file.path.name} cannot be asked: {str(error.get('message'))[:200]}")


@dataclass(slots=True)
class _Heard:
    text: str = ""
    ended: str = ""
    read: int = 0
    kept: int = 0
    written: int = 0
    error: Mapping[str, Any] = field(default_factory=dict)

    def add(self, chunk: Mapping[str, Any]) -> None:
        if "error" in chunk:
            self.error = dict(chunk["error"])
        for choice in chunk.get("choices", ()):
            self.text += choice["delta"].get("content") or ""
            self.ended = choice.get("finish_reason") or self.ended
        usage = chunk.get("usage")
        if usage:
            self.read, self.written = usage["prompt_tokens"], usage["completion_tokens"]
            self.kept = usage["prompt_tokens_details"]["cached_tokens"]


def grammar(schema: Mapping[str, Any]) -> str:
    """A schema as the grammar of its JSON on one line. Raises ModelFailedError."""
    import xllamacpp  # noqa: PLC0415 (an extra)

    try:
        text = str(xllamacpp.json_schema_to_grammar(dict(schema)))
    except (RuntimeError, ValueError) as error:
        raise ModelFailedError(f"a schema cannot be used with a local model: {str(error)[:200]}") from None
    return _SPACE.sub('space ::= " "?', text)  # a small model that may write empty lines writes many


def threads() -> int:
    """Threads for a model: one fewer than the cores that this process may use, at least one.

    With a thread on each core, those that wait for a busy one spin: tens of times slower, where anything else runs.
    """
    mine = os.sched_getaffinity(0)
    cores = set()
    for cpu in mine:
        siblings = _CPUS / f"cpu{cpu}" / "topology" / "thread_siblings_list"
        try:
            cores.add(siblings.read_text("ascii").strip())
        except OSError:
            cores.add(str(cpu))
    return max(1, len(cores) - 1)


@lru_cache(maxsize=8)
def _digest(path: Path, size: int, changed: int) -> Digest:  # noqa: ARG001 (another size or time is another file)
    with path.open("rb") as file:
        return Digest(f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}")


@lru_cache(maxsize=2)
def _loaded(file: ModelFile) -> Engine:
    try:
        import xllamacpp  # noqa: PLC0415 (an extra)
    except ImportError:
        raise NoModelError(
            f"local:{file.path.name} needs xllamacpp, which is not installed", help="pip install 'hermetic-nb[local]'"
        ) from None
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(file.path)
    wanted.n_ctx = CONTEXT
    wanted.n_parallel = 1
    wanted.n_batch = wanted.n_ubatch = _STEP
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = threads()
    wanted.n_gpu_layers = 0  # other numbers on another machine's card
    wanted.cache_ram_mib = 0  # kept work comes from here alone
    wanted.swa_full = True  # as above: models with windows can go back too
    wanted.ctx_shift = wanted.warmup = wanted.ui = wanted.endpoint_slots = False
    wanted.verbosity = -1  # nothing of it belongs into a cell
    with tempfile.TemporaryDirectory(prefix="hermetic-") as folder:
        # The library opens a server; this one is a socket in a folder of ours, gone as soon as it is there.
        wanted.hostnames = [f"{folder}/model.sock"]
        try:
            return Engine(file, xllamacpp.Server(wanted))
        except RuntimeError:
            raise ModelFailedError(
                f"{file.path.name} cannot be loaded",
                help="it may be cut short, or of a kind that llama.cpp does not know",
            ) from None
