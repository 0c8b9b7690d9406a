"""The pure tier: orchestration whose only capability is ``call_agent``, checked by the policy before anything runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb import policy
from hermetic_nb.errors import Diagnostic, NotPureError
from hermetic_nb.toolchains import python

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.model import Payload, ToolSpec

PROGRAM: Final = "hermetic-pure"


class PureToolchain(python.PythonToolchain):
    """The toolchain of the pure tier."""

    tier: Final = "pure"  # type: ignore[misc] # another tier of the same language

    def identity(self) -> Mapping[str, str]:
        """Our generation, and the runner, which holds the policy."""
        return python.identity(PROGRAM)

    def accept(self, spec: ToolSpec) -> None:
        """Check the source against the policy. Raises NotPureError with every finding placed."""
        lines = spec.source.split("\n")
        findings = [
            Diagnostic(
                finding.message,
                finding.line,
                finding.column,
                finding.end_column,
                lines[finding.line - 1] if 0 < finding.line <= len(lines) else "",
            )
            for finding in policy.check(spec.source)
        ]
        if findings:
            raise NotPureError(
                "a pure tool may not do this"
                if len(findings) == 1
                else f"a pure tool may not do these {len(findings)}",
                diagnostics=findings,
                help=_help(findings),
            )

    def compile(self, spec: ToolSpec, *, builders: int = 2) -> Sequence[Payload]:
        """The source, once for each builder. Raises NotPureError."""
        self.accept(spec)
        return super().compile(spec, builders=builders)


def _help(findings: Sequence[Diagnostic]) -> str:
    """What it may do; where an import was refused, all that it may import."""
    if any(finding.message.startswith("import of") for finding in findings):
        return f"a pure tool may import {policy.MODULES}"
    return "a pure tool computes, and reaches the world by call_agent alone; docs/pure-policy.md lists what it may"
