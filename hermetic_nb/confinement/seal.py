"""Sealing a process: `leave_host` once, before workers are forked; `restrict`, `limit`, `filter_calls` in each of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from hermetic_nb.confinement import landlock, libc, namespaces, privileges, seccomp
from hermetic_nb.confinement.layers import Plan, Step, StepFailedError


@dataclass(slots=True)
class Sealed:
    """What became of the steps of a plan."""

    plan: Plan
    missed: list[Step] = field(default_factory=list)
    outside: dict[str, int] = field(default_factory=dict)
    """The host's namespaces (see `namespaces.identities`)."""
    inside: dict[str, int] = field(default_factory=dict)

    def take(self, layer: str, wanted: bool, step: Callable[[], object]) -> None:  # noqa: FBT001
        """Take a step; one that is left out or fails is noted."""
        if not wanted:
            self.missed.append(Step(layer, "left out"))
            return
        try:
            step()
        except StepFailedError as failed:
            self.missed.append(Step(layer, str(failed)))

    def why(self, layer: str) -> str:
        """Why a layer was not made, or empty."""
        return next((step.why for step in self.missed if step.layer == layer), "")


def leave_host(plan: Plan, waiting: Callable[[], None] = lambda: None) -> Sealed:
    """Leave the host's namespaces, files and privileges, as far as the host lets us, and fork.

    Returns in the child, the first process of its pid namespace; the parent calls ``waiting``, waits for it and ends as it
    does.
    """
    sealed = Sealed(plan)
    if plan == Plan.none():
        return sealed
    if plan.namespaces and libc.LINUX:
        sealed.outside = namespaces.identities()
        sealed.missed += namespaces.enter()
    else:
        why = "left out" if libc.LINUX else "not on this system"
        sealed.missed += [Step(name, why) for name in ("user", "pid", "network", "mount", "ipc", "uts", "cgroup")]
    _go_on_in_a_child(waiting)
    privileges.end_with_parent()
    if plan.namespaces:
        sealed.inside = namespaces.identities()
    if not sealed.why("mount"):
        sealed.take("mount", plan.root, namespaces.empty_root)
    if plan.capabilities:
        if sealed.why("user"):
            sealed.take("user", True, privileges.become_nobody)
        privileges.end_with_parent()  # a change of identity forgets it
    sealed.take("capabilities", plan.capabilities, privileges.drop_capabilities)
    return sealed


def restrict(sealed: Sealed) -> None:
    """In a worker, before it starts threads: what each thread inherits."""
    sealed.take("landlock", sealed.plan.landlock, landlock.restrict)


def limit(sealed: Sealed) -> None:
    """In a worker whose threads run: bound its resources."""
    sealed.take("limits", sealed.plan.limits, privileges.limit_resources)


def filter_calls(sealed: Sealed) -> None:
    """In a worker whose threads run: refuse system calls."""
    sealed.take("seccomp", sealed.plan.seccomp, lambda: seccomp.install(seccomp.COMPUTING | seccomp.IMAGES))


def _go_on_in_a_child(waiting: Callable[[], None]) -> None:
    child = os.fork()
    if child:
        waiting()
        _, status = os.waitpid(child, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
