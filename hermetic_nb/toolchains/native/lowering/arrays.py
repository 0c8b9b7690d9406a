"""Arrays: element-wise expressions as one loop each, items, and calls of the runtime (``array.h``).

An element-wise expression becomes a function over the memory of its operands, which are brought to one shape before: what
has it already, its items one after the other, is taken as it is. So the loop is what LLVM makes SIMD of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.array_items import STOPPING, write_item
from hermetic_nb.toolchains.native.lowering.array_nests import nested
from hermetic_nb.toolchains.native.lowering.code import FunctionCode, HardCallError, Pace, Value
from hermetic_nb.toolchains.native.lowering.copying import CopyLowering
from hermetic_nb.toolchains.native.lowering.layout import ARRAY_INDEX, EMPTY_LIST, LEN, NUMPY_OR_PYTHON
from hermetic_nb.toolchains.native.lowering.shapes import held_type, ir_type, item_size
from hermetic_nb.toolchains.native.types import BOOL, FLOAT, INT, NONE, ArrayType, ListT

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS: Final = 4
COLUMNS: Final = 8
ROW_STEP: Final = 12
COLUMN_STEP: Final = 16
ITEMS: Final = 20
"""Offsets of an array's fields (``array.h``)."""

_RUNTIME: Final = {
    **dict.fromkeys(("copy", "same", "dense", "transpose", "ravel", "flatten"), "as"),
    **dict.fromkeys(("row", "column"), "ais"),
    "slice": "awiiiws",
    "reshape": "aiis",
    "raise": "aws",
    "mask": "aaws",
    "take": "aaws",
    "nonzero": "a",
    "concat": "aaws",
    "repeat": "ais",
    "range_i64": "iii",
    "range_f64": "ddd",
    "linspace": "ddiw",
    "eye": "iii",
    "list": "as",
    **dict.fromkeys(("sum_f64", "sum_i64", "sum_bool", "prod_f64", "prod_i64"), "a"),
    **dict.fromkeys(("sums_f64", "sums_i64", "sums_bool", "prods_f64", "prods_i64"), "aw"),
    **dict.fromkeys(("mean", "mean_chunks", "median"), "a"),
    **dict.fromkeys(("means", "means_chunks"), "aw"),
    "var": "ad",
    "vars": "awd",
    "std": "ad",
    "stds": "awd",
    **dict.fromkeys([f"cum{name}_{suffix}" for name in ("sum", "prod") for suffix in ("f64", "i64")], "aw"),
    **dict.fromkeys([f"{a}{b}_{c}" for a in ("", "arg") for b in ("min", "max") for c in ("f64", "i64")], "a"),
    **dict.fromkeys([f"{a}{b}s_{c}" for a in ("", "arg") for b in ("min", "max") for c in ("f64", "i64")], "aw"),
    "any": "a",
    "all": "a",
    "anys": "aw",
    "alls": "aw",
    **dict.fromkeys(("sort_f64", "sort_i64", "sorted_f64", "sorted_i64", "argsort_f64", "argsort_i64"), "aw"),
    **dict.fromkeys(("unique_f64", "unique_i64"), "a"),
    "searchsorted_f64": "aaw",
    **dict.fromkeys(("dot_f64", "dot_i64", "matmul_f64", "matmul_i64"), "aa"),
}
"""Parameters of the runtime's functions: arrays, ints, floats, words of 32 bits, the size of the first array's items."""


