"""One call of a tool: its environment, its session, its agents, and the receipt."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hermetic_nb.delegation import Budget, Clerk, Ended, Replayer, converse, converse_async
from hermetic_nb.errors import EngineError
from hermetic_nb.model import Receipt
from hermetic_nb.signature.border import unpack
from hermetic_nb.toolbox import environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.delegation import Mask
    from hermetic_nb.digest import Digest
    from hermetic_nb.model import AgentCall, Artifact, Manifest, Session
    from hermetic_nb.toolbox.sealed import Home


class Call:
    """One call; its environment is read when it is made. Raises EnvError, IntegrityError."""

    def __init__(self, home: Home, artifact: Artifact, arguments: Sequence[Any]) -> None:
        self._home, self._artifact = home, artifact
        self._manifest: Manifest = artifact.manifest
        self._environment = environment.gather(self._manifest, home.content)
        self._mask: Mask = environment.mask(self._manifest, self._environment)
        self._arguments = [self._mask.value(value) for value in unpack(arguments)]  # as the receipt has them

    @property
    def env(self) -> dict[str, Digest]:
        """What the receipt says of E."""
        return environment.digests(self._manifest, self._environment)

    def run(self) -> Ended:
        """Run it, agents answering. Raises LimitExceeded, EngineError."""
        return self._masked(converse(self._open(), self._arguments, self._clerk(), self._home.desk))

    async def run_async(self) -> Ended:
        """As `run`, on the event loop of the caller."""
        return await self.run_nested(None, 0)

    async def run_nested(self, budget: Budget | None, depth: int) -> Ended:
        """As `run_async`, for a call of another tool, with which it shares a budget."""
        clerk = self._clerk(budget, depth)
        return self._masked(await converse_async(self._open(), self._arguments, clerk, self._home.desk))

    def replay(self, trace: Sequence[AgentCall]) -> Ended:
        """Run it, the trace answering. Raises ReplayMismatch on the first request that differs, and as `run`."""
        if not self._manifest.is_pure:
            return self.run()
        replayer = Replayer(trace, self._mask)
        ended = converse(self._open(), self._arguments, replayer)
        replayer.check_end()
        return self._masked(ended)

    def receipt(self, ended: Ended, ran: str = "") -> Receipt:
        """The receipt of its end."""
        names = [parameter.name for parameter in self._manifest.signature.parameters]
        return Receipt(
            tool=self._artifact.digest,
            arguments=dict(zip(names, self._arguments, strict=True)),
            value=ended.value,
            error=ended.failure,
            env=self.env,
            trace=ended.trace,
            printed=ended.printed,
            ran=ran,
        )

    # ------------------------------------------------------------ inside

    def _open(self) -> Session:
        return self._home.open(self._artifact, self._environment)

    def _clerk(self, budget: Budget | None = None, depth: int = 0) -> Clerk | _Nobody:
        if not self._manifest.is_pure:
            return _Nobody()
        limits = self._home.limits
        shared = budget or Budget(limits)
        return Clerk(self._home.desk, self._manifest, limits=limits, budget=shared, depth=depth, mask=self._mask)

    def _masked(self, ended: Ended) -> Ended:
        failure, mask = ended.failure, self._mask
        if failure is not None:
            failure = replace(failure, message=mask.text(failure.message))
        return replace(ended, value=mask.value(ended.value), failure=failure, printed=mask.text(ended.printed))


class _Nobody:
    """Answers for a tool that may not ask."""

    def __init__(self) -> None:
        self.trace: list[AgentCall] = []

    def replies(self, requests: Sequence[Any]) -> Any:
        """Raise EngineError: executors let no such step pass."""
        raise EngineError(f"a sealed tool asked for {requests[0].agent}", help="please report the cell")
