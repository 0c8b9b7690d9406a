"""The clock is out of reach: `time`, `datetime`, and the modules that stamp what they do."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import sched
import time
import unittest.case
import unittest.runner
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.runner.guest.capabilities import CLOCK, WAITING, refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.runner.guest.capabilities import Replacements

_NOW: Final = (
    *("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time"),
    *("process_time_ns", "thread_time", "thread_time_ns", "clock_gettime", "clock_gettime_ns", "clock_getres"),
    *("clock_settime", "clock_settime_ns", "get_clock_info"),
)


def close(replacements: Replacements) -> None:
    """Refuse every function that would read the clock or wait."""
    replacements.refuse(time, _NOW, CLOCK)
    replacements.refuse(time, ["sleep"], WAITING)
    for name, needed in (("localtime", 1), ("gmtime", 1), ("ctime", 1), ("asctime", 1), ("strftime", 2)):
        replacements.put(time, name, _given(name, needed))
    # These classes are written in C and closed to setattr; their namespaces are dicts all the same. Other ways (a subclass,
    # the Python version of the module) would change repr, pickles or speed.
    _refuse_methods(dt.date, "date", ("today",))
    _refuse_methods(dt.datetime, "datetime", ("now", "utcnow"))
    sched.scheduler.__init__.__defaults__ = (time.monotonic, time.sleep)
    still = SimpleNamespace(
        time=lambda: 0.0,
        time_ns=lambda: 0,
        perf_counter=lambda: 0.0,
        gmtime=time.gmtime,
        localtime=time.gmtime,
        strftime=time.strftime,
    )
    # Log records and test runs are stamped without being asked: for them it is always the beginning of 1970.
    vars(logging).update(
        time=still, _startTime=0, logThreads=False, logProcesses=False, logMultiprocessing=False, logAsyncioTasks=False
    )
    logging.Formatter.converter = staticmethod(time.gmtime)
    vars(unittest.case)["time"] = vars(unittest.runner)["time"] = still


def _given(name: str, needed: int) -> Callable[..., Any]:
    """The function, which without its last argument would mean now."""
    real = getattr(time, name)
    refused = refusal(f"time.{name}", CLOCK)

    def given(*args: Any) -> Any:
        return real(*args) if len(args) >= needed and args[needed - 1] is not None else refused()

    given.__name__ = given.__qualname__ = name
    return given


def _refuse_methods(kind: type, name: str, methods: tuple[str, ...]) -> None:
    (names,) = gc.get_referents(kind.__dict__)
    for method in methods:
        names[method] = classmethod(refusal(f"{name}.{method}", CLOCK))
