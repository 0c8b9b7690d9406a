"""The only place where the parts meet: cell, toolchain, builder, registry, executors and agents."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final, TypeVar

from hermetic_nb import cell
from hermetic_nb.digest import short
from hermetic_nb.errors import (
    EngineError,
    HermeticError,
    IntegrityError,
    NotReproducibleError,
    RegistryAccessError,
    RegistryError,
    SpecError,
    ToolchainError,
    ToolNotFoundError,
    interrupted,
)
from hermetic_nb.model import WASM, Explanation, Limits, ToolSpec
from hermetic_nb.registry import Registry, default_path
from hermetic_nb.sandbox import ISOLATIONS, Isolation
from hermetic_nb.toolbox import environment, specs
from hermetic_nb.toolbox.executors import Executors
from hermetic_nb.toolbox.explained import Explained
from hermetic_nb.toolbox.finding import CANDIDATES, Found, Meaning, by_words, found, ranked, readable
from hermetic_nb.toolbox.proof import Proof
from hermetic_nb.toolbox.sealed import Tool, Verification
from hermetic_nb.toolbox.shelf import Shelf
from hermetic_nb.toolbox.usage import Running, Usage
from hermetic_nb.toolchains import Explaining, Toolchains

if TYPE_CHECKING:
    import os

    from hermetic_nb.builder import Builder, Built
    from hermetic_nb.confinement import Layer
    from hermetic_nb.delegation import Agents, Approval, Budget, Desk, Ended, Question
    from hermetic_nb.digest import Digest
    from hermetic_nb.model import Artifact, Environment, ModuleLimits, Receipt, Session
    from hermetic_nb.registry import NameRecord
    from hermetic_nb.toolbox.reuse import Reuse
    from hermetic_nb.toolchains import SealingToolchain

MEMORY: Final = ":memory:"
Approver = Callable[["Question"], bool | Awaitable[bool]]
Answer = TypeVar("Answer", bound=Callable[..., Any])


class Toolbox:
    """A registry of sealed tools, and all that makes and runs them.

    Args:
        path: the registry's folder; None: the user's own (HERMETIC_REGISTRY names another); ``":memory:"``: none.
        agents: who answers ``call_agent``: functions by name, or one function ``(name, args)`` for all names.
        limits: limits of each call.
        isolation: ``"auto"``: a sealed process, with every layer that the host allows (`layers` says which); ``"strict"``:
            the same, and an error where a layer is missing; ``"process"``: a process of its own and WebAssembly, no more;
            ``"kernel"``: WebAssembly only, in this very process, for hosts where no other can be started.
        approve: decides on calls of agents whose approval is ``ask``: a function of a `delegation.Question`, async or not.
            None asks at the terminal or in the notebook, and denies where nobody sits there.

    Raises:
        RegistryAccessError: the folder holds a registry of another format.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        agents: Mapping[str, Callable[..., Any]] | Callable[[str, Any], Any] | None = None,
        limits: Limits | None = None,
        isolation: Isolation = "auto",
        approve: Approver | None = None,
    ) -> None:
        if isolation not in ISOLATIONS:
            raise EngineError(f"there is no isolation {isolation!r}", help=f"choose one of {', '.join(ISOLATIONS)}")
        self.limits = limits or Limits()
        self.registry = Registry.in_memory() if path == MEMORY else Registry(default_path() if path is None else path)
        self._session = self.registry if path == MEMORY else Registry.in_memory()
        self._given_agents, self._approve = agents, approve
        self._shelf = Shelf(self.registry, self._session)
        self._toolchains = Toolchains()
        self._executors = Executors(isolation)
        self._builder: Builder | None = None
        self._lock = threading.Lock()
        self._here: dict[str, Tool] = {}  # by what a plain reference means: a name, or a digest
        self._usage = Usage(self.registry)
        self._tried: dict[Digest, Built] = {}  # the last spec that was tried out, for `keep`

    def __repr__(self) -> str:
        return f"<toolbox with {len(self.here)} tools at hand>"

    # ------------------------------------------------------------ agents

    @cached_property
    def agents(self) -> Agents:
        """Who answers ``call_agent``."""
        from hermetic_nb.delegation import Agents  # noqa: PLC0415 (asyncio, which most cells do without)

        given = self._given_agents
        found = Agents(given if callable(given) else None)
        for name, answer in given.items() if isinstance(given, Mapping) else ():
            found.add(name, answer)
        return found

    @cached_property
    def desk(self) -> Desk:
        """What all calls of pure tools share."""
        from hermetic_nb.delegation import Desk, ask_at_terminal  # noqa: PLC0415 (as above)

        return Desk(agents=self.agents, approve=self._approve or ask_at_terminal, call_tool=self._call_nested)

    def agent(self, name: str, approval: Approval = "auto") -> Callable[[Answer], Answer]:
        """``@box.agent("searcher")``: the function below answers to that name (see `delegation.Agent`). Raises SpecError.

        ``approval``: ``auto`` answers, ``ask`` asks the user first (once for each tool), ``deny`` never answers.
        """

        def add(answer: Answer) -> Answer:
            self.agents.add(name, answer, approval)
            return answer

        return add

    async def _call_nested(self, tool: Digest, arguments: dict[str, Any], budget: Budget, depth: int) -> Ended:
        return await self.peek(tool).run_nested(arguments, budget, depth)

    # ------------------------------------------------------------ make

    def seal(  # noqa: PLR0913 (the words of the magic line)
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
        env: Sequence[str] = (),
        uses: Sequence[str] = (),
        data: Mapping[str, str | os.PathLike[str]] | None = None,
        deps: Sequence[str] = (),
        session: bool = False,
    ) -> Tool:
        """Make a tool of a cell's source, or of a function by its source, and keep it. The same spec is the same tool.

        Args:
            source: the cell's text, or a function made by ``def``.
            language: of the cell.
            entry: the function, where the cell has several.
            name: the tool's name; None: the function's.
            tier: ``auto``: the first that can.
            signature: of languages without annotations.
            capture: names from elsewhere: a mapping of names to values, or, with a function, names of its module.
            limits: those that are part of the tool.
            env: parameters of type str that come from the environment, never from a caller.
            uses: tools that a pure tool calls by name, pinned by their digests: references as of `get`.
            data: parameters of type bytes: name -> file, read now and never again.
            deps: ``name==version`` of pure-Python wheels, beside those of the cell's own ``# deps:`` lines.
            session: keep the tool in this toolbox only; `save` promotes it.

        Raises:
            SpecError: the cell, its signature, or one of these words is wrong.
            BuildError: and its kinds.
            RegistryError: and its kinds.
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
            env=env,
            uses=uses,
            data=data,
            deps=deps,
        )
        return self.keep(spec, session=session)

    def parse(
        self,
        source: str | bytes | Callable[..., Any],
        *,
        capture: Sequence[str] | Mapping[str, Any] = (),
        uses: Sequence[str] = (),
        data: Mapping[str, str | os.PathLike[str]] | None = None,
        deps: Sequence[str] = (),
        **words: Any,
    ) -> ToolSpec:
        """The spec that a source means, without building it; arguments as of `seal`. Raises SpecError, DependencyError."""
        words["uses"] = {tool.name: tool.digest for tool in map(self.get, uses)}
        words["data"] = self._shelf.read_files(data or {})
        if callable(source):
            source, capture, words = specs.of_function(source, capture, words)
        if not isinstance(capture, Mapping):
            if capture:
                raise SpecError("capture names of a text need their values", help='capture={"RATE": RATE}')
            capture = {}
        is_python = words.get("language", "python") == "python"
        words["dependencies"] = self._shelf.dependencies(cell.normalise(source) if is_python else "", deps)
        return cell.parse(source, captured=cell.capture(capture), **words)

    def keep(self, spec: ToolSpec, *, session: bool = False) -> Tool:
        """Build, prove and store a spec; one that is sealed already by the same toolchain is only read."""
        registry = self._session if session else self.registry
        artifact = self._bound(registry, spec)
        if artifact is None:
            built = self._tried.pop(spec.digest, None) or self._build(spec)
            artifact = built.artifact
            registry.push(
                artifact,
                source=spec.source.encode(),
                provenance=built.provenance,
                spec=spec.digest,
                refused=self._earlier(spec, artifact.manifest.tier),
                contents=self._shelf.contents(artifact.manifest),
                reason=built.reason,
            )
            if registry is self.registry:
                self._usage.made(artifact.digest)
        with suppress(RegistryAccessError):  # a registry that cannot be written: the tool is bound all the same
            registry.restore(artifact.manifest.name)  # who seals a trimmed tool wants it
        record = registry.resolve(f"{artifact.manifest.name}@{artifact.digest}")
        tool = self._tool(registry, record, artifact)
        self._here[tool.name] = tool
        self._executors.expect(artifact)
        return tool

    def save(self, tool: Tool) -> Tool:
        """Store a tool of this session in the registry: it gets a version there. Raises RegistryError."""
        record = self.registry.push(
            tool.artifact,
            source=tool.source.encode(),
            provenance=self._session.provenance(tool.digest),
            contents=self._shelf.contents(tool.manifest),
            reason=tool.reason,
        )
        saved = self._tool(self.registry, record, tool.artifact)
        self._usage.made(saved.digest)
        self._here[saved.name] = saved
        return saved

    def _bound(self, registry: Registry, spec: ToolSpec) -> Artifact | None:
        """The tool of a spec that some toolchain sealed here, the earlier ones having refused it."""
        refused: list[Mapping[str, str]] = []
        for toolchain in self._candidates(spec):
            artifact = registry.bound(spec.digest, toolchain.identity(), refused)
            if artifact is not None:
                return artifact
            refused.append(toolchain.identity())
        return None

    def _earlier(self, spec: ToolSpec, tier: str) -> list[Mapping[str, str]]:
        """The identities of the toolchains that come before the one of that tier."""
        return [t.identity() for t in takewhile(lambda toolchain: toolchain.tier != tier, self._candidates(spec))]

    def _candidates(self, spec: ToolSpec) -> Sequence[SealingToolchain]:
        with self._lock:  # `warm` may run at the same time
            return self._toolchains.candidates(spec)

    def try_out(self, spec: ToolSpec) -> Tool:
        """Build and prove a spec, and store nothing: a tool of version 0."""
        built = self._build(spec)
        self._tried = {spec.digest: built}
        return Tool(self, built.artifact, source=spec.source, version=0, proof=Proof.read(built.provenance))

    # ------------------------------------------------------------ find

    def get(self, reference: str) -> Tool:
        """A tool by ``name``, ``name@2``, ``name@sha256:...``, or digest.

        A plain name means the tool that this toolbox sealed or got last under it, else the registry's latest version: what
        other notebooks seal changes nothing here. Raises ToolNotFoundError with close matches, IntegrityError.
        """
        tool = self.peek(reference)
        self._executors.expect(tool.artifact)
        key = tool.name if reference.strip() == tool.name else tool.digest
        return self._here.setdefault(key, tool)

    def peek(self, reference: str) -> Tool:
        """As `get`, but the tool does not become one of those that this toolbox got."""
        known = self._here.get(reference.strip())
        if known is not None:
            return known
        try:
            return self._tool(self._session, self._session.resolve(reference))
        except ToolNotFoundError:
            return self._tool(self.registry, self.registry.resolve(reference))

    def list(self) -> list[Tool]:
        """The latest version of every tool of the registry, by name. Damaged ones are left out (`hermetic doctor` tells)."""
        tools = []
        for record in self.registry.list():
            with suppress(IntegrityError):
                tools.append(self._tool(self.registry, record))
        return tools

    def search(
        self, query: str, examples: Sequence[tuple[tuple[Any, ...], Any]] = (), *, limit: int = 5
    ) -> Sequence[Found]:
        """Tools whose name, documentation or parameters have the words of the query, the best first.

        ``examples`` are ``(arguments, result)``, the arguments a tuple: tools that give all the results come first, also
        those that share no word with the query. Raises RegistryAccessError where the registry cannot be searched.
        """
        within = max(limit, CANDIDATES)
        scored = by_words(self.registry, query, within, self._meaning)
        if self._session is not self.registry:
            scored += by_words(self._session, query, within, self._meaning)
        scored.sort(key=lambda one: (-one[0], one[1].name))
        words = readable(self.peek, dict.fromkeys(record.tool for _, record in scored))
        every = readable(self.peek, (record.tool for record in self.registry.list())) if examples else []
        return [found(tool, passed) for tool, passed in ranked(self, words, every, examples)[: max(limit, 0)]]

    @cached_property
    def _meaning(self) -> Meaning | None:
        """What ranks by meaning, where the extra is installed."""
        from hermetic_nb.search import meaning  # noqa: PLC0415 (an extra)

        return meaning(self.registry.path)

    @property
    def here(self) -> tuple[Tool, ...]:
        """The tools that this toolbox sealed or got, by name."""
        tools = {tool.digest: tool for tool in self._here.values()}
        return tuple(sorted(tools.values(), key=lambda tool: (tool.name, tool.version)))

    @cached_property
    def reuse(self) -> Reuse:
        """How tools were used, and which ones nothing would miss."""
        from hermetic_nb.toolbox.reuse import Reuse  # noqa: PLC0415 (few cells ask)

        return Reuse(self, self._usage)

    # ------------------------------------------------------------ run

    def open(self, artifact: Artifact, given: Environment, /, limits: Limits | None = None) -> Session:
        """Make an artifact ready to be called, within ``limits`` or those of this toolbox. Raises EngineError."""
        return self._executors.open(artifact, limits or self.limits, given)

    def content(self, digest: Digest) -> bytes:
        """A wheel or a file of data that a tool of this toolbox names. Raises IntegrityError."""
        return self._shelf.content(digest)

    def keep_receipt(self, receipt: Receipt) -> None:
        """Store the receipt of a pure tool in the registry that holds the tool, under its digest."""
        with suppress(
            RegistryAccessError
        ):  # a registry that cannot be written costs no answer: the caller has the receipt
            self._owner(receipt.tool).keep_receipt(receipt)

    def receipt(self, digest: Digest) -> Receipt:
        """The receipt of a pure tool's call by its digest. Raises RegistryError, IntegrityError."""
        found = self._session.receipt(digest) or self.registry.receipt(digest)
        if found is None:
            raise RegistryError(f"there is no receipt {short(digest)}", help="receipts of pure tools are kept")
        return found

    def begin(self, tool: Tool) -> int:
        """Note and count a call; the number that `end` wants."""
        return self._usage.begin(tool.name, tool.digest, kept=tool.version > 0)

    def end(self, number: int) -> None:
        """A call has ended."""
        self._usage.end(number)

    @property
    def running(self) -> dict[int, Running]:
        """The calls that go on now."""
        return dict(self._usage.running)

    def warm(self) -> None:
        """Start the child processes that the first cell would wait for, without waiting for them."""
        with self._lock:
            self._toolchains.choose("python", "auto")
        self._executors.start()
        self._parts().warm()

    def layers(self, media_type: str = WASM) -> tuple[Layer, ...]:
        """What stands between tools of a media type and the host, innermost first, as the process that runs them observes it.

        A layer that the host refuses has the reason with it. Raises EngineError.
        """
        return self._executors.layers(media_type)

    def close(self) -> None:
        """End the child processes; the next use starts new ones. What was counted of calls is written."""
        self._usage.flush()
        self._toolchains.close()
        self._executors.close()
        if self._builder is not None:
            self._builder.close()

    def verify(self, tool: Tool) -> Verification:
        """Build a tool again from its source and compare the digests; see `Tool.verify`."""
        manifest = tool.manifest
        with self._lock:
            toolchain = self._toolchains.choose(manifest.language, manifest.tier)
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
        built = self._build(manifest.to_spec(tool.source, manifest.tier))
        if built.artifact.digest != tool.digest:
            raise NotReproducibleError(
                f"{tool.name}: a new build has another digest",
                help="this is a fault of the toolchain, or the source was sealed elsewhere by an altered one",
            )
        return Verification(tool=tool, proof=Proof.read(built.provenance))

    def explain(self, tool: Tool) -> Explained:
        """What the native compiler of this installation says of a tool's source; see `Tool.explain`."""
        manifest = tool.manifest
        explanation = Explanation()
        if manifest.language == "python" and not manifest.is_pure:
            with self._lock:
                toolchain = self._toolchains.choose("python", "native")
            if isinstance(toolchain, Explaining):
                explanation = toolchain.explain(manifest.to_spec(tool.source, "native"))
        return Explained(tool, explanation)

    def _build(self, spec: ToolSpec) -> Built:
        given = self._shelf.environment(spec)
        try:
            return self._parts().build(spec, given)
        except HermeticError as error:
            environment.hide(error, environment.mask(spec, given))
            raise
        except KeyboardInterrupt:
            raise interrupted(f"the build of {spec.name} was stopped; nothing was kept") from None

    def _parts(self) -> Builder:
        """The builder, imported when first needed: binding a sealed cell needs none."""
        with self._lock:
            if self._builder is None:
                from hermetic_nb.builder import Builder  # noqa: PLC0415 (see above)

                self._builder = Builder(self._executors, self._toolchains)
            return self._builder

    def _owner(self, tool: Digest) -> Registry:
        """The registry that holds a tool."""
        with suppress(ToolNotFoundError):
            self._session.resolve(tool)
            return self._session
        return self.registry

    def _tool(self, registry: Registry, record: NameRecord, artifact: Artifact | None = None) -> Tool:
        artifact = artifact or registry.pull(record.tool)
        return Tool(
            self,
            artifact,
            source=registry.source(record.tool),
            version=record.version if registry is self.registry else 0,
            of_session=registry is not self.registry,
            proof=Proof.read(registry.provenance(record.tool)),
        )
