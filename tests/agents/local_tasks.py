"""Fixed requests to an agent, and what is right, computed here without the agent.

They were written before a model was seen at work on them, and are of three kinds: call a tool that is there, make one and
call it, use two of which one needs the other's result. `python -m tests.agents.local_tasks MODEL.gguf` puts fourteen to a model file, each
with a fresh registry, and prints how many it fulfilled, in tokens and seconds too. While the prompt was written a small model was
seen at these; `... MODEL.gguf unseen` puts twelve others, written after the prompt and never looked at since.
"""

from __future__ import annotations

import re
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import factorial, gcd
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic_ai.messages import ModelMessage, ModelMessagesTypeAdapter, ModelResponse
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.settings import ModelSettings

import hermetic_nb as hnb
from hermetic_nb.agents.local import LocalModel
from hermetic_nb.agents.running import Budget, Request, run
from tests.agents.kit import results

Kind = Literal["call", "make", "chain"]

SHELF: Final = (
    (
        'def gc_content(seq: str) -> float:\n    """Share of G and C in a DNA sequence."""\n'
        '    return (seq.count("G") + seq.count("C")) / len(seq)\n'
    ),
    'def word_count(text: str) -> int:\n    """Number of words in a text."""\n    return len(text.split())\n',
    (
        'def celsius_to_fahrenheit(degrees: float) -> float:\n    """Degrees Celsius as degrees Fahrenheit."""\n'
        "    return degrees * 9 / 5 + 32\n"
    ),
    (
        'def greatest_common_divisor(a: int, b: int) -> int:\n    """Greatest common divisor of two integers."""\n'
        "    while b:\n        a, b = b, a % b\n    return a\n"
    ),
    (
        'def median(numbers: list[float]) -> float:\n    """Median of a list of numbers."""\n'
        "    s = sorted(numbers)\n    n = len(s)\n    return s[n // 2] if n % 2 else (s[n // 2 - 1] + s[n // 2]) / 2\n"
    ),
    'def to_binary(number: int) -> str:\n    """Binary digits of an integer."""\n    return bin(number)[2:]\n',
    (
        'def unique_words(text: str) -> str:\n    """The words of a text without repetitions, in order."""\n'
        "    seen: list[str] = []\n    for word in text.split():\n        if word not in seen:\n            seen.append(word)\n"
        '    return " ".join(seen)\n'
    ),
)
"""Sealed into each fresh registry before a task."""


@dataclass(frozen=True, slots=True)
class Task:
    """A request, the value that a tool has to give, and how the answer may say it."""

    kind: Kind
    text: str
    value: Any
    said: tuple[str, ...]
    """Spellings of the value; the answer holds one of them."""
    given: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


def _task(kind: Kind, text: str, value: Any, *said: str, **given: Any) -> Task:
    return Task(kind, text, value, said or (str(value),), given)


_WORDS: Final = "the cat and the dog and the bird"
_LINE: Final = "the quick brown fox jumps over the lazy dog"

TASKS: Final = (
    _task("call", "What is the GC content of the sequence GGCATTCA?", 0.5, "0.5", "50%", "50 %"),
    _task("call", f"How many words are in the text '{_LINE}'?", len(_LINE.split()), "9", "nine"),
    _task("call", "How much is 37.5 degrees Celsius in Fahrenheit?", 37.5 * 9 / 5 + 32),
    _task("call", "What is the greatest common divisor of 1071 and 462?", gcd(1071, 462)),
    _task(
        "call",
        "What is the median of the variable readings?",
        statistics.median([9.5, 2.25, 7.0, 4.75, 8.0]),
        "7",
        readings=[9.5, 2.25, 7.0, 4.75, 8.0],
    ),
    _task(
        "make",
        "Make a tool that gives the factorial of an integer. What is the factorial of 10?",
        factorial(10),
        "3628800",
        "3,628,800",
    ),
    _task(
        "make",
        "Make a tool that counts the vowels (a, e, i, o, u) of a text. How many vowels are in 'hermetic notebook'?",
        sum(letter in "aeiou" for letter in "hermetic notebook"),
    ),
    _task(
        "make",
        "Make a tool that puts the words of a sentence in reverse order. What does it give for 'one two three four'?",
        " ".join(reversed(["one", "two", "three", "four"])),
    ),
    _task(
        "make",
        "Make a tool that adds up the squares of a list of integers. What does it give for [3, 5, 7, 11]?",
        sum(n * n for n in (3, 5, 7, 11)),
    ),
    _task(
        "make",
        "Make a tool that repeats a text n times with a dash between. What does it give for 'ab' and 3?",
        "-".join(["ab"] * 3),
    ),
    _task("chain", "What are the binary digits of the greatest common divisor of 84 and 36?", f"{gcd(84, 36):b}"),
    _task(
        "chain",
        f"How many words are left of the text '{_WORDS}' when repetitions are removed?",
        len(dict.fromkeys(_WORDS.split())),
        "5",
        "five",
    ),
    _task(
        "chain",
        "The median of [10, 30, 20] is a temperature in degrees Celsius. How much is that in Fahrenheit?",
        statistics.median([10, 30, 20]) * 9 / 5 + 32,
        "68",
    ),
    _task(
        "chain",
        "Make a tool that adds up the decimal digits of an integer. What is the sum of the digits of the greatest common "
        "divisor of 123456 and 7890?",
        sum(map(int, str(gcd(123456, 7890)))),
    ),
)

