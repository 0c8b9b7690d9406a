"""The toolchains: what turns a spec's source into a payload.

`TOOLCHAINS` is the table by (language, tier), a plain public dict: a new language is a new entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

from hermetic_nb.errors import BuildError
from hermetic_nb.model import Toolchain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hermetic_nb.model import Explanation, ToolSpec


class SealingToolchain(Toolchain, Protocol):
    """A toolchain with processes of its own."""

    @property
    def has_reference(self) -> bool:
        """Whether the source is Python, so that CPython can say what it means."""

    def accept(self, spec: ToolSpec) -> None:
        """Let the front end alone read the source. Raises what `compile` would raise of it.

        Nothing may run the source in any other way before this returned: then its language is as small as the toolchain's.
        """

    def warm(self) -> None:
        """Start what the first build would wait for. Returns at once."""

    def close(self) -> None:
        """End its processes; a build that runs fails. The next build starts new ones."""


@runtime_checkable
class Explaining(Protocol):
    """A toolchain that can say more of a source than that it builds it."""

    def explain(self, spec: ToolSpec) -> Explanation:
        """What the front end says of the source, also of one that it refuses. Raises BuildError."""


def _native() -> SealingToolchain:
    from hermetic_nb.toolchains.native.toolchain import NativeToolchain  # noqa: PLC0415 (see the table)

    return NativeToolchain()


def _wat() -> SealingToolchain:
    from hermetic_nb.toolchains.wat import WatToolchain  # noqa: PLC0415 (see the table)

    return WatToolchain()


def _python() -> SealingToolchain:
    from hermetic_nb.toolchains.python import PythonToolchain  # noqa: PLC0415 (see the table)

    return PythonToolchain()


def _pure() -> SealingToolchain:
    from hermetic_nb.toolchains.pure import PureToolchain  # noqa: PLC0415 (see the table)

    return PureToolchain()


TOOLCHAINS: Final[dict[tuple[str, str], Callable[[], SealingToolchain]]] = {
    ("python", "native"): _native,
    ("python", "python"): _python,
    ("python", "pure"): _pure,
    ("wat", "wat"): _wat,
}
"""(language, tier) -> what makes the toolchain; of a language the first is tried first. Made late: a kernel that never seals WAT loads nothing for it."""


INTERPRETED: Final = frozenset({"python", "pure"})
"""Tiers whose payload is the source, which the runner executes."""


class Toolchains:
    """The toolchains of one notebook: each made once, when first asked for."""

    def __init__(self, table: dict[tuple[str, str], Callable[[], SealingToolchain]] | None = None) -> None:
        self._table = TOOLCHAINS if table is None else table
        self._made: dict[tuple[str, str], SealingToolchain] = {}

    def candidates(self, spec: ToolSpec) -> Sequence[SealingToolchain]:
        """The toolchains to try on a spec, in their order: several for tier ``auto``, where one takes what another refuses.

        Raises BuildError where there is none.
        """
        if spec.is_pure:
            if spec.tier not in {"auto", "pure"}:
                raise BuildError(f"async def makes a pure tool, not one of tier {spec.tier}", help="leave out --tier")
            return (self.choose(spec.language, "pure"),)
        if spec.tier == "pure":
            raise BuildError(
                "a pure tool is an async def", help="write async def f(..., call_agent), or leave out --tier"
            )
        first = self.choose(spec.language, spec.tier)
        if spec.tier != "auto" or (spec.language, "python") not in self._table or first.tier == "python":
            return (first,)
        return (first, self.choose(spec.language, "python"))

    def choose(self, language: str, tier: str) -> SealingToolchain:
        """The toolchain for a language; tier ``auto`` takes the language's first. Raises BuildError where there is none."""
        tiers = [known for spoken, known in self._table if spoken == language]
        if not tiers:
            spoken_here = ", ".join(dict.fromkeys(spoken for spoken, _ in self._table))
            raise BuildError(f"no toolchain for language {language!r}", help=f"the languages here: {spoken_here}")
        wanted = tiers[0] if tier == "auto" else tier
        if wanted not in tiers:
            raise BuildError(f"{language} has no tier {tier!r}", help=f"tiers of {language}: auto, {', '.join(tiers)}")
        if (language, wanted) not in self._made:
            self._made[language, wanted] = self._table[language, wanted]()
        return self._made[language, wanted]

    def close(self) -> None:
        """End the processes of all toolchains."""
        for toolchain in self._made.values():
            toolchain.close()
