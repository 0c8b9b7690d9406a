"""Small tools of the python and pure tiers, for the tests of their executor."""

from __future__ import annotations

from typing import Any

from hermetic_nb.digest import digest_bytes
from hermetic_nb.executors.python import PythonExecutor, PythonSession
from hermetic_nb.model import PYTHON, Artifact, Calls, Environment, Limits, Manifest, ModuleLimits
from hermetic_nb.signature import ANY, Parameter, Signature

ECHO = "def f(x):\n    return x\n"
ASK = """
async def f(x, call_agent):
    first = await call_agent("a", {"x": x})
    second = await asyncio.gather(call_agent("b", {"x": first}), call_agent("c", {"x": first}))
    return [first, second]
"""


def artifact(
    source: str,
    *,
    takes: tuple[str, ...] = ("x",),
    room: ModuleLimits | None = None,
    media_type: str = PYTHON,
    **more: Any,
) -> Artifact:
    payload = source.encode()
    manifest = Manifest(
        name="f",
        tier="pure" if "async def f" in source else "python",
        language="python",
        media_type=media_type,
        payload=digest_bytes(payload),
        entry="f",
        signature=Signature(tuple(Parameter(name, ANY) for name in takes), ANY),
        source=digest_bytes(payload),
        doc="",
        examples=(),
        toolchain={"program": "test"},
        limits=room or ModuleLimits(),
        capabilities=("call_agent",) if "call_agent" in source else (),
        **more,
    )
    return Artifact(manifest, payload)


def session(executor: PythonExecutor, source: str, limits: Limits | None = None, **more: Any) -> PythonSession:
    return executor.open(artifact(source, **more), limits or Limits(), Environment())


def requests(step: Any) -> list[Any]:
    assert isinstance(step, Calls), step
    return [(request.agent, request.arguments) for request in step.requests]
