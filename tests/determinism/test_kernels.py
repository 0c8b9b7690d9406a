"""Several kernels seal in one registry at once: every version is there, once, and each kernel's tools are its own."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import hermetic_nb as hnb
from tests.kernel.conftest import started

KERNELS = 3
BODIES = 4
CELL = "def {name}(n: int) -> int:\n    return n * {factor} + {kernel}\n"
SEAL = """
import json
sealed = []
for text in json.loads({texts!r}):
    get_ipython().run_cell_magic("hermetic_tool", "-o kept", text)
    sealed.append([kept.name, kept.version, kept.digest, kept(10)])
print("sealed " + json.dumps(sealed))
"""


def cells(kernel: int) -> list[str]:
    """The same cells in another order in each kernel, and some of its own, under a shared name and its own."""
    order = [(number + kernel) % BODIES for number in range(BODIES)]
    texts = [CELL.format(name="shared", factor=factor + 2, kernel=0) for factor in order]
    texts += [CELL.format(name="shared", factor=factor + 2, kernel=kernel + 1) for factor in order[:2]]
    texts += [CELL.format(name=f"own_{kernel}", factor=factor + 2, kernel=kernel) for factor in order]
    return texts


def test_kernels_that_seal_at_once_lose_no_version(tmp_path: Path) -> None:
    folder = tmp_path / "registry"
    with contextlib.ExitStack() as stack:
        kernels = [stack.enter_context(started(folder)) for _ in range(KERNELS)]
        sent = [kernel.send(SEAL.format(texts=json.dumps(cells(n)))) for n, kernel in enumerate(kernels)]
        answers = [kernel.collect(message) for kernel, message in zip(kernels, sent, strict=True)]
    told = []
    for answer in answers:
        assert answer.error is None, answer.report
        (line,) = [line for line in answer.streams["stdout"].splitlines() if line.startswith("sealed ")]
        told.append(json.loads(line.removeprefix("sealed ")))
    box = hnb.Toolbox(folder)
    try:
        for kernel, tools in enumerate(told):
            expected = [eval(text.split("return ")[1], {"n": 10}) for text in cells(kernel)]
            assert [value for *_, value in tools] == expected
            for name, version, digest, value in tools:
                tool = box.get(f"{name}@{version}")
                assert (tool.digest, tool(10)) == (digest, value)
        versions = box.registry.versions("shared")
        assert [record.version for record in versions] == list(range(1, BODIES + 2 * KERNELS + 1))
        assert len({record.tool for record in versions}) == len(versions)
        for kernel in range(KERNELS):
            assert len(box.registry.versions(f"own_{kernel}")) == BODIES
        assert box.registry.check().findings == ()
    finally:
        box.close()
