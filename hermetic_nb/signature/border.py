"""Which Python values an interface holds: arguments come in here, and leave as exactly the declared types.

An int goes where a float is declared if the float is exactly that int; a bool is no int. Arrays and other buffers are
lists of numbers or bytes, read without Python work per element. `border_native` and `border_narrow` have the types that are
lowered to memory, `border_wide` all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.errors import ArgumentError, ArgumentRangeError
from hermetic_nb.signature.border_arrays import fit_array
from hermetic_nb.signature.border_narrow import Narrow
from hermetic_nb.signature.border_native import FIT, is_plain
from hermetic_nb.signature.border_scalars import ARGUMENT, RESULT
from hermetic_nb.signature.border_wide import Wide
from hermetic_nb.signature.misfit import MisfitError
from hermetic_nb.signature.types import ArrayType

if TYPE_CHECKING:
    from hermetic_nb.signature.signature import Parameter, Signature
    from hermetic_nb.signature.types import Type

    Fit = Callable[[Type, Any, str], Any]


def fit(
    signature: Signature, args: Sequence[Any], kwargs: Mapping[str, Any], *, packed: bool = False, wide: bool = False
) -> tuple[Any, ...]:
    """One value for each parameter, of exactly its type; defaults filled in.

    With ``packed`` a list of numbers becomes one flat memoryview (a copy), which `abi.lower` takes as it is and `unpack`
    turns into the list. ``wide``: the rules of the python and pure tiers. Raises ArgumentError, and ArgumentRangeError for
    an int beyond 64 bits.
    """
    try:
        parameters = signature.parameters
        if wide:
            return _fit(signature, args, kwargs, partial(_wide, Wide(signature.definitions)))
        if len(args) == len(parameters) and not kwargs and not (args and parameters[-1].is_keyword):
            try:
                return tuple(
                    [
                        _PLAIN[type(p.type)](p.type, value, p.name, packed)
                        for p, value in zip(parameters, args, strict=True)
                    ]
                )
            except KeyError:  # the type is not in it, or what a list holds
                pass
        return _fit(signature, args, kwargs, partial(_narrow, Narrow(signature.definitions), packed))
    except (ArgumentError, ArgumentRangeError):
        raise
    except RecursionError:
        raise ArgumentError("an argument is nested too deep", help=f"the signature is {signature}") from None
    except Exception as error:  # a value's own methods may raise anything
        raise ArgumentError(
            f"an argument cannot be read: {type(error).__name__}", help=f"the signature is {signature}"
        ) from error


def fit_result(signature: Signature, value: Any) -> Any:
    """A result as its declared type: an int becomes a float where that is exact, at any depth.

    Raises TypeError where it is something else; its text goes on where a sentence began with the name of what gave it.
    """
    try:
        return Wide(signature.definitions).fit(signature.result, value, RESULT)
    except MisfitError as error:
        raise TypeError(error.of_result(signature.result)) from None
    except Exception as error:
        kind = "is nested too deep" if isinstance(error, RecursionError) else f"cannot be read: {type(error).__name__}"
        raise TypeError(f"is declared to give {signature.result}, and gave a value that {kind}") from error


def unpack(fitted: Sequence[Any]) -> tuple[Any, ...]:
    """The values that `fit` gives without ``packed``."""
    return tuple(map(_unpacked, fitted))


def _unpacked(value: Any) -> Any:
    if type(value) is tuple and len(value) == 3 and type(value[2]) is memoryview:  # an array of two axes
        return (*value[:2], value[2].tolist())
    return value.tolist() if type(value) is memoryview else value


def _fit(signature: Signature, args: Sequence[Any], kwargs: Mapping[str, Any], one: Fit) -> tuple[Any, ...]:
    parameters = signature.parameters
    placed = [parameter for parameter in parameters if not parameter.is_keyword]
    if len(args) > len(placed):
        raise ArgumentError(f"{len(args)} arguments for {_count(len(placed))}", help=f"the signature is {signature}")
    given: dict[str, Any] = {}
    for parameter, value in zip(placed, args, strict=False):
        if parameter.name in kwargs:
            raise ArgumentError(f"argument {parameter.name!r} is given twice")
        given[parameter.name] = value
    names = {parameter.name for parameter in parameters}
    unknown = [name for name in kwargs if name not in names]
    if unknown:
        raise ArgumentError(f"no parameter is named {unknown[0]!r}", help=f"the signature is {signature}")
    given |= kwargs
    return tuple(
        [one(p.type, given[p.name] if p.name in given else _default(p, signature), p.name) for p in parameters]
    )


def _wide(fitter: Wide, wanted: Type, value: Any, name: str) -> Any:
    try:
        return fitter.fit(wanted, value, ARGUMENT)
    except MisfitError as error:
        raise error.of_argument(name) from None


def _narrow(fitter: Narrow, packed: bool, wanted: Type, value: Any, name: str) -> Any:  # noqa: FBT001
    if isinstance(wanted, ArrayType):
        return fit_array(wanted, value, name, packed)
    if is_plain(wanted):
        return FIT[type(wanted)](wanted, value, name, packed)
    return _wide(fitter, wanted, value, name)


def _default(parameter: Parameter, signature: Signature) -> Any:
    if parameter.default is None:
        raise ArgumentError(f"argument {parameter.name!r} is missing", help=f"the signature is {signature}")
    return values.decode(parameter.default)


_PLAIN: Final[dict[type, Callable[[Any, Any, str, bool], Any]]] = {**FIT, ArrayType: fit_array}
"""A function for each type whose values are fitted without looking at more than the type."""


def _count(number: int) -> str:
    return "1 parameter" if number == 1 else f"{number} parameters"
