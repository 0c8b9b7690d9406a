"""The typer and the lowering are each one class in many files: no file may take another one's method away by accident."""

from __future__ import annotations

import ast
import inspect
from types import FunctionType

import pytest

from hermetic_nb.toolchains.native.inference.array_calls import ArrayTyper
from hermetic_nb.toolchains.native.lowering.entry import EntryLowering

OVERRIDDEN = {"__init__", "lower"}


def _is_open(function: FunctionType) -> bool:
    """Whether a method only says that a class further on has it."""
    body = ast.parse(inspect.getsource(function).lstrip()).body[0]
    assert isinstance(body, ast.FunctionDef)
    last = body.body[-1]
    return isinstance(last, ast.Raise) and isinstance(last.exc, ast.Name) and last.exc.id == "NotImplementedError"


def _calls_super(function: FunctionType) -> bool:
    return "super" in function.__code__.co_names


@pytest.mark.parametrize("whole", [ArrayTyper, EntryLowering])
def test_no_method_is_defined_twice(whole: type) -> None:
    clashes = []
    for place, owner in enumerate(whole.__mro__):
        for name, method in vars(owner).items():
            if not isinstance(method, FunctionType) or name in OVERRIDDEN or _calls_super(method):
                continue
            for base in whole.__mro__[place + 1 :]:
                hidden = vars(base).get(name)
                if isinstance(hidden, FunctionType) and not _is_open(hidden):
                    clashes.append(f"{owner.__name__}.{name} hides {base.__name__}.{name}")
    assert clashes == []
