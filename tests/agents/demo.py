"""The scripted model behind `notebooks/agent.ipynb`, and `python -m tests.agents.demo`, which records its answers anew.

No large model was asked: each answer is written here, by hand, from what the tools said before. The notebook says so.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import nbclient
import nbformat
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, TextPart, ToolCallPart, UserPromptPart
from pydantic_ai.models.function import AgentInfo

from tests.agents.kit import results
from tests.tour import METADATA

ROOT: Final = Path(__file__).parents[2]
NOTEBOOK: Final = ROOT / "notebooks" / "agent.ipynb"

DISTANCES: Final = """def run(seqs: list[str]) -> list[list[int]]:
    return [[_distance(a, b) for b in seqs] for a in seqs]


def _distance(a: str, b: str) -> int:
    previous = list(range(len(b) + 1))
    for i in range(len(a)):
        current = [i + 1]
        for j in range(len(b)):
            cost = 0 if a[i] == b[j] else 1
            current.append(min(previous[j + 1] + 1, current[j] + 1, previous[j] + cost))
        previous = current
    return previous[len(b)]
"""
CLOSEST: Final = """def run(table: list[list[int]]) -> tuple[int, int, int]:
    best = (0, 1, table[0][1])
    for i in range(len(table)):
        for j in range(i + 1, len(table)):
            if table[i][j] < best[2]:
                best = (i, j, table[i][j])
    return best
"""
CSV: Final = """def run(text: str) -> list[list[str]]:
    return [line.split(",") for line in text.splitlines()]
"""


def _call(tool: str, /, **given: Any) -> ModelResponse:
    return ModelResponse([ToolCallPart(tool, given)])


def _create(name: str, description: str, parameters: dict[str, str], code: str, *examples: Any) -> ModelResponse:
    cases = [{"arguments": arguments, "result": result} for arguments, result in examples]
    return _call("tool_create", name=name, description=description, parameters=parameters, code=code, examples=cases)


def _say(text: str) -> ModelResponse:
    return ModelResponse([TextPart(text)])


def _table(code: str) -> ModelResponse:
    return _create(
        "edit_distances",
        "Edit distance (Levenshtein) of each pair of texts, as a table.",
        {"seqs": "list[str]"},
        code,
        ({"seqs": ["kitten", "sitting"]}, [[0, 3], [3, 0]]),
        ({"seqs": ["GAT", "GA", ""]}, [[0, 1, 3], [1, 0, 2], [3, 2, 0]]),
    )


def _sequences(told: Sequence[Any]) -> ModelResponse:
    """Which is most GC-rich, and how far is each pair apart?"""
    steps: list[Callable[[], ModelResponse]] = [
        lambda: _call("tool_search", query="fraction of G and C in a sequence"),
        lambda: _call("tool_call", name="gc_content", arguments={"seq": {"$var": "seqs"}}, over="seq"),
        lambda: _call("tool_search", query="edit distance between pairs of texts"),
        lambda: _table(DISTANCES.replace("_distance(a, b)", "_levenshtein(a, b)")),
        lambda: _table(DISTANCES),
        lambda: _call("edit_distances", seqs={"$var": "seqs"}),
        lambda: _create(
            "closest_pair",
            "The first pair of a table of distances that is closest: row, column, distance.",
            {"table": "list[list[int]]"},
            CLOSEST,
            ({"table": [[0, 5], [5, 0]]}, {"$tuple": [0, 1, 5]}),
            ({"table": [[0, 5, 9], [5, 0, 2], [9, 2, 0]]}, {"$tuple": [1, 2, 2]}),
        ),
        lambda: _call("closest_pair", table={"$var": "result_1"}),
    ]
    if len(told) < len(steps):
        return steps[len(told)]()
    shares = told[1]["value"]
    first, second, distance = told[7]["value"]["$tuple"]
    richest = max(range(len(shares)), key=shares.__getitem__)
    return _say(
        f"Sequence {richest} is the most GC-rich: {shares[richest]:.1%} of it is G or C. The table of all edit distances is "
        f"result_1 of edit_distances; the closest pair is {first} and {second}, {distance} edits apart."
    )


def _reuse(told: Sequence[Any]) -> ModelResponse:
    if not told:
        return _call("tool_search", query="edit distance of texts")
    if len(told) == 1:
        return _call("edit_distances", seqs=["GATTACA", "GCATGCU"])
    return _say(
        f"GATTACA and GCATGCU are {told[1]['value'][0][1]} edits apart. No tool was made: edit_distances was there."
    )


def _parser(told: Sequence[Any]) -> ModelResponse:
    if not told:
        return _call("tool_search", query="CSV parser")
    if len(told) == 1:
        return _create(
            "parse_csv",
            "The rows of a CSV text without quotes, each a list of its fields.",
            {"text": "str"},
            CSV,
            ({"text": "a,b\n1,2"}, [["a", "b"], ["1", "2"]]),
            ({"text": ""}, []),
        )
    return _say("parse_csv")


def demo(messages: list[ModelMessage], _info: AgentInfo) -> ModelResponse:
    """The next answer."""
    prompts = [
        str(part.content)
        for message in messages
        if isinstance(message, ModelRequest)
        for part in message.parts
        if isinstance(part, UserPromptPart)
    ]
    told = results(messages)
    request = next(prompt for prompt in reversed(prompts) if not prompt.startswith("<system>"))
    if "GC-rich" in request:
        return _sequences(told)
    if "GATTACA" in request:
        return _reuse(told)
    if "CSV" in request:
        return _parser(told)
    return _say(f"query: {json.dumps(request)[:60]}")


def install() -> None:
    """Let every cell of this kernel ask the script, and record it."""
    from hermetic_nb.agents import models

    models.named = lambda given: given if given is not None else demo


def main() -> None:
    """Run the notebook with the script, record the cassette, and keep the outputs."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    (NOTEBOOK.parent / "agent.cassette.json").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as registry:
        os.environ["HERMETIC_REGISTRY"] = registry
        _execute(notebook)
    notebook.metadata = METADATA
    nbformat.write(notebook, NOTEBOOK)


def _execute(notebook: Any) -> None:
    client = nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(NOTEBOOK.parent)}}, timeout=300)
    with client.setup_kernel():
        before = nbformat.v4.new_code_cell(
            f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom tests.agents.demo import install; install()"
        )
        notebook.cells.insert(0, before)
        client.execute_cell(before, 0, store_history=False)
        del notebook.cells[0]
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(
                cell, index, execution_count=sum(c.cell_type == "code" for c in notebook.cells[: index + 1])
            )
    for cell in notebook.cells:
        cell.get("metadata", {}).pop("execution", None)
        if cell.cell_type == "code":  # what is said where work takes long is no result
            cell.outputs = [one for one in cell.outputs if one.get("name") != "stderr"]


if __name__ == "__main__":
    main()
