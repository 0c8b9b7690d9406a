"""Built-in functions. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "eval": ("result = eval('1')", "refused 1:9-13 eval is not available: code comes from the cell only"),
    "exec": ("result = exec('x = 1')", "refused 1:9-13 exec is not available: code comes from the cell only"),
    "compile": (
        "result = compile('1', '', 'eval')",
        "refused 1:9-16 compile is not available: code comes from the cell only",
    ),
    "open": (
        "result = open('/etc/passwd')",
        "refused 1:9-13 open is not available: a pure tool reaches the world only by call_agent",
    ),
    "input": (
        "result = input()",
        "refused 1:9-14 input is not available: a pure tool reaches the world only by call_agent",
    ),
    "globals": (
        "result = globals()",
        "refused 1:9-16 globals is not available: what is in scope is not for inspection; keep a dict",
    ),
    "locals": (
        "result = locals()",
        "refused 1:9-15 locals is not available: what is in scope is not for inspection; keep a dict",
    ),
    "dir": (
        "result = dir()",
        "refused 1:9-12 dir is not available: what is in scope is not for inspection; keep a dict",
    ),
    "vars without an argument": (
        "result = vars()",
        "raised TypeError: vars() missing 1 required positional argument: 'found'",
    ),
    "breakpoint": ("result = breakpoint()", "refused 1:9-19 breakpoint is not available: a pure tool does without it"),
    "help": ("result = help(1)", "refused 1:9-13 help is not available: a pure tool does without it"),
    "memoryview": (
        "result = memoryview(b'x')",
        "refused 1:9-19 memoryview is not available: a pure tool does without it",
    ),
    "super alone": ("result = super", "refused 1:9-14 super is only available as super().name(...)"),
    "super of one's choice": (
        "result = super(int, True).real",
        "refused 1:9-14 super is only available as super().name(...)",
    ),
    "undefined": ("result = undefined", "raised NameError: name 'undefined' is not defined"),
    "type in one argument": (
        "result = [type(x).__name__ for x in (1, 'a', None, [], ValueError())]",
        "returned ['int', 'str', 'NoneType', 'list', 'ValueError']",
    ),
    "type in three arguments": (
        "result = type('A', (), {})",
        "raised TypeError: type(value) takes one argument here: write a class statement to make a class",
    ),
    "type of a type in three arguments": (
        "result = type(type(1))('A', (object,), {'__del__': print})",
        "raised TypeError: type(value) takes one argument here: write a class statement to make a class",
    ),
    "type of a function": (
        "result = type(lambda: 1)",
        "raised TypeError: the type of 'function' object is not available to a pure tool",
    ),
    "type of a built-in": (
        "result = type(len)",
        "raised TypeError: the type of 'builtin_function_or_method' object is not available to a pure tool",
    ),
    "type of a generator": (
        "result = type(x for x in [])",
        "raised TypeError: the type of 'generator' object is not available to a pure tool",
    ),
    "type of a module": (
        "result = type(json)",
        "raised TypeError: the type of the module json is not available to a pure tool",
    ),
    "type in brackets, called": (
        "result = type[int]('A', (), {})",
        "raised TypeError: type(value) takes one argument here: write a class statement to make a class",
    ),
    "type in typing, called": (
        "result = typing.Type[int]('A', (), {})",
        "raised TypeError: Type Type cannot be instantiated; use type() instead",
    ),
    "is it a type": (
        "result = isinstance(int, type), isinstance(3, type), isinstance(3, (type, int))",
        "returned (True, False, True)",
    ),
    "getattr with too many": (
        "result = getattr(1, 'x', 1, 2)",
        "raised TypeError: getattr() takes from 3 to 4 positional arguments but 5 were given",
    ),
    "getattr by position only": (
        "result = getattr(object=1, name='x')",
        "raised TypeError: getattr() got some positional-only arguments passed as keyword arguments: 'name'",
    ),
    "getattr of a number": ("result = getattr(1, 5)", "raised TypeError: attribute name must be string, not 'int'"),
    "setattr on a class of Python": (
        "result = setattr(int, 'x', 1)",
        "raised TypeError: the class int cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "setattr on a module": (
        "result = setattr(json, 'loads', 1)",
        "raised TypeError: the module json cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "setattr on a built-in": (
        "result = setattr(len, 'x', 1)",
        "raised TypeError: 'builtin_function_or_method' object cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "delattr on a module": (
        "result = delattr(json, 'loads')",
        "raised TypeError: the module json cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "print to a file": (
        "result = print('x', file=object())",
        "raised TypeError: print writes to the captured output only",
    ),
    "attributes of print": (
        "result = print.__globals__",
        "refused 1:15-26 __globals__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "attributes of getattr": (
        "result = getattr.__self__",
        "refused 1:17-25 __self__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "the metaclass's way": (
        "result = type.__call__",
        "refused 1:14-22 __call__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "mro of type": ("result = type.mro", "raised AttributeError: 'TypeOf' object has no attribute 'mro'"),
    "object's subclasses": (
        "result = object.__subclasses__()",
        "refused 1:16-30 __subclasses__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a sentinel": ("result = object() is not object()", "returned True"),
    "sum over strings": (
        "result = sum(['a'], '')",
        "raised TypeError: sum() can't sum strings [use ''.join(seq) instead]",
    ),
    "iter with a sentinel": ("result = list(iter([1, 2, 3].pop, 1))", "returned [3, 2]"),
    "hash and id are there": ("result = hash(1), isinstance(id(1), int)", "returned (1, True)"),
    "bytes of everything": (
        "result = bytes(3), bytearray(b'a'), bytes('\xe9', 'utf-8')",
        "returned (b'\\x00\\x00\\x00', bytearray(b'a'), b'\\xc3\\xa9')",
    ),
    "a property of one's own": (
        "result = property(lambda self: 1).fget",
        "raised AttributeError: attribute fget of 'property' object is not available to a pure tool",
    ),
    "staticmethod's function": (
        "result = staticmethod(len).__func__",
        "refused 1:27-35 __func__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "copyright": ("result = copyright", "raised NameError: name 'copyright' is not defined"),
    "license": ("result = license()", "raised NameError: name 'license' is not defined"),
    "reload": ("result = reload(json)", "raised NameError: name 'reload' is not defined"),
    "aiter": ("result = aiter([])", "refused 1:9-14 aiter is not available: await the whole list instead"),
    "map over getattr": (
        "result = list(map(getattr, [()], ['__class__'])), list(map(getattr, [()], ['__bases__']))",
        "raised AttributeError: __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "filter over hasattr": (
        "result = list(filter(lambda n: hasattr(1, n), ['real', '__class__', '__doc__']))",
        "returned ['real', '__class__']",
    ),
    "sorted by a dunder": (
        "result = sorted([1], key=lambda x: x.__bases__)",
        "refused 1:37-46 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "int from a text that is too long": (
        "result = int('1' * 5000)",
        "raised ValueError: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; use sys.set_int_max_str_digits() to increase the limit",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