UNSEEN: Final = (
    _task("call", "Which share of the sequence ATTTGCGC is G or C?", 0.5, "0.5", "50%", "50 %", "half"),
    _task("call", "What are the binary digits of 77?", f"{77:b}"),
    _task("call", "Convert -40 degrees Celsius to Fahrenheit.", -40 * 9 / 5 + 32, "-40"),
    _task("call", "Remove the repeated words from 'to be or not to be'.", "to be or not"),
    _task(
        "call",
        "How many words does the variable note hold?",
        len("measure twice and cut once".split()),  # noqa: SIM905 (the words of a text are counted)
        "five",
        note="measure twice and cut once",
    ),
    _task("make", "Make a tool that reverses a text. What is 'notebook' reversed?", "notebook"[::-1]),
    _task(
        "make",
        "Make a tool that gives the larger of the sum and the product of two integers. What does it give for 6 and 7?",
        max(6 + 7, 6 * 7),
    ),
    _task(
        "make",
        "Make a tool that counts how often a letter occurs in a text. How often is s in 'mississippi'?",
        4,
        "four",
    ),
    _task(
        "make", "Make a tool that tells whether an integer is a prime number. Is 97 one?", True, "prime", "yes", "true"
    ),
    _task(
        "make",
        "Make a tool that joins a list of words with hyphens. What does it give for ['red', 'green', 'blue']?",
        "red-green-blue",
    ),
    _task("chain", "What are the binary digits of the number of words in 'one two three four five six'?", f"{6:b}"),
    _task(
        "chain",
        "What is the greatest common divisor of 48 and 60, as a temperature in Celsius, in Fahrenheit?",
        12 * 9 / 5 + 32,
    ),
)
"""Written when the prompt was done."""

REQUESTS: Final = 10
"""Requests to the model that a task may take."""


class Counted(LocalModel):
    """A model file that keeps account of its tokens."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.requests = self.read = self.written = 0

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        response = await super().request(messages, model_settings, model_request_parameters)
        self.requests += 1
        self.read += response.usage.input_tokens
        self.written += response.usage.output_tokens
        return response


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task."""

    fulfilled: bool
    why: str
    """The answer, or what is wrong with it."""
    model: Counted
    seconds: float


def attempt(task: Task, path: str) -> Outcome:
    """Put a task to a model file."""
    model = Counted(path)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        box = hnb.Toolbox(folder)
        try:
            for source in SHELF:
                box.seal(source)
            terms: dict[str, Any] = {"given": task.given, "model": model, "mode": "live"}
            answer = run(box, Request(text=task.text, budget=Budget(requests=REQUESTS), **terms))
            why = missing(task, answer)
            return Outcome(not why, why or answer.text, model, time.monotonic() - started)
        except hnb.AgentRunError as error:
            return Outcome(False, str(error), model, time.monotonic() - started)
        finally:
            box.close()


def missing(task: Task, answer: Any) -> str:
    """What an answer lacks; nothing where it fulfils the task: a tool gave the value, and the text says it."""
    told = results(ModelMessagesTypeAdapter.validate_json(answer.messages))
    if task.kind == "make" and not answer.made:
        return f"no tool was made: {answer.text}"
    if not any(isinstance(one, dict) and "value" in one and one["value"] == task.value for one in told):
        return f"no tool gave {task.value!r}: {answer.text}"
    if not _says(answer.text, task):
        return f"the answer does not say {task.value!r}: {answer.text}"
    return ""


def _says(text: str, task: Task) -> bool:
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", text.replace(",", ""))]
    if type(task.value) in (int, float) and task.value in numbers:
        return True
    return any(re.search(rf"(?<![\w.]){re.escape(said)}(?![\w]|\.\d)", text, re.IGNORECASE) for said in task.said)


def main(words: Sequence[str]) -> None:
    """Print a line for each task, and the sum."""
    path, *numbers = words
    tasks = UNSEEN if "unseen" in numbers else TASKS
    chosen = [tasks[int(number) - 1] for number in numbers if number != "unseen"] or tasks
    print(f"{Path(path).name}, {len(chosen)} tasks, at most {REQUESTS} requests each")
    print(f"{'':4}{'task':7}{'right':7}{'requests':>9}{'read':>8}{'written':>8}{'s':>7}  answer")
    outcomes = []
    for task in chosen:
        one = attempt(task, path)
        outcomes.append(one)
        print(
            f"{tasks.index(task) + 1:<4}{task.kind:7}{'yes' if one.fulfilled else 'no':7}{one.model.requests:9}{one.model.read:8}"
            f"{one.model.written:8}{one.seconds:7.0f}  {' '.join(one.why.split())[:90]}",
            flush=True,
        )
    kinds = [
        f"{kind} {sum(one.fulfilled for task, one in pairs)} of {len(pairs)}"
        for kind in ("call", "make", "chain")
        if (pairs := [(task, one) for task, one in zip(chosen, outcomes, strict=True) if task.kind == kind])
    ]
    print(
        f"fulfilled {sum(one.fulfilled for one in outcomes)} of {len(outcomes)} ({', '.join(kinds)}); "
        f"{sum(one.model.read for one in outcomes)} tokens read, {sum(one.model.written for one in outcomes)} written, "
        f"{sum(one.seconds for one in outcomes):.0f} s"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
