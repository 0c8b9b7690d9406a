"""The contents that tools name by digest, wheels and files of data, from where they are before a tool is stored, and after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hermetic_nb.digest import Digest, digest_bytes
from hermetic_nb.errors import DependencyError, IntegrityError
from hermetic_nb.model import Dependency
from hermetic_nb.toolbox.environment import gather

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from hermetic_nb.model import Environment, Manifest, ToolSpec
    from hermetic_nb.registry import Registry


class Shelf:
    """Contents by digest: those that were just read, then those of the registries."""

    def __init__(self, *registries: Registry) -> None:
        self._registries = registries
        self._fresh: dict[Digest, bytes] = {}

    def read_files(self, files: Mapping[str, str | os.PathLike[str]]) -> dict[str, Digest]:
        """Read the files of ``--data``, once. Raises DependencyError."""
        found = {}
        for name, path in files.items():
            try:
                found[name] = self._put(Path(path).expanduser().read_bytes())
            except OSError as error:
                raise DependencyError(f"the file of {name} cannot be read: {error.strerror}: {path}") from None
        return found

    def dependencies(self, source: str, more: Sequence[str]) -> list[Dependency]:
        """The wheels that a cell's ``# deps:`` lines and ``more`` declare. Raises SpecError, DependencyError.

        A name and version that was had before means the wheel that it meant then; else pip finds it.
        """
        if not more and "deps" not in source:
            return []
        from hermetic_nb.cell import dependencies  # noqa: PLC0415 (most cells declare none)

        text = "".join(f"# deps: {one}\n" for one in more) + source if more else source
        return [self._dependency(declared.name, declared.version) for declared in dependencies.read(text)]

    def content(self, digest: Digest) -> bytes:
        """The content of a digest. Raises IntegrityError."""
        if digest in self._fresh:
            return self._fresh[digest]
        *others, last = self._registries
        for registry in others:
            try:
                return registry.content(digest)
            except IntegrityError:  # not here; the last one says so
                continue
        return last.content(digest)

    def contents(self, manifest: Manifest) -> list[bytes]:
        """All that a manifest names."""
        named = [digest for _, digest in manifest.data] + [dependency.wheel for dependency in manifest.dependencies]
        return [self.content(digest) for digest in named]

    def environment(self, spec: ToolSpec) -> Environment:
        """E of a spec that is tried. Raises EnvError, IntegrityError."""
        return gather(spec, self.content, is_called=bool(spec.examples) and not spec.is_pure)

    def _dependency(self, name: str, version: str) -> Dependency:
        keeper = self._registries[0]
        wheel = keeper.wheel(name, version)
        if wheel is None:
            from hermetic_nb import wheels  # noqa: PLC0415 (as above)

            wheel = wheels.fetch(name, version).data
            wheels.unpacked(wheel)
            keeper.keep_wheel(name, version, wheel)
        return Dependency(name, version, self._put(wheel))

    def _put(self, data: bytes) -> Digest:
        digest = digest_bytes(data)
        self._fresh[digest] = data
        return digest
