"""From spec to sealed artifact: what is checked on the way, and what is refused."""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest

from hermetic_nb import cell
from hermetic_nb.builder import Builder
from hermetic_nb.builder.interpreted import Runner
from hermetic_nb.builder.shape import check_shape
from hermetic_nb.digest import digest_bytes
from hermetic_nb.errors import (
    BuildError,
    Diagnostic,
    DifferenceError,
    ExampleError,
    LimitExceeded,
    NotNativeError,
    NotReproducibleError,
)
from hermetic_nb.executors.wasm import WasmExecutor
from hermetic_nb.model import (
    Artifact,
    Done,
    Environment,
    Executor,
    Failed,
    Failure,
    Limits,
    ModuleLimits,
    Payload,
    Session,
    Step,
    ToolSpec,
)
from hermetic_nb.reference import SECONDS, Reference
from hermetic_nb.signature import Signature, abi
from hermetic_nb.toolchains import Toolchains
from hermetic_nb.toolchains.crew import Crew
from hermetic_nb.toolchains.native.inference.ulp import BOUNDS
from hermetic_nb.toolchains.wat import WatToolchain

_CODES = {"i32": 0x7F, "i64": 0x7E, "f64": 0x7C}


def module_of(signature: Signature) -> bytes:
    """A module of the right shape, whose functions only trap: for executors that do not look inside."""

    def vector(items: Sequence[bytes]) -> bytes:
        return bytes([len(items)]) + b"".join(items)

    def section(number: int, body: bytes) -> bytes:
        return bytes([number, len(body)]) + body

    parameters, results = abi.core_signature(signature)
    run = b"\x60" + vector([bytes([_CODES[t]]) for t in parameters]) + vector([bytes([_CODES[t]]) for t in results])
    realloc = b"\x60\x04\x7f\x7f\x7f\x7f\x01\x7f"
    exports = [(b"run", 0, 0), (b"cabi_realloc", 0, 1), (b"memory", 2, 0)]
    return (
        b"\x00asm\x01\x00\x00\x00"
        + section(1, vector([run, realloc]))
        + section(3, vector([b"\x00", b"\x01"]))
        + section(5, vector([b"\x01\x01\x02"]))
        + section(7, vector([bytes([len(name)]) + name + bytes([kind, index]) for name, kind, index in exports]))
        + section(10, vector([b"\x03\x00\x00\x0b"] * 2))
    )


class Fixed:
    """A toolchain that gives payloads made beforehand."""

    language: ClassVar[str] = "python"
    tier: ClassVar[str] = "native"
    has_reference: ClassVar[bool] = True

    def __init__(self, *payloads: bytes, ulp: Mapping[str, int] | None = None, error: Exception | None = None) -> None:
        self.payloads = [Payload(data=data) for data in payloads]
        self.ulp = ulp or {}
        self.error = error

    def identity(self) -> Mapping[str, str]:
        return {"program": "fixed", "generation": "1"}

    def accept(self, spec: ToolSpec) -> None:
        pass

    def compile(self, spec: ToolSpec, *, builders: int = 2) -> Sequence[Payload]:
        if self.error is not None:
            raise self.error
        payloads = self.payloads or [Payload(data=module_of(spec.signature), ulp=self.ulp)]
        return [payloads[number % len(payloads)] for number in range(builders)]

    def warm(self) -> None:
        pass

    def close(self) -> None:
        pass


