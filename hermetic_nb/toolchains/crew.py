"""The compiler processes of a toolchain: kept warm, and as unlike each other as the host allows.

Two builds that agree although hash seed, working directory, locale and time zone differ show that none of these decides
bytes.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from hermetic_nb.child import Child, ChildDiedError, ChildTimeoutError
from hermetic_nb.errors import ToolchainError
from hermetic_nb.toolchains.channel import (
    WARM,
    accept_request,
    compile_request,
    explain_request,
    read_done,
    read_explanation,
    read_reply,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.model import Explanation, Payload, ToolSpec

VARIANTS: Final = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8", "HERMETIC_BUILD_FOLDER": "root"},
    {"PYTHONHASHSEED": "4242", "TZ": "Asia/Kathmandu", "LC_ALL": "C", "HERMETIC_BUILD_FOLDER": "temporary"},
)
"""Environment of each compiler process."""
SECONDS: Final = 120.0
"""Wall clock for one build; builds take tens of milliseconds."""


class Crew:
    """Compiler processes that run ``module``; ``label`` names them in messages."""

    def __init__(self, module: str, label: str) -> None:
        self._module, self._label = module, label
        self._children: list[Child] = []
        self._lock = threading.Lock()

    def warm(self) -> None:
        """Start the processes and let them load their libraries. Returns at once."""
        for child in self._take(len(VARIANTS)):
            threading.Thread(target=self._warm, args=(child,), name=f"warm {self._label}", daemon=True).start()

    def accept(self, spec: ToolSpec) -> None:
        """Let the front end of one process read the spec. Raises as `compile`."""
        (child,) = self._take(1)
        read_done(self._ask(child, accept_request(spec)))

    def explain(self, spec: ToolSpec) -> Explanation:
        """What the front end of one process says of the spec. Raises as `compile`."""
        (child,) = self._take(1)
        return read_explanation(self._ask(child, explain_request(spec)))

    def compile(self, spec: ToolSpec, builders: int) -> Sequence[Payload]:
        """Build the spec in ``builders`` processes at once, one payload each.

        Raises the error that the compiler gave, and ToolchainError where the compiler itself failed.
        """
        children = self._take(builders)
        request = compile_request(spec)
        with ThreadPoolExecutor(len(children), thread_name_prefix=self._label) as threads:
            builds = [threads.submit(self._build, child, request) for child in children]
            try:
                return [build.result() for build in builds]
            except Exception:
                raise  # the others answer within their own time; their processes stay warm
            except BaseException:
                _stop(children, builds)
                raise

    def close(self) -> None:
        """End the processes; the next build starts new ones."""
        with self._lock:
            children, self._children = self._children, []
        for child in children:
            child.stop()

    def _take(self, count: int) -> list[Child]:
        with self._lock:
            while len(self._children) < count:
                number = len(self._children)
                variant = VARIANTS[number % len(VARIANTS)]
                self._children.append(Child(self._module, environment=variant, label=f"{self._label} {number + 1}"))
            children = self._children[:count]
        for child in children:
            child.start()
        return children

    def _warm(self, child: Child) -> None:
        # A compiler that cannot start is told by the first build, where someone waits for it.
        with contextlib.suppress(ChildDiedError, ChildTimeoutError):
            read_done(child.request(WARM, timeout=SECONDS))

    def _build(self, child: Child, request: bytes) -> Payload:
        return read_reply(self._ask(child, request))

    def _ask(self, child: Child, request: bytes) -> bytes | memoryview:
        try:
            return child.ask(request, timeout=SECONDS)
        except ChildTimeoutError:
            raise ToolchainError(
                f"the {self._label} compiler did not finish within {SECONDS:.0f} s and was stopped",
                help="make the cell smaller",
            ) from None
        except ChildDiedError as died:
            raise self._died(died) from None

    def _died(self, died: ChildDiedError) -> ToolchainError:
        if died.status is not None and died.status >= 0:
            # It ended by itself, with a traceback: a module is missing, or it cannot be read.
            words = died.stderr.strip().splitlines()
            return ToolchainError(
                f"the {self._label} compiler does not start: {words[-1] if words else 'it says nothing'}",
                help="install the package again; `hermetic doctor` says what is missing",
            )
        if died.killed:
            return ToolchainError(f"the {self._label} compiler was killed", help="the host may be out of memory")
        return ToolchainError(
            f"the {self._label} compiler died on this cell",
            help="a fault of the compiler, not of the cell; the next build starts a new one; please report the cell",
        )


def enter_folder() -> None:
    """A compiler process's own working folder, as its variant says."""
    wanted = os.environ.get("HERMETIC_BUILD_FOLDER")
    os.chdir(tempfile.gettempdir() if wanted == "temporary" else "/")


def _stop(children: Sequence[Child], builds: Sequence[Future[Payload]]) -> None:
    """On interruption: end the processes whose answer nobody waits for."""
    for child, build in zip(children, builds, strict=True):
        if not build.done():
            child.stop()
