"""``match`` statements: what Python would read by itself is read by the guards before."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from hermetic_nb.policy.definitions import Statements
from hermetic_nb.policy.rules import INHERITED_ATTRIBUTES, attribute_fault

if TYPE_CHECKING:
    from hermetic_nb.policy.bindings import Bindings
    from hermetic_nb.policy.findings import Source


class Transformer(Statements):
    """The whole dialect. A ``match`` becomes ``_tmp0_ = _patterns_(v0=..., c1=(..., "attribute"))`` and the match itself."""

    def __init__(self, source: Source, bindings: Bindings) -> None:
        super().__init__(source, bindings)
        self._held: list[tuple[str, list[ast.keyword]]] = []

    def visit_Match(self, node: ast.Match) -> Any:
        """Put the reading of dotted names and classes before the statement."""
        held: list[ast.keyword] = []
        name = self.gen_tmp_name()
        self._held.append((name, held))
        visited = self.node_contents_visit(node)
        self._held.pop()
        if not held:
            return visited
        reading = self.call("_patterns_", [], node)
        reading.keywords = held
        target = ast.copy_location(ast.Name(name, ast.Store()), node)
        return [ast.copy_location(ast.Assign([target], reading), node), visited]

    def visit_match_case(self, node: ast.match_case) -> Any:
        """Visit pattern, condition and body."""
        return self.node_contents_visit(node)

    def visit_MatchValue(self, node: ast.MatchValue) -> Any:
        """Read a dotted name before."""
        node.value = self._value(node.value)
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> Any:
        """Read dotted keys before; check the name of the rest."""
        self.check_name(node, node.rest)
        node.keys = [self._value(key) for key in node.keys]
        node.patterns = [self.visit(pattern) for pattern in node.patterns]
        return node

    def visit_MatchClass(self, node: ast.MatchClass) -> Any:
        """Read the class before, and say which attributes the pattern reads."""
        for name in node.kwd_attrs:
            if message := attribute_fault(name):
                self.report(node, message, name)
            elif name in INHERITED_ATTRIBUTES:
                self.report(node, f"a pattern cannot read {name}: use a condition after if instead", name)
        kind = self.visit(node.cls)
        parts = [kind, *(ast.Constant(name) for name in node.kwd_attrs)]
        for part in parts:
            ast.copy_location(part, node.cls)
        node.cls = self._hold("c", ast.Tuple(parts, ast.Load()), node.cls)
        node.patterns = [self.visit(pattern) for pattern in node.patterns]
        node.kwd_patterns = [self.visit(pattern) for pattern in node.kwd_patterns]
        return node

    def visit_MatchAs(self, node: ast.MatchAs) -> Any:
        """Check the name."""
        self.check_name(node, node.name)
        return self.node_contents_visit(node)

    def visit_MatchStar(self, node: ast.MatchStar) -> Any:
        """Check the name."""
        self.check_name(node, node.name)
        return node

    def visit_MatchSequence(self, node: ast.MatchSequence) -> Any:
        """Visit the patterns inside."""
        return self.node_contents_visit(node)

    def visit_MatchOr(self, node: ast.MatchOr) -> Any:
        """Visit the alternatives."""
        return self.node_contents_visit(node)

    def visit_MatchSingleton(self, node: ast.MatchSingleton) -> Any:
        """None, True and False are themselves."""
        return node

    def _value(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Attribute):
            return self._hold("v", self.visit(node), node)
        return node

    def _hold(self, kind: str, value: ast.expr, node: ast.expr) -> ast.Attribute:
        name, held = self._held[-1]
        key = f"{kind}{len(held)}"
        ast.copy_location(value, node)
        held.append(ast.copy_location(ast.keyword(key, value), node))
        base = ast.copy_location(ast.Name(name, ast.Load()), node)
        return ast.copy_location(ast.Attribute(base, key, ast.Load()), node)