class Acting:
    """An executor whose tools are Python functions."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.calls: list[Sequence[Any]] = []

    def open(self, artifact: Artifact, limits: Limits, environment: Environment) -> Acting:  # noqa: ARG002 (a tool of a test is always the same)
        return self

    def start(self, arguments: Sequence[Any], *, packed: bool = False) -> Step:  # noqa: ARG002 (as above)
        self.calls.append(arguments)
        try:
            return Done(self.function(*arguments))
        except LimitExceeded:
            raise
        except Exception as error:  # noqa: BLE001 (the tool of a test may raise anything)
            return Failed(Failure(type(error).__name__, str(error), 3, getattr(error, "code", 0)))

    def start_all(self, calls: Sequence[Sequence[Any]]) -> list[Step | LimitExceeded]:
        steps: list[Step | LimitExceeded] = []
        for arguments in calls:
            try:
                steps.append(self.start(arguments))
            except LimitExceeded as stopped:
                steps.append(stopped)
        return steps

    def resume(self, replies: Sequence[Any]) -> Step:
        raise AssertionError(replies)

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def reference() -> Iterator[Reference]:
    reference = Reference()
    yield reference
    reference.close()


ADD_ONE = 'def f(n: int) -> int:\n    """\n    >>> f(1)\n    2\n    """\n    return n + 1\n'


class TrapOverflowError(OverflowError):
    code = 1


TrapOverflowError.__name__ = "OverflowError"


def _add_one(n: int) -> int:
    if n == 2**63 - 1:
        raise TrapOverflowError("more than 64 bits")
    return n + 1


class Alone:
    """One executor, where no seal comes to the runner."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def open(self, artifact: Artifact, limits: Limits, environment: Environment) -> Session:
        return self._executor.open(artifact, limits, environment)

    @property
    def runners(self) -> tuple[Runner, Runner]:
        raise AssertionError("the runner is not wanted here")

    def close(self) -> None:
        self._executor.close()


def _build(
    reference: Reference,
    function: Callable[..., Any],
    source: str = ADD_ONE,
    toolchain: Fixed | None = None,
    executor: Acting | None = None,
) -> Any:
    made = toolchain or Fixed()
    toolchains = Toolchains({("python", "native"): lambda: made})
    return Builder(Alone(executor or Acting(function)), toolchains, reference).build(cell.parse(source))


# ------------------------------------------------------------ what a good build gives


def test_a_build_gives_artifact_and_proof(reference: Reference) -> None:
    built = _build(reference, _add_one)
    manifest = built.artifact.manifest
    assert (manifest.name, manifest.tier, manifest.language, manifest.entry) == ("f", "native", "python", "f")
    assert manifest.payload == digest_bytes(built.artifact.payload)
    proof = built.proof
    assert (proof.builds, proof.imports, proof.examples) == (2, (), 1)
    assert proof.compared == 120
    assert proof.limited >= 1
    assert built.provenance["counts"] == dict(proof.counts)
    assert built.reason == proof.reason


def test_the_same_spec_gives_the_same_artifact_and_proof(reference: Reference) -> None:
    first, second = _build(reference, _add_one), _build(reference, _add_one)
    assert first == second
    assert first.artifact.digest == second.artifact.digest


def test_the_manifest_holds_nothing_of_the_comparison(reference: Reference) -> None:
    built = _build(reference, _add_one)
    keys = set(built.artifact.manifest.to_json()) & set(built.provenance)
    assert keys == {"examples"}, "the examples themselves there, their number here"


# ------------------------------------------------------------ what is refused


def test_a_wrong_tool_is_refused_with_the_input_and_both_outcomes(reference: Reference) -> None:
    def wrong(n: int) -> int:
        return 0 if n == 255 else _add_one(n)

    with pytest.raises(DifferenceError) as caught:
        _build(reference, wrong)
    text = "\n".join(caught.value.render())
    assert "f(255)" in text
    assert "256" in text
    assert "sealed tool: 0" in text


