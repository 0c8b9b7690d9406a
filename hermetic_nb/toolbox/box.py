"""The only place where the parts meet: cell, toolchain, builder, registry and executor."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from hermetic_nb import cell
from hermetic_nb.errors import EngineError, IntegrityError, NotReproducibleError, SpecError, ToolchainError, interrupted
from hermetic_nb.model import Limits, ToolSpec
from hermetic_nb.registry import Registry, default_path
from hermetic_nb.toolbox.proof import Proof
from hermetic_nb.toolbox.sealed import Tool, Verification
from hermetic_nb.toolchains import Toolchains

if TYPE_CHECKING:
    import os

    from hermetic_nb.builder import Builder, Built
    from hermetic_nb.executors.wasm import WasmExecutor
    from hermetic_nb.model import Artifact, ModuleLimits, Session
    from hermetic_nb.registry import NameRecord
    from hermetic_nb.toolchains import SealingToolchain

MEMORY: Final = ":memory:"
Isolation = Literal["auto"]


class Toolbox:
    """A registry of sealed tools, and all that makes and runs them.

    Args:
        path: the registry's folder; None: the user's own (HERMETIC_REGISTRY names another); ``":memory:"``: none.
        limits: limits of each call.
        isolation: ``"auto"``: tools run in a child process, the strongest isolation of this version.

    Raises:
        RegistryAccessError: the folder holds a registry of another format.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        limits: Limits | None = None,
        isolation: Isolation = "auto",
    ) -> None:
        if isolation != "auto":
            raise EngineError(f"there is no isolation {isolation!r}", help='this version has isolation="auto" only')
        self.limits = limits or Limits()
        self.registry = Registry.in_memory() if path == MEMORY else Registry(default_path() if path is None else path)
        self._toolchains = Toolchains()
        self._made: tuple[WasmExecutor, Builder] | None = None
        self._lock = threading.Lock()
        self._here: dict[str, Tool] = {}  # by what a plain reference means: a name, or a digest

    def __repr__(self) -> str:
        return f"<toolbox with {len(self.here)} tools at hand>"

    # ------------------------------------------------------------ make

    def seal(
        self,
        source: str | bytes | Callable[..., Any],
        *,
        language: str = "python",
        entry: str | None = None,
        name: str | None = None,
        tier: str = "auto",
        signature: str | None = None,
        capture: Sequence[str] | Mapping[str, Any] = (),
        limits: ModuleLimits | None = None,
    ) -> Tool:
        """Make a tool of a cell's source, or of a function by its source, and keep it. The same spec is the same tool.

        ``capture`` gives the source names from elsewhere: a mapping of names to values, or, with a function, names of its
        module. Raises SpecError, BuildError and their kinds, RegistryError.
        """
        spec = self.parse(
            source,
            language=language,
            entry=entry,
            name=name,
            tier=tier,
            signature=signature,
            capture=capture,
            limits=limits,
        )
        return self.keep(spec)

    def parse(
        self,
        source: str | bytes | Callable[..., Any],
        *,
        capture: Sequence[str] | Mapping[str, Any] = (),
        **words: Any,
    ) -> ToolSpec:
        """The spec that a source means, without building it; arguments as of `seal`. Raises SpecError."""
        if callable(source):
            return _of_function(source, capture, words)
        if not isinstance(capture, Mapping):
            if capture:
                raise SpecError("capture names of a text need their values", help='capture={"RATE": RATE}')
            capture = {}
        return cell.parse(source, captured=cell.capture(capture), **words)

    def keep(self, spec: ToolSpec) -> Tool:
        """Build, prove and store a spec; one that is sealed already by the same toolchain is only read."""
        toolchain = self._toolchain(spec.language, spec.tier)
        artifact = self.registry.bound(spec.digest, toolchain.identity())
        if artifact is None:
            built = self._build(spec)
            artifact = built.artifact
            self.registry.push(
                artifact,
                source=spec.source.encode(),
                provenance=built.provenance,
                spec=spec.digest,
                reason=built.reason,
            )
        tool = self._tool(self.registry.resolve(f"{artifact.manifest.name}@{artifact.digest}"), artifact)
        self._here[tool.name] = tool
        return tool

    def try_out(self, spec: ToolSpec) -> Tool:
        """Build and prove a spec, and store nothing: a tool of version 0."""
        built = self._build(spec)
        return Tool(self, built.artifact, source=spec.source, version=0, proof=Proof.read(built.provenance))

    # ------------------------------------------------------------ find

    def get(self, reference: str) -> Tool:
        """A tool by ``name``, ``name@2``, ``name@sha256:...``, or digest.

        A plain name means the tool that this toolbox sealed or got last under it, else the registry's latest version: what
        other notebooks seal changes nothing here. Raises ToolNotFoundError with close matches, IntegrityError.
        """
        tool = self.peek(reference)
        key = tool.name if reference.strip() == tool.name else tool.digest
        return self._here.setdefault(key, tool)

    def peek(self, reference: str) -> Tool:
        """As `get`, but the tool does not become one of those that this toolbox got."""
        return self._here.get(reference.strip()) or self._tool(self.registry.resolve(reference))

    def list(self) -> list[Tool]:
        """The latest version of every tool of the registry, by name. Damaged ones are left out (`hermetic doctor` tells)."""
        tools = []
        for record in self.registry.list():
            with suppress(IntegrityError):
                tools.append(self._tool(record))
        return tools

    @property
    def here(self) -> tuple[Tool, ...]:
        """The tools that this toolbox sealed or got, by name."""
        tools = {tool.digest: tool for tool in self._here.values()}
        return tuple(sorted(tools.values(), key=lambda tool: (tool.name, tool.version)))

    # ------------------------------------------------------------ run

    def open(self, artifact: Artifact) -> Session:
        """Make an artifact ready to be called. Raises EngineError."""
        return self._parts()[0].open(artifact, self.limits)

    def warm(self) -> None:
        """Start the child processes that the first cell would wait for, without waiting for them."""
        self._toolchain("python", "auto")
        executor, builder = self._parts()
        executor.start()
        builder.warm()

    def close(self) -> None:
        """End the child processes; the next use starts new ones."""
        self._toolchains.close()
        if self._made is not None:
            executor, builder = self._made
            executor.close()
            builder.close()

    def verify(self, tool: Tool) -> Verification:
        """Build a tool again from its source and compare the digests; see `Tool.verify`."""
        manifest = tool.manifest
        toolchain = self._toolchain(manifest.language, manifest.tier)
        here = dict(toolchain.identity())
        if here != dict(manifest.toolchain):
            other = next(
                key for key in sorted({*here, *manifest.toolchain}) if here.get(key) != manifest.toolchain.get(key)
            )
            raise ToolchainError(
                f"{tool.name} was sealed by another toolchain: its {other} is {manifest.toolchain.get(other)}, "
                f"here {here.get(other)}",
                help="install that version to verify it; running it needs no toolchain",
            )
        built = self._build(_spec_of(tool))
        if built.artifact.digest != tool.digest:
            raise NotReproducibleError(
                f"{tool.name}: a new build has another digest",
                help="this is a fault of the toolchain, or the source was sealed elsewhere by an altered one",
            )
        return Verification(tool=tool, proof=Proof.read(built.provenance))

    def _build(self, spec: ToolSpec) -> Built:
        try:
            return self._parts()[1].build(spec)
        except KeyboardInterrupt:
            raise interrupted(f"the build of {spec.name} was stopped; nothing was kept") from None

    def _toolchain(self, language: str, tier: str) -> SealingToolchain:
        with self._lock:  # `warm` may run at the same time
            return self._toolchains.choose(language, tier)

    def _parts(self) -> tuple[WasmExecutor, Builder]:
        """Executor and builder, imported when first needed: binding a sealed cell needs neither."""
        with self._lock:
            if self._made is None:
                from hermetic_nb.builder import Builder  # noqa: PLC0415 (see above)
                from hermetic_nb.executors.wasm import WasmExecutor  # noqa: PLC0415 (see above)

                executor = WasmExecutor()
                self._made = executor, Builder(executor, self._toolchains)
            return self._made

    def _tool(self, record: NameRecord, artifact: Artifact | None = None) -> Tool:
        artifact = artifact or self.registry.pull(record.tool)
        return Tool(
            self,
            artifact,
            source=self.registry.source(record.tool),
            version=record.version,
            proof=Proof.read(self.registry.provenance(record.tool)),
        )


