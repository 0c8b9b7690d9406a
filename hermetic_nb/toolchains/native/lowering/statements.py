"""Statements and loops."""

from __future__ import annotations

from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.handlers import HandlerLowering
from hermetic_nb.toolchains.native.lowering.layout import TOO_FEW, TOO_MANY
from hermetic_nb.toolchains.native.lowering.pieces import Parts, is_split
from hermetic_nb.toolchains.native.lowering.shapes import ir_type, record_layout
from hermetic_nb.toolchains.native.types import NONE, NUM, RecordT, Type, is_counted
from hermetic_nb.toolchains.native.walks import is_still
from hermetic_nb.traps import pack

_GROWING: Final = {"str.concat", "bytes.concat"}


class StatementLowering(HandlerLowering):
    """Lowers statements."""

    result: Type
    releases_at_exit: bool
    parameters: set[str]
    hoisted: set[t.Stmt]
    """Assignments of rows that were read before the loop that is being lowered."""
    passing: set[str]
    """Texts that hold a part of what is unpacked until it is assigned, and are read there only."""

    def block(self, body: list[t.Stmt]) -> None:
        """Lower statements; what cannot be reached is left out."""
        for statement in body:
            if not self.code.live:
                return
            self.statement(statement)

    def statement(self, node: t.Stmt) -> None:
        """Lower one statement."""
        self._statement(node)
        self.code.settle()

    def _statement(self, node: t.Stmt) -> None:
        match node:
            case t.Assign():
                self._assign(node)
            case t.SetItem():
                self.set_item(node)
            case t.SetField():
                self._set_field(node)
            case t.Unpack():
                self._unpack(node)
            case t.Eval():
                self.drop(self.expr(node.value))
            case t.If():
                self._if(node)
            case t.While():
                self._while(node)
            case t.For():
                self._for(node)
            case t.Return():
                self._return(node)
            case t.Raise():
                self._raise(node)
            case t.Reraise():
                self.raise_word(self.code.load("i64", self.caught[-1]))
            case t.Try():
                self.lower_try(node)
            case t.Break():
                self.finish(len(self.loops))
                self.code.jump(self.loops[-1].out)
            case t.Continue():
                self.finish(len(self.loops))
                self.code.jump(self.loops[-1].onward)

    def _assign(self, node: t.Assign) -> None:
        if node in self.hoisted:
            return
        value = node.value
        if (
            isinstance(value, t.Builtin)
            and value.name in _GROWING
            and isinstance(value.arguments[0], t.Local)
            and value.arguments[0].name == node.name
            and value.arguments[0] not in self.unbound
        ):
            grown = self.append_in_place(f'%"{node.name}"', value)
            self.code.store("ptr", grown, f'%"{node.name}"')
            return
        if isinstance(value, t.Local) and value.name in self.passing and value.type == self.variables[node.name]:
            # They change places: the next part may be made in the place of what the variable held.
            held, passed = f'%"{node.name}"', f'%"{value.name}"'
            old, part = self.code.load("ptr", held), self.code.load("ptr", passed)
            self.code.store("ptr", old, passed)
            self.code.store("ptr", part, held)
            if node.name in self.flags:
                self.code.store("i1", "true", self.flags[node.name])
            return
        self.set_local(node.name, self.expr(value))

    def _set_field(self, node: t.SetField) -> None:
        value = self.expr(node.value)
        if not is_still(node.base):
            value = self.keep(value)
        base = self.borrowed(node.base)
        assert isinstance(base.type, RecordT)
        self.replace(value, self.code.field(base.ref, record_layout(base.type)[0][node.name]))
        self.drop(base)

    def _unpack(self, node: t.Unpack) -> None:
        if is_split(node.sequence):
            self._unpack_parts(node, node.sequence)
            return
        sequence = self.keep(self.expr(node.sequence))
        self._check_count(node, self.length(sequence))
        for position, name in enumerate(node.names):
            self.set_local(name, self.at(sequence, str(position)))
        self.drop(sequence)

    def _check_count(self, node: t.Unpack, count: str) -> None:
        wanted = len(node.names)
        self.code.trap_if(self.code.make(f"icmp ult i64 {count}, {wanted}"), TOO_FEW, node.line)
        self.code.trap_if(self.code.make(f"icmp ugt i64 {count}, {wanted}"), TOO_MANY, node.line)

    def _unpack_parts(self, node: t.Unpack, split: t.Builtin) -> None:
        operands = split.arguments[:-1]
        values = [self.before(operand, *operands[place + 1 :]) for place, operand in enumerate(operands)]
        parts = Parts(self, values[0], values[1] if len(values) > 1 else None, split.line)
        # What is given back for the new parts stays with its variable until there are as many as wanted.
        passing = [name in self.passing for name in node.names]
        old = [self.code.load("ptr", f'%"{n}"') if p else "null" for n, p in zip(node.names, passing, strict=True)]
        count, slot = parts.into(old)
        self._check_count(node, count)
        taken = [parts.taken(slot, position) for position in range(len(node.names))]
        for value in values:
            self.drop(value)
        for name, part, passes in zip(node.names, taken, passing, strict=True):
            if passes:
                self.code.store("ptr", part.ref, f'%"{name}"')
            else:
                self.set_local(name, part)

    def _raise(self, node: t.Raise) -> None:
        if node.message is None:
            self.code.trap(node.code, node.line)
            return
        message = self.keep(self.expr(node.message))
        self.code.settle()
        if self.code.handler:
            make = self.code.make
            address = make(f"zext i32 {make(f'ptrtoint ptr {message.ref} to i32')} to i64")
            address = make(f"shl i64 {address}, 32")
            self.raise_word(make(f"or i64 {address}, {pack(node.code, node.line)}"))
            return
        self.code.emit(f"call void @hnb_raise(i32 {node.code}, i32 {node.line}, ptr {message.ref})")
        self.code.emit("unreachable")
        self.code.live = False

    def _return(self, node: t.Return) -> None:
        value = None if node.value is None else self.keep(self.expr(node.value))
        self.finish(0)
        if self.code.live:
            self.leave(value)

    def leave(self, value: Value | None = None) -> None:
        """Return from the function, giving back the references of its variables."""
        self.code.settle()
        if self.releases_at_exit:
            for name, kind in self.variables.items():
                if is_counted(kind) and name not in self.parameters:
                    self.release(kind, self.code.load(ir_type(kind), f'%"{name}"'))
        if value is None or self.result == NONE:
            self.code.emit("ret void")
        else:
            if self.result == NUM:
                self.code.store("i8", value.tag, "@tag")
            self.code.emit(f"ret {ir_type(self.result)} {value.ref}")
        self.code.live = False

    def _if(self, node: t.If) -> None:
        test = self.expr(node.test)
        then, other, done = (self.code.fresh(part) for part in ("then", "else", "endif"))
        self.code.branch(test.ref, then, other if node.orelse else done)
        self.code.label(then)
        self.block(node.body)
        reached = self.code.live
        if self.code.live:
            self.code.jump(done)
        if node.orelse:
            self.code.label(other)
            self.block(node.orelse)
            reached = reached or self.code.live
            if self.code.live:
                self.code.jump(done)
        if reached or not node.orelse:
            self.code.label(done)

    # ------------------------------------------------------------ loops
