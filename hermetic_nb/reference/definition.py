"""A cell defined in CPython: its source checked, rewritten, and run in a namespace of its own."""

from __future__ import annotations
import __future__

import ast
import builtins
import inspect
import operator
import signal
import sys
from collections import deque
from copy import copy
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from hermetic_nb import arrays as stored
from hermetic_nb.errors import Diagnostic
from hermetic_nb.reference import arithmetic, arrays, outcomes, policy
from hermetic_nb.reference.modules import MODULES, operators
from hermetic_nb.reference.outcomes import Foreign, Outcome, Raised, Skipped, Value
from hermetic_nb.reference.pacing import Rewrite, Steps, TooLargeError, shifted
from hermetic_nb.reference.patterns import Signs
from hermetic_nb.reference.policy import NotAllowedError
from hermetic_nb.reference.records import instances, records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hermetic_nb.signature import Signature, Type

CELL: Final = "<cell>"
MODULE: Final = "cell"
DEFINING: Final = 200_000
"""Steps, and items of a sequence, that the statements of the cell itself may take."""
SECONDS: Final = 2.0
"""CPU time of one call, for work that counts no steps."""
LARGEST: Final = 1 << 26
"""Items of a result that can still be written down in the memory of the process."""
_CHANGING: Final = (list, dict, set, bytearray, deque)
"""Containers that a call may change."""
SPARE: Final = 2
"""Frames of the reference's own between the count and the cell's first function."""


class OutOfTimeError(BaseException):
    """The call took its CPU time. Not an Exception: the cell cannot catch it."""


class Definition:
    """A cell's source, executed; its functions can then be called with counted steps, each call as if it were the first.

    ``ulp`` and ``pattern`` move the last digits of library functions (see `arithmetic`). Raises NotAllowedError on source
    that the reference does not run, or that fails by itself.
    """

    def __init__(self, source: str, depth: int, ulp: Mapping[str, int], pattern: str) -> None:
        self._depth = depth
        self.namespace: dict[str, Any] = {"__name__": MODULE}
        power: Callable[[Any, Any], Any] = operator.pow
        if pattern:
            power = arithmetic.moved(operator.pow, ulp.get("**", 0), Signs(pattern))
            if arrays.is_here():
                power = arrays.moved(power, ulp.get("numpy.power", 0), Signs(pattern))
        self._steps = Steps(self.namespace, power)
        found = MODULES | {
            "math": arithmetic.math_names(ulp, pattern),
            "operator": operators(self._steps.multiply, self._pow, shifted),
        }
        if arrays.is_here():
            found["numpy"] = arrays.facade(ulp, pattern)
            if pattern and "numpy.dot" in ulp:
                self._steps.product = arrays.moved_product(operator.matmul, Signs(pattern))
        self._kinds: list[Type] = []
        self.namespace["__builtins__"] = policy.builtin_names() | {
            "sum": arithmetic.sum_as_in_3_14,
            "pow": self._pow,
            "print": print,
            "__build_class__": builtins.__build_class__,
            "__import__": lambda *asked: _imported(found, *asked),
        }
        sys.modules.setdefault(MODULE, ModuleType(MODULE))  # where dataclasses look up what annotations name
        self._code = compiled(source, "exec", CELL, counted=True)
        self._execute()
        self._keeps_state = any(_may_change(item) for name, item in self.namespace.items() if name != "__builtins__")
        self._has_classes = any(
            isinstance(item, type) and item.__module__ == MODULE for item in self.namespace.values()
        )

    def _execute(self) -> None:
        outcome = self._run(lambda: exec(self._code, self.namespace), DEFINING, DEFINING)  # noqa: S102 (checked by the policy)
        if not isinstance(outcome, Value):
            line = outcome.line if isinstance(outcome, Raised) else 0
            raise NotAllowedError(Diagnostic(f"the cell does not run in CPython: {outcome}", line))

    def takes(self, signature: Signature) -> None:
        """Say what the entry takes: arrays come as numpy's where that is here."""
        self._kinds = arrays.kinds_of(signature) if arrays.is_here() else []

    def call(self, entry: str, arguments: Sequence[Any], steps: int, size: int) -> tuple[Outcome, int]:
        """Call a function of the cell; see `Steps.allow` for the budget. Also gives the steps taken."""
        if self._keeps_state:
            self._execute()  # a sealed tool's call finds nothing that another one left
        function = self.namespace[entry]
        given = [instances(argument, self.namespace) for argument in arguments] if self._has_classes else arguments
        if self._kinds and len(self._kinds) == len(given):
            given = arrays.given(self._kinds, given)
        places, named = _by_name(function, given)
        outcome = self._run(
            lambda: stored.plain(function(*places, **named)) if arrays.is_here() else function(*places, **named),
            steps,
            size,
        )
        if isinstance(outcome, Value):
            if isinstance(outcome.value, (str, bytes, list)) and len(outcome.value) > LARGEST:
                return Skipped("memory"), steps - self._steps.left
            try:
                outcome = Value(records(outcome.value)) if self._has_classes else outcome
                outcomes.to_wire(outcome)
            except (TypeError, ValueError):
                outcome = Foreign(type(outcome.value).__name__)
            except MemoryError:
                outcome = Skipped("memory")
        return outcome, steps - self._steps.left

    def _run(self, work: Callable[[], Any], steps: int, size: int) -> Outcome:
        self._steps.allow(steps, size)
        before = sys.getrecursionlimit()
        try:
            sys.setrecursionlimit(_frames() + self._depth + SPARE)
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            value = work()
        except arithmetic.NoSignError:
            return Skipped("the sign of a NaN")
        except (OutOfTimeError, TooLargeError, MemoryError) as error:
            return Skipped({"OutOfTimeError": "time", "TooLargeError": "size"}.get(type(error).__name__, "memory"))
        except Exception as error:  # noqa: BLE001 (the cell may raise anything)
            if not self._steps.left:
                return Skipped("steps")
            return Raised(type(error).__name__, message_of(error), line_of(error))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            sys.setrecursionlimit(before)
        return Value(value) if self._steps.left else Skipped("steps")

    def _pow(self, base: Any, exp: Any, mod: Any = None) -> Any:
        return self._steps.power(base, exp) if mod is None else pow(base, exp, mod)


