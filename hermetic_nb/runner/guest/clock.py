"""The clock is out of reach: `time`, `datetime`, and the modules that stamp what they do."""

from __future__ import annotations

import datetime as dt
import gzip
import logging
import sched
import tarfile
import time
import unittest.case
import unittest.runner
import zipfile
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.runner.guest.capabilities import CLOCK, WAITING, refusal, set_methods

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.runner.guest.capabilities import Replacements

_NOW: Final = (
    *("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "process_time"),
    *("process_time_ns", "thread_time", "thread_time_ns", "clock_gettime", "clock_gettime_ns", "clock_getres"),
    *("clock_settime", "clock_settime_ns", "get_clock_info"),
)

_ZIP_BEGINS: Final = 315_532_800
"""The beginning of 1980 in seconds since 1970: ZIP knows no earlier time."""


def close(replacements: Replacements) -> None:
    """Refuse every function that would read the clock or wait."""
    replacements.refuse(time, _NOW, CLOCK)
    replacements.refuse(time, ["sleep"], WAITING)
    for name, needed in (("localtime", 1), ("gmtime", 1), ("ctime", 1), ("asctime", 1), ("strftime", 2)):
        replacements.put(time, name, _given(name, needed))
    set_methods(dt.date, {"today": classmethod(refusal("date.today", CLOCK))})
    set_methods(
        dt.datetime, {name: classmethod(refusal(f"datetime.{name}", CLOCK)) for name in ("now", "utcnow", "today")}
    )
    sched.scheduler.__init__.__defaults__ = (time.monotonic, time.sleep)
    # Log records, test runs and archives are stamped without being asked: for them it is always the same moment.
    vars(logging).update(
        time=_still(0),
        _startTime=0,
        logThreads=False,
        logProcesses=False,
        logMultiprocessing=False,
        logAsyncioTasks=False,
    )
    logging.Formatter.converter = staticmethod(time.gmtime)
    for module in (unittest.case, unittest.runner, gzip, tarfile):
        vars(module)["time"] = _still(0)
    vars(zipfile)["time"] = _still(_ZIP_BEGINS)


def _still(moment: int) -> SimpleNamespace:
    """In the place of the module `time`: a clock that stands."""
    return SimpleNamespace(
        time=lambda: float(moment),
        time_ns=lambda: moment * 10**9,
        perf_counter=lambda: 0.0,
        gmtime=time.gmtime,
        localtime=time.gmtime,
        strftime=time.strftime,
        mktime=time.mktime,
    )


def _given(name: str, needed: int) -> Callable[..., Any]:
    """The function, which without its last argument would mean now."""
    real = getattr(time, name)
    refused = refusal(f"time.{name}", CLOCK)

    def given(*args: Any) -> Any:
        return real(*args) if len(args) >= needed and args[needed - 1] is not None else refused()

    given.__name__ = given.__qualname__ = name
    return given