def _plain_sum(xs: list[float]) -> float:
    total = 0.0
    for x in xs:
        total += x
    return total


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("def f(n: int) -> int:\n    return n // 3\n", lambda n: int(n / 3)),
        ("def f(n: int) -> int:\n    return n % 7\n", lambda n: int(math.fmod(n, 7))),
        ("def f(x: float) -> float:\n    return -x\n", lambda x: 0.0 - x),
        ("def f(x: float) -> bool:\n    return x == x\n", lambda _: True),
        ("def f(s: str) -> int:\n    return len(s)\n", lambda s: len(s.encode())),
        ("def f(s: str) -> str:\n    return s.upper()\n", lambda s: "".join(c.upper() if c < "\x7f" else c for c in s)),
        ("def f(xs: list[float]) -> float:\n    return sum(xs) + 0.0\n", _plain_sum),
        ("def f(x: str) -> float:\n    return {'a': 1.5, 'b': 2.5}.get(x, 0.0)\n", lambda _: 0.0),
        ("def f(xs: list[int]) -> int:\n    return xs[0]\n", lambda xs: xs[0] if xs else 0),
        ("def f(a: int, b: int) -> float:\n    return a / b\n", lambda a, b: float(a) / float(b)),
        ("def f(n: int) -> int:\n    return n * n\n", lambda n: (n * n + 2**63) % 2**64 - 2**63),
        ("def f(s: str) -> int:\n    return 1 if s == 'needle' else 0\n", lambda _: 0),
        ("def f(n: int) -> int:\n    return 1 if n == 987654321 else 0\n", lambda _: 0),
    ],
)
def test_common_mistakes_of_compilers_are_found(reference: Reference, source: str, wrong: Callable[..., Any]) -> None:
    with pytest.raises(DifferenceError):
        _build(reference, wrong, source)


def test_another_exception_type_is_a_difference(reference: Reference) -> None:
    def wrong(n: int) -> int:
        if n == 0:
            raise ValueError("zero")
        return 100 // n

    with pytest.raises(DifferenceError, match=r"f\(0\)"):
        _build(reference, wrong, "def f(n: int) -> int:\n    return 100 // n\n")


def test_a_tool_that_does_not_end_where_cpython_does_is_a_difference(reference: Reference) -> None:
    def endless(n: int) -> int:
        raise LimitExceeded("stopped after 10 s")

    with pytest.raises(DifferenceError, match="disagree"):
        _build(reference, endless, "def f(n: int) -> int:\n    return n\n")


def test_builds_that_differ_are_refused(reference: Reference) -> None:
    module = module_of(cell.parse(ADD_ONE).signature)
    other = module + bytes([0, 2, 1, ord("x")])
    with pytest.raises(NotReproducibleError, match="differ"):
        _build(reference, _add_one, toolchain=Fixed(module, other))


def test_a_failing_example_shows_expression_want_got_and_line(reference: Reference) -> None:
    with pytest.raises(ExampleError) as caught:
        _build(reference, _add_one, ADD_ONE.replace("    2\n", "    3\n"))
    error = caught.value
    assert "f(1)" in error.message
    assert error.diagnostics[0].line == 3
    assert "expected 3, got 2" in error.diagnostics[0].message


def test_an_example_that_fails_only_in_the_sealed_tool_says_so(reference: Reference) -> None:
    with pytest.raises(ExampleError, match="in the sealed tool"):
        _build(reference, lambda n: n + 2)


def test_the_examples_calls_reach_the_sealed_tool(reference: Reference) -> None:
    source = (
        'def f(x: float, k: int = 2) -> float:\n    """\n    >>> round(sum(f(i) for i in range(3)), 2) + f(x=1, k=7)\n    13.0\n'
        '    """\n    return x * k\n'
    )
    executor = Acting(lambda x, k: x * k)
    _build(reference, None, source, executor=executor)  # type: ignore[arg-type]
    assert executor.calls[:4] == [(0.0, 2), (1.0, 2), (2.0, 2), (1.0, 7)]


