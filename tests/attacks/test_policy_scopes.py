"""Names in comprehensions, lambdas and other scopes. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "a comprehension's name": (
        "result = [_getattr_ for _getattr_ in [1]]",
        "refused 1:10-19 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here; 1:24-33 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a comprehension's unpacked name": (
        "result = [1 for a, (_write_, b) in []]",
        "refused 1:20-27 _write_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a comprehension's attribute": ("class A: pass\na = A()\n[0 for a.x in [7]]\nresult = a.x", "returned 7"),
    "a comprehension's attribute of a module": (
        "import json\n[0 for json.loads in [1]]",
        "refused 2:7-17 json cannot be changed: keep the value in a name of your own",
    ),
    "a comprehension's item": ("d = {}\n[0 for d['k'] in [1, 2]]\nresult = d", "returned {'k': 2}"),
    "a loop's name": (
        "for _getitem_ in []: pass",
        "refused 1:4-13 _getitem_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a loop's attribute": (
        "import json\nfor json.dumps in [1]: pass",
        "refused 2:4-14 json cannot be changed: keep the value in a name of your own",
    ),
    "a walrus": (
        "result = (_getattr_ := 1)",
        "refused 1:10-19 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a walrus in a comprehension": (
        "result = [(__builtins__ := x) for x in [1]]",
        "refused 1:11-23 __builtins__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a lambda's argument": (
        "result = lambda _getattr_: 1",
        "refused 1:16-25 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a lambda's other arguments": (
        "result = lambda a, /, b, *_write_, c, **__metaclass__: 1",
        "refused 1:26-33 _write_: names that begin with __, or begin and end with _, are Python's own and private here; 1:40-53 __metaclass__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a function's positional argument": (
        "def f(_getattr_, /): pass",
        "refused 1:6-15 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a function's keyword argument": (
        "def f(*, _getattr_=None): pass",
        "refused 1:9-18 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a default": (
        "def f(x=().__class__.__bases__): pass",
        "refused 1:21-30 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a decorator": (
        "@().__class__.__bases__\ndef f(): pass",
        "refused 1:14-23 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a function's name": (
        "def _inplacevar_(): pass",
        "refused 1:4-16 _inplacevar_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a class's name": (
        "class _getattr_: pass",
        "refused 1:6-15 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "global": (
        "def f():\n    global _getattr_\n    _getattr_ = 1",
        "refused 2:11-20 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here; 3:4-13 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "global of builtins": (
        "def f():\n    global __builtins__",
        "refused 2:11-23 __builtins__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "nonlocal": (
        "def f():\n    _x_ = 1\n    def g():\n        nonlocal _x_",
        "refused 2:4-7 _x_: names that begin with __, or begin and end with _, are Python's own and private here; 4:17-20 _x_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "with as": (
        "with x as _getattr_: pass",
        "refused 1:10-19 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "with as, unpacked": (
        "with x as (a, _getattr_): pass",
        "refused 1:14-23 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "del": (
        "del _getattr_",
        "refused 1:4-13 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "starred": (
        "a, *_getattr_ = [1]",
        "refused 1:4-13 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "list target": (
        "[a, _getattr_] = [1, 2]",
        "refused 1:4-13 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "chained targets": (
        "a = b = _getattr_ = 1",
        "refused 1:8-17 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "annotated": (
        "_getattr_: int = 1",
        "refused 1:0-9 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "in place": (
        "_getattr_ += 1",
        "refused 1:0-9 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a guard read": (
        "result = _getattr_",
        "refused 1:9-18 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "the guard of writes called": (
        "result = _write_(1)",
        "refused 1:9-16 _write_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "the metaclass read": (
        "result = __metaclass__",
        "refused 1:9-22 __metaclass__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "builtins read": (
        "result = __builtins__",
        "refused 1:9-21 __builtins__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "builtins read by index": (
        "result = __builtins__['eval']",
        "refused 1:9-21 __builtins__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a temporary name": (
        "result = _tmp0_",
        "refused 1:9-15 _tmp0_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a name of the underscore alone": ("_ = 5\nresult = [_ for _ in (1, 2)], _", "returned ([1, 2], 5)"),
    "a private name": ("_x = 5\nresult = _x", "returned 5"),
    "name of the module": ("result = __name__", "returned '__main__'"),
    "file of the module": (
        "result = __file__",
        "refused 1:9-17 __file__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "debug": (
        "result = __debug__",
        "refused 1:9-18 __debug__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "spec of the module": (
        "result = __spec__",
        "refused 1:9-17 __spec__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "an inner function sees no guard": (
        "def f():\n    def g():\n        return getattr(g, '__globals__')\n    return g()\nresult = f()",
        "raised AttributeError: __globals__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "eval by another name": (
        "e = eval\nresult = e('1')",
        "refused 1:4-8 eval is not available: code comes from the cell only",
    ),
    "shadowed eval is only a name": ("def eval(x): return x\nresult = eval('not run')", "returned 'not run'"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
