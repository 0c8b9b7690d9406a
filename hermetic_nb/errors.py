"""The errors that cross our border: one tree, each with a code, a place in the cell and a help line.

    HermeticError
    + SpecError            H1xx  the magic line, the cell or its signature is wrong
    + BuildError           H2xx  a toolchain refused the source, or what it made was refused
    |   + NotNativeError         H201  outside the native subset (tier auto goes on to the python tier)
    |   + NotPureError           H202  outside the policy of pure tools
    |   + DependencyError        H203  a declared package, or the file of --data, cannot be had as declared
    |   + NotReproducibleError   H210  two builds of one spec differ
    |   + ExampleError           H220  an example of the docstring failed
    |   + DifferenceError        H230  the sealed tool and CPython disagree
    |   + ToolchainError         H240  the compiler itself is missing, died or took too long
    + RegistryError        H4xx
    |   + ToolNotFoundError      H401
    |   + IntegrityError         H410  bytes do not match their digest
    |   + RegistryAccessError    H420  the folder cannot be read or written (permissions, full disk)
    + ExecutionError       H5xx
    |   + ToolError              H501  the tool itself raised; also an instance of the Python exception it raised
    |   |   + CapabilityError        the tool reached for a clock, chance, a file...: also a PermissionError
    |   |   + AgentError             a call of an agent gave no value, and the tool did not catch that: also a RuntimeError
    |   |       + UnknownAgentError, AgentRefusedError, AgentFailedError, AgentTimeoutError, AgentTypeError
    |   + ArgumentError          H510  an argument does not fit the signature; also a TypeError
    |   + ArgumentRangeError     H511  an int beyond the tier's 64 bits; also an OverflowError
    |   + EnvError               H512  a name of --env has no value here
    |   + LimitExceeded          H520  a limit stopped the call; ``limit`` names it; no receipt
    |   + EngineError            H530  the executor itself failed; the tool is not to blame
    + ReplayMismatch       H6xx  same tool, arguments and trace; other output
    + AgentRunError        H7xx  the agent of a cell did not come to an answer
        + NoModelError           H701  no model is named, and the request is in no recording
        + CassetteMissError      H710  a recording is replayed, and the request is another one
        + BudgetError            H720  the run met a limit of requests, calls, tokens or cost
        + ModelFailedError       H730  the model could not be reached, or what it said cannot be used

``str(error)`` is stable (``"H501 ZeroDivisionError: ..."``): it holds no path, address, pid or time, so that a notebook
that records it re-checks. IPython shows an error by ``_render_traceback_``: its placed diagnostics, never our frames.
"""

from __future__ import annotations

import builtins
import textwrap
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH: Final = 110
"""Characters of a line of help: what a notebook shows without breaking a word."""


WIDEST: Final = 120
"""Characters that are shown of a line of the cell."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding, placed in the cell.

    ``line`` counts from 1 in the cell's body (0: no place); ``column`` and ``end_column`` count characters from 0.
    """

    message: str
    line: int = 0
    column: int = 0
    end_column: int = 0
    source: str = ""
    """The text of the line, for display."""

    def render(self, *, said: str = "") -> list[str]:
        """The finding as lines of text, with a caret under the place; without its message if that was ``said`` above."""
        if not self.line:
            return [f"  {self.message}"]
        number = f"{self.line:>4} | "
        if not self.source:
            return [f"{number}{self.message}"]
        blank = " " * (len(number) - 2) + "| "
        text, start, end = window(self.source, self.column, self.end_column)
        indent = "".join("\t" if character == "\t" else " " for character in text[:start])
        message = "" if self.message == said else f"  {self.message}"
        return [f"{number}{text}", f"{blank}{indent}{'^' * max(1, end - start)}{message}"]


