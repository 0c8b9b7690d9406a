"""Wheels for tests: sound ones by the standard library, and unsound ones byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

ABOUT = "sample-1.0.dist-info"
METADATA = "Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n"
STORED = 0
DEFLATED = 8


def about(tags: Sequence[str] = ("py3-none-any",), requires: Sequence[str] = ()) -> dict[str, bytes]:
    """The metadata of a wheel."""
    wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n" + "".join(f"Tag: {tag}\n" for tag in tags)
    metadata = (
        METADATA + "".join(f"Requires-Dist: {line}\n" for line in requires) + "\nA sample.\n\nRequires-Dist: prose\n"
    )
    return {f"{ABOUT}/METADATA": metadata.encode(), f"{ABOUT}/WHEEL": wheel.encode(), f"{ABOUT}/RECORD": b""}


def sound(
    files: Mapping[str, bytes], *, tags: Sequence[str] = ("py3-none-any",), requires: Sequence[str] = ()
) -> bytes:
    """A wheel as build tools make them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in {**files, **about(tags, requires)}.items():
            archive.writestr(path, content)
    return buffer.getvalue()


@dataclass(frozen=True)
class Member:
    """One member; what is None is told truly."""

    path: bytes
    content: bytes = b""
    method: int = DEFLATED
    flags: int = 0
    mode: int = 0o100644
    packed: bytes | None = None
    size: int | None = None
    packed_size: int | None = None
    check: int | None = None
    local_path: bytes | None = None
    local_method: int | None = None
    offset: int | None = None

    @property
    def bytes_packed(self) -> bytes:
        if self.packed is not None:
            return self.packed
        if self.method != DEFLATED:
            return self.content
        stream = zlib.compressobj(9, zlib.DEFLATED, -15)
        return stream.compress(self.content) + stream.flush()


def archive(
    *members: Member,
    count: int | None = None,
    disk: int = 0,
    shift: int = 0,
    length: int = 0,
    comment: bytes = b"",
    after: bytes = b"",
    before_end: bytes = b"",
    with_about: bool = True,
) -> bytes:
    """An archive of these members, after those of a wheel's metadata."""
    known = [Member(path.encode(), content) for path, content in about().items()] if with_about else []
    body, directory = b"", b""
    for member in [*known, *members]:
        packed = member.bytes_packed
        check = zlib.crc32(member.content) if member.check is None else member.check
        packed_size = len(packed) if member.packed_size is None else member.packed_size
        size = len(member.content) if member.size is None else member.size
        local = member.path if member.local_path is None else member.local_path
        method = member.method if member.local_method is None else member.local_method
        offset = len(body) if member.offset is None else member.offset
        body += struct.pack(
            "<4s5H3L2H", b"PK\3\4", 20, member.flags, method, 0, 33, check, packed_size, size, len(local), 0
        )
        body += local + packed
        directory += struct.pack(
            "<4s6H3L5H2L",
            *(b"PK\1\2", 0x0314, 20, member.flags, member.method, 0, 33, check, packed_size, size),
            *(len(member.path), 0, 0, 0, 0, member.mode << 16, offset),
        )
        directory += member.path
    number = len(known) + len(members) if count is None else count
    end = (b"PK\5\6", disk, disk, number, number, len(directory) + length, len(body) + shift, len(comment))
    return body + directory + before_end + struct.pack("<4s4H2LH", *end) + comment + after
