"""What analyses proved about the nodes of a typed tree; lowering leaves out the checks that these make needless."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hermetic_nb.toolchains.native import tree as t

Node = t.Expr | t.Stmt


@dataclass(slots=True, kw_only=True)
class Facts:
    """Sets of nodes, each proved for every run that satisfies the assumption. A node that is in no set is checked in full."""

    no_overflow: set[Node] = field(default_factory=set)
    """Int `Arith` (+ - * // ** <<), `Unary` neg, `Builtin` abs: the result is within 64 bits.
    `Convert` int -> NUM and `Builtin` sums: the int is at most 2**53 in magnitude."""
    nonzero: set[Node] = field(default_factory=set)
    """`Arith` / // %: the divisor is not zero."""
    nonnegative: set[Node] = field(default_factory=set)
    """`Arith` // % >> <<: both operands are >= 0. `Index`, `SetItem`: the index is >= 0."""
    positive: set[Node] = field(default_factory=set)
    """Int `Arith` // %: the divisor is > 0."""
    left_nonnegative: set[Node] = field(default_factory=set)
    """Int `Arith` + -: the left operand is >= 0, if nothing before it overflowed."""
    right_nonnegative: set[Node] = field(default_factory=set)
    """The same of the right operand."""
    exact: set[Node] = field(default_factory=set)
    """`Arith` int / int and `Compare` of ints with floats: all ints are at most 2**53 in magnitude."""
    in_bounds: set[Node] = field(default_factory=set)
    """`Index`, `SetItem`: the index is within the sequence, counted from its start."""
    assumed: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Bounds (both included) of the entry's int parameters under which this holds; empty: always."""
    gain: int = 0
    """Checks inside loops that this removes and that facts without an assumption keep."""

    def within(self, in_bounds: set[Node], no_overflow: set[Node]) -> Facts:
        """These facts and more that hold in one part of the program."""
        return replace(self, in_bounds=self.in_bounds | in_bounds, no_overflow=self.no_overflow | no_overflow)
