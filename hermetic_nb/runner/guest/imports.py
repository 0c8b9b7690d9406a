"""What a cell may import: the pure part of the standard library, and the packages that it declares."""

from __future__ import annotations

import builtins
import contextlib
import encodings
import importlib
import importlib.machinery
import importlib.util
import io
import linecache
import pkgutil
import sys
import zoneinfo._common
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.runner.guest import cell_os
from hermetic_nb.runner.guest.allowed import ALLOWED, INSTEAD, LAZY, PACKAGES_TOO
from hermetic_nb.runner.guest.outcome import CELL
from hermetic_nb.runner.guest.packages import Closed, Packages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_real_import: Final = builtins.__import__
_real_module: Final = importlib.import_module
_REMOVED: Final = ("copyright", "credits", "exit", "help", "license", "quit")
_OUT: Final = "it is not in the part of the standard library that sealed tools may use"


def load() -> None:
    """Load everything that may be imported, or that what may be imported loads later."""
    for name in sorted(ALLOWED):
        importlib.import_module(name)
    for name in LAZY:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    for module in pkgutil.iter_modules(encodings.__path__, "encodings."):
        with contextlib.suppress(ImportError):
            importlib.import_module(module.name)


def close() -> dict[str, ModuleType]:
    """Leave no way to a file: what is not loaded cannot be found. Gives the cell's own versions of modules."""
    sys.path[:] = []
    sys.path_hooks[:] = []
    sys.path_importer_cache.clear()
    sys.meta_path[:] = [importlib.machinery.BuiltinImporter]
    sys.argv = [""]
    linecache.clearcache()
    return cell_os.modules()


def forget() -> None:
    """Undo what `Imports` did, for the next tool."""
    importlib.import_module = _real_module
    sys.meta_path[:] = [importlib.machinery.BuiltinImporter]
    sys.modules.pop("__main__", None)
    linecache.clearcache()


class Imports:
    """The rules of one tool: ``modules`` and ``files`` are those of the declared packages' wheels."""

    def __init__(self, own: Mapping[str, ModuleType], modules: Mapping[str, str], files: Mapping[str, str]) -> None:
        self._own = own
        inner = {**vars(builtins), "__import__": self._for_packages}
        self._packages = Packages(modules, files, inner)
        if modules:
            sys.meta_path.append(self._packages)
        importlib.import_module = self._import_module
        zoneinfo._common.load_tzdata = self._load_tzdata  # noqa: SLF001 (its hook for data)

    def namespace(self, source: str) -> dict[str, Any]:
        """The globals of a cell, which is also the module ``__main__``."""
        names = {name: value for name, value in vars(builtins).items() if name not in _REMOVED}
        module = ModuleType("__main__")
        vars(module).update(__builtins__={**names, "__import__": self._for_cell}, __file__=CELL)
        sys.modules["__main__"] = module
        linecache.cache[CELL] = (len(source), None, source.splitlines(keepends=True), CELL)
        return vars(module)

    def _for_cell(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 (the built-in's own names)
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if isinstance(fromlist, list):  # not a statement: C code that needs a module, such as strptime's
            return _real_import(name, globals, locals, fromlist, level)
        if level:
            raise ImportError("a cell is not in a package: import by the whole name")
        inner = [f"{name}.{item}" for item in fromlist or ()]
        for whole in [item for item in inner if item in ALLOWED or item in INSTEAD] or [name]:
            self._check(whole)
        found = self._own.get(name)
        if found is not None:
            return found if fromlist or "." not in name else self._own[name.partition(".")[0]]
        return self._import(_real_import, name, globals, locals, fromlist or (), 0)

    def _for_packages(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        top = name.partition(".")[0]
        if level == 0 and top in sys.stdlib_module_names and not _covers(ALLOWED, name) and _covers(PACKAGES_TOO, name):
            closed = sys.modules.setdefault(f"<closed> {name}", Closed(name, INSTEAD.get(name, INSTEAD.get(top, _OUT))))
            return closed if fromlist else self._top(name, closed)
        return self._import(_real_import, name, globals, locals, fromlist or (), level)

    def _top(self, name: str, closed: ModuleType) -> ModuleType:
        """What ``import a.b`` binds: the module ``a``, in which ``b`` then is."""
        top, _, rest = name.partition(".")
        if not rest:
            return closed
        whole = self._for_packages(top)
        setattr(whole, rest.partition(".")[0], closed)
        return whole

    def _import_module(self, name: str, package: str | None = None) -> ModuleType:
        """As `importlib.import_module`, by the cell's rules."""
        whole = importlib.util.resolve_name(name, package)
        if not self._packages.has(whole.partition(".")[0]):
            self._check(whole)
        return self._own.get(whole) or self._import(_real_module, whole)

    def _import(self, function: Callable[..., ModuleType], name: str, *rest: Any) -> ModuleType:
        try:
            return function(name, *rest)
        except ModuleNotFoundError as error:
            missing = error.name or name
            if str(error).startswith("No module named"):
                raise self._missing(missing) from None
            raise

    def _check(self, name: str) -> None:
        """Raises ModuleNotFoundError for what a cell may not import."""
        if (_covers(ALLOWED, name) and name not in INSTEAD) or self._packages.has(name.partition(".")[0]):
            return
        raise self._missing(name)

    def _missing(self, name: str) -> ModuleNotFoundError:
        top = name.partition(".")[0]
        if name in INSTEAD or top in INSTEAD:
            said = INSTEAD.get(name) or INSTEAD[top]
        elif top in sys.stdlib_module_names:
            said = f"there is no such module in {top}" if top in ALLOWED else _OUT
        else:
            said = f"a package is declared in the cell that uses it: # deps: {top}==VERSION"
        return ModuleNotFoundError(f"no module {name} in a sealed tool: {said}", name=name)

    def _load_tzdata(self, key: str) -> Any:
        """The data of a time zone, from the package tzdata where it is declared."""
        try:
            return io.BytesIO(self._packages.get_data(f"tzdata/zoneinfo/{key}"))
        except FileNotFoundError:
            said = "no such key in tzdata" if self._packages.has("tzdata") else "declare it: # deps: tzdata==VERSION"
            raise zoneinfo.ZoneInfoNotFoundError(f"no data of time zone {key} in a sealed tool: {said}") from None


def _covers(names: Iterable[str], name: str) -> bool:
    """Whether a module or one above it is among the names."""
    parts = name.split(".")
    return any(".".join(parts[: count + 1]) in names for count in range(len(parts)))
