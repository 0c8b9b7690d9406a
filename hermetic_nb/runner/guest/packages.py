"""The packages that a cell declares: imported from the texts of their wheels."""

from __future__ import annotations

import base64
import importlib.abc
import importlib.machinery
from types import ModuleType
from typing import TYPE_CHECKING, Any

from hermetic_nb.runner.guest.capabilities import CapabilityError

if TYPE_CHECKING:
    from collections.abc import Mapping


class Packages(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds and loads modules from text: path in the wheel -> text, and other files -> base64."""

    def __init__(self, modules: Mapping[str, str], files: Mapping[str, str], builtins: Mapping[str, Any]) -> None:
        self._modules = modules
        self._files = files
        self._builtins = builtins

    def has(self, top: str) -> bool:
        """Whether there is a module or package of that name."""
        return self._path(top) is not None

    def find_spec(self, fullname: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        """The spec of a module of a declared package."""
        found = self._path(fullname)
        if found is None:
            return None
        is_package = found.endswith(("/__init__.py", "/"))
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=found, is_package=is_package)
        if is_package:
            spec.submodule_search_locations = [found.rpartition("/")[0]]
        return spec

    def get_source(self, fullname: str) -> str | None:
        """The text of a module; None where a package has no __init__."""
        found = self._path(fullname)
        return None if found is None or found.endswith("/") else self._modules[found]

    def get_code(self, fullname: str) -> Any:
        """The code of a module."""
        return compile(self.get_source(fullname) or "", f"<{self._path(fullname)}>", "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        """Run a module."""
        vars(module)["__builtins__"] = dict(self._builtins)
        vars(module)["__file__"] = f"/packages/{self._path(module.__name__)}"
        exec(self.get_code(module.__name__), vars(module))  # noqa: S102 (what a loader does)

    def get_data(self, path: str) -> bytes:
        """The bytes of a file of a package; a path may begin as its ``__file__`` does. Raises OSError."""
        inner = path.removeprefix("/packages/")
        if inner in self._files:
            return base64.b64decode(self._files[inner])
        if inner in self._modules:
            return self._modules[inner].encode()
        raise FileNotFoundError(f"no file {inner} in the declared packages")

    def _path(self, fullname: str) -> str | None:
        base = fullname.replace(".", "/")
        for path in (f"{base}/__init__.py", f"{base}.py"):
            if path in self._modules:
                return path
        return f"{base}/" if any(path.startswith(f"{base}/") for path in self._modules) else None


class Closed(ModuleType):
    """In the place of a module that a package imports and that is out of reach: what is taken from it refuses to be used."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name)
        vars(self).update(__path__=[], _why=why)

    def __getattr__(self, name: str) -> Any:
        """A class, so that packages can derive from it and name it after except; no instance of it can be made."""
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        message = f"{self.__name__}.{name}: {vars(self)['_why']}"

        def refuse(*_: Any, **__: Any) -> Any:
            raise CapabilityError(message)

        made = type(name, (Exception,), {"__new__": refuse, "__module__": self.__name__})
        vars(self)[name] = made
        return made
