"""What a process of Linux gives up so that code inside it reaches nothing: namespaces, root, capabilities, system calls.

`leave_host`, `restrict`, `limit` and `filter_calls` take the steps of a `Plan`; each step that the host refuses is told with its reason, and
`observing` says what a process sealed so can still do. Elsewhere than on Linux nothing of this exists, and the steps say so.
"""

from hermetic_nb.confinement import seccomp
from hermetic_nb.confinement.layers import LAYERS, Layer, Plan, Step, StepFailedError
from hermetic_nb.confinement.observing import observe
from hermetic_nb.confinement.privileges import end_with_parent
from hermetic_nb.confinement.seal import Sealed, filter_calls, leave_host, limit, restrict

__all__ = [
    "LAYERS",
    "Layer",
    "Plan",
    "Sealed",
    "Step",
    "StepFailedError",
    "end_with_parent",
    "filter_calls",
    "leave_host",
    "limit",
    "observe",
    "restrict",
    "seccomp",
]
