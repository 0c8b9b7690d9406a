"""One layer of the wall at a time is taken away, and the others hold: against payloads that have escaped from WebAssembly.

What a payload cannot do in WebAssembly, a program of our own does in its place (`escaped`): native code in the worker, which
knows its host well. The switch is the plan of a sandbox; ``pytest tests/attacks --without-layer NAME`` turns it for all attacks.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

import hermetic_nb as hnb
from hermetic_nb.confinement import Plan, landlock
from hermetic_nb.confinement.layers import StepFailedError
from hermetic_nb.sandbox import Sandbox
from tests.attacks import test_limits, test_tiers
from tests.attacks.escaped import ordinary_user, running
from tests.attacks.escaped.attempts import ATTEMPTS
from tests.attacks.escaped.leaving_out import leaving_out
from tests.attacks.escaped.running import Outcome
from tests.attacks.escaped.verdicts import GROUPS, STOPPED_BY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the wall is Linux's")

STEPS = [field.name for field in fields(Plan)]
ALONE = {step: {name for name, steps in STOPPED_BY.items() if steps == [step]} for step in STEPS}
"""What a step stops alone: without it, this is possible, and stays inside."""
COUNTED = {"fork", "start_a_thread", "enter_namespaces_of_its_own"}
"""What limits stop too, where the user is not root."""
LAYERS_OF = {"root": {"mount"}, "namespaces": {"network"}}
"""Layers that a step makes, where their names differ."""
Table = Callable[[str], dict[str, Outcome]]


def holding() -> str:
    """Why this host cannot have all layers, or empty."""
    sandbox = Sandbox(running.PROGRAM, plan=Plan())  # whatever the switch says
    try:
        return "; ".join(f"{layer.name}: {layer.seen}" for layer in sandbox.layers() if not layer.holds)
    finally:
        sandbox.close()


@pytest.fixture(scope="module", params=["this user", pytest.param("an ordinary user", marks=pytest.mark.slow)])
def table(request: pytest.FixtureRequest) -> Table:
    """What comes of all attempts behind a wall."""
    if missing := holding():
        pytest.skip(f"not every layer is to be had here: {missing}")
    if request.param == "this user":
        return cache(lambda plan: running.table([plan])[plan])
    interpreter = ordinary_user.python() if os.getuid() == 0 else None
    if interpreter is None:
        pytest.skip("only root becomes another user, who must be able to run some Python")
    return cache(lambda plan: ordinary_user.table(interpreter, [plan])[plan])


def is_root(request: pytest.FixtureRequest) -> bool:
    return os.getuid() == 0 and "ordinary" not in request.node.callspec.id


def test_every_attempt_has_a_verdict() -> None:
    assert set(STOPPED_BY) == set(ATTEMPTS)
    for name, steps in STOPPED_BY.items():
        assert ATTEMPTS[name].kind == "inside" or len(steps) != 1, f"{name} is stopped by one layer only"


def test_the_page_says_what_the_verdicts_say() -> None:
    page = (Path(__file__).parents[2] / "docs" / "isolation.md").read_text(encoding="utf-8")
    rows = [row.strip("| ").split(" | ") for row in page.splitlines() if row.startswith("| ") and row.count("|") == 8]
    marked = {row[0]: [step for step, mark in zip(STEPS, row[1:], strict=True) if mark == "x"] for row in rows[1:]}
    stated = {words: steps.split() for words, (steps, _) in GROUPS.items()}
    assert {words: sorted(steps) for words, steps in marked.items()} == {w: sorted(s) for w, s in stated.items()}


def test_without_walls_they_succeed(table: Table, request: pytest.FixtureRequest) -> None:
    """Else the others would show nothing."""
    stopped = {name for name, one in table("none").items() if one.stopped}
    excused = {name for name, attempt in ATTEMPTS.items() if attempt.uncertain or not STOPPED_BY[name]}
    assert stopped - excused == (set() if is_root(request) else {name for name, one in ATTEMPTS.items() if one.root})


def test_behind_every_layer_nothing_succeeds(table: Table) -> None:
    assert {name: str(one) for name, one in table("all").items() if not one.stopped} == {}


@pytest.mark.parametrize("step", STEPS)
def test_without_one_layer_the_others_hold(table: Table, step: str, request: pytest.FixtureRequest) -> None:
    found = table(f"-{step}")
    assert {name: str(one) for name, one in found.items() if one.how == "reached"} == {}
    possible = {name for name, one in found.items() if not one.stopped and ATTEMPTS[name].kind == "inside"}
    assert possible <= ALONE[step]
    certain = {name for name in ALONE[step] if not ATTEMPTS[name].uncertain} - (set() if is_root(request) else COUNTED)
    assert possible >= certain, "the layer was not left out"


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_what_each_layer_stops_alone(table: Table, step: str) -> None:
    if step == "landlock" and not has_scopes():
        pytest.skip("this system's Landlock knows no scopes")
    found = table(f"+{step}")
    claimed = {name for name, steps in STOPPED_BY.items() if step in steps}
    passed = {name for name, one in found.items() if not held(name, one)}
    assert {name: str(found[name]) for name in claimed & passed} == {}
    assert passed, "the layer was not alone"


@pytest.mark.slow
@pytest.mark.parametrize("pair", list(combinations(STEPS, 2)), ids="-".join)
def test_without_two_layers_the_verdicts_hold(table: Table, pair: tuple[str, str]) -> None:
    taken = set(STEPS) - set(pair) - ({"root"} if "namespaces" in pair else set())
    if "landlock" in taken and not has_scopes():
        pytest.skip("this system's Landlock knows no scopes")
    reached = {name: str(one) for name, one in table("-".join(("", *pair))).items() if one.how == "reached"}
    assert {name: said for name, said in reached.items() if taken & set(STOPPED_BY[name])} == {}
    assert not reached or "seccomp" in pair


def held(name: str, one: Outcome) -> bool:
    """Whether an attempt was stopped, or did something without reaching anybody outside."""
    return one.stopped or (one.how == "did" and ATTEMPTS[name].kind != "inside")


def has_scopes() -> bool:
    try:
        return landlock.version() >= 6
    except StepFailedError:
        return False


def test_an_architecture_without_a_table_goes_on_with_the_other_layers() -> None:
    sandbox = Sandbox(running.PROGRAM, plan=Plan(), settings={"machine": "riscv64"})
    try:
        assert sandbox.ask([b'{"attempt": ""}'])
        missing = {layer.name: layer.seen for layer in sandbox.layers() if not layer.holds}
    finally:
        sandbox.close()
    assert missing == {"mount": "pivot_root: no number for this system", "seccomp": "seccomp: no list for this system"}


def test_what_is_left_open_would_be_found() -> None:
    act = "from tests.attacks.escaped.program import files, system; import os, json; os.memfd_create('unsealed', 2);"
    act += " print(system.change_the_shared_memory(None)); os.open('/', os.O_RDONLY);"
    act += " print(files.use_what_was_left_open(None))"
    done = subprocess.run([sys.executable, "-c", act], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["None", "a folder or a file is open"]


# ---------------------------------------------------------------- the repository's own attacks

LIMITED = ("endless loop", "huge list", "endless recursion")
CHANGING = ("modules cleared", "gc of everything", "abort")
"""Of each kind of attack some; all of them: `test_the_whole_corpus_without_one_layer`."""
FRAME = '(module (memory (export "memory") 1 1) (func (export "run") (result i64) {body}))'
MODULES = {
    "(i64.load (i32.const 65530))": hnb.ToolError,
    "(loop $on (br $on)) (i64.const 0)": hnb.LimitExceeded,
}


@pytest.fixture(scope="module", params=STEPS)
def without(request: pytest.FixtureRequest) -> Iterator[hnb.Toolbox]:
    """A toolbox whose sandboxes lack one step."""
    with pytest.MonkeyPatch.context() as patch:
        leaving_out(patch, request.param)
        box = hnb.Toolbox(":memory:", limits=hnb.Limits(fuel=300_000_000))
        missing = {layer.name for layer in box.layers() if not layer.holds}
        assert missing & LAYERS_OF.get(request.param, {request.param}), "the layer was not left out"
        yield box
        box.close()


@pytest.mark.parametrize("attack", LIMITED)
def test_limits_hold_without_one_layer(without: hnb.Toolbox, attack: str) -> None:
    body, limit = test_limits.BODIES[attack]
    tool = without.seal(f"def f() -> Any:\n    {body}\n", tier="python", limits=test_limits.SMALL)
    assert test_limits.limit_of(tool) == limit
    assert_right(without)


@pytest.mark.parametrize("attack", CHANGING)
def test_the_interpreter_is_nobody_elses_without_one_layer(without: hnb.Toolbox, attack: str) -> None:
    body = test_tiers.PATCHES[attack]
    test_tiers.outcome(without, f"def f() -> Any:\n    {body}\n    return 'the end'\n")
    assert_right(without)


def test_the_runner_has_no_files_without_one_layer(without: hnb.Toolbox) -> None:
    said = test_tiers.outcome(without, "def f() -> Any:\n    return open('/etc/passwd').read()\n")
    assert said.startswith("CapabilityError: open: ")
    assert_right(without)


@pytest.mark.parametrize("body", MODULES)
def test_modules_are_stopped_without_one_layer(without: hnb.Toolbox, body: str) -> None:
    tool = module(without, body)
    with pytest.raises(MODULES[body]):
        tool()
    assert module(without, "(i64.const 42)")() == 42


def module(box: hnb.Toolbox, body: str) -> hnb.Tool:
    limits = hnb.ModuleLimits(fuel=1_000_000)
    return box.seal(FRAME.format(body=body), language="wat", signature="f() -> int", name="f", limits=limits)


def assert_right(box: hnb.Toolbox) -> None:
    assert box.seal("def honest(x: Any) -> Any:\n    return [x, x]\n", tier="python")(1) == [1, 1]


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_the_whole_corpus_without_one_layer(step: str) -> None:
    folder = Path(__file__).parent
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder), "--without-layer", step]
    done = subprocess.run(
        [sys.executable, *words, "-m", "not slow", "--ignore", __file__],
        cwd=folder.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert not done.returncode, done.stdout[-5000:]