def _may_change(item: object) -> bool:
    """Whether a value of the top level may be another one after a call: a container, a cache, an instance."""
    return isinstance(item, _CHANGING) or hasattr(item, "cache_clear") or type(item).__module__ == MODULE


def _imported(
    modules: Mapping[str, Any], name: str, _globals: Any = None, _locals: Any = None, names: Any = (), _level: int = 0
) -> Any:
    if not names and name == "collections.abc":
        name = "collections"  # what `import a.b` binds
    if (
        name.startswith("numpy.") and arrays.is_here()
    ):  # numpy's own, from within its methods; `policy` lets no cell ask
        return sys.modules[name]
    return modules[name] if name in {"math", "numpy"} else copy(modules[name])


def _by_name(function: Any, arguments: Sequence[Any]) -> tuple[Sequence[Any], dict[str, Any]]:
    """Arguments by their places, and those of the parameters that are given by name only, which come last."""
    parameters = inspect.signature(function).parameters.values()
    names = [parameter.name for parameter in parameters if parameter.kind is parameter.KEYWORD_ONLY]
    places = len(arguments) - len(names)
    return arguments[:places], dict(zip(names, arguments[places:], strict=True))


def compiled(source: str, mode: str, filename: str, *, counted: bool) -> Any:
    """The code of checked source, rewritten to count its steps if wanted. Raises NotAllowedError and SyntaxError."""
    tree: Any = ast.parse(source, filename, mode)
    policy.check(tree)
    if counted:
        tree = Rewrite().visit(tree)
    return compile(tree, filename, mode, flags=__future__.annotations.compiler_flag, dont_inherit=True)


def stop_late_calls() -> None:
    """Let the CPU timer end calls. For the main thread of the reference process."""
    signal.signal(signal.SIGPROF, _out_of_time)


def message_of(error: BaseException) -> str:
    """The exception's message, as a traceback shows it."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001 (a message that cannot be had)
        return ""


def line_of(error: BaseException) -> int:
    """The innermost line of the cell that the exception passed; 0 where there is none."""
    line, place = 0, error.__traceback__
    while place is not None:
        if place.tb_frame.f_code.co_filename == CELL:
            line = place.tb_lineno
        place = place.tb_next
    return line


def _out_of_time(*_: object) -> NoReturn:
    raise OutOfTimeError


def _frames() -> int:
    count, frame = 1, sys._getframe()  # noqa: SLF001 (the documented way to a frame)
    while frame.f_back is not None:
        count, frame = count + 1, frame.f_back
    return count
