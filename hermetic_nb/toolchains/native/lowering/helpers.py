"""Functions that do one thing with values of one type: they are written once in a module, for the types that need them.

``release``, ``keep``: count references. ``release_items``, ``keep_items``: those of a range of a list's items.
``search``, ``tally``: the first place of an item in a list, or -1; how often it is there. ``eq``, ``cmp``: compare (`cmp` gives -1, 0, 1, or 2 where a NaN decides). ``less``: of two addresses. ``hash``; ``find``, ``insert``, ``add`` (of a key
that is not there): entries of a dict or set. The last argument of all but the counting ones is the line to blame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.lowering import layout as at
from hermetic_nb.toolchains.native.lowering.code import FunctionCode, ModuleCode, Value
from hermetic_nb.toolchains.native.lowering.copies import CopyHelper
from hermetic_nb.toolchains.native.lowering.lookups import QUIETLY, finds_quietly, found, key_type
from hermetic_nb.toolchains.native.lowering.shapes import (
    ENTRY_KEY,
    entry_layout,
    held_type,
    ir_type,
    item_size,
    record_layout,
)
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    CHAR,
    FLOAT,
    INT,
    NONE,
    NUM,
    STR,
    ArrayType,
    DequeT,
    DictT,
    ListT,
    OptionT,
    RecordT,
    RowT,
    SetT,
    TupleT,
    Type,
    is_counted,
    is_object,
    parts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_APART = frozenset({"free", "add", "eq", "cmp", "search", "tally", "release_items", "keep_items", "release_entries"})
UNORDERED = 2
_LISTS = {INT: "i64", FLOAT: "f64", NUM: "f64", BOOL: "bool"}
_SIGNATURES = {
    "release": ("void", "{T} %a"),
    "free": ("void", "ptr %a"),
    "keep": ("void", "{T} %a"),
    "release_items": ("void", "ptr %a, i32 %from, i32 %to"),
    "keep_items": ("void", "ptr %a, i32 %from, i32 %to"),
    "copy": ("ptr", "ptr %a, i32 %line"),
    "deepcopy": ("{T}", "{T} %a, ptr %memo, i32 %line"),
    "release_entries": ("void", "ptr %a"),
    "keep_entries": ("void", "ptr %a"),
    "search": ("i64", "ptr %a, {I} %b, i64 %from, i64 %to, i32 %line"),
    "tally": ("i64", "ptr %a, {I} %b, i32 %line"),
    "eq": ("i1", "{T} %a, {T} %b, i32 %line"),
    "cmp": ("i32", "{T} %a, {T} %b, i32 %line"),
    "less": ("i32", "ptr %a, ptr %b"),
    "hash": ("i32", "{T} %a, i32 %line"),
    "repr": ("ptr", "ptr %out, {T} %a, i32 %line"),
    "find": ("ptr", "ptr %a, {K} %key, i32 %hash, i32 %line"),
    "insert": ("ptr", "ptr %a, {K} %key, i32 %line"),
    "add": ("ptr", "ptr %a, {K} %key, i32 %hash, i32 %line"),
}


def write_helpers(module: ModuleCode) -> None:
    """Write all helpers that the module's functions call."""
    while module.wanted:
        operation, kind, name = module.wanted.pop()
        Helper(module, operation, kind, name).write()


