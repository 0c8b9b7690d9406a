"""What the operating system refused, in our words: `OSError` -> `RegistryAccessError`."""

from __future__ import annotations

import errno
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import RegistryAccessError

if TYPE_CHECKING:
    from collections.abc import Iterator

_ELSEWHERE: Final = "or set HERMETIC_REGISTRY to a folder of yours"
_FULL: Final = "free some space; nothing was half-written, and what the registry held before is unchanged"
# errno -> (what happened, what to do). Our own words, because strerror's differ between systems and this text is compared.
_WORDS: Final = {
    errno.EACCES: ("permission denied", f"check the permissions of {{place}}, {_ELSEWHERE}"),
    errno.EPERM: ("not permitted", f"check the permissions of {{place}}, {_ELSEWHERE}"),
    errno.ENOENT: ("its folder went away", "if {place} was deleted on purpose, run the cell again"),
    errno.EROFS: ("the file system is read-only", f"{{place}} can only be read: remount it, {_ELSEWHERE}"),
    errno.ENOSPC: ("the disk is full", _FULL),
    errno.EDQUOT: ("the disk quota is used up", _FULL),
    errno.EFBIG: (
        "the file is larger than this process may write",
        "raise the limit (ulimit -f), or make a smaller tool",
    ),
    errno.ENOTDIR: ("a file stands where a folder should be", f"move that file away from {{place}}, {_ELSEWHERE}"),
    errno.EISDIR: ("a folder stands where a file should be", "`hermetic doctor` names it: move it away"),
    errno.ELOOP: ("a link stands where a file should be", "`hermetic doctor` names it: move it away"),
    errno.ENAMETOOLONG: ("the path is too long for this file system", f"use a shorter name for the tool, {_ELSEWHERE}"),
    errno.EMFILE: ("too many open files in this process", "close some files, or restart the kernel"),
    errno.ENFILE: ("too many open files on this machine", "close some programs"),
    errno.EIO: ("the disk reported an input/output error", "check the disk of {place}; then run `hermetic doctor`"),
    errno.ESTALE: ("the network file system lost the file", "mount it again, then run `hermetic doctor`"),
}


@contextmanager
def refusing(act: str, place: str) -> Iterator[None]:
    """Turn an OSError inside into a `RegistryAccessError`: ``act`` is ``read`` or ``written``, ``place`` the folder."""
    try:
        yield
    except OSError as error:
        raise refusal(error, act, place) from error
    except ValueError as error:  # a NUL in the path
        raise RegistryAccessError(f"the registry cannot be {act}: its path is not one", help=_ELSEWHERE) from error


def refusal(error: OSError, act: str, place: str) -> RegistryAccessError:
    """The error to raise for an OSError; its message holds no path, so that it is the same everywhere."""
    code = error.errno or 0
    unknown = (errno.errorcode.get(code, "the system refused"), f"check {{place}}, {_ELSEWHERE}")
    what, remedy = _WORDS.get(code, unknown)
    return RegistryAccessError(f"the registry cannot be {act}: {what}", help=remedy.format(place=place))
