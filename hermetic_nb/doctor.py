"""Is this installation whole? The registry is read and hashed; a tool is sealed and called; versions are named."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib import import_module, metadata
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import runner
from hermetic_nb.digest import short
from hermetic_nb.errors import HermeticError
from hermetic_nb.sandbox import summary
from hermetic_nb.toolbox import MEMORY, Toolbox

if TYPE_CHECKING:
    from hermetic_nb.confinement import Layer
    from hermetic_nb.registry import Report

_PACKAGES: Final = ("wasmtime", "llvmlite", "RestrictedPython", "ipykernel", "IPython")
_CELL: Final = "def double(n: int) -> int:\n    return 2 * n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What was found: facts of the installation, the registry's report, and the error of the trial tool, if any."""

    facts: tuple[tuple[str, str], ...]
    layers: tuple[Layer, ...] | str
    """What stands between tools and the host, as observed; the error where no process could be started."""
    registry: Report
    reindexed: int | None
    trial: str

    @property
    def ok(self) -> bool:
        """Whether everything works."""
        return self.registry.ok and not self.trial and not isinstance(self.layers, str)

    def render(self) -> list[str]:
        """As lines of text."""
        width = max(len(name) for name, _ in self.facts)
        lines = [f"{name:<{width}}  {value}" for name, value in self.facts]
        lines += [f"{'trial':<{width}}  {self.trial or 'a tool was sealed and called'}"]
        lines += [f"{'isolation':<{width}}  {line}" for line in self._isolation()]
        if self.reindexed is not None:
            lines.append(f"{'index':<{width}}  made anew, {self.reindexed} names")
        return [*lines, *(f"{'registry':<{width}}  {line}" for line in self.registry.render())]

    def _isolation(self) -> list[str]:
        if isinstance(self.layers, str):
            return [self.layers]
        told = [f"{layer.name}: {'' if layer.holds else 'DOES NOT HOLD: '}{layer.seen}" for layer in self.layers]
        return [f"tools run {summary(self.layers)}", *told]

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        layers = self.layers
        return {
            "ok": self.ok,
            "layers": layers if isinstance(layers, str) else [layer.to_json() for layer in layers],
            "facts": dict(self.facts),
            "trial": self.trial,
            "reindexed": self.reindexed,
            "registry": {
                "ok": self.registry.ok,
                "records": self.registry.records,
                "blobs": self.registry.blobs,
                "findings": [
                    {"kind": f.kind, "path": f.path, "message": f.message, "repaired": f.repaired}
                    for f in self.registry.findings
                ],
            },
        }


def version() -> str:
    """The package's version; the package itself is above this module on the map, so it is looked up by name."""
    return str(import_module(__name__.partition(".")[0]).__version__)


def doctor(box: Toolbox, *, reindex: bool = False, repair: bool = False) -> Health:
    """Examine the installation and a toolbox's registry. Raises RegistryError where the registry cannot be read at all."""
    report = box.registry.repair() if repair else box.registry.check()
    return Health(
        facts=tuple(_facts(box)),
        layers=_layers(box),
        registry=report,
        reindexed=box.registry.reindex() if reindex else None,
        trial=_trial(),
    )


def _facts(box: Toolbox) -> list[tuple[str, str]]:
    facts = [
        ("hermetic_nb", version()),
        ("Python", f"{platform.python_version()} ({platform.python_implementation()})"),
        ("machine", f"{platform.system()} {platform.machine()}"),
    ]
    facts += [(package, _installed(package, "missing")) for package in _PACKAGES]
    facts.append(("MCP server", _installed("jupyter-server-mcp", "none: pip install 'hermetic-nb[mcp]' (docs/mcp.md)")))
    pin = runner.pin()
    facts.append(("runner", f"CPython {pin['python']}, {short(runner.digest())}"))
    return [*facts, ("folder", str(box.registry.path))]


def _installed(package: str, otherwise: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return otherwise


def _layers(box: Toolbox) -> tuple[Layer, ...] | str:
    """What the processes that run tools observe, or why there are none."""
    try:
        return box.layers()
    except HermeticError as error:
        return str(error)


def _trial() -> str:
    box = Toolbox(MEMORY)
    try:
        value = box.seal(_CELL)(21)
    except HermeticError as error:
        return str(error)
    finally:
        box.close()
    return "" if value == 42 else f"2 * 21 gave {value!r}"
