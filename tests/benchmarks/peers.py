"""Other ways to run Python that nobody vouches for: each in a fresh session, by its own documentation, where it is installed.

Neither seals or replays; pydantic-monty is an interpreter of its own, for a part of Python.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, Protocol

MONTY, ERYX = "pydantic-monty", "pyeryx"
MODULES: Final = {MONTY: "pydantic_monty", ERYX: "eryx"}


class RefusedError(Exception):
    """The peer does not run that program."""


class Peer(Protocol):
    """One of them, started."""

    name: str

    def run(self, source: str, call: str) -> Any:
        """The value of a call after the source, in a fresh session. Raises RefusedError."""

    def rounds(self, count: int) -> None:
        """Await an agent that answers at once, so many times in turn, in a fresh session."""

    def gather(self, count: int, seconds: float) -> None:
        """Await so many agents at once, each of which takes so long, in a fresh session."""

    def close(self) -> None:
        """Let go of its processes."""


_RUN: Final = """
import asyncio
async def run():
    for n in range({count}):
        await echo(n)
    return {count}
"""
_GATHER: Final = """
import asyncio
async def run():
    return len(await asyncio.gather(*[slow(n) for n in range({count})]))
"""


class Monty:
    """pydantic-monty: a pool of processes; the asynchronous one for agents."""

    name = MONTY

    def __init__(self) -> None:
        import pydantic_monty

        self._module = pydantic_monty
        self._pool = pydantic_monty.Monty().__enter__()
        self._runner = asyncio.Runner()
        self._async_pool: Any = self._runner.run(_entered(pydantic_monty.AsyncMonty()))

    def run(self, source: str, call: str) -> Any:
        """As `Peer` says."""
        try:
            with self._pool.checkout() as session:
                return session.feed_run(f"{source}\n{call}")
        except self._module.MontyError as error:
            raise RefusedError(str(error)) from error

    def rounds(self, count: int) -> None:
        """As `Peer` says."""

        async def echo(n: int) -> int:
            return n

        self._ask(_RUN.format(count=count), {"echo": echo}, count)

    def gather(self, count: int, seconds: float) -> None:
        """As `Peer` says."""

        async def slow(n: int) -> int:
            await asyncio.sleep(seconds)
            return n

        self._ask(_GATHER.format(count=count), {"slow": slow}, count)

    def close(self) -> None:
        """As `Peer` says."""
        self._runner.run(_left(self._async_pool))
        self._runner.close()
        self._pool.__exit__(None, None, None)

    def _ask(self, source: str, agents: dict[str, Callable[..., Any]], expected: int) -> None:
        async def ask() -> Any:
            async with self._async_pool.checkout() as session:
                return await session.feed_run(f"{source}\nawait run()", external_lookup=agents)

        assert self._runner.run(ask()) == expected


async def _entered(pool: Any) -> Any:
    return await pool.__aenter__()


async def _left(pool: Any) -> None:
    await pool.__aexit__(None, None, None)


class Eryx:
    """pyeryx: CPython in WebAssembly, as we are, in this process."""

    name = ERYX

    def __init__(self) -> None:
        import eryx

        self._module = eryx
        self._seconds = 0.0
        self._plain = eryx.Sandbox()
        agents = [{"name": name, "fn": getattr(self, f"_{name}"), "description": name} for name in ("echo", "slow")]
        self._asking = eryx.Sandbox(callbacks=agents)

    def run(self, source: str, call: str) -> Any:
        """As `Peer` says."""
        try:
            done = self._plain.execute(f"{source}\nresult = {call}")
        except self._module.EryxError as error:
            raise RefusedError(str(error)) from error
        return done.result

    def rounds(self, count: int) -> None:
        """As `Peer` says."""
        self._ask(_RUN.format(count=count).replace("echo(n)", "echo(n=n)"), count)

    def gather(self, count: int, seconds: float) -> None:
        """As `Peer` says."""
        self._seconds = seconds
        self._ask(_GATHER.format(count=count).replace("slow(n)", "slow(n=n)"), count)

    def close(self) -> None:
        """As `Peer` says."""

    def _ask(self, source: str, expected: int) -> None:
        assert self._asking.execute(f"{source}\nresult = await run()").result == expected

    def _echo(self, n: int) -> int:
        return n

    async def _slow(self, n: int) -> int:
        await asyncio.sleep(self._seconds)
        return n


KINDS: Final[dict[str, Callable[[], Peer]]] = {MONTY: Monty, ERYX: Eryx}


def present() -> tuple[list[Peer], dict[str, str]]:
    """Those that are installed, started; and why the others are not here."""
    here: list[Peer] = []
    absent = {MONTY: "not installed", ERYX: "not installed" if sys.version_info >= (3, 12) else "not for this Python"}
    for name, kind in KINDS.items():
        with suppress(ImportError):
            here.append(kind())
            del absent[name]
    return here, absent