def default() -> Toolbox:
    """The notebook's own toolbox: the user's registry, made when first asked for."""
    global _default  # noqa: PLW0603 (one to a process)
    with _making:
        if _default is None:
            _default = Toolbox()
        return _default


_default: Toolbox | None = None
_making: Final = threading.Lock()


@overload
def tool(function: Callable[..., Any], /) -> Tool: ...


@overload
def tool(
    *, name: str | None = ..., tier: str = ..., capture: Sequence[str] = ...
) -> Callable[[Callable[..., Any]], Tool]: ...


def tool(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    tier: str = "auto",
    capture: Sequence[str] = (),
) -> Tool | Callable[[Callable[..., Any]], Tool]:
    """``@hnb.tool`` or ``@hnb.tool(name=...)``: seal the function below in the notebook's own toolbox, by its source."""

    def seal(function: Callable[..., Any]) -> Tool:
        return default().seal(function, name=name, tier=tier, capture=capture)

    return seal if function is None else seal(function)


def _of_function(
    function: Callable[..., Any], capture: Sequence[str] | Mapping[str, Any], words: dict[str, Any]
) -> ToolSpec:
    if not inspect.isfunction(function):
        raise SpecError(
            f"{type(function).__name__} is no source and no function", help="give text, or a function made by def"
        )
    if words.get("language", "python") != "python":
        raise SpecError("a function is Python", help="give other languages as text")
    source = cell.source_of(function)
    scope = function.__globals__
    captured = dict(capture) if isinstance(capture, Mapping) else {name: cell.look_up(name, scope) for name in capture}
    for name in cell.missing(source):
        # What the module of the function imports is part of the function's meaning; constants are taken only on request.
        if name not in captured and name in scope and cell.import_of(name, scope[name]):
            captured[name] = scope[name]
    return cell.parse(source, captured=cell.capture(captured), **{"entry": function.__name__, **_given(words)})


def _given(words: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in words.items() if value is not None}


def _spec_of(tool: Tool) -> ToolSpec:
    manifest = tool.manifest
    return ToolSpec(
        name=manifest.name,
        language=manifest.language,
        source=tool.source,
        entry=manifest.entry,
        signature=manifest.signature,
        doc=manifest.doc,
        examples=manifest.examples,
        tier=manifest.tier,
        limits=manifest.limits,
        env=manifest.env,
        uses=manifest.uses,
        dependencies=manifest.dependencies,
    )
