"""The command `hermetic`, run as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WAT = """(module
  (global $error (export "error") (mut i64) (i64.const 0))
  (func (export "run") (param i64 i64) (result i64)
    (if (i64.eqz (local.get 1))
      (then (global.set $error (i64.const 0x2000005)) unreachable))
    (i64.div_s (local.get 0) (local.get 1))))
"""
BUILD = ("build", "-", "--lang", "wat", "--sig", "divide(a: int, b: int = 2) -> int")


@dataclass(frozen=True)
class Command:
    """Runs `hermetic` against one registry."""

    registry: Path

    def __call__(self, *words: str, stdin: str = "", status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "hermetic_nb", *words],
            cwd=ROOT,
            env=os.environ | {"HERMETIC_REGISTRY": str(self.registry)},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done


@pytest.fixture(scope="module")
def hermetic(tmp_path_factory: pytest.TempPathFactory) -> Command:
    command = Command(tmp_path_factory.mktemp("cli") / "registry")
    command(*BUILD, stdin=WAT)
    return command


def test_build_is_idempotent(hermetic: Command) -> None:
    card = hermetic(*BUILD, stdin=WAT).stdout
    assert card.startswith("divide  sealed tool\n")
    assert hermetic(*BUILD, "--json", stdin=WAT).stdout.startswith("{")
    assert json.loads(hermetic(*BUILD, "--json", stdin=WAT).stdout)["digest"][7:19] in card


def test_build_of_a_file(hermetic: Command, tmp_path: Path) -> None:
    file = tmp_path / "halve.wat"
    file.write_text(WAT)
    assert hermetic("build", str(file), *BUILD[2:], "--dry-run", "--name", "halve").stdout.startswith("halve  dry run")
    assert "cannot be read" in hermetic("build", str(tmp_path / "none.py"), status=1).stderr
    assert "halve" not in hermetic("list").stdout


def test_build_explains(hermetic: Command, tmp_path: Path) -> None:
    file = tmp_path / "square.py"
    file.write_text("def square(n: int) -> int:\n    return n * n\n")
    said = hermetic("build", str(file), "--explain").stdout
    assert said.startswith("square  explained\n  tier ")
    assert "     |   tested   overflow of n * n: n is any int\n" in said
    assert hermetic("show", "square", "--explain").stdout == said
    document = json.loads(hermetic("show", "square", "--explain", "--json").stdout)
    assert document["explanation"]["functions"][0]["remarks"] == [[2, "overflow", "tested", "n * n: n is any int"]]


def test_call(hermetic: Command) -> None:
    assert hermetic("call", "divide", "a=84").stdout == "42\n"
    assert hermetic("call", "divide@1", "--from-json", "-", stdin='{"a": 9, "b": 3}').stdout == "3\n"
    receipt = json.loads(hermetic("call", "divide", "a=84", "--json").stdout)
    assert (receipt["output"], receipt["arguments"]) == (42, {"a": 84, "b": 2})


def test_a_failing_call(hermetic: Command) -> None:
    failed = hermetic("call", "divide", "a=1", "b=0", status=1)
    assert failed.stderr.splitlines()[0] == "H501 ZeroDivisionError: division by zero"
    assert "5 | " in failed.stderr
    assert failed.stdout == ""
    assert json.loads(hermetic("call", "divide", "a=1", "b=0", "--json", status=1).stdout)["error"]["line"] == 5


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("call", "divid", "a=1"), "did you mean divide?"),
        (("call", "divide", "c=1"), "it takes a, b"),
        (("call", "divide", "a=x"), "not an int literal"),
        (("call", "divide"), "missing: a"),
        (("call", "divide", "1"), "write a=1"),
        (("show", "nothing"), "H401"),
        (("verify",), "which tool?"),
        (("build", "-", "--depth", "0"), "out of range"),
        (("build", "-"), "empty"),
    ],
)
def test_mistakes(hermetic: Command, words: tuple[str, ...], said: str) -> None:
    assert said in hermetic(*words, status=1).stderr


def test_a_python_file(hermetic: Command, tmp_path: Path) -> None:
    file = tmp_path / "tools.py"
    file.write_text("def shout(text: str, times: int = 1) -> str:\n    return (text + '!') * times\n")
    assert "tier      native" in hermetic("build", str(file), "--entry", "shout").stdout
    assert hermetic("call", "shout", "text=a b").stdout == "a b!\n"
    assert hermetic("call", "shout", "text=é", "times=2").stdout == "é!é!\n"
    source = "def f(n: int) -> int:\n    for k in {n}:\n        return k\n    return 0\n"
    assert "H201" in hermetic("build", "-", "--tier", "native", stdin=source, status=1).stderr
    assert "line 2: a set has no order" in hermetic("build", "-", stdin=source).stdout
    error = hermetic("build", "-", "--json", stdin="def f(n: Foo) -> int:\n    return n\n", status=1).stdout
    assert json.loads(error)["diagnostics"][0]["line"] == 1


def test_usage(hermetic: Command) -> None:
    assert "usage" in hermetic("frobnicate", status=2).stderr
    assert "usage" in hermetic(status=2).stderr
    assert "hermetic_nb" in hermetic("--version").stdout


def test_list_show_verify(hermetic: Command) -> None:
    assert hermetic("list").stdout.splitlines()[1].split()[:3] == ["divide", "1", "wat"]
    assert json.loads(hermetic("list", "--json").stdout)["tools"][0]["name"] == "divide"
    assert "(module" in hermetic("show", "divide", "--source").stdout
    assert hermetic("verify", "divide").stdout.startswith("divide  verified")
    assert hermetic("verify", "--all").stdout.startswith("divide  verified")


def test_a_registry_that_is_none(hermetic: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    failed = hermetic("--registry", str(tmp_path / "file"), *BUILD, stdin=WAT, status=1)
    assert failed.stderr.startswith("H420")


def test_doctor_reports_damage(hermetic: Command, tmp_path: Path) -> None:
    other = Command(tmp_path / "registry")
    other(*BUILD, stdin=WAT)
    report = json.loads(other("doctor", "--json").stdout)
    assert report["registry"]["ok"]
    blob = next((tmp_path / "registry" / "blobs" / "sha256").iterdir())
    blob.chmod(0o644)
    blob.write_bytes(b"other")
    damaged = other("doctor", "--reindex", status=1).stdout
    assert "damaged blob" in damaged


def test_stats_trims_and_restores(hermetic: Command) -> None:
    assert "calls" in hermetic("stats").stdout
    trimmed = hermetic("stats", "--trim", "divide")
    assert trimmed.stdout.endswith("trimmed: divide\n")
    assert "divide" not in hermetic("list").stdout
    assert json.loads(hermetic("stats", "--restore", "divide", "--json").stdout)["trimmed"] == []
    assert "divide" in hermetic("list").stdout
    assert "no tool 'nothing'" in hermetic("stats", "--trim", "nothing", status=1).stderr
