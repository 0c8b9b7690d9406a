"""try, except and finally.

An exception that may be handled is a word (see `hermetic_nb.traps`) in ``@pending``, and a jump to the block that looks at
it. A function that is called where its exceptions may be handled exists a second time, in a version that notes them and
returns; the caller looks after each such call. What ends the call for good, as a result beyond 64 bits, still does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.lowering.loops import LoopLowering
from hermetic_nb.traps import CODE_BITS, LINE_BITS

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native import tree as t


@dataclass(frozen=True, slots=True)
class Final:
    """A ``finally`` around the place that is being lowered."""

    body: list[t.Stmt]
    loops: int
    """How many loops of the function are around it."""
    handler: str
    """Who looks at its exceptions."""


class HandlerLowering(LoopLowering):
    """Lowers the handling of exceptions."""

    finals: list[Final]
    caught: list[str]
    """The slots of the exceptions that are being handled."""

    def lower_try(self, node: t.Try) -> None:
        """Lower a ``try`` with all its blocks."""
        code = self.code
        code.settle()
        outer = code.handler
        catch, after = code.fresh("catch"), code.fresh("after")
        cleanup = code.fresh("cleanup") if node.final else outer
        if node.final:
            self.finals.append(Final(node.final, len(self.loops), outer))
        code.handler = catch if node.handlers else cleanup
        self.block(node.body)
        code.settle()
        code.handler = cleanup
        self._block_to(node.orelse, after)
        if node.handlers:
            code.label(catch)
            self._catch(node, after)
        if not node.final:
            code.handler = outer
            code.label(after)
            return
        self.finals.pop()
        code.handler = outer
        code.label(cleanup)
        word = code.slot("i64")
        self._take(word)
        self.block(node.final)
        if code.live:
            self.raise_word(code.load("i64", word))
        code.label(after)
        self.block(node.final)

    def _block_to(self, body: list[t.Stmt], after: str) -> None:
        if self.code.live:
            self.block(body)
        if self.code.live:
            self.code.jump(after)

    def _take(self, slot: str) -> None:
        """Move the exception that is pending into a slot."""
        self.code.store("i64", self.code.load("i64", "@pending"), slot)
        self.code.store("i64", "0", "@pending")

    def _catch(self, node: t.Try, after: str) -> None:
        code, make = self.code, self.code.make
        slot = code.slot("i64")
        self._take(slot)
        word = code.load("i64", slot)
        number = make(f"and i64 {make(f'lshr i64 {word}, {LINE_BITS}')}, {(1 << CODE_BITS) - 1}")
        labels = [code.fresh("except") for _ in node.handlers]
        other = code.fresh("uncaught")
        places = " ".join(
            f"i64 {code_}, label %{label}"
            for handler, label in zip(node.handlers, labels, strict=True)
            for code_ in sorted(handler.codes)
        )
        code.emit(f"switch i64 {number}, label %{other} [ {places} ]")
        code.live = False
        code.label(other)
        self.raise_word(word)
        for handler, label in zip(node.handlers, labels, strict=True):
            code.label(label)
            self.caught.append(slot)
            self._block_to(handler.body, after)
            self.caught.pop()

    def raise_word(self, word: str) -> None:
        """Raise an exception that is a word already."""
        code = self.code
        code.settle()
        if code.handler:
            code.store("i64", word, "@pending")
            code.jump(code.handler)
            return
        code.emit(f"call void @hnb_rethrow(i64 {word})")
        code.emit("unreachable")
        code.live = False

    def finish(self, loops: int) -> None:
        """Run the ``finally`` blocks that control leaves, when it leaves all but so many loops."""
        kept, handler = self.finals, self.code.handler
        while self.finals and self.finals[-1].loops >= loops and self.code.live:
            final = self.finals[-1]
            self.finals = self.finals[:-1]
            self.code.settle()
            self.code.handler = final.handler
            self.block(final.body)
        self.code.settle()
        self.finals, self.code.handler = kept, handler