class Helper(CopyHelper):
    """Writes one helper."""

    def __init__(self, module: ModuleCode, operation: str, kind: Type, name: str) -> None:
        self.code = FunctionCode(module)
        self.operation, self.kind, self.name = operation, kind, name

    def write(self) -> None:
        """Add the function to the module."""
        result, parameters = _SIGNATURES[self.operation]
        key = key_type(self.kind) if isinstance(self.kind, DictT | SetT) else self.kind
        getattr(self, f"_{self.operation}")(self.kind)
        if self.code.live:
            self.code.emit("ret void")
        item = self.kind.item if isinstance(self.kind, ListT) else self.kind
        header = parameters.format(T=ir_type(self.kind), K=ir_type(key), I=ir_type(item))
        # What is small stays for LLVM to inline; the rest exists once.
        apart = " noinline" * (self.operation in _APART)
        if self.operation == "find" and finds_quietly(key):
            # Looking up a key again, with nothing written in between, is done once.
            apart = QUIETLY + " noinline" * (key not in {INT, CHAR, BOOL, STR})
        self.code.finish(f"define internal {result.format(T=ir_type(self.kind))} {self.name}({header}){apart}")

    # ------------------------------------------------------------ control flow

    def _if(self, test: str, then: Callable[[], None], weights: str = "") -> None:
        """Run code where a test holds, and go on."""
        inside, onward = self.code.fresh("then"), self.code.fresh("on")
        self.code.branch(test, inside, onward, weights)
        self.code.label(inside)
        then()
        if self.code.live:
            self.code.jump(onward)
        self.code.label(onward)

    def _return(self, kind: str, value: str) -> None:
        self.code.emit(f"ret {kind} {value}")
        self.code.live = False

    def _each(self, start: str, stop: str, act: Callable[[str], None]) -> None:
        """Run code for each i32 from ``start`` below ``stop`` (unsigned)."""
        code = self.code
        counter = code.slot("i32")
        code.store("i32", start, counter)
        test, body, done = (code.fresh(part) for part in ("each", "one", "all"))
        code.label(test)
        number = code.load("i32", counter)
        code.branch(code.make(f"icmp ult i32 {number}, {stop}"), body, done)
        code.label(body)
        act(number)
        code.store("i32", code.make(f"add i32 {number}, 1"), counter)
        code.again(test)
        code.label(done)

    def _entries(self, kind: DictT | SetT, base: str, act: Callable[[str], None]) -> None:
        """Run code for the address of each live entry."""
        code = self.code
        _, size = entry_layout(kind)
        entries = code.load("ptr", code.field(base, at.ENTRIES))

        def one(number: str) -> None:
            entry = code.make(f"getelementptr inbounds i8, ptr {entries}, i32 {code.make(f'mul i32 {number}, {size}')}")
            live = code.make(f"icmp ne i32 {code.load('i32', code.field(entry, at.LIVE))}, 0")
            self._if(live, lambda: act(entry))

        self._each("0", code.load("i32", code.field(base, at.USED)), one)

    def _item(self, kind: Type, data: str, number: str) -> str:
        return self.code.make(f"getelementptr inbounds {held_type(kind)}, ptr {data}, i32 {number}")

    def _read(self, kind: Type, address: str) -> str:
        held = self.code.take(held_type(kind), address)
        return self.code.make(f"icmp ne i8 {held}, 0") if kind == BOOL else held

    def _part(self, kind: Type, whole: str, number: int) -> str:
        return self.code.make(f"extractvalue {ir_type(kind)} {whole}, {number}")

    # ------------------------------------------------------------ references

    def _release(self, kind: Type) -> None:
        if isinstance(kind, TupleT | OptionT) and not is_object(kind):
            self._each_part(kind, self.release)
            return
        kind = kind.inner if isinstance(kind, OptionT) else kind
        code = self.code
        self._if(code.make("icmp eq ptr %a, null"), self._return_void)
        less = code.make(f"sub i32 {code.load('i32', '%a', 'rc')}, 1")
        last, keep = code.fresh("last"), code.fresh("keep")
        code.branch(code.make(f"icmp eq i32 {less}, 0"), last, keep)
        code.label(keep)
        code.store("i32", less, "%a", "rc")
        self._return_void()
        code.label(last)
        code.emit(f"call void {code.module.helper('free', kind)}(ptr %a)")

    def _return_void(self) -> None:
        self.code.emit("ret void")
        self.code.live = False

    def _free(self, kind: Type) -> None:
        code = self.code
        match kind:
            case ListT():
                if is_counted(kind.item):
                    count = code.load("i32", code.field("%a", at.LEN), "len")
                    code.emit(f"call void {code.module.helper('release_items', kind)}(ptr %a, i32 0, i32 {count})")
                free = "hnb_deque_free" if isinstance(kind, DequeT) else "hnb_list_free"
                code.call("void", free, ("ptr", "%a"), ("i32", str(item_size(kind.item))))
            case DictT() | SetT():
                self._release_entries(kind)
                code.call("void", "hnb_dict_free", ("ptr", "%a"), ("i32", str(entry_layout(kind)[1])))
            case ArrayType():
                code.call("void", "hnb_array_free", ("ptr", "%a"))
            case RecordT():
                offsets, size = record_layout(kind)
                for name, cell in kind.record.fields.items():
                    if is_counted(cell.item):
                        self.release(cell.item, code.take(ir_type(cell.item), code.field("%a", offsets[name])))
                code.call("void", "hnb_free", ("ptr", "%a"), ("i32", str(size)))
            case _:
                code.call("void", "hnb_str_free" if kind == STR else "hnb_bytes_free", ("ptr", "%a"))

    def _release_entries(self, kind: Type) -> None:
        self._count_entries(kind, self.release)

    def _keep_entries(self, kind: Type) -> None:
        self._count_entries(kind, self._kept)

    def _count_entries(self, kind: Type, act: Callable[[Type, str], None]) -> None:
        assert isinstance(kind, DictT | SetT)
        key, value = key_type(kind), kind.item if isinstance(kind, DictT) else INT
        if not (is_counted(key) or is_counted(value)):
            return
        offset, _ = entry_layout(kind)

        def one(entry: str) -> None:
            if is_counted(key):
                act(key, self._read(key, self.code.field(entry, ENTRY_KEY)))
            if is_counted(value):
                act(value, self._read(value, self.code.field(entry, offset)))

        self._entries(kind, "%a", one)

    def _keep(self, kind: Type) -> None:
        if isinstance(kind, TupleT | OptionT) and not is_object(kind):
            self._each_part(kind, self._kept)
            return
        code = self.code
        self._if(code.make("icmp eq ptr %a, null"), self._return_void)
        code.store("i32", code.make(f"add i32 {code.load('i32', '%a', 'rc')}, 1"), "%a", "rc")

    def _kept(self, kind: Type, ref: str) -> None:
        self.code.emit(f"call void {self.code.module.helper('keep', kind)}({ir_type(kind)} {ref})")

    def _each_part(self, kind: TupleT | OptionT, act: Callable[[Type, str], None]) -> None:
        """The counted parts of a struct; those of None are null."""
        parts = kind.items if isinstance(kind, TupleT) else (BOOL, kind.inner)
        for number, part in enumerate(parts):
            if is_counted(part):
                act(part, self._part(kind, "%a", number))

    def _release_items(self, kind: Type) -> None:
        self._each_item(kind, self.release)

    def _keep_items(self, kind: Type) -> None:
        self._each_item(kind, self._kept)

    def _each_item(self, kind: Type, act: Callable[[Type, str], None]) -> None:
        assert isinstance(kind, ListT)
        data = self.code.load("ptr", self.code.field("%a", at.DATA), "data")
        item = kind.item
        self._each("%from", "%to", lambda number: act(item, self._read(item, self._item(item, data, number))))

    # ------------------------------------------------------------ comparison

    def _blame(self, test: str, code: int) -> None:
        """Stop at the caller's line where a test holds."""

        def stop() -> None:
            self.code.emit(f"call void @hnb_trap(i32 {code}, i32 %line)")
            self.code.emit("unreachable")
            self.code.live = False

        self._if(test, stop, "unlikely")

    def _same(self, kind: Type, a: str, b: str) -> str:
        """Whether two parts of values are equal."""
        make = self.code.make
        if kind in {INT, CHAR, BOOL, NONE, BOTTOM}:
            return make(f"icmp eq {ir_type(kind)} {a}, {b}")
        if kind in {FLOAT, NUM}:
            nans = [make(f"fcmp uno double {side}, 0.0") for side in (a, b)]
            self._blame(make(f"and i1 {nans[0]}, {nans[1]}"), at.NAN_IDENTITY)
            return make(f"fcmp oeq double {a}, {b}")
        if kind in {STR, BYTES}:
            name = "hnb_str_eq" if kind == STR else "hnb_bytes_eq"
            return make(f"icmp ne i32 {self.code.call('i32', name, ('ptr', a), ('ptr', b))}, 0")
        held = ir_type(kind)
        return make(f"call i1 {self.code.module.helper('eq', kind)}({held} {a}, {held} {b}, i32 %line)")

    def _order(self, kind: Type, a: str, b: str) -> str:
        """How two parts of values are ordered."""
        make = self.code.make
        if kind in {INT, CHAR, BOOL, BOTTOM}:
            held = ir_type(kind)
            less, more = (make(f"icmp {'u' if kind == BOOL else 's'}{op} {held} {a}, {b}") for op in ("lt", "gt"))
            return make(f"sub i32 {make(f'zext i1 {more} to i32')}, {make(f'zext i1 {less} to i32')}")
        if kind in {FLOAT, NUM}:
            less, more = (make(f"fcmp {op} double {a}, {b}") for op in ("olt", "ogt"))
            order = make(f"sub i32 {make(f'zext i1 {more} to i32')}, {make(f'zext i1 {less} to i32')}")
            return make(f"select i1 {make(f'fcmp uno double {a}, {b}')}, i32 {UNORDERED}, i32 {order}")
        if kind in {STR, BYTES}:
            name = "hnb_str_cmp" if kind == STR else "hnb_bytes_cmp"
            order = self.code.call("i32", name, ("ptr", a), ("ptr", b))
            less, more = (make(f"icmp s{op} i32 {order}, 0") for op in ("lt", "gt"))
            return make(f"sub i32 {make(f'zext i1 {more} to i32')}, {make(f'zext i1 {less} to i32')}")
        held = ir_type(kind)
        return make(f"call i32 {self.code.module.helper('cmp', kind)}({held} {a}, {held} {b}, i32 %line)")

    def _eq(self, kind: Type) -> None:
        code = self.code
        match kind:
            case ListT():
                if kind.item in _LISTS:
                    name = f"hnb_list_eq_{_LISTS[kind.item]}"
                    same = code.call("i32", name, ("ptr", "%a"), ("ptr", "%b"))
                    self._return("i1", code.make(f"icmp ne i32 {same}, 0"))
                    return
                self._equal_lengths("%a", "%b")
                first, second = (code.load("ptr", code.field(side, at.DATA), "data") for side in ("%a", "%b"))
                count = code.load("i32", code.field("%a", at.LEN), "len")

                def one(number: str) -> None:
                    left, right = (
                        self._read(kind.item, self._item(kind.item, data, number)) for data in (first, second)
                    )
                    self._unequal(self._same(kind.item, left, right))

                self._each("0", count, one)
            case TupleT():
                for number, part in enumerate(kind.items):
                    self._unequal(self._same(part, self._part(kind, "%a", number), self._part(kind, "%b", number)))
            case OptionT():
                self._equal_options(kind)
            case RecordT():
                self._if(code.make("icmp eq ptr %a, %b"), lambda: self._return("i1", "true"))
                offsets, _ = record_layout(kind)
                for name, cell in kind.record.fields.items():
                    left, right = (
                        code.take(ir_type(cell.item), code.field(side, offsets[name])) for side in ("%a", "%b")
                    )
                    self._unequal(self._same(cell.item, left, right))
            case DictT() | SetT():
                self._equal_tables(kind)
        self._return("i1", "true")

    def _unequal(self, same: str) -> None:
        self._if(self.code.make(f"xor i1 {same}, true"), lambda: self._return("i1", "false"))

    def _equal_lengths(self, a: str, b: str) -> None:
        counts = [self.code.load("i32", self.code.field(side, at.LEN), "len") for side in (a, b)]
        self._unequal(self.code.make(f"icmp eq i32 {counts[0]}, {counts[1]}"))

    def _equal_options(self, kind: OptionT) -> None:
        code = self.code
        if is_object(kind):
            some = [code.make(f"icmp ne ptr {side}, null") for side in ("%a", "%b")]
            inner = ["%a", "%b"]
        else:
            some = [self._part(kind, side, 0) for side in ("%a", "%b")]
            inner = [self._part(kind, side, 1) for side in ("%a", "%b")]
        self._unequal(code.make(f"icmp eq i1 {some[0]}, {some[1]}"))
        self._if(some[0], lambda: self._unequal(self._same(kind.inner, inner[0], inner[1])))

    def _equal_tables(self, kind: DictT | SetT) -> None:
        code, key = self.code, key_type(kind)
        self._equal_lengths("%a", "%b")
        offset, _ = entry_layout(kind)

        def one(entry: str) -> None:
            held = self._read(key, code.field(entry, ENTRY_KEY))
            mark = code.load("i32", entry)
            other = found(code, kind, "%b", held, mark, "%line")
            self._unequal(code.make(f"icmp ne ptr {other}, null"))
            if isinstance(kind, DictT):
                left, right = (self._read(kind.item, code.field(place, offset)) for place in (entry, other))
                self._unequal(self._same(kind.item, left, right))

        self._entries(kind, "%a", one)

    def _cmp(self, kind: Type) -> None:
        code = self.code
        if isinstance(kind, ListT):
            item = kind.item
            counts = [code.load("i32", code.field(side, at.LEN), "len") for side in ("%a", "%b")]
            first, second = (code.load("ptr", code.field(side, at.DATA), "data") for side in ("%a", "%b"))
            shorter = code.make(f"icmp ult i32 {counts[0]}, {counts[1]}")
            count = code.make(f"select i1 {shorter}, i32 {counts[0]}, i32 {counts[1]}")

            def one(number: str) -> None:
                left, right = (self._read(item, self._item(item, data, number)) for data in (first, second))
                self._differ(item, left, right)

            self._each("0", count, one)
            more = code.make(f"icmp ugt i32 {counts[0]}, {counts[1]}")
            self._return(
                "i32",
                code.make(f"sub i32 {code.make(f'zext i1 {more} to i32')}, {code.make(f'zext i1 {shorter} to i32')}"),
            )
        elif isinstance(kind, TupleT):
            for number, part in enumerate(kind.items):
                self._differ(part, self._part(kind, "%a", number), self._part(kind, "%b", number))
            self._return("i32", "0")
        else:
            assert isinstance(kind, RecordT)
            offsets, _ = record_layout(kind)
            for name, cell in kind.record.fields.items():
                left, right = (code.take(ir_type(cell.item), code.field(side, offsets[name])) for side in ("%a", "%b"))
                self._differ(cell.item, left, right)
            self._return("i32", "0")

    def _less(self, kind: Type) -> None:
        """Whether one item in memory is less than another; NaN stops without a place, as the runtime's sorts do."""
        left, right = (self._read(kind, side) for side in ("%a", "%b"))
        self.code.emit("%line = add i32 0, 0")
        order = self._order(kind, left, right)
        if _may_be_unordered(kind):
            self._blame(self.code.make(f"icmp eq i32 {order}, {UNORDERED}"), at.NAN_ORDER)
        self._return("i32", self.code.make(f"zext i1 {self.code.make(f'icmp eq i32 {order}, -1')} to i32"))

    def _differ(self, kind: Type, left: str, right: str) -> None:
        """Return the order of two parts unless they are equal."""
        if kind in {FLOAT, NUM}:
            self._same(kind, left, right)  # two NaNs stop
        order = self._order(kind, left, right)
        self._if(self.code.make(f"icmp ne i32 {order}, 0"), lambda: self._return("i32", order))

    # ------------------------------------------------------------ lists

    def _search(self, kind: Type) -> None:
        """The place of the first equal item from ``from`` and below ``to`` (both within the list), or -1."""
        assert isinstance(kind, ListT)
        data = self.code.load("ptr", self.code.field("%a", at.DATA), "data")
        start, stop = (self.code.make(f"trunc i64 {end} to i32") for end in ("%from", "%to"))

        def one(number: str) -> None:
            same = self._same(kind.item, self._read(kind.item, self._item(kind.item, data, number)), "%b")
            self._if(same, lambda: self._return("i64", self.code.make(f"zext i32 {number} to i64")))

        self._each(start, stop, one)
        self._return("i64", "-1")

    def _tally(self, kind: Type) -> None:
        assert isinstance(kind, ListT)
        code = self.code
        data = code.load("ptr", code.field("%a", at.DATA), "data")
        found = code.slot("i64", initial="0")

        def one(number: str) -> None:
            same = self._same(kind.item, self._read(kind.item, self._item(kind.item, data, number)), "%b")
            more = code.make(f"zext i1 {same} to i64")
            code.store("i64", code.make(f"add i64 {code.load('i64', found)}, {more}"), found)

        self._each("0", code.load("i32", code.field("%a", at.LEN), "len"), one)
        self._return("i64", code.load("i64", found))

    # ------------------------------------------------------------ tables

    def _hashed(self, kind: Type, ref: str) -> str:
        code, make = self.code, self.code.make
        if kind in {INT, BOTTOM}:
            return code.call("i32", "hnb_hash_i64", ("i64", ref))
        if kind in {BOOL, CHAR}:
            return code.call("i32", "hnb_hash_i64", ("i64", make(f"zext {ir_type(kind)} {ref} to i64")))
        if kind == FLOAT:
            self._blame(make(f"fcmp uno double {ref}, 0.0"), at.NAN_IDENTITY)
            return code.call("i32", "hnb_hash_f64", ("double", ref))
        if kind in {STR, BYTES}:
            return code.call("i32", "hnb_hash_str" if kind == STR else "hnb_hash_bytes", ("ptr", ref))
        return make(f"call i32 {code.module.helper('hash', kind)}({ir_type(kind)} {ref}, i32 %line)")

    def _hash_row(self, kind: RowT) -> None:
        """The hash of the tuple of fixed length with these items."""
        code = self.code
        data = code.load("ptr", code.field("%a", at.DATA), "data")
        count = code.load("i32", code.field("%a", at.LEN), "len")
        mixed = code.slot("i32")
        code.store("i32", count, mixed)

        def one(number: str) -> None:
            mark = self._hashed(kind.item, self._read(kind.item, self._item(kind.item, data, number)))
            code.store("i32", code.call("i32", "hnb_hash_mix", ("i32", code.load("i32", mixed)), ("i32", mark)), mixed)

        self._each("0", count, one)
        self._return("i32", code.load("i32", mixed))

    def _hash(self, kind: Type) -> None:
        if isinstance(kind, RowT):
            self._hash_row(kind)
            return
        if not isinstance(kind, TupleT):
            self._return("i32", self._hashed(kind, "%a"))
            return
        mixed = str(len(kind.items))
        for number, part in enumerate(kind.items):
            mark = self._hashed(part, self._part(kind, "%a", number))
            mixed = self.code.call("i32", "hnb_hash_mix", ("i32", mixed), ("i32", mark))
        self._return("i32", mixed)

    def _find(self, kind: Type) -> None:
        assert isinstance(kind, DictT | SetT)
        code, make, key = self.code, self.code.make, key_type(kind)
        if key == STR:
            size = ("i32", str(entry_layout(kind)[1]))
            arguments = (("ptr", "%a"), ("ptr", "%key"), ("i32", "%hash"), size)
            self._return("ptr", code.call("ptr", "hnb_dict_find_str", *arguments, attributes=QUIETLY))
            return
        index = code.load("ptr", code.field("%a", at.INDEX))
        self._if(make(f"icmp eq ptr {index}, null"), lambda: self._return("ptr", "null"))
        mask = code.load("i32", code.field("%a", at.MASK))
        entries = code.load("ptr", code.field("%a", at.ENTRIES))
        place = code.slot("i32")
        code.store("i32", make(f"and i32 %hash, {mask}"), place)
        look, step = code.fresh("look"), code.fresh("step")
        code.label(look)
        number = code.load("i32", make(f"getelementptr inbounds i32, ptr {index}, i32 {code.load('i32', place)}"))
        self._if(make(f"icmp eq i32 {number}, 0"), lambda: self._return("ptr", "null"))
        offset = make(f"mul i32 {make(f'sub i32 {number}, 1')}, {entry_layout(kind)[1]}")
        entry = make(f"getelementptr inbounds i8, ptr {entries}, i32 {offset}")
        alike = code.fresh("alike")
        code.branch(make(f"icmp eq i32 {code.load('i32', entry)}, %hash"), alike, step)
        code.label(alike)
        same = self._same(key, self._read(key, code.field(entry, ENTRY_KEY)), "%key")
        found = code.fresh("found")
        code.branch(same, found, step)
        code.label(found)
        self._return("ptr", entry)
        code.label(step)
        onward = make(f"add i32 {code.load('i32', place)}, 1")
        code.store("i32", make(f"and i32 {onward}, {mask}"), place)
        code.again(look)

    def _insert(self, kind: Type) -> None:
        """The entry of a key, which is made if there is none: then with a value of zeros."""
        assert isinstance(kind, DictT | SetT)
        code, make, key = self.code, self.code.make, key_type(kind)
        held = ir_type(key)
        mark = self._hashed(key, "%key")
        entry = found(code, kind, "%a", "%key", mark, "%line")
        self._if(make(f"icmp ne ptr {entry}, null"), lambda: self._return("ptr", entry), "likely")
        add = code.module.helper("add", kind)
        self._return("ptr", make(f"call ptr {add}(ptr %a, {held} %key, i32 {mark}, i32 %line)"))

    def _add(self, kind: Type) -> None:
        """A new entry for a key that has none: with a value of zeros."""
        assert isinstance(kind, DictT | SetT)
        code, key = self.code, key_type(kind)
        offset, size = entry_layout(kind)
        added = code.call("ptr", "hnb_dict_add", ("ptr", "%a"), ("i32", "%hash"), ("i32", str(size)), ("i32", "%line"))
        kept = self.keep(Value(key, "%key"))
        code.put(held_type(key), stored(self.code, kept), code.field(added, ENTRY_KEY))
        if isinstance(kind, DictT):
            code.put(held_type(kind.item), "zeroinitializer", code.field(added, offset))
        self._return("ptr", added)


def _may_be_unordered(kind: Type) -> bool:
    return kind in {FLOAT, NUM} or any(map(_may_be_unordered, parts(kind)))


def stored(code: FunctionCode, value: Value) -> str:
    """A value as an item of a container."""
    return code.make(f"zext i1 {value.ref} to i8") if value.type == BOOL else value.ref