def test_examples_whose_calls_hang_on_answers_are_followed(reference: Reference) -> None:
    source = (
        'def f(n: int) -> int:\n    """\n    >>> f(f(f(1)))\n    4\n    >>> f(3) if f(1) == 2 else f(9)\n    4\n    """\n'
        "    return n + 1\n"
    )
    # The sealed tool is wrong on 1, so that the second example asks what CPython never asked.
    executor = Acting(lambda n: 7 if n == 1 else n + 1)
    with pytest.raises(ExampleError):
        _build(reference, None, source, executor=executor)  # type: ignore[arg-type]
    assert (9,) in executor.calls


def test_an_error_of_the_compiler_comes_before_what_the_examples_say(reference: Reference) -> None:
    error = NotNativeError("line 3: a dict", diagnostics=[Diagnostic("a dict", 3)])
    with pytest.raises(NotNativeError, match="a dict") as caught:
        _build(reference, _add_one, ADD_ONE.replace("    2\n", "    3\n"), toolchain=Fixed(error=error))
    assert caught.value.diagnostics == error.diagnostics


def test_a_refusal_does_not_wait_for_an_example_without_end() -> None:
    reference = Reference()
    source = 'def f(n: int) -> int:\n    """\n    >>> while True: pass\n    """\n    return n\n'
    start = time.monotonic()
    with pytest.raises(NotNativeError):
        _build(reference, _add_one, source, toolchain=Fixed(error=NotNativeError("no")))
    assert time.monotonic() - start < SECONDS, "it did not wait until the reference's own time was over"
    assert _build(reference, _add_one).proof.examples == 1
    reference.close()


def test_a_cell_that_fails_when_it_is_defined_is_refused(reference: Reference) -> None:
    with pytest.raises(BuildError, match="ZeroDivisionError"):
        _build(reference, _add_one, "K = 1 // 0\n\ndef f(n: int) -> int:\n    return n\n")


class Hanging(Fixed):
    """A toolchain whose compiler never answers."""

    def __init__(self) -> None:
        super().__init__()
        self.crew = Crew("tests.unit.failing_compiler", "test")

    def compile(self, spec: ToolSpec, *, builders: int = 2) -> Sequence[Payload]:
        return self.crew.compile(spec, builders)

    def close(self) -> None:
        self.crew.close()


def test_an_interruption_ends_a_build(reference: Reference) -> None:
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        _build(reference, _add_one, f"# hang\n{ADD_ONE}", toolchain=Hanging())
    assert _build(reference, _add_one).proof.examples == 1


# ------------------------------------------------------------ library functions

SINE = "import math\n\ndef f(x: float) -> float:\n    return math.sin(x) * 3\n"


def _nearly(x: float) -> float:
    if not math.isfinite(x):
        return math.sin(x) if math.isnan(x) else _domain()
    return math.nextafter(math.sin(x), 2.0) * 3


def _domain() -> float:
    raise ValueError("math domain error")


def test_last_digits_of_stated_functions_may_differ_and_are_counted(reference: Reference) -> None:
    built = _build(reference, _nearly, SINE, toolchain=Fixed(ulp={"sin": 1}))
    assert built.proof.counts["near"] > 50
    assert built.proof.ulp == {"sin": 1}


def test_last_digits_of_other_functions_may_not(reference: Reference) -> None:
    for ulp in ({}, {"cos": 1}):
        with pytest.raises(DifferenceError):
            _build(reference, _nearly, SINE, toolchain=Fixed(ulp=ulp))


def test_more_than_the_stated_bound_is_a_difference(reference: Reference) -> None:
    def far(x: float) -> float:
        return _nearly(x) * (1 + 1e-12)

    with pytest.raises(DifferenceError):
        _build(reference, far, SINE, toolchain=Fixed(ulp={"sin": 1}))


# ------------------------------------------------------------ native, end to end


@pytest.fixture(scope="module")
def native(engine: WasmExecutor, reference: Reference) -> Iterator[Builder]:
    toolchains = Toolchains()
    yield Builder(Alone(engine), toolchains, reference)
    toolchains.close()


