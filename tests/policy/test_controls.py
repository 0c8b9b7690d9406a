"""Ordinary programs pass the policy, and do under it what they do without it: a false refusal is a failure."""

from __future__ import annotations

import asyncio
import contextlib
import io
from typing import Any

import pytest

from hermetic_nb import policy
from tests.policy import controls_agents, controls_language, controls_library, driver

PROGRAMS = controls_language.PROGRAMS | controls_library.PROGRAMS | controls_agents.PROGRAMS


def without(source: str) -> tuple[Any, str]:
    """What plain Python makes of a program."""
    scope: dict[str, Any] = {**driver.GIVEN, "__name__": __name__}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source, "<plain>", "exec", dont_inherit=True), scope)
        scope["__name__"] = "__main__"
        entry = scope["run"]
        found = entry(**({"call_agent": driver.call_agent} if "call_agent" in entry.__code__.co_varnames else {}))
        return asyncio.run(found) if asyncio.iscoroutine(found) else found, printed.getvalue()


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_ordinary_program_has_no_findings(name: str) -> None:
    assert policy.check(PROGRAMS[name]) == []


@pytest.mark.parametrize("name", PROGRAMS)
def test_an_ordinary_program_does_what_it_does_without_the_policy(name: str) -> None:
    assert repr(driver.call(PROGRAMS[name])) == repr(without(PROGRAMS[name]))


def test_there_are_sixty_programs_and_none_is_there_twice() -> None:
    assert len(PROGRAMS) >= 60
    assert len(PROGRAMS) == sum(len(one.PROGRAMS) for one in (controls_agents, controls_language, controls_library))
