"""Which tier a cell becomes, why, and what is said where it becomes none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

import hermetic_nb as hnb
from hermetic_nb import display
from hermetic_nb.model import Payload, ToolSpec
from hermetic_nb.toolchains import TOOLCHAINS, SealingToolchain, Toolchains
from hermetic_nb.toolchains.native.toolchain import NativeToolchain

NATIVE = "def twice(n: int) -> int:\n    return n + n\n"
PYTHON = (
    "import re\n\ndef words(text: str) -> dict[str, int]:\n    return {w: len(w) for w in re.findall(r'\\w+', text)}\n"
)
PURE = "async def ask(n: int, call_agent) -> Any:\n    return await call_agent('echo', {'n': n})\n"


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:")
    yield made
    made.close()


# ---------------------------------------------------------------- which


def test_the_first_tier_that_can_takes_the_cell(box: hnb.Toolbox) -> None:
    assert [box.seal(source).tier for source in (NATIVE, PYTHON, PURE)] == ["native", "python", "pure"]
    assert box.get("words")("a bc") == {"a": 1, "bc": 2}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (PYTHON, "line 1: "),
        ("def f(x):\n    return x\n", "line 1: x has no declared type"),
        ("def f(n: int) -> int:\n    with open('x') as file:\n        return len(file.read())\n", "line 2: "),
        ("class _P:\n    pass\n\ndef f(n: int) -> int:\n    return n\n", "line 1: "),
        ("def f(n: int) -> int:\n    x = 1\n    x = str(n) if n else n\n    return 2\n", "line 3: "),
    ],
)
def test_the_card_says_why_not_native_and_where(box: hnb.Toolbox, source: str, reason: str) -> None:
    tool = box.seal(source)
    assert tool.tier == "python"
    assert tool.reason.startswith("not native: ")
    assert reason in tool.reason
    assert tool.reason in display.tool_card(tool)["text/plain"].replace("\n", " ") or reason in str(
        display.tool_card(tool)
    )


def test_an_int_beyond_64_bits_in_an_example_makes_it_python(box: hnb.Toolbox) -> None:
    tool = box.seal(
        'def power(n: int) -> int:\n    """\n    >>> power(100)\n    1267650600228229401496703205376\n    """\n    return 2 ** n\n'
    )
    assert tool.tier == "python"
    assert "line 3" in tool.reason
    assert tool(200) == 2**200
    assert tool.proof.examples == 1


GUARDED = '''
def halves(n: int) -> int:
    """How often it can be halved.

    >>> halves(8)
    3
    EXAMPLE
    """
    if not isinstance(n, int):
        raise ValueError("n must be int")
    count = 0
    while n and n % 2 == 0:
        n //= 2
        count += 1
    return count
'''


@pytest.mark.parametrize(
    ("example", "said"),
    [
        (
            '>>> halves("8")\n    Traceback (most recent call last):\n    ValueError: n must be int',
            "declared int, not str",
        ),
        (
            ">>> halves(2.5)\n    Traceback (most recent call last):\n    ValueError: n must be int",
            "declared int, not float",
        ),
        (">>> halves(True)\n    0", "declared int, not bool"),
        (">>> halves(10**30)\n    30", "64-bit int"),
    ],
)
def test_an_example_beyond_the_annotations_reaches_the_function_in_python(
    box: hnb.Toolbox, example: str, said: str
) -> None:
    source = GUARDED.replace("EXAMPLE", example)
    tool = box.seal(source)
    assert tool.tier == "python"
    assert tool.reason.startswith("not native: line 7: the example gives what no native tool takes: ")
    assert said in tool.reason
    assert (tool.proof.examples, tool(96)) == (2, 5)
    with pytest.raises(hnb.ExampleError, match="fails") as caught:
        box.seal(source, tier="native")
    assert caught.value.diagnostics[0].line == 7
    assert "--tier auto" in caught.value.help


@pytest.mark.parametrize(
    "example",
    [
        '>>> halves("8")\n    Traceback (most recent call last):\n    TypeError: no int',
        '>>> try:\n    ...     halves("8")\n    ... except (TypeError, ValueError):\n    ...     print("no")\n    no',
    ],
)
def test_an_example_that_the_border_answers_as_wanted_stays_native(box: hnb.Toolbox, example: str) -> None:
    tool = box.seal(GUARDED.replace("EXAMPLE", example))
    assert (tool.tier, tool.proof.examples) == ("native", 2)


def test_an_example_beyond_the_annotations_that_is_wrong_is_refused(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.ExampleError, match="in the runner"):
        box.seal(GUARDED.replace("EXAMPLE", ">>> halves(True)\n    7"))


class Disagrees(NativeToolchain):
    """A toolchain whose tools are found to be wrong."""

    def compile(self, spec: ToolSpec, **_: int) -> Sequence[Payload]:
        raise hnb.DifferenceError(f"the sealed tool and CPython disagree on {spec.name}(1)")


def test_a_difference_makes_it_python(box: hnb.Toolbox) -> None:
    with using(Disagrees) as other:
        tool = other.seal(NATIVE)
        assert (tool.tier, tool(4)) == ("python", 8)
        assert "disagree on twice(1)" in tool.reason


def test_a_tier_that_was_asked_for(box: hnb.Toolbox) -> None:
    forced = box.seal(NATIVE, tier="python")
    assert (forced.tier, forced.reason, forced(2)) == ("python", "asked for", 4)
    assert forced.digest != box.seal(NATIVE).digest
    assert forced(2**70) == 2**71
    with pytest.raises(hnb.NotNativeError):
        box.seal(PYTHON, tier="native")


@pytest.mark.parametrize(
    ("source", "tier", "said"),
    [
        (PURE, "python", "async def makes a pure tool"),
        (PURE, "native", "async def makes a pure tool"),
        (NATIVE, "pure", "a pure tool is an async def"),
        (NATIVE, "fast", "python has no tier 'fast'"),
        (NATIVE, "wat", "python has no tier 'wat'"),
    ],
)
def test_a_tier_that_cannot_be(box: hnb.Toolbox, source: str, tier: str, said: str) -> None:
    with pytest.raises(hnb.HermeticError) as caught:
        box.seal(source, tier=tier)
    assert said in caught.value.message
    assert caught.value.help


def test_a_def_that_would_ask_agents_is_told_how(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.HermeticError) as caught:
        box.seal("def ask(n: int, call_agent) -> Any:\n    return call_agent('echo', {'n': n})\n")
    assert "async def" in "\n".join(caught.value.render())


def test_a_pure_tool_need_not_ask(box: hnb.Toolbox) -> None:
    tool = box.seal("async def alone(n: int) -> int:\n    return n + 1\n")
    assert (tool.tier, tool(1), tool.call(1).trace) == ("pure", 2, ())


# ---------------------------------------------------------------- bound again


class using:  # noqa: N801 (read as a statement)
    """A toolbox whose native toolchain is another."""

    def __init__(self, native: Callable[[], SealingToolchain], path: str | Path = ":memory:") -> None:
        self.box = hnb.Toolbox(path)
        self.box._toolchains = Toolchains({**TOOLCHAINS, ("python", "native"): native})

    def __enter__(self) -> hnb.Toolbox:
        return self.box

    def __exit__(self, *_: object) -> None:
        self.box.close()


class Older(NativeToolchain):
    """A toolchain that knew less."""

    def identity(self) -> Mapping[str, str]:
        return {**super().identity(), "generation": "0"}

    def accept(self, spec: ToolSpec) -> None:
        raise hnb.NotNativeError(f"it cannot compile {spec.name} yet")

    def compile(self, spec: ToolSpec, **_: int) -> Sequence[Payload]:
        raise hnb.NotNativeError(f"it cannot compile {spec.name} yet")


def is_built(box: hnb.Toolbox) -> bool:
    """Whether anything was built in a toolbox."""
    return box._builder is not None


@pytest.mark.parametrize("source", [NATIVE, PYTHON, PURE], ids=["native", "python", "pure"])
def test_the_same_cell_is_bound_without_a_build(source: str, tmp_path: Path) -> None:
    digests, reasons = [], []
    for built in (True, False):
        with using(TOOLCHAINS["python", "native"], tmp_path) as box:
            tool = box.seal(source)
            digests.append(tool.digest)
            reasons.append((tool.reason, tool.tier, tool.proof, tool.version))
            assert is_built(box) is built
    assert digests[0] == digests[1]
    assert reasons[0] == reasons[1]


def test_a_new_native_toolchain_tries_again(tmp_path: Path) -> None:
    with using(Older, tmp_path) as box:
        assert box.seal(NATIVE).tier == "python"
    with using(Older, tmp_path) as box:
        assert (box.seal(NATIVE).tier, is_built(box)) == ("python", False)
    with using(NativeToolchain, tmp_path) as box:
        tool = box.seal(NATIVE)
        assert (tool.tier, tool.version, is_built(box)) == ("native", 2, True)
    with using(Older, tmp_path) as box:
        assert (box.seal(NATIVE).tier, is_built(box)) == ("python", False)


def test_a_changed_source_or_tier_is_built(tmp_path: Path) -> None:
    with using(NativeToolchain, tmp_path) as box:
        box.seal(PYTHON)
    for source, tier in ((PYTHON + "\n_x = 1\n", "auto"), (NATIVE, "python"), (NATIVE, "auto")):
        with using(NativeToolchain, tmp_path) as box:
            box.seal(source, tier=tier)
            assert is_built(box)


@pytest.mark.parametrize("source", [PYTHON, PURE], ids=["python", "pure"])
def test_a_tool_is_verified(box: hnb.Toolbox, source: str) -> None:
    tool = box.seal(source)
    assert tool.verify().digest == tool.digest
