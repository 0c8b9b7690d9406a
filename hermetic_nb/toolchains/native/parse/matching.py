"""`match` as tests: values, alternatives, captures, sequences, classes and guards become a chain of ``if``.

Names are captured when a whole pattern has matched, before its guard is tested.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field
from typing import Final

from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.renaming import rename
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, assign, at, call, load, store
from hermetic_nb.toolchains.native.parse.scopes import hidden

_SELF: Final = frozenset({"bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"})
"""Classes whose one positional pattern is matched with the value itself (CPython's documentation, "Class Patterns")."""


@dataclass(slots=True)
class _Subject:
    """What a pattern is held against: an expression, or the parts of a tuple that was written out."""

    value: ast.expr | None
    parts: list[_Subject] | None = None

    def read(self, node: ast.AST) -> ast.expr:
        """The value, once more."""
        if self.value is not None:
            return at(copy.deepcopy(self.value), node)
        assert self.parts is not None
        return at(ast.Tuple([part.read(node) for part in self.parts], ast.Load()), node)


@dataclass(slots=True)
class _Found:
    """What has to hold for a pattern, and what it captures."""

    tests: list[ast.expr] = field(default_factory=list)
    captures: list[tuple[str, ast.expr]] = field(default_factory=list)


class Matching(Rewriter):
    """Rewrites the matches of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self._fields = {node.name: _fields(node) for node in tree.body if isinstance(node, ast.ClassDef)}
        self._function: ast.AST = tree

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """The function whose names a capture belongs to."""
        outer, self._function = self._function, node
        node.body = self.block(node.body)
        self._function = outer
        return node

    def visit_Match(self, node: ast.Match) -> list[ast.stmt]:
        """One match statement."""
        captured = {name for case in node.cases for name in _captured(case.pattern)}
        before, subject = _subject(node, captured)
        private = {name for name in captured if not self._is_read_elsewhere(name, node)}
        for case in node.cases:
            case.body = self.block(case.body)
        return [*before, *self._chain(node.cases, subject, private)]

    def _chain(self, cases: list[ast.match_case], subject: _Subject, private: set[str]) -> list[ast.stmt]:
        if not cases:
            return []
        case = cases[0]
        found = self._pattern(case.pattern, subject)
        captures: list[ast.stmt] = [assign(name, value, case.pattern) for name, value in found.captures]
        if case.guard is None:
            if not found.tests:
                return [*captures, *case.body]
            rest = self._chain(cases[1:], subject, private)
            return [at(ast.If(_all(found.tests), [*captures, *case.body], rest), case.pattern)]
        if not found.tests:
            rest = self._chain(cases[1:], subject, private)
            return [*captures, at(ast.If(case.guard, case.body, rest), case.guard)]
        if {name for name, _ in found.captures} <= private:
            # That the names stay captured where the guard fails cannot be seen.
            guard = rename(case.guard, dict(found.captures))
            test = at(ast.BoolOp(ast.And(), [*found.tests, guard]), case.pattern)
            rest = self._chain(cases[1:], subject, private)
            return [at(ast.If(test, [*captures, *case.body], rest), case.pattern)]
        done = hidden("matched", case.pattern)
        inner = at(ast.If(case.guard, [assign(done, ast.Constant(value=True), case.guard), *case.body], []), case.guard)
        made: list[ast.stmt] = [
            assign(done, ast.Constant(value=False), case.pattern),
            at(ast.If(_all(found.tests), [*captures, inner], []), case.pattern),
        ]
        rest = self._chain(cases[1:], subject, private)
        if rest:
            made.append(at(ast.If(ast.UnaryOp(ast.Not(), load(done)), rest, []), cases[1].pattern))
        return made

    def _is_read_elsewhere(self, name: str, node: ast.Match) -> bool:
        """Whether a captured name is read but where a pattern has captured it just before."""
        inside = set[int]()
        for case in node.cases:
            if name in _captured(case.pattern):
                parts = [*case.body, *([case.guard] if case.guard is not None else [])]
                inside |= {id(part) for place in parts for part in ast.walk(place)}
                if case.guard is not None and any(isinstance(p, ast.NamedExpr) for p in ast.walk(case.guard)):
                    return True
        for part in ast.walk(self._function):
            reads = isinstance(part, ast.Name) and part.id == name and id(part) not in inside
            if reads and not isinstance(part.ctx, ast.Store):  # type: ignore[attr-defined] # a Name
                return True
            if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name) and part.target.id == name:
                return True
        return False

    # ------------------------------------------------------------ patterns

    def _pattern(self, node: ast.pattern, subject: _Subject) -> _Found:
        match node:
            case ast.MatchValue(value=value):
                return _Found([at(ast.Compare(subject.read(node), [ast.Eq()], [copy.deepcopy(value)]), node)])
            case ast.MatchSingleton(value=single):
                return _Found([at(ast.Compare(subject.read(node), [ast.Is()], [ast.Constant(single)]), node)])
            case ast.MatchAs(pattern=inner, name=name):
                found = _Found() if inner is None else self._pattern(inner, subject)
                if name is not None:
                    found.captures.append((name, subject.read(node)))
                return found
            case ast.MatchOr():
                return self._any(node, subject)
            case ast.MatchSequence():
                return self._sequence(node, subject)
            case ast.MatchClass():
                return self._class(node, subject)
        return refuse("a pattern of a dict is outside the native subset: test its keys with if", node)

    def _any(self, node: ast.MatchOr, subject: _Subject) -> _Found:
        values = [part.value for part in node.patterns if isinstance(part, ast.MatchValue)]
        kinds = {type(value.value) for value in values if isinstance(value, ast.Constant)}
        if len(values) == len(node.patterns) and all(isinstance(v, ast.Constant) for v in values) and len(kinds) == 1:
            options = ast.Tuple([copy.deepcopy(value) for value in values], ast.Load())
            return _Found([at(ast.Compare(subject.read(node), [ast.In()], [options]), node)])
        choices = [self._pattern(part, subject) for part in node.patterns]
        if not choices[-1].tests and all(choice.tests for choice in choices[:-1]) and not choices[-1].captures:
            return _Found()
        tests = [_all(choice.tests) for choice in choices]
        captures = dict(choices[-1].captures)
        for test, choice in zip(tests[-2::-1], choices[-2::-1], strict=True):
            for name, value in choice.captures:
                captures[name] = at(ast.IfExp(copy.deepcopy(test), value, captures[name]), node)
        return _Found([at(ast.BoolOp(ast.Or(), tests), node)], list(captures.items()))

    def _sequence(self, node: ast.MatchSequence, subject: _Subject) -> _Found:
        star = next((n for n, part in enumerate(node.patterns) if isinstance(part, ast.MatchStar)), None)
        count = len(node.patterns) - (star is not None)
        found = _Found()
        if subject.parts is not None:
            length = len(subject.parts)
            if length < count or (star is None and length != count):
                return _Found([at(ast.Constant(value=False), node)])
        else:
            kinds = ast.Tuple([load("list"), load("tuple")], ast.Load())
            found.tests.append(at(call("isinstance", subject.read(node), kinds), node))
            size = call("len", subject.read(node))
            op = ast.Eq() if star is None else ast.GtE()
            found.tests.append(at(ast.Compare(size, [op], [ast.Constant(count)]), node))
        for position, part in enumerate(node.patterns):
            if isinstance(part, ast.MatchStar):
                if part.name is not None:
                    found.captures.append((part.name, _rest(subject, position, count - position, part)))
                continue
            after = star is not None and position > star
            inner = self._pattern(part, _part(subject, position - len(node.patterns) if after else position, part))
            found.tests += inner.tests
            found.captures += inner.captures
        return found

    def _class(self, node: ast.MatchClass, subject: _Subject) -> _Found:
        found = _Found([at(call("isinstance", subject.read(node), copy.deepcopy(node.cls)), node)])
        name = node.cls.id if isinstance(node.cls, ast.Name) else ""
        fields = self._fields.get(name)
        places: list[tuple[str | None, ast.pattern]] = []
        for position, part in enumerate(node.patterns):
            if fields is None and name in _SELF and position == 0:
                places.append((None, part))
            elif fields is not None and position < len(fields):
                places.append((fields[position], part))
            else:
                refuse(f"{ast.unparse(node.cls)} has no such positional pattern", part)
        places += zip(node.kwd_attrs, node.kwd_patterns, strict=True)
        for attribute, part in places:
            value = subject
            if attribute is not None:
                value = _Subject(at(ast.Attribute(subject.read(part), attribute, ast.Load()), part))
            inner = self._pattern(part, value)
            found.tests += inner.tests
            found.captures += inner.captures
        return found


def _subject(node: ast.Match, captured: set[str]) -> tuple[list[ast.stmt], _Subject]:
    """The subject, computed once."""
    match node.subject:
        case ast.Tuple(elts=parts) if not any(isinstance(part, ast.Starred) for part in parts):
            before: list[ast.stmt] = []
            found = []
            for position, part in enumerate(parts):
                name = f"{hidden('subject', part)}.{position}"
                before.append(assign(name, part, part))
                found.append(_Subject(load(name)))
            return before, _Subject(None, found)
        case ast.Name(id=name) if name not in captured and not _is_assigned(name, node):
            # The variable itself, so that tests say something of it in what follows.
            return [at(ast.Expr(node.subject), node.subject)], _Subject(load(name))
    name = hidden("subject", node.subject)
    return [assign(name, node.subject, node.subject)], _Subject(load(name))


def _is_assigned(name: str, node: ast.Match) -> bool:
    return any(isinstance(part, ast.NamedExpr) and part.target.id == name for part in ast.walk(node))


def _captured(node: ast.pattern) -> set[str]:
    found = set[str]()
    for part in ast.walk(node):
        match part:
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                found.add(name)
    return found


def _part(subject: _Subject, position: int, node: ast.AST) -> _Subject:
    if subject.parts is not None:
        return subject.parts[position]
    return _Subject(at(ast.Subscript(subject.read(node), ast.Constant(position), ast.Load()), node))


def _rest(subject: _Subject, start: int, after: int, node: ast.AST) -> ast.expr:
    """The list that a star captures."""
    if subject.parts is not None:
        parts = subject.parts[start : len(subject.parts) - after]
        return at(ast.List([part.read(node) for part in parts], ast.Load()), node)
    item = hidden("each", node)
    bounds = ast.Slice(ast.Constant(start), ast.Constant(-after) if after else None, None)
    items = ast.Subscript(subject.read(node), bounds, ast.Load())
    return at(ast.ListComp(load(item), [ast.comprehension(store(item), items, [], 0)]), node)


def _all(tests: list[ast.expr]) -> ast.expr:
    if not tests:
        return ast.Constant(value=True, lineno=1, col_offset=0)
    return tests[0] if len(tests) == 1 else at(ast.BoolOp(ast.And(), list(tests)), tests[0])


def _fields(node: ast.ClassDef) -> list[str]:
    """The positional patterns of a dataclass or NamedTuple."""
    return [
        part.target.id for part in node.body if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
    ]
