from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from wasmtime import component

from hermetic_nb import runner as pinned
from tests.runner.instance import Runner, engine, load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def image() -> bytes:
    return pinned.component()


@pytest.fixture(scope="session")
def compiled(image: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The machine code of this session."""
    made = component.Component(engine(), image)
    assert not made.type.imports(engine())
    file = tmp_path_factory.mktemp("runner") / "runner.cwasm"
    file.write_bytes(bytes(made.serialize()))
    return file


@pytest.fixture(scope="session")
def runner(compiled: Path) -> Iterator[Runner]:
    made = load(compiled)
    yield made
    made.pool.shutdown()