def window(source: str, start: int, end: int) -> tuple[str, int, int]:
    """What is shown of a line: of a long one the surroundings of the place, and nothing that a terminal would obey."""
    text = "".join(character if character.isprintable() or character == "\t" else "\ufffd" for character in source)
    end = min(end, len(text))
    if len(text) <= WIDEST:
        return text, start, end
    left = max(0, min(start - WIDEST // 3, len(text) - WIDEST))
    right = left + WIDEST
    before, after = "..." if left else "", "..." if right < len(text) else ""
    shift = len(before) - left
    return f"{before}{text[left:right]}{after}", start + shift, min(end, right) + shift


class HermeticError(Exception):
    """The root of all errors of this package."""

    code: ClassVar[str] = "H000"
    retry: ClassVar[bool] = True
    """Whether another source or other arguments may succeed: what a model needs to know."""

    def __init__(self, message: str, *, diagnostics: Sequence[Diagnostic] = (), help: str = "") -> None:  # noqa: A002 (the word of the field)
        super().__init__(message)
        self.message = message
        self.diagnostics = tuple(diagnostics)
        self.help = help

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    @property
    def title(self) -> str:
        """The name under which the error is shown."""
        return type(self).__name__

    def render(self) -> list[str]:
        """The whole error as lines of text: what, where, what to do."""
        lines = [f"{self.code} {self.title}: {self.message}"]
        for diagnostic in self.diagnostics:
            lines += diagnostic.render(said=self.message)
        for number, line in enumerate(self.help.splitlines()):
            lines += textwrap.wrap(
                line,
                WIDTH,
                initial_indent="        " if number else "  help: ",
                subsequent_indent="          " if line.startswith("- ") else "        ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        return lines

    def to_json(self) -> dict[str, Any]:
        """The error as data, for programs and models."""
        return {
            "code": self.code,
            "name": self.title,
            "message": self.message,
            "help": self.help,
            "retry": self.retry,
            "diagnostics": [
                {"message": d.message, "line": d.line, "column": d.column, "end_column": d.end_column}
                for d in self.diagnostics
            ],
        }

    def _render_traceback_(self) -> list[str]:
        return self.render()


class SpecError(HermeticError):
    """The magic line, the cell or its signature is wrong."""

    code = "H101"


class BuildError(HermeticError):
    """A toolchain refused the source, or what it made was refused."""

    code = "H200"


class NotNativeError(BuildError):
    """The cell uses something outside the native subset."""

    code = "H201"


class NotPureError(BuildError):
    """The cell uses something outside the policy of pure tools."""

    code = "H202"


class DependencyError(BuildError):
    """A declared package, or the file of ``--data``, cannot be had as declared."""

    code = "H203"


class NotReproducibleError(BuildError):
    """Two builds of one spec gave different bytes."""

    code = "H210"


class ExampleError(BuildError):
    """An example of the docstring failed."""

    code = "H220"


class DifferenceError(BuildError):
    """The sealed tool and CPython disagree on an input."""

    code = "H230"


class ToolchainError(BuildError):
    """The compiler itself is missing, died or took too long."""

    code = "H240"
    retry = False


class RegistryError(HermeticError):
    """The registry cannot do what was asked."""

    code = "H400"
    retry = False


class ToolNotFoundError(RegistryError):
    """No tool has that name, version or digest."""

    code = "H401"
    retry = True


class IntegrityError(RegistryError):
    """Stored bytes do not match their digest."""

    code = "H410"


class RegistryAccessError(RegistryError):
    """The registry's folder cannot be read or written."""

    code = "H420"


class ExecutionError(HermeticError):
    """A call gave no value."""

    code = "H500"
    receipt: object | None = None
    """The `Receipt` of the call, where the failure is an outcome of the tool itself."""


class ToolError(ExecutionError):
    """The tool raised. Instances also belong to the built-in exception that the tool raised."""

    code = "H501"
    exception: ClassVar[str] = "Exception"

    def __str__(self) -> str:
        return f"{self.code} {self.exception}: {self.message}" if self.message else f"{self.code} {self.exception}"

    @property
    def title(self) -> str:
        """The name of the exception that the tool raised."""
        return self.exception


class CapabilityError(ToolError, PermissionError):
    """The tool reached for something that a sealed tool has not: a clock, chance, a file, the network..."""

    exception = "CapabilityError"


class AgentError(ToolError, RuntimeError):
    """A call of an agent gave no value, and the tool did not catch the error."""

    exception = "AgentError"


class UnknownAgentError(AgentError, LookupError):
    """No agent and no tool has the name that the tool called."""

    exception = "UnknownAgentError"


class AgentRefusedError(AgentError):
    """The user, or the agent's approval policy, said no."""

    exception = "AgentRefusedError"


class AgentFailedError(AgentError):
    """The agent itself raised."""

    exception = "AgentFailedError"


class AgentTimeoutError(AgentError, TimeoutError):
    """The agent did not answer in time."""

    exception = "AgentTimeoutError"


class AgentTypeError(AgentError, TypeError):
    """Arguments or reply are not of the types that the agent declares."""

    exception = "AgentTypeError"


class ArgumentError(ExecutionError, TypeError):
    """An argument does not fit the tool's signature."""

    code = "H510"


class ArgumentRangeError(ExecutionError, OverflowError):
    """An int argument is beyond the 64 bits of the tool's tier."""

    code = "H511"


class EnvError(ExecutionError, LookupError):
    """A name that the tool takes from the environment has no value here."""

    code = "H512"


class LimitExceeded(ExecutionError):  # noqa: N818 (the public name of the design)
    """A limit stopped the call. Such a stop is not an outcome and has no receipt."""

    code = "H520"

    def __init__(
        self,
        message: str,
        *,
        limit: str = "",
        diagnostics: Sequence[Diagnostic] = (),
        help: str = "",  # noqa: A002 (the word of the field)
    ) -> None:
        super().__init__(message, diagnostics=diagnostics, help=help)
        self.limit = limit
        """Which one: ``wall_seconds``, ``fuel``, ``memory``, ``depth``, ``output_bytes``, ``stack``, ``calls``, ``rounds``..."""


class EngineError(ExecutionError):
    """The executor failed; the tool is not to blame."""

    code = "H530"
    retry = False


class ReplayMismatch(HermeticError):  # noqa: N818 (the public name of the design)
    """The same tool, arguments and trace gave another output."""

    code = "H600"
    retry = False


class AgentRunError(HermeticError):
    """The agent of a cell did not come to an answer."""

    code = "H700"


class NoModelError(AgentRunError):
    """No model is named, and the request is in no recording."""

    code = "H701"
    retry = False


class CassetteMissError(AgentRunError):
    """A recording is replayed, and the request is another one."""

    code = "H710"
    retry = False


class BudgetError(AgentRunError):
    """The run met a limit of requests, calls, tokens or cost."""

    code = "H720"
    retry = False


class ModelFailedError(AgentRunError):
    """The model could not be reached, or what it said cannot be used."""

    code = "H730"


def interrupted(message: str) -> KeyboardInterrupt:
    """The user stopped a call or a build: KeyboardInterrupt itself, which IPython shows in one line.

    No class of ours: Python ends a script by SIGINT, as a shell expects, on exactly this one.
    """
    error = KeyboardInterrupt(message)
    error.__dict__["_render_traceback_"] = partial(list, [f"{KeyboardInterrupt.__name__}: {message}"])
    return error


_OUTCOMES: Final[dict[str, type[ToolError]]] = {
    kind.exception: kind
    for kind in (
        CapabilityError,
        AgentError,
        UnknownAgentError,
        AgentRefusedError,
        AgentFailedError,
        AgentTimeoutError,
        AgentTypeError,
    )
}
"""Exceptions that the runner defines: a tool that raises one gives the class of the same name here."""


AGENT_ERRORS: Final = tuple(name for name, kind in _OUTCOMES.items() if issubclass(kind, AgentError))
"""Names of the errors that a call of an agent raises inside a pure tool."""


@cache
def tool_error(exception: str, base: str = "") -> type[ToolError]:
    """The `ToolError` class for an exception's name, so that ``except ZeroDivisionError`` works too.

    ``base`` is the built-in exception that an exception class of the cell derives from.
    """
    known = _OUTCOMES.get(exception)
    if known is not None and base:
        return known
    builtin = getattr(builtins, base or exception, None)
    if not (isinstance(builtin, type) and issubclass(builtin, Exception)):
        builtin, exception = Exception, exception if base else "Exception"
    if issubclass(builtin, UnicodeError):
        # Its subclasses demand five arguments; `except UnicodeError` still catches.
        builtin = UnicodeError
    if issubclass(builtin, BaseExceptionGroup):  # demands the exceptions inside, which stay where they are
        builtin = Exception
    bases: tuple[type, ...] = (ToolError,) if builtin is Exception else (ToolError, builtin)
    return type(
        exception, bases, {"exception": exception, "__module__": __name__, "__doc__": f"The tool raised {exception}."}
    )