GC = '''
def gc_content(seq: str) -> float:
    """Fraction of G and C in a DNA sequence.

    >>> gc_content("GATTACA")
    0.2857142857142857
    >>> gc_content("")
    Traceback (most recent call last):
        ...
    ZeroDivisionError: division by zero
    """
    hits = 0
    for c in seq:
        if c == "G" or c == "C":
            hits += 1
    return hits / len(seq)
'''


def test_a_native_tool_is_sealed(native: Builder, engine: WasmExecutor) -> None:
    built = native.build(cell.parse(GC))
    assert (built.proof.examples, built.proof.compared, built.proof.imports) == (2, 120, ())
    assert len(built.artifact.payload) < 4096
    assert engine.open(built.artifact, Limits()).start(("GGCC",)) == Done(1.0)
    assert native.build(cell.parse(GC)).artifact == built.artifact


def test_a_native_tool_of_library_functions_states_its_bounds(native: Builder) -> None:
    source = "import math\n\ndef f(x: float, y: float) -> float:\n    return math.exp(math.sin(x)) * math.atan2(y, x)\n"
    proof = native.build(cell.parse(source)).proof
    assert set(proof.ulp) == {"exp", "sin", "atan2"}
    assert proof.compared == 120


@pytest.mark.parametrize("power", ["x ** 0.5", "pow(x, 0.3)", "2.5 ** x", "x ** 3", "2 ** -3 * x"])
def test_powers_may_differ_from_cpython_in_last_digits(native: Builder, power: str) -> None:
    proof = native.build(cell.parse(f"def f(x: float) -> float:\n    return {power}\n", tier="native")).proof
    assert proof.ulp == {"**": BOUNDS["**"]}


def test_what_is_not_native_is_refused_with_its_line(native: Builder) -> None:
    with pytest.raises(NotNativeError) as caught:
        native.build(cell.parse("def f(s: str) -> int:\n    with s:\n        return 1\n", tier="native"))
    assert caught.value.diagnostics[0].line == 2
    assert "auto" in caught.value.help


def test_a_tool_that_can_do_nothing_is_refused(native: Builder) -> None:
    source = "def f(n: int) -> int:\n    return (n + 2**70) % 1000\n"
    with pytest.raises(NotNativeError, match="on all"):
        native.build(cell.parse(source, tier="native"))


# ------------------------------------------------------------ WAT, end to end


@pytest.fixture(scope="module")
def wat() -> Iterator[WatToolchain]:
    toolchain = WatToolchain()
    yield toolchain
    toolchain.close()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WasmExecutor]:
    executor = WasmExecutor(tmp_path_factory.mktemp("cache"))
    yield executor
    executor.close()


def _spec(text: str, signature: str = "f(n: int) -> int", examples: str = "") -> ToolSpec:
    spec = cell.parse(text, language="wat", signature=signature)
    if not examples:
        return spec
    wanted = cell.parse(f'def f(n: int) -> int:\n    """\n{examples}\n    """\n    return 0\n').examples
    return ToolSpec(
        name=spec.name,
        language="wat",
        source=spec.source,
        entry=spec.entry,
        signature=spec.signature,
        examples=wanted,
        limits=spec.limits,
    )


def _double(factor: int = 2) -> str:
    return f'(module (func (export "run") (param i64) (result i64)\n  local.get 0 i64.const {factor} i64.mul))\n'


@pytest.fixture
def builder(wat: WatToolchain, engine: WasmExecutor, reference: Reference) -> Builder:
    return Builder(Alone(engine), Toolchains({("wat", "wat"): lambda: wat}), reference)


def test_a_wat_cell_is_sealed_and_its_proof_says_what_was_not_compared(builder: Builder, engine: WasmExecutor) -> None:
    built = builder.build(
        _spec(_double(), examples="    >>> f(f(2)) + 1\n    9\n    >>> [f(i) for i in range(3)]\n    [0, 2, 4]")
    )
    assert (built.proof.examples, built.proof.compared, built.proof.reference) == (2, 0, "")
    assert built.artifact.manifest.tier == "wat"
    session = engine.open(built.artifact, Limits())
    assert session.start((21,)) == Done(42)


