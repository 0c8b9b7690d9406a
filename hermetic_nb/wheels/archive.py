"""The members of a zip archive, read in memory by strict rules: one archive has one reading, and a bounded one.

The layout is that of PKWARE's APPNOTE.TXT, without zip64, encryption and split archives. The central directory is the only
index; what it says about sizes is a bound for reading, never a promise.
"""

from __future__ import annotations

import stat
import struct
import zlib
from dataclasses import dataclass
from typing import Final

from hermetic_nb.wheels.paths import check_path, check_together, refusal

WHEEL_BYTES: Final = 64 << 20
"""Bytes of a whole wheel."""
TOTAL_BYTES: Final = 64 << 20
"""Bytes of all members of a wheel, unpacked."""
MEMBERS: Final = 16384

_END: Final = struct.Struct("<4s4H2LH")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_LOCAL: Final = struct.Struct("<4s5H3L2H")
_COMMENT: Final = 0xFFFF
_STORED: Final = 0
_DEFLATED: Final = 8
_ENCRYPTED: Final = 1 << 0 | 1 << 6 | 1 << 13
_PATCH: Final = 1 << 5
_UTF8: Final = 1 << 11


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the central directory says about one member."""

    path: str
    raw: bytes
    flags: int
    method: int
    check: int
    packed: int
    size: int
    offset: int


def members(data: bytes) -> dict[str, bytes]:
    """Path -> bytes of every file of an archive, in the archive's order; folders are left out.

    Raises DependencyError on whatever is damaged, ambiguous, too large, or could reach out of a folder if it were unpacked.
    """
    if len(data) > WHEEL_BYTES:
        raise refusal(f"it is larger than {WHEEL_BYTES >> 20} MiB")
    entries, start = _entries(data)
    check_together([entry.path for entry in entries])
    files = {}
    left = TOTAL_BYTES
    reached = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        if entry.offset < reached:
            raise refusal("two members share bytes")
        content, reached = _read(data, entry, start, left)
        left -= len(content)
        if not entry.path.endswith("/"):
            files[entry.path] = content
        elif content:
            raise refusal("a folder has content")
    return {entry.path: files[entry.path] for entry in entries if entry.path in files}


def _entries(data: bytes) -> tuple[list[_Entry], int]:
    """The central directory, and where it begins."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - _COMMENT))
    if place < 0 or place + _END.size > len(data):
        raise refusal("it is not a zip archive, or is cut off")
    _, disk, first_disk, here, count, length, start, comment = _END.unpack_from(data, place)
    if disk or first_disk or here != count:
        raise refusal("it is one part of a split archive")
    if place + _END.size + comment != len(data):
        raise refusal("bytes follow its end")
    if count > MEMBERS:
        raise refusal(f"it has more than {MEMBERS} members")
    if start + length != place:
        raise refusal("its directory is not where it says, or it is a zip64 archive")
    entries = []
    position = start
    for _ in range(count):
        entry, position = _entry(data, position, place)
        entries.append(entry)
    if position != place:
        raise refusal("its directory has another length than it says")
    return entries, start


def _entry(data: bytes, position: int, end: int) -> tuple[_Entry, int]:
    if position + _CENTRAL.size > end or data[position : position + 4] != b"PK\x01\x02":
        raise refusal("its directory is damaged")
    fields = _CENTRAL.unpack_from(data, position)
    _, _, _, flags, method, _, _, check, packed, size, name, extra, comment, disk, _, attributes, offset = fields
    position += _CENTRAL.size
    if position + name + extra + comment > end or disk:
        raise refusal("its directory is damaged")
    raw = data[position : position + name]
    try:
        path = raw.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError:
        raise refusal("a path is not UTF-8 text that says so") from None
    check_path(path)
    _check_kind(path, attributes >> 16)
    if flags & _ENCRYPTED:
        raise refusal(f"{path} is encrypted")
    if flags & _PATCH or method not in {_STORED, _DEFLATED}:
        raise refusal(f"{path} is packed by another method than deflate")
    return _Entry(path, raw, flags, method, check, packed, size, offset), position + name + extra + comment


def _check_kind(path: str, mode: int) -> None:
    kind = stat.S_IFMT(mode)
    if kind == stat.S_IFLNK:
        raise refusal(f"{path} is a symbolic link")
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR} or (kind == stat.S_IFDIR) > path.endswith("/"):
        raise refusal(f"{path} is not a plain file")


def _read(data: bytes, entry: _Entry, directory: int, left: int) -> tuple[bytes, int]:
    """The bytes of a member, and where its packed bytes end."""
    start = entry.offset + _LOCAL.size
    if start > directory or data[entry.offset : entry.offset + 4] != b"PK\x03\x04":
        raise refusal(f"{entry.path} has no header")
    _, _, flags, method, _, _, _, _, _, name, extra = _LOCAL.unpack_from(data, entry.offset)
    if (
        data[start : start + name] != entry.raw
        or method != entry.method
        or (flags ^ entry.flags) & (_ENCRYPTED | _UTF8)
    ):
        raise refusal(f"the two headers of {entry.path} differ")
    start += name + extra
    end = start + entry.packed
    if end > directory:
        raise refusal(f"{entry.path} reaches into the directory")
    if entry.size > left:
        raise refusal(f"unpacked it has more than {TOTAL_BYTES >> 20} MiB")
    packed = data[start:end]
    content = packed if entry.method == _STORED else _inflate(entry, packed)
    if len(content) != entry.size:
        raise refusal(f"{entry.path} has another length than it says")
    if zlib.crc32(content) != entry.check:
        raise refusal(f"{entry.path} does not match its checksum")
    return content, end


def _inflate(entry: _Entry, packed: bytes) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = stream.decompress(packed, entry.size + 1)
    except zlib.error:
        raise refusal(f"{entry.path} is damaged") from None
    if len(content) <= entry.size and (not stream.eof or stream.unused_data):
        raise refusal(f"{entry.path} is damaged")
    return content
