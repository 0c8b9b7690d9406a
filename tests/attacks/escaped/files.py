"""Attempts at the host's files."""

from __future__ import annotations

import ctypes
import os
import stat
from pathlib import Path

from tests.attacks.escaped.attempts import Facts, attempt, seen
from tests.attacks.escaped.calls import call, status

AT_FDCWD = -100
DESCRIPTORS = 64


@attempt("files")
def read_a_file(facts: Facts) -> str:
    return seen(Path(facts.secret).read_bytes())


@attempt("files")
def read_the_passwords_file(_: Facts) -> str:
    return Path("/etc/passwd").read_text()[:20]


@attempt("files")
def look_at_a_file(facts: Facts) -> str:
    return f"{Path(facts.secret).stat().st_size} bytes"


@attempt("files")
def list_the_root(_: Facts) -> str:
    found = ", ".join(path.name for path in Path("/").iterdir())
    if not found:
        raise FileNotFoundError(2, "it is empty")
    return found


@attempt("files")
def list_a_folder(facts: Facts) -> str:
    return ", ".join(path.name for path in Path(facts.folder).iterdir())


@attempt("files")
def write_a_file(facts: Facts) -> str:
    Path(facts.folder, "mark").write_bytes(b"written")
    return "written"


@attempt("files")
def write_somewhere(_: Facts) -> str:
    refused = OSError()
    for folder in ("/", "/tmp", "/dev/shm", "/var/tmp", "/run", ".", "/proc/self"):
        path = Path(folder, f"hermetic-{os.getpid()}")
        try:
            path.write_bytes(b"x")
        except OSError as error:
            refused = error
        else:
            path.unlink()
            return f"written to {folder}"
    raise refused


@attempt("files")
def overwrite_a_file(facts: Facts) -> str:
    os.close(os.open(facts.secret, os.O_WRONLY))
    return "opened for writing"


@attempt("files")
def remove_a_file(facts: Facts) -> str:
    Path(facts.secret).rename(f"{facts.secret}.gone").rename(facts.secret)
    return "renamed"


@attempt("files")
def change_a_mode(facts: Facts) -> str:
    Path(facts.secret).chmod(0o666)
    return "changed"


@attempt("files")
def link_to_a_file(facts: Facts) -> str:
    path = Path(facts.folder, "mark")
    path.symlink_to(facts.secret)
    return "linked"


@attempt("files")
def climb_out_by_dots(facts: Facts) -> str:
    return seen(Path("/" + "../" * 40 + facts.secret.lstrip("/")).read_bytes())


@attempt("files", root=True)
def climb_out_by_chroot(facts: Facts) -> str:
    """The classic: a second root below a folder that is still open, then up and up."""
    above = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.chroot(facts.folder if Path(facts.folder).exists() else "/")
        os.fchdir(above)
    finally:
        os.close(above)
    for _ in range(64):
        os.chdir("..")
    os.chroot(".")
    return seen(Path(facts.secret).read_bytes())


@attempt("files", root=True)
def open_by_a_handle(facts: Facts) -> str:
    """Needs no path: only a descriptor on the same file system, of which a payload may have one."""
    kind, data = facts.handle.split(":")
    content = bytes.fromhex(data)
    handle = len(content).to_bytes(4, "little") + int(kind).to_bytes(4, "little", signed=True) + content
    refused: OSError | None = None
    for place in (AT_FDCWD, *range(DESCRIPTORS)):
        try:
            number = call("open_by_handle_at", place, ctypes.create_string_buffer(handle, len(handle)), os.O_RDONLY)
        except OSError as error:
            refused = refused or error
        else:
            try:
                return seen(os.read(number, 4096))
            finally:
                os.close(number)
    raise refused or OSError()


@attempt("files")
def open_a_device(_: Facts) -> str:
    os.close(os.open("/dev/zero", os.O_RDONLY))
    return "opened"


@attempt("files", root=True)
def make_a_device(facts: Facts) -> str:
    os.mknod(f"{facts.folder}/mark", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    return "made"


@attempt("files", root=True)
def mount_over_a_folder(facts: Facts) -> str:
    call("mount", b"none", facts.folder.encode(), b"tmpfs", 0, None)
    call("umount2", facts.folder.encode(), 2)
    return "mounted"


@attempt("files", root=True)
def mount_the_processes(_: Facts) -> str:
    call("mount", b"none", b"/proc", b"proc", 0, None)
    call("umount2", b"/proc", 2)
    return "mounted"


@attempt("files", uncertain=True)
def use_what_was_left_open(_: Facts) -> str:
    """A folder, a file with a name, or more sockets than the one channel."""
    sockets = 0
    for number in range(1024):
        try:
            mode, links = status(number)
        except OSError:
            continue
        if stat.S_ISDIR(mode) or (stat.S_ISREG(mode) and links):
            return "a folder or a file is open"
        sockets += stat.S_ISSOCK(mode)
    if sockets > 1:
        return f"{sockets} sockets are open"
    raise FileNotFoundError(2, "nothing was left open")


@attempt("files")
def read_the_environment(_: Facts) -> str:
    words = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    held, at = b"", 0
    while words and (word := words[at]):  # type: ignore[truthy-bool]  # a pointer to nothing is false
        held, at = held + word + b"\0", at + 1
    try:
        held += Path("/proc/self/environ").read_bytes()
    except OSError as refused:
        if not held:
            raise refused from None
    if not held:
        raise FileNotFoundError(2, "there is none")
    return f"{held.count(b'=')} names"
