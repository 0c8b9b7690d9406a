"""What a sealed process can still do, found by trying: each layer is reported as seen, never as configured.

`observe` runs in a process of its own that ends afterwards: some tries are answered by its end.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import socket
import stat
import struct
from collections.abc import Callable
from typing import Final

from hermetic_nb.confinement import landlock, libc, namespaces, privileges, seal
from hermetic_nb.confinement.layers import Layer, StepFailedError
from hermetic_nb.confinement.seal import Sealed

ELSEWHERE: Final = ("192.0.2.1", 9)
"""An address that belongs to nobody (RFC 5737)."""

_PR_GET_NO_NEW_PRIVS: Final = 39  # linux/prctl.h
_ESCAPED: Final = 3
"""Exit status of a try that succeeded."""


def observe(sealed: Sealed, host_pid: int, descriptors: int) -> list[Layer]:
    """The layers around a process sealed so. ``host_pid`` is a process outside; ``descriptors`` are those it may hold."""
    tries: list[tuple[str, Callable[[], tuple[bool, str]]]] = [
        ("user", lambda: _user(sealed)),
        ("pid", lambda: _pid(host_pid)),
        ("network", _network),
        ("mount", _root),
        ("ipc", lambda: _namespace(sealed, "ipc")),
        ("uts", lambda: _uts(sealed)),
        ("cgroup", lambda: _namespace(sealed, "cgroup")),
        ("capabilities", _capabilities),
        ("environment", _environment),
        ("descriptors", lambda: _descriptors(descriptors)),
        ("landlock", lambda: _landlock(sealed)),
        ("no_new_privs", _no_new_privs),
        ("seccomp", lambda: _seccomp(sealed)),
        ("limits", lambda: _limits(sealed)),
    ]
    found = [Layer("process", True, "is a process of its own")]
    for name, attempt in tries:
        try:
            holds, seen = attempt()
        except (OSError, StepFailedError) as error:
            holds, seen = False, str(error)
        why = sealed.why(name)
        found.append(Layer(name, holds, seen if holds or not why else why))
    return found


def _user(sealed: Sealed) -> tuple[bool, str]:
    own = bool(sealed.inside) and sealed.inside["user"] != sealed.outside["user"]
    return own and os.getuid() == namespaces.NOBODY, f"is user {os.getuid()}, nobody outside"


def _pid(host_pid: int) -> tuple[bool, str]:
    try:
        os.kill(host_pid, 0)
    except ProcessLookupError:
        return True, "the notebook's process does not exist"
    except PermissionError:
        return False, "sees the notebook's process, and may not touch it"
    return False, "can signal the notebook's process"


def _network() -> tuple[bool, str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        try:
            channel.connect(ELSEWHERE)
        except OSError as error:
            return error.errno == errno.ENETUNREACH, f"connect: {errno.errorcode.get(error.errno or 0, '?')}"
    return False, "there is a way to the network"


def _root() -> tuple[bool, str]:
    entries = os.listdir("/")  # noqa: PTH208 (the plainest try)
    if entries:
        return False, f"the root holds {len(entries)} entries"
    try:
        os.mkdir("/new")  # noqa: PTH102
    except OSError as error:
        return error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}, "the root is empty and read-only"
    return False, "the root can be written"


def _namespace(sealed: Sealed, name: str) -> tuple[bool, str]:
    own = bool(sealed.inside) and sealed.inside[name] != sealed.outside[name]
    return own, "is another than the host's" if own else "is the host's"


def _uts(sealed: Sealed) -> tuple[bool, str]:
    own, seen = _namespace(sealed, "uts")
    return own, f"the host is called {os.uname().nodename}" if own else seen


def _capabilities() -> tuple[bool, str]:
    data = ctypes.create_string_buffer(24)
    libc.call("capget", struct.pack("=Ii", privileges.CAPABILITY_VERSION_3, 0), data)
    words = struct.unpack("=6I", data.raw)
    count = sum(word.bit_count() for word in words)
    return count == 0, "has none" if not count else "has some"


def _no_new_privs() -> tuple[bool, str]:
    on = libc.call("prctl", _PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
    return on, "is set" if on else "is not set"


def _environment() -> tuple[bool, str]:
    return not os.environ, "is empty" if not os.environ else f"holds {len(os.environ)} names"


def _descriptors(allowed: int) -> tuple[bool, str]:
    sockets = folders = 0
    for number in range(privileges.DESCRIPTORS):
        try:
            mode = os.fstat(number).st_mode
        except OSError:
            continue
        sockets += stat.S_ISSOCK(mode)
        folders += stat.S_ISDIR(mode)
    return sockets <= allowed and not folders, f"{sockets} sockets and {folders} folders are open"


def _landlock(sealed: Sealed) -> tuple[bool, str]:
    os.close(os.open("/", os.O_RDONLY | os.O_DIRECTORY))  # so that what follows is this layer's doing
    seal.restrict(sealed)
    if sealed.why("landlock"):
        return False, sealed.why("landlock")
    try:
        os.close(os.open("/", os.O_RDONLY | os.O_DIRECTORY))
    except OSError as error:
        return error.errno == errno.EACCES, f"ABI {landlock.version()}: open is refused"
    return False, "a folder can be opened"


def _limits(sealed: Sealed) -> tuple[bool, str]:
    seal.limit(sealed)
    kinds = (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)
    found = [resource.getrlimit(kind)[1] for kind in kinds]
    bounds = (0, privileges.FILE_BYTES, privileges.DESCRIPTORS)
    held = all(0 <= limit <= bound for limit, bound in zip(found, bounds, strict=True))
    return held, "files, descriptors and core dumps are bounded" if held else "are the host's"


def _seccomp(sealed: Sealed) -> tuple[bool, str]:
    tries: dict[str, Callable[[], object]] = {
        "socket": lambda: socket.socket(socket.AF_UNIX),
        "fork": lambda: os.fork() or os._exit(0),
        "exec": lambda: os.execv("/", ["/"]),  # noqa: S606
    }
    refused = _why_not_filtered(sealed)
    if refused:
        return False, refused
    ended = {name: _ends_by_signal(sealed, attempt) for name, attempt in tries.items()}
    if all(ended.values()):
        return True, f"{', '.join(ended)} end the process"
    return False, f"{', '.join(name for name, end in ended.items() if not end)} are possible"


def _why_not_filtered(sealed: Sealed) -> str:
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        seal.filter_calls(sealed)
        os.write(writer, sealed.why("seccomp").encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        why = told.read().decode()
    os.waitpid(child, 0)
    return why


def _ends_by_signal(sealed: Sealed, attempt: Callable[[], object]) -> bool:
    child = os.fork()
    if not child:
        try:
            seal.filter_calls(sealed)
            attempt()
        except OSError:
            os._exit(0)
        os._exit(_ESCAPED)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGSYS
