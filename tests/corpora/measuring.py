"""Corpora measured: what seals, where, whether its tests pass, and what the native tier refuses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hermetic_nb import cell
from hermetic_nb.errors import HermeticError, ToolError
from hermetic_nb.model import ToolSpec
from hermetic_nb.toolbox import MEMORY, Toolbox
from hermetic_nb.toolchains.native.toolchain import NativeToolchain
from tests.corpora.annotating import annotated, is_typed, mended, signature_of
from tests.corpora.collection import Found
from tests.corpora.human_eval import Problem
from tests.corpora.recording import has_false_examples, namespace, recorded, run_tests
from tests.corpora.sealing import Beside, Sealing, accept, seal

PUBLISHED: Final = "as published"
ANNOTATED: Final = "annotated"
DOCTESTED: Final = "doctested"
"""A function of a collection, as it is there."""
MENDED: Final = "mended"
"""Annotated, and without examples that CPython does not pass: no tier seals a cell that says what is not so."""


@dataclass(slots=True)
class Result:
    """What came of one cell of a corpus."""

    name: str
    """Of the cell, as a reader finds it again."""
    form: str
    """PUBLISHED, ANNOTATED, MENDED or DOCTESTED."""
    interface: str
    typed: bool
    sealing: Sealing
    calls: int = 0
    limits: int = 0
    near: int = 0
    wrong: Sequence[str] = ()
    failed: str = ""
    """Why the set's own tests do not pass; empty if they do."""

    def to_json(self) -> dict[str, Any]:
        """The result as data."""
        made = self.sealing
        return {
            "name": self.name,
            "form": self.form,
            "interface": self.interface,
            "typed": self.typed,
            "tier": made.tier,
            "refused": made.refused,
            "kind": made.kind,
            "error": made.error,
            "milliseconds": round(made.seconds * 1000, 1),
            "size": made.size,
            "calls": self.calls,
            "limits": self.limits,
            "near": self.near,
            "wrong": list(self.wrong),
            "failed": self.failed,
        }


def once(results: Sequence[Result]) -> list[Result]:
    """Each typed cell once: mended where it had to be."""
    mended_ones = {result.name for result in results if result.form == MENDED}
    return [
        result
        for result in results
        if result.typed and result.form != PUBLISHED and (result.form == MENDED or result.name not in mended_ones)
    ]


def measure(problems: Iterable[Problem], *, forms: Sequence[str] = (PUBLISHED, ANNOTATED, MENDED)) -> Iterator[Result]:
    """Seal each problem and run its tests on the sealed tool."""
    box = Toolbox(MEMORY)
    box.warm()
    try:
        for problem, form in _forms(problems, forms):
            yield _measured(box, problem, form)
    finally:
        box.close()


def type_only(problems: Iterable[Problem]) -> Iterator[Result]:
    """What the typing of the native tier says of each problem with its annotations; nothing is built."""
    toolchain = NativeToolchain()
    try:
        for problem, form in _forms(problems, (ANNOTATED, MENDED)):
            signature = signature_of(problem)
            spec = ToolSpec(
                name=problem.name, language="python", source=problem.source, entry=problem.entry, signature=signature
            )
            sealing = accept(toolchain.accept, spec)
            yield Result(problem.name, form, str(signature), typed=is_typed(signature), sealing=sealing)
    finally:
        toolchain.close()


def _forms(problems: Iterable[Problem], forms: Sequence[str]) -> Iterator[tuple[Problem, str]]:
    for problem in problems:
        if PUBLISHED in forms:
            yield problem, PUBLISHED
        is_false = has_false_examples(problem)
        typed = annotated(problem, recorded(problem))
        if ANNOTATED in forms:
            yield typed, ANNOTATED
        if is_false and MENDED in forms:
            yield mended(typed), MENDED


def _measured(box: Toolbox, problem: Problem, form: str) -> Result:
    sealing = seal(box, problem.source, problem.entry, problem.name)
    tool = sealing.tool
    signature = signature_of(problem)
    result = Result(problem.name, form, str(signature), typed=is_typed(signature), sealing=sealing)
    if tool is None:
        return result
    beside = Beside(tool, namespace(problem)[problem.entry])
    try:
        run_tests(problem, beside)
    except (AssertionError, ToolError) as error:
        result.failed = f"{type(error).__name__}: {error}"
    result.calls, result.limits, result.near, result.wrong = beside.calls, beside.limits, beside.near, beside.wrong
    return result


def measure_folder(cells: Iterable[Found], *, typing: bool) -> Iterator[Result]:
    """Seal, or only type, the cells of a collection; their tests are their examples."""
    box, toolchain = Toolbox(MEMORY), NativeToolchain()
    try:
        for found in cells:
            name = re.sub(r"[^a-z0-9_]", "_", f"f_{found.entry}".lower())
            try:
                spec = cell.parse(found.source, entry=found.entry, name=name)
            except HermeticError as error:
                made = Sealing(error=f"{type(error).__name__}: {error.message}")
                yield Result(found.name, DOCTESTED, "", typed=False, sealing=made)
                continue
            made = accept(toolchain.accept, spec) if typing else seal(box, found.source, found.entry, name)
            yield Result(found.name, DOCTESTED, str(spec.signature), typed=is_typed(spec.signature), sealing=made)
    finally:
        toolchain.close()
        box.close()