def test_a_wrong_wat_cell_is_refused_by_its_example(builder: Builder) -> None:
    with pytest.raises(ExampleError, match="it gives 6"):
        builder.build(_spec(_double(3), examples="    >>> f(2)\n    4"))


def test_an_error_in_the_text_is_placed(builder: Builder) -> None:
    with pytest.raises(BuildError) as caught:
        builder.build(_spec('(module (func (export "run") (param i64) (result i64)\n  local.get 0 foo))'))
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.line, diagnostic.column) == (2, 14)
    assert "unknown operator" in diagnostic.message
    assert diagnostic.source.strip().startswith("local.get")


@pytest.mark.parametrize(
    ("text", "signature", "message"),
    [
        ('(module (func (export "run") (result i64) f64.const 1))', "f() -> int", "type mismatch"),
        (
            '(module (import "a" "b" (func)) (func (export "run") (result i64) i64.const 1))',
            "f() -> int",
            "imports a.b",
        ),
        ('(module (func (export "go") (result i64) i64.const 1))', "f() -> int", "no function 'run'"),
        ('(module (func (export "run") (result i32) i32.const 1))', "f() -> int", "has type"),
        (
            '(module (memory (export "memory") 1) (func (export "run") (result i64) i64.const 1))',
            "f() -> int",
            "no maximum",
        ),
        ('(module (memory 1 65536) (func (export "run") (result i64) i64.const 1))', "f() -> int", "may grow to 65536"),
        (
            '(module (func $s) (start $s) (func (export "run") (result i64) i64.const 1))',
            "f() -> int",
            "start function",
        ),
        ('(module (func (export "run") (param i32 i32) (result i64) i64.const 1))', "f(s: str) -> int", "no 'memory'"),
        (
            '(module (memory (export "memory") 1 2) (func (export "run") (param i32 i32) (result i64) i64.const 1))',
            "f(s: str) -> int",
            "cabi_realloc",
        ),
        (
            '(module (global (export "error") i64 (i64.const 0)) (func (export "run") (result i64) i64.const 1))',
            "f() -> int",
            "mutable i64",
        ),
    ],
)
def test_a_module_of_another_shape_is_refused(builder: Builder, text: str, signature: str, message: str) -> None:
    with pytest.raises(BuildError, match=message):
        builder.build(_spec(text, signature))


def test_toolchains_say_what_they_have() -> None:
    toolchains = Toolchains()
    assert toolchains.choose("python", "auto").tier == "native"
    assert toolchains.choose("wat", "auto") is toolchains.choose("wat", "wat")
    with pytest.raises(BuildError, match="no toolchain for language 'cobol'"):
        toolchains.choose("cobol", "auto")
    with pytest.raises(BuildError, match="no tier 'quick'"):
        toolchains.choose("python", "quick")


def test_native_flags_in_the_identity_are_those_of_the_compiler() -> None:
    from hermetic_nb.toolchains.native.linking import llvm
    from hermetic_nb.toolchains.native.toolchain import FLAGS, TARGET, NativeToolchain

    assert FLAGS == f"O3 -unroll -lsr {llvm.FEATURES}"
    assert TARGET == llvm.TRIPLE
    assert NativeToolchain().identity()["llvmlite"] == "0.50.0"


def test_a_module_that_is_none_is_refused() -> None:
    spec = cell.parse("def f(n: int) -> int:\n    return n\n", limits=ModuleLimits(memory_pages=4))
    module = module_of(spec.signature)
    assert check_shape(module, spec).imports == ()
    for data in (b"", b"\x00asm", module[:-3], module[:20] + b"\xff" * 9):
        with pytest.raises(BuildError, match="no sealed module"):
            check_shape(data, spec)
