"""How tools were used, which ones nothing would miss, and trimming these: for one toolbox and its registry."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hermetic_nb.registry.spares import Spare, spares
from hermetic_nb.registry.statistics import Statistics, registry_statistics, statistics_of
from hermetic_nb.toolbox.duplicates import duplicates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hermetic_nb.registry.usage import Requests
    from hermetic_nb.toolbox.box import Toolbox
    from hermetic_nb.toolbox.usage import Usage


class Reuse:
    """What was counted in a toolbox, and in its registry."""

    def __init__(self, box: Toolbox, usage: Usage) -> None:
        self._box, self._usage = box, usage

    def here(self) -> Statistics:
        """The figures of the tools that this toolbox sealed or got, in this session."""
        tools = ((tool.name, tool.digest) for tool in self._box.here)
        return statistics_of(tools, self._usage.calls(), self._usage.requests)

    def everywhere(self) -> Statistics:
        """The figures of the whole registry, over all sessions. Raises RegistryAccessError."""
        self._usage.flush()
        return registry_statistics(self._box.registry)

    def asked(self, requests: Requests, *, replayed: bool = False) -> None:
        """Note how requests for tools were answered; ``replayed``: by a recording, which the registry does not count."""
        self._usage.asked(requests, replayed=replayed)

    def spares(self) -> Sequence[Spare]:
        """The tools of the registry that nothing would miss, by name: unused ones, and those that do what others do.

        Raises RegistryAccessError.
        """
        self._usage.flush()
        found = {spare.name: spare for spare in duplicates(self._box)}
        found |= {spare.name: spare for spare in spares(self._box.registry, datetime.now(UTC))}
        return [found[name] for name in sorted(found)]

    def trim(self, names: Iterable[str]) -> None:
        """Leave names out of lists and searches of the registry, all or none; `restore` takes them in again.

        Nothing is deleted: what names a tool by its digest, or by its name, still gets it; and sealing it anew lists it.
        Raises ToolNotFoundError, RegistryError, RegistryAccessError.
        """
        registry = self._box.registry
        found = [registry.resolve(name).name for name in names]
        for name in found:
            registry.trim(name)

    def restore(self, names: Iterable[str]) -> Sequence[str]:
        """List trimmed names again; those that were trimmed. Raises ToolNotFoundError, RegistryAccessError."""
        registry = self._box.registry
        found = [registry.resolve(name).name for name in names]
        return [name for name in found if registry.restore(name)]
