"""Objects put together: every name resolved, every function, type and global numbered.

The first object is the program; the others are pieces of the runtime, one per symbol, so nothing is left over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import BuildError
from hermetic_nb.toolchains import wasm_format as wasm
from hermetic_nb.toolchains.native.linking.objects import DATA_SYMBOL, FUNCTION_SYMBOL, GLOBAL_SYMBOL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.toolchains.native.linking.objects import Import, Symbol, WasmObject

HEAP_BASE: Final = "__heap_base"
STACK_POINTER: Final = "__stack_pointer"
ERROR: Final = "error"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a symbol is defined: the number of the object, and the symbol there."""

    object: int
    symbol: Symbol


class Program:
    """Some objects as one module: what is where, and under which number.

    Raises: BuildError naming the functions, data and globals that nothing defines, and functions that are called
    with other types than they are defined with.
    """

    def __init__(self, objects: Sequence[WasmObject]) -> None:
        self.objects = tuple(objects)
        self._public = _public(self.objects)
        self._refuse_missing()
        self._imported_functions = [_count(part, wasm.KIND_FUNCTION) for part in self.objects]
        self._imported_globals = [_names(part, wasm.KIND_GLOBAL) for part in self.objects]
        self._refuse_mistyped()
        self.types, self._type_maps = _merged_types(self.objects)
        self.functions = [self.type_index(n, t) for n, part in enumerate(self.objects) for t in part.functions]
        """The type of each function, in the order of the module."""
        self._first_function = _starts([len(part.functions) for part in self.objects])
        self.has_stack = any(STACK_POINTER in names for names in self._imported_globals)
        self._own_globals = _starts([len(part.globals) for part in self.objects], 2 if self.has_stack else 1)
        self._table: dict[int, int] = {}

    def public_function(self, name: str) -> int | None:
        """The number of a function that is not some object's own; None when nothing defines it."""
        place = self._public.get((FUNCTION_SYMBOL, name))
        return None if place is None else self._function_at(place)

    def type_index(self, number: int, index: int) -> int:
        """The module's number of an object's type."""
        return self._type_maps[number][index]

    def function_index(self, number: int, index: int) -> int:
        """The module's number of the function that an object's symbol ``index`` stands for."""
        return self._function_at(self._resolve(number, index))

    def global_index(self, number: int, index: int) -> int:
        """The module's number of a global: first the error word, then the stack pointer if any, then the objects' own."""
        place = self._resolve(number, index)
        symbol = place.symbol
        if not symbol.defined:
            return 0 if symbol.name == ERROR else 1
        return self._own_globals[place.object] + symbol.index - len(self._imported_globals[place.object])

    def data(self, number: int, index: int) -> Place | None:
        """Where the datum is that an object's symbol ``index`` stands for; None for ``__heap_base``."""
        place = self._resolve(number, index)
        return place if place.symbol.defined else None

    def table_index(self, number: int, index: int) -> int:
        """The place in the table of the function that an object's symbol ``index`` stands for; 0 stays empty."""
        function = self.function_index(number, index)
        return self._table.setdefault(function, len(self._table) + 1)

    @property
    def table(self) -> tuple[int, ...]:
        """The functions that were asked for by ``table_index``, from place 1 on."""
        return tuple(self._table)

    @property
    def uses_heap(self) -> bool:
        """Whether some object asks where the heap starts."""
        return any(symbol.name == HEAP_BASE for part in self.objects for symbol in part.symbols)

    def _function_at(self, place: Place) -> int:
        return self._first_function[place.object] + place.symbol.index - self._imported_functions[place.object]

    def _resolve(self, number: int, index: int) -> Place:
        symbol = self.objects[number].symbols[index]
        if symbol.defined:
            return Place(number, symbol)
        return self._public.get((symbol.kind, symbol.name), Place(number, symbol))

    def _refuse_missing(self) -> None:
        given = {(DATA_SYMBOL, HEAP_BASE), (GLOBAL_SYMBOL, STACK_POINTER), (GLOBAL_SYMBOL, ERROR)}
        missing = {
            symbol.name
            for part in self.objects
            for symbol in part.symbols
            if not symbol.defined
            and symbol.kind in (DATA_SYMBOL, FUNCTION_SYMBOL, GLOBAL_SYMBOL)
            and (symbol.kind, symbol.name) not in self._public
            and (symbol.kind, symbol.name) not in given
        }
        if missing:
            raise BuildError(f"the native code needs what nothing defines: {', '.join(sorted(missing))}")

    def _refuse_mistyped(self) -> None:
        for part in self.objects:
            for item in part.imports:
                if item.kind == wasm.KIND_GLOBAL and item.name == ERROR and item.type != bytes([wasm.I64, 1]):
                    raise BuildError("the global 'error' must be a mutable i64")
                place = self._public.get((FUNCTION_SYMBOL, item.name)) if item.kind == wasm.KIND_FUNCTION else None
                if place is not None and self._type_of(place) != _imported_type(part, item):
                    raise BuildError(f"the native code calls {item.name} with other types than it is defined with")

    def _type_of(self, place: Place) -> bytes:
        part = self.objects[place.object]
        return part.types[part.functions[place.symbol.index - self._imported_functions[place.object]]]


def _public(objects: Sequence[WasmObject]) -> dict[tuple[int, str], Place]:
    """What objects define for one another, by kind and name."""
    found: dict[tuple[int, str], Place] = {}
    for number, part in enumerate(objects):
        for symbol in part.symbols:
            if (
                symbol.defined
                and not symbol.local
                and found.setdefault((symbol.kind, symbol.name), Place(number, symbol)).object != number
            ):
                raise BuildError(f"the native code defines {symbol.name} twice")
    return found


def _count(part: WasmObject, kind: int) -> int:
    return len(_names(part, kind))


def _names(part: WasmObject, kind: int) -> tuple[str, ...]:
    return tuple(item.name for item in part.imports if item.kind == kind)


def _imported_type(part: WasmObject, item: Import) -> bytes:
    return part.types[wasm.Reader(item.type).uleb()]


def _merged_types(objects: Sequence[WasmObject]) -> tuple[tuple[bytes, ...], list[list[int]]]:
    """All types once, and for each object the new numbers of its types."""
    numbers: dict[bytes, int] = {}
    maps = [[numbers.setdefault(one, len(numbers)) for one in part.types] for part in objects]
    return tuple(numbers), maps


def _starts(counts: Sequence[int], first: int = 0) -> list[int]:
    starts = []
    for count in counts:
        starts.append(first)
        first += count
    return starts