class ArrayLowering(CopyLowering):
    """Lowers arrays."""

    def array_call(self, node: t.Builtin) -> Value:
        """An operation of arrays."""
        name = node.name.removeprefix("array.")
        if name.startswith("map."):
            return self._map(node)
        if name.startswith("item."):
            return self._item(node, name.removeprefix("item."))
        if name.startswith("number."):
            method = getattr(self, f"_number_{name.removeprefix('number.')}")
            made: Value = method(node)
            return made
        if name in _RUNTIME:
            return self._runtime_call(node, name)
        method = getattr(self, f"_array_{name}")
        other: Value = method(node)
        return other

    # ------------------------------------------------------------ numbers

    def _number_nonzero(self, node: t.Builtin) -> Value:
        value = self.expr(node.arguments[0])
        compared = "icmp eq i64" if value.type == INT else "fcmp oeq double"
        zero = "0" if value.type == INT else "0.0"
        self.code.trap_if(self.code.make(f"{compared} {value.ref}, {zero}"), NUMPY_OR_PYTHON, node.line)
        return value

    def _number_nonnegative(self, node: t.Builtin) -> Value:
        value = self.expr(node.arguments[0])
        self.code.trap_if(self.code.make(f"icmp slt i64 {value.ref}, 0"), NUMPY_OR_PYTHON, node.line)
        return value

    def _number_exact(self, node: t.Builtin) -> Value:
        value = self.expr(node.arguments[0])
        line = ("i32", str(node.line))
        return Value(FLOAT, self.code.call("double", "hnb_number_exact", ("i64", value.ref), line))

    def _number_pow(self, node: t.Builtin) -> Value:
        values = [("double", self.expr(argument).ref) for argument in node.arguments]
        return Value(FLOAT, self.code.call("double", "hnb_number_pow", *values, ("i32", str(node.line))))

    def _item(self, node: t.Builtin, operation: str) -> Value:
        values = [self.expr(argument) for argument in node.arguments]
        self._may_stop(operation, node.line)
        ref, kind = write_item(self.code, operation, [value.ref for value in values], str(node.line))
        return Value(kind, ref)

    def _may_stop(self, operation: str, line: int) -> None:
        if self.code.handler and operation in STOPPING:
            raise HardCallError(operation, line)

    # ------------------------------------------------------------ element-wise expressions

    def _map(self, node: t.Builtin) -> Value:
        code, line = self.code, ("i32", str(node.line))
        assert isinstance(node.type, ArrayType)
        leaves: list[Value] = []
        shape = self._leaves(node, leaves)
        arrays = [leaf for leaf in leaves if isinstance(leaf.type, ArrayType)]
        turned = self._turned(arrays)
        if turned:
            rows, columns = shape
            shape = [code.make(f"select i1 {turned}, i32 {a}, i32 {b}") for a, b in ((columns, rows), (rows, columns))]
        lines: list[Value] = []
        steps: list[str] = []
        arguments = []
        for leaf in leaves:
            if not isinstance(leaf.type, ArrayType):
                arguments.append((ir_type(leaf.type), leaf.ref))
                continue
            lines.append(self._lines(leaf, shape, turned, node.line))
            steps.append(self._step(lines[-1]))
            arguments += [("ptr", code.load("ptr", code.field(lines[-1].ref, ITEMS), "data")), ("i32", steps[-1])]
        made = self._new_array(node.type, *(code.make(f"zext i32 {size} to i64") for size in shape), line=node.line)
        to = code.load("ptr", code.field(made.ref, ITEMS), "data")
        given = [("ptr", to), *arguments, *self._joined_lines(shape, steps), line]
        loop = self._loop(node, leaves)
        code.settle()
        code.emit(f"call void {loop}({', '.join(f'{kind} {ref}' for kind, ref in given)})")
        if turned:
            code.call("void", "hnb_array_turn", ("ptr", made.ref), ("i32", code.make(f"zext i1 {turned} to i32")))
        for value in (*lines, *arrays):
            self.drop(value)
        return made

    def _turned(self, arrays: list[Value]) -> str:
        """Whether the operands lie by columns, so that the result does too (see `hnb_array_layout`); empty where none can."""
        make = self.code.make
        layouts = [
            self.code.call("i32", "hnb_array_layout", ("ptr", array.ref))
            for array in arrays
            if isinstance(array.type, ArrayType) and array.type.axes == 2
        ]
        if not layouts:
            return ""
        all_of_them = layouts[0]
        for layout in layouts[1:]:
            all_of_them = make(f"or i32 {all_of_them}, {layout}")
        return make(f"icmp eq i32 {all_of_them}, 2")

    def _lines(self, array: Value, shape: list[str], turned: str, line: int) -> Value:
        """An operand as lines of the result's length, which stand in its own memory where they can."""
        assert isinstance(array.type, ArrayType)
        arguments = [("ptr", array.ref), *(("i32", size) for size in shape)]
        if turned:
            arguments.append(("i32", self.code.make(f"zext i1 {turned} to i32")))
        arguments += [("i32", str(item_size(array.type.item))), ("i32", str(line))]
        made = self.code.call("ptr", "hnb_array_turned_lines" if turned else "hnb_array_lines", *arguments)
        return Value(array.type, made, owned=True)

    def _step(self, array: Value) -> str:
        """Items from one line to the next: none where all lines are one."""
        code, make = self.code, self.code.make
        one = make(f"icmp eq i32 {code.load('i32', code.field(array.ref, ROWS), 'len')}, 1")
        return make(f"select i1 {one}, i32 0, i32 {code.load('i32', code.field(array.ref, ROW_STEP), 'cap')}")

    def _joined_lines(self, shape: list[str], steps: list[str]) -> list[tuple[str, str]]:
        """Lines and the length of one: a single line where all operands' lines follow each other."""
        make = self.code.make
        rows, columns = shape
        joined = "true"
        for step in steps:
            joined = make(f"and i1 {joined}, {make(f'icmp eq i32 {step}, {columns}')}")
        whole = make(f"mul i32 {rows}, {columns}")
        return [
            ("i32", make(f"select i1 {joined}, i32 1, i32 {rows}")),
            ("i32", make(f"select i1 {joined}, i32 {whole}, i32 {columns}")),
        ]

    def _leaves(self, node: t.Builtin, leaves: list[Value]) -> list[str]:
        """Evaluate the operands of a nest of element-wise operations, from left to right; the shape of the result, or [].

        Shapes meet where numpy lets them: before an operand further to the right is evaluated, which may stop too.
        """
        self._may_stop(node.name.removeprefix("array.map."), node.line)
        shape: list[str] = []
        for argument, nest in nested(node):
            if nest is not None:
                found = self._leaves(nest, leaves)
            else:
                leaves.append(self.keep(self.expr(argument)))
                found = self._shape(leaves[-1])
            if shape and found:
                line = ("i32", str(node.line))
                shape = [
                    self.code.call("i32", "hnb_array_join", ("i32", one), ("i32", other), line)
                    for one, other in zip(shape, found, strict=True)
                ]
            shape = shape or found
        return shape

    def _shape(self, value: Value) -> list[str]:
        """The lengths of an array's axes, as i32; of a number nothing."""
        if not isinstance(value.type, ArrayType):
            return []
        return [self.code.load("i32", self.code.field(value.ref, at), "len") for at in (ROWS, COLUMNS)]

    def _new_array(self, kind: ArrayType, rows: str, columns: str, *, line: int) -> Value:
        size = ("i32", str(item_size(kind.item)))
        made = self.code.call("ptr", "hnb_array_new", ("i64", rows), ("i64", columns), size, ("i32", str(line)))
        return Value(kind, made, owned=True)

    def _loop(self, node: t.Builtin, leaves: list[Value]) -> str:
        """The function that does a nest of operations with each item; one for all nests of the same form."""
        form = f"{_form(node)} {[str(leaf.type) for leaf in leaves]}"
        maps = self.code.module.maps
        if form not in maps:
            maps[form] = f"@map.{len(maps)}"
            self._write_loop(maps[form], node, leaves)
        return maps[form]

    def _write_loop(self, name: str, node: t.Builtin, leaves: list[Value]) -> None:
        code = FunctionCode(self.code.module)
        assert isinstance(node.type, ArrayType)
        header = ["ptr noalias %to"]
        for n, leaf in enumerate(leaves):
            is_array = isinstance(leaf.type, ArrayType)
            header += [f"ptr %p{n}", f"i32 %s{n}"] if is_array else [f"{ir_type(leaf.type)} %p{n}"]
        held = held_type(node.type.item)

        def one_line(row: str) -> None:
            sources = [self._line(code, leaf, n, row) for n, leaf in enumerate(leaves)]
            to = code.make(f"getelementptr inbounds {held}, ptr %to, i32 {code.make(f'mul i32 {row}, %n')}")

            def one_item(at: str) -> None:
                made = self._written(code, node, sources, at)
                if held == "i8":
                    made = code.make(f"zext i1 {made} to i8")
                code.put(held, made, code.make(f"getelementptr inbounds {held}, ptr {to}, i32 {at}"))

            _each(code, "%n", one_item, Pace.FAST)

        _each(code, "%rows", one_line, Pace.PLAIN)
        code.emit("ret void")
        code.live = False
        header += ["i32 %rows", "i32 %n", "i32 %line"]
        code.finish(f"define internal void {name}({', '.join(header)}) noinline")

    def _line(self, code: FunctionCode, leaf: Value, number: int, row: str) -> tuple[str, str]:
        """Where a line of an operand begins, and the IR type of its items; of a number itself, and no type."""
        if not isinstance(leaf.type, ArrayType):
            return f"%p{number}", ""
        held, offset = held_type(leaf.type.item), code.make(f"mul i32 {row}, %s{number}")
        return code.make(f"getelementptr inbounds {held}, ptr %p{number}, i32 {offset}"), held

    def _written(self, code: FunctionCode, node: t.Builtin, sources: list[tuple[str, str]], at: str) -> str:
        """The item of a nest of operations at a place of a line."""
        numbers = iter(sources)

        def whole(part: t.Builtin) -> str:
            refs = [operand() if nest is None else whole(nest) for _, nest in nested(part)]
            return write_item(code, part.name.removeprefix("array.map."), refs, "%line")[0]

        def operand() -> str:
            source, held = next(numbers)
            if not held:
                return source
            item = code.take(held, code.make(f"getelementptr inbounds {held}, ptr {source}, i32 {at}"))
            return code.make(f"trunc i8 {item} to i1") if held == "i8" else item

        return whole(node)

    # ------------------------------------------------------------ the runtime

    def _runtime_call(self, node: t.Builtin, name: str) -> Value:
        code = self.code
        values = [self.keep(self.expr(argument)) for argument in node.arguments]
        arguments: list[tuple[str, str]] = []
        given = iter(values)
        for letter in _RUNTIME[name]:
            if letter == "s":
                kind = values[0].type
                assert isinstance(kind, ArrayType)
                arguments.append(("i32", str(item_size(kind.item))))
                continue
            value = next(given)
            if letter == "w":
                arguments.append(
                    (
                        "i32",
                        value.ref if value.ref.lstrip("-").isdigit() else code.make(f"trunc i64 {value.ref} to i32"),
                    )
                )
            else:
                arguments.append(({"a": "ptr", "i": "i64", "d": "double"}[letter], value.ref))
        held = {NONE: "void", BOOL: "i32"}.get(node.type) or ir_type(node.type)
        made = code.call(held, f"hnb_array_{name}", *arguments, ("i32", str(node.line)))
        for value in values:
            self.drop(value)
        if node.type == NONE:
            return Value(NONE, "false")
        if node.type == BOOL:
            return Value(BOOL, code.make(f"icmp ne i32 {made}, 0"))
        return Value(node.type, made, owned=isinstance(node.type, ArrayType | ListT))

    def _length(self, node: t.Builtin, at: int) -> Value:
        value = self.expr(node.arguments[0])
        count = self.code.load("i32", self.code.field(value.ref, at), "len")
        self.drop(value)
        return Value(INT, self.code.make(f"zext i32 {count} to i64"))

    def _array_length0(self, node: t.Builtin) -> Value:
        return self._length(node, ROWS)

    def _array_length1(self, node: t.Builtin) -> Value:
        return self._length(node, COLUMNS)

    def _array_size(self, node: t.Builtin) -> Value:
        value = self.expr(node.arguments[0])
        sizes = [self.code.load("i32", self.code.field(value.ref, at), "len") for at in (ROWS, COLUMNS)]
        self.drop(value)
        return Value(INT, self.code.make(f"zext i32 {self.code.make(f'mul i32 {sizes[0]}, {sizes[1]}')} to i64"))

    # ------------------------------------------------------------ items

    def _element_place(self, array: Value, places: list[Value], line: int) -> str:
        """The address of an item; stops where there is none."""
        code, make = self.code, self.code.make
        assert isinstance(array.type, ArrayType)
        axes = [(ROWS, ROW_STEP), (COLUMNS, COLUMN_STEP)][2 - array.type.axes :]
        offset = ""
        for (length, step), place in zip(axes, places, strict=True):
            count = make(f"zext i32 {code.load('i32', code.field(array.ref, length), 'len')} to i64")
            below = make(f"icmp slt i64 {place.ref}, 0")
            at = make(f"select i1 {below}, i64 {make(f'add i64 {place.ref}, {count}')}, i64 {place.ref}")
            code.trap_if(make(f"icmp uge i64 {at}, {count}"), ARRAY_INDEX, line)
            by = code.load("i32", code.field(array.ref, step), "cap")
            part = make(f"mul i32 {make(f'trunc i64 {at} to i32')}, {by}")
            offset = make(f"add i32 {offset}, {part}") if offset else part
        data = code.load("ptr", code.field(array.ref, ITEMS), "data")
        return make(f"getelementptr inbounds {held_type(array.type.item)}, ptr {data}, i32 {offset}")

    def _array_get(self, node: t.Builtin) -> Value:
        array, *places = (self.expr(argument) for argument in node.arguments)
        assert isinstance(array.type, ArrayType)
        item = self.held(array.type.item, self._element_place(array, places, node.line))
        self.drop(array)
        return item

    def _array_set(self, node: t.Builtin) -> Value:
        value, array, *places = (self.expr(argument) for argument in node.arguments)
        self._write_item(value, self._element_place(array, places, node.line))
        self.drop(array)
        return Value(NONE, "false")

    def _write_item(self, value: Value, address: str) -> None:
        ref = self.code.make(f"zext i1 {value.ref} to i8") if value.type == BOOL else value.ref
        self.code.put(held_type(value.type), ref, address)

    def array_item(self, array: Value, index: str) -> Value:
        """An item, or of two axes a row, at an index that is in range."""
        code, make = self.code, self.code.make
        assert isinstance(array.type, ArrayType)
        if array.type.axes == 2:
            size = ("i32", str(item_size(array.type.item)))
            row = code.call("ptr", "hnb_array_row", ("ptr", array.ref), ("i64", index), size, ("i32", "0"))
            return Value(ArrayType(array.type.item), row, owned=True)
        by = code.load("i32", code.field(array.ref, COLUMN_STEP), "cap")
        data = code.load("ptr", code.field(array.ref, ITEMS), "data")
        offset = make(f"mul i32 {make(f'trunc i64 {index} to i32')}, {by}")
        return self.held(
            array.type.item, make(f"getelementptr inbounds {held_type(array.type.item)}, ptr {data}, i32 {offset}")
        )

    def array_length(self, array: Value) -> str:
        """``len`` as an i64."""
        assert isinstance(array.type, ArrayType)
        place = COLUMNS if array.type.axes == 1 else ROWS
        return self.code.make(f"zext i32 {self.code.load('i32', self.code.field(array.ref, place), 'len')} to i64")

    # ------------------------------------------------------------ making and storing

    def _array_one(self, node: t.Builtin) -> Value:
        value = self.expr(node.arguments[0])
        assert isinstance(node.type, ArrayType)
        made = self._new_array(node.type, "1", "1", line=node.line)
        self._write_item(value, self.code.load("ptr", self.code.field(made.ref, ITEMS), "data"))
        return made

    def _array_full(self, node: t.Builtin) -> Value:
        *sizes, value = (self.expr(argument) for argument in node.arguments)
        assert isinstance(node.type, ArrayType)
        made = self._new_array(node.type, *["1"][: 2 - len(sizes)], *(size.ref for size in sizes), line=node.line)
        self._fill(made, value, node.line)
        return made

    def _array_full_like(self, node: t.Builtin) -> Value:
        base, value = (self.expr(argument) for argument in node.arguments)
        assert isinstance(node.type, ArrayType)
        sizes = [self.code.load("i32", self.code.field(base.ref, at), "len") for at in (ROWS, COLUMNS)]
        wide = [self.code.make(f"zext i32 {size} to i64") for size in sizes]
        made = self._new_array(node.type, *wide, line=node.line)
        self._fill(made, value, node.line)
        self.drop(base)
        return made

    def _fill(self, array: Value, value: Value, line: int) -> None:
        assert isinstance(array.type, ArrayType)
        bits = value.ref
        if value.type == FLOAT:
            bits = self.code.make(f"bitcast double {value.ref} to i64")
        elif value.type == BOOL:
            bits = self.code.make(f"zext i1 {value.ref} to i64")
        size = ("i32", str(item_size(array.type.item)))
        self.code.call("void", "hnb_array_fill", ("ptr", array.ref), ("i64", bits), size, ("i32", str(line)))

    def _array_store(self, node: t.Builtin) -> Value:
        return self._stored(node, "hnb_array_store", "")

    def _array_mask_store(self, node: t.Builtin) -> Value:
        return self._stored(node, "hnb_array_mask_store", "aw")

    def _array_put(self, node: t.Builtin) -> Value:
        return self._stored(node, "hnb_array_put", "aw")

    def _stored(self, node: t.Builtin, name: str, more: str) -> Value:
        """``base[...] = value``: the value is evaluated first."""
        value, base, *rest = (self.keep(self.expr(argument)) for argument in node.arguments)
        assert isinstance(base.type, ArrayType)
        arguments = [("ptr", base.ref)]
        if more:
            arguments.append(("ptr", rest[0].ref))
        arguments.append(("ptr", value.ref))
        if more:
            arguments.append(("i32", rest[1].ref))
        arguments += [("i32", str(item_size(base.type.item))), ("i32", str(node.line))]
        self.code.call("void", name, *arguments)
        for held in (value, base, *rest):
            self.drop(held)
        return Value(NONE, "false")

    def _array_rows(self, node: t.Builtin) -> Value:
        return self._of_list(node, "hnb_array_rows")

    def _array_row_of(self, node: t.Builtin) -> Value:
        return self._of_list(node, "hnb_array_row_of")

    def _of_list(self, node: t.Builtin, name: str) -> Value:
        """An array of a list; of an empty one numpy makes floats, and if others were meant, this stops."""
        row, strict = (self.keep(self.expr(argument)) for argument in node.arguments)
        assert isinstance(node.type, ArrayType)
        if strict.ref == "1" or node.type.axes == 2:
            count = self.code.load("i32", self.code.field(row.ref, LEN), "len")
            self.code.trap_if(self.code.make(f"icmp eq i32 {count}, 0"), EMPTY_LIST, node.line)
        size = ("i32", str(item_size(node.type.item)))
        made = self.code.call("ptr", name, ("ptr", row.ref), size, ("i32", strict.ref), ("i32", str(node.line)))
        self.drop(row)
        return Value(node.type, made, owned=True)


def _each(code: FunctionCode, count: str, act: Callable[[str], None], pace: Pace) -> None:
    """Run code for each i32 below a count."""
    counter = code.slot("i32")
    code.store("i32", "0", counter)
    test, body, done = (code.fresh(part) for part in ("each", "item", "all"))
    code.label(test)
    at = code.load("i32", counter)
    code.branch(code.make(f"icmp ult i32 {at}, {count}"), body, done)
    code.label(body)
    act(at)
    code.store("i32", code.make(f"add nuw i32 {at}, 1"), counter)
    code.again(test, pace)
    code.label(done)


def _form(node: t.Builtin) -> str:
    """What tells the loops of element-wise expressions apart."""
    return f"{node.name}({','.join('_' if nest is None else _form(nest) for _, nest in nested(node))})"
