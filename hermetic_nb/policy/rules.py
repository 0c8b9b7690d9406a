"""Which names a pure tool may write: variables, attributes, special methods."""

from __future__ import annotations

from typing import Final

from RestrictedPython.transformer import INSPECT_ATTRIBUTES

SPECIAL_METHODS: Final = frozenset(
    f"__{name}__"
    for name in """
    init post_init repr str format bool hash len length_hint contains iter next reversed getitem setitem delitem missing call
    enter exit lt le eq ne gt ge add sub mul truediv floordiv mod divmod pow matmul lshift rshift and or xor
    radd rsub rmul rtruediv rfloordiv rmod rdivmod rpow rmatmul rlshift rrshift rand ror rxor
    iadd isub imul itruediv ifloordiv imod ipow imatmul ilshift irshift iand ior ixor
    neg pos abs invert int float complex index round trunc floor ceil
    """.split()  # noqa: SIM905 (fifty quoted words read worse)
)
"""Methods that Python calls by itself and that a class of the cell may define. None of them decides what an attribute is."""

INHERITED_ATTRIBUTES: Final = frozenset({"format", "format_map", "mro", "obj", "register", "with_traceback"})
"""Public attributes of Python's own objects that do more than they say: they are read by way of a guard only."""

GUARDED: Final = {"__name__": "_name_", "__qualname__": "_name_", "__class__": "_type_", "__dict__": "_dict_"}
"""Attributes of Python's own that may be read, and the guards that read them."""

FRAME_ATTRIBUTES: Final = INSPECT_ATTRIBUTES | {
    "gi_suspended",
    "cr_suspended",
    "ag_suspended",
    "tb_lasti",
    "f_lasti",
    "co_consts",
}
"""Attributes of generators, coroutines and tracebacks that lead to frames and to code."""


def is_reserved(name: str) -> bool:
    """Whether a name belongs to Python or to the policy: ``__x``, ``__x__``, ``_x_``. ``_`` and ``_x`` are the cell's."""
    return name.startswith("__") or (name.startswith("_") and name.endswith("_") and name != "_")


def is_private(name: str) -> bool:
    """Whether a name is private by custom: ``_x``."""
    return name.startswith("_") and not is_reserved(name)


def fault(name: str) -> str | None:
    """Why a variable, a parameter or a class may not have this name; None if it may."""
    if is_reserved(name):
        return f"{name}: names that begin with __, or begin and end with _, are Python's own and private here"
    return None


def attribute_fault(name: str) -> str | None:
    """Why an attribute of this name may not be read or written; None if it may."""
    if is_reserved(name):
        return f"{name}: attributes that begin with __, or begin and end with _, are Python's own and private here"
    if name in FRAME_ATTRIBUTES:
        return f"{name}: frames and code are private here"
    return None
