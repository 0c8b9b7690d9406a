"""Hostile wheels: none is read, none crashes the reader, and none makes it hold more than it may."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb.cell import dependencies
from hermetic_nb.errors import DependencyError, SpecError
from hermetic_nb.wheels import fetch, unpacked
from hermetic_nb.wheels.archive import MEMBERS, TOTAL_BYTES, WHEEL_BYTES, members
from hermetic_nb.wheels.paths import DEEPEST, LONGEST
from tests.unit.wheel_maker import ABOUT, STORED, Member, about, archive, sound

GOOD = Member(b"a.py", b"x = 1\n")
UTF8 = 1 << 11


def _link(path: bytes) -> Member:
    return Member(path, b"/etc/passwd", mode=0o120777)


PATHS = {
    "absolute": b"/etc/x.py",
    "out of the folder": b"../x.py",
    "out of the folder, later": b"a/../../x.py",
    "a drive": b"C:/x.py",
    "a stream": b"x.py:y",
    "backslashes": b"..\\x.py",
    "a dot": b"./x.py",
    "two slashes": b"a//x.py",
    "empty": b"",
    "only a slash": b"/",
    "a null character": b"x.py\0.txt",
    "a line end": b"x\n.py",
    "a terminal's escape": b"\x1b[2J.py",
    "too long": b"x" * (LONGEST + 1),
    "too deep": b"a/" * DEEPEST + b"x.py",
    "not ASCII and not said to be UTF-8": "é.py".encode(),
}
ARCHIVES = {
    "empty bytes": b"",
    "text": b"hello",
    "an end alone, cut": b"PK\5\6",
    "a header alone": b"PK\3\4" + bytes(60),
    "twice the same path": archive(GOOD, GOOD),
    "a path twice, one a folder": archive(GOOD, Member(b"a.py/")),
    "case twins": archive(GOOD, Member(b"A.py")),
    "case twins of folders": archive(Member(b"p/a.py"), Member(b"P/b.py")),
    "twins of normal forms": archive(Member("é.py".encode(), flags=UTF8), Member("e\u0301.py".encode(), flags=UTF8)),
    "twins by a ligature": archive(Member("ﬁ.py".encode(), flags=UTF8), Member(b"fi.py")),
    "a file that is a folder": archive(Member(b"a"), Member(b"a/b.py")),
    "not the UTF-8 that it says": archive(Member(b"\xff.py", flags=UTF8)),
    "a symbolic link": archive(_link(b"a.py")),
    "a link to a folder": archive(_link(b"a"), Member(b"b/x.py")),
    "a device": archive(Member(b"a.py", mode=0o020644)),
    "a pipe": archive(Member(b"a.py", mode=0o010644)),
    "a folder by mode, a file by name": archive(Member(b"a.py", mode=0o040755)),
    "a folder with content": archive(Member(b"a/", b"x")),
    "encrypted": archive(Member(b"a.py", b"x", flags=1)),
    "strongly encrypted": archive(Member(b"a.py", b"x", flags=1 << 6)),
    "a masked directory": archive(Member(b"a.py", b"x", flags=1 << 13)),
    "a patch": archive(Member(b"a.py", b"x", flags=1 << 5)),
    "bzip2": archive(Member(b"a.py", b"x", method=12)),
    "an unknown method": archive(Member(b"a.py", b"x", method=99)),
    "more than it says": archive(Member(b"a.py", b"x" * 1000, size=10)),
    "less than it says": archive(Member(b"a.py", b"x" * 10, size=1000)),
    "stored, of another length": archive(Member(b"a.py", b"x" * 10, method=STORED, size=9)),
    "another checksum": archive(Member(b"a.py", b"x", check=1)),
    "no deflate stream": archive(Member(b"a.py", b"x", packed=b"\xff" * 9)),
    "a stream that is cut off": archive(Member(b"a.py", b"x" * 900, packed=Member(b"", b"x" * 900).bytes_packed[:-3])),
    "bytes after the stream": archive(Member(b"a.py", b"x", packed=Member(b"", b"x").bytes_packed + b"more")),
    "larger than a wheel may be": archive(Member(b"a.py", b"x", size=TOTAL_BYTES + 1)),
    "zip64 sizes": archive(Member(b"a.py", b"x", size=0xFFFFFFFF, packed_size=0xFFFFFFFF)),
    "reaching into the directory": archive(Member(b"a.py", b"x", method=STORED, packed_size=30)),
    "another name inside": archive(Member(b"a.py", b"x", local_path=b"b.py")),
    "another method inside": archive(Member(b"a.py", b"x", local_method=STORED)),
    "members that share bytes": archive(Member(b"b.py", b"x"), Member(b"a.py", b"x", offset=0)),
    "an offset beyond the end": archive(Member(b"a.py", b"x", offset=0x7FFFFFFF)),
    "an offset to other bytes": archive(Member(b"a.py", b"x", offset=3)),
    "a second member on the first": archive(GOOD, Member(b"a2.py", b"x", offset=0)),
    "more members than there are": archive(GOOD, count=40),
    "fewer members than there are": archive(GOOD, count=1),
    "more members than may be": archive(GOOD, count=MEMBERS + 1),
    "a split archive": archive(GOOD, disk=1),
    "a directory elsewhere": archive(GOOD, shift=4),
    "a longer directory": archive(GOOD, length=4),
    "bytes after the directory": archive(GOOD, before_end=b"PK\6\6" + bytes(52)),
    "bytes after the end": archive(GOOD, after=b"#!/bin/sh"),
    "a second end in the comment": archive(GOOD, comment=b"PK\5\6" + bytes(18)),
    "bytes before the start": b"#!/bin/sh\n" + archive(GOOD),
    "two archives": archive(GOOD) + archive(Member(b"b.py", b"y = 2\n")),
}
PACKAGES = {
    "no metadata": archive(GOOD, with_about=False),
    "the metadata of two packages": sound({"other-1.0.dist-info/WHEEL": b""}),
    "no WHEEL": archive(GOOD, Member(f"{ABOUT}/METADATA".encode()), with_about=False),
    "an empty WHEEL": archive(
        GOOD, Member(f"{ABOUT}/METADATA".encode()), Member(f"{ABOUT}/WHEEL".encode()), with_about=False
    ),
    "WHEEL that is no text": archive(
        GOOD, Member(f"{ABOUT}/METADATA".encode()), Member(f"{ABOUT}/WHEEL".encode(), b"\xff\xfe"), with_about=False
    ),
    "a later format": archive(
        Member(f"{ABOUT}/METADATA".encode()),
        Member(f"{ABOUT}/WHEEL".encode(), b"Wheel-Version: 2.0\nTag: py3-none-any\n"),
        with_about=False,
    ),
    "no tags": sound({}, tags=()),
    "a requirement that is no package": sound({}, requires=("../x",)),
    "a requirement that is an option": sound({}, requires=("--index-url=http://x",)),
    "files that would be moved": sound({"sample-1.0.data/purelib/json.py": b""}),
    "other files that would be moved": sound({"sample-1.0.data/platlib/json.py": b""}),
    "a source that is not UTF-8": sound({"a.py": b"x = '\xff'\n"}),
    "an unknown encoding": sound({"a.py": b"# -*- coding: no-such -*-\n"}),
    "an encoding that is no text": sound({"a.py": b"# -*- coding: rot13 -*-\n"}),
    "an encoding that hides code": sound({"a.py": b"# -*- coding: utf-7 -*-\n+AGE-"}),
    "an encoding that makes lone surrogates": sound({"a.py": b"# -*- coding: raw_unicode_escape -*-\n'\\ud800'"}),
    "an encoding that is slow": sound({"a.py": b"# -*- coding: punycode -*-\n" + b"a" * 1000}),
    "two encodings": sound({"a.py": b"\xef\xbb\xbf# -*- coding: latin-1 -*-\n"}),
    "bytes that the encoding has not": sound({"a.py": b"# -*- coding: ascii -*-\n'\xe9'\n"}),
}
COMPILED = [
    "a.so",
    "p/a.cpython-314-x86_64-linux-gnu.so",
    "a.pyd",
    "p/A.PYD",
    "a.dylib",
    "p/libs/libx.so.1.2",
    "x.dll",
    "sample-1.0.data/platlib/a.so",
]
TAGS = [
    ("cp314-cp314-manylinux_2_28_x86_64",),
    ("cp314-none-any",),
    ("py3-none-linux_x86_64",),
    ("py3-cp314-any",),
    ("py2-none-any",),
    ("py315-none-any",),
    ("pypy3-none-any",),
    ("py3-none-any", "cp314-cp314-win32"),
    ("py3",),
    ("",),
]


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_a_path_that_is_not_plain(path: bytes) -> None:
    with pytest.raises(DependencyError, match="not a sound wheel") as caught:
        unpacked(archive(GOOD, Member(path, b"x = 1\n")))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("data", ARCHIVES.values(), ids=ARCHIVES)
def test_an_unsound_archive(data: bytes) -> None:
    with pytest.raises(DependencyError, match="not a sound wheel") as caught:
        unpacked(data)
    assert caught.value.help


@pytest.mark.parametrize("data", PACKAGES.values(), ids=PACKAGES)
def test_an_unsound_package(data: bytes) -> None:
    with pytest.raises(DependencyError, match="not a sound wheel"):
        unpacked(data)


@pytest.mark.parametrize("path", COMPILED)
def test_compiled_code(path: str) -> None:
    with pytest.raises(DependencyError, match=r"not a pure-Python wheel: .* is compiled for one kind of machine"):
        unpacked(sound({"a.py": b"", path: b"\x7fELF"}))


@pytest.mark.parametrize("tags", TAGS, ids=" ".join)
def test_a_wheel_for_other_machines_or_pythons(tags: tuple[str, ...]) -> None:
    with pytest.raises(DependencyError, match=r"not a pure-Python wheel|not a wheel for Python 3\.14|does not say"):
        unpacked(sound({"a.py": b""}, tags=tags))


def test_a_bomb_is_left_before_it_grows() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a.txt", bytes(TOTAL_BYTES + 1))
    packed = Member(b"", bytes(TOTAL_BYTES)).bytes_packed
    lying = archive(Member(b"a.txt", packed=packed, size=100))
    tracemalloc.start()
    for data in (buffer.getvalue(), lying):
        with pytest.raises(DependencyError, match=r"more than 64 MiB|another length"):
            members(data)
    assert tracemalloc.get_traced_memory()[1] < TOTAL_BYTES // 8
    tracemalloc.stop()


def test_many_members_of_some_bytes_are_a_bomb_too() -> None:
    share = TOTAL_BYTES // 4
    parts = [Member(f"{number}.txt".encode(), bytes(share)) for number in range(5)]
    with pytest.raises(DependencyError, match="more than 64 MiB"):
        members(archive(*parts))


def test_a_wheel_that_is_too_large_itself() -> None:
    with pytest.raises(DependencyError, match="larger than 64 MiB"):
        unpacked(bytes(WHEEL_BYTES + 1))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(DependencyError):
        unpacked(data)


SAMPLE = archive(GOOD, Member(b"p/b.py", b"y = 2\n" * 20), Member(b"p/data.txt", b"text", method=STORED))


@given(st.integers(0, len(SAMPLE) - 1), st.integers(1, 255))
def test_a_changed_byte_gives_the_same_files_or_an_error(place: int, change: int) -> None:
    damaged = bytearray(SAMPLE)
    damaged[place] ^= change
    try:
        read = members(bytes(damaged))
    except DependencyError:
        return
    assert sorted(read.values()) == sorted(
        members(SAMPLE).values()
    )  # times, versions and spellings are not the content


@given(st.integers(0, len(SAMPLE) - 1))
def test_a_cut_archive_is_refused(length: int) -> None:
    with pytest.raises(DependencyError):
        members(SAMPLE[:length])


@given(st.text(st.sampled_from("ab./\\:~ \0\u0301é"), max_size=12) | st.text(max_size=300))
def test_every_path_that_is_read_stays_below_its_folder(path: str) -> None:
    try:
        raw = path.encode()
    except UnicodeEncodeError:
        return
    try:
        read = members(archive(Member(raw, flags=UTF8)))
    except DependencyError:
        return
    for one in read:
        assert not one.startswith("/")
        assert not {"", ".", ".."} & set(one.split("/"))
        assert not set("\\:\0\n") & set(one)


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("--index-url=http://127.0.0.1", "1.0"),
        ("-r", "1"),
        ("a b", "1"),
        ("a;b", "1"),
        ("a @ file:///etc/passwd", "1"),
        ("../a", "1"),
        ("a[extra]", "1"),
        ("a\n", "1"),
        ("\u212a", "1"),
        ("", "1"),
        ("a" * 101, "1"),
        ("a", ""),
        ("a", "*"),
        ("a", "1.*"),
        ("a", "1,<2"),
        ("a", "1 --pre"),
        ("a", "1; python_version > '3'"),
        ("a", "1\n"),
        ("a", "\u0661"),
        ("a", "1" * 100),
    ],
)
def test_nothing_but_a_name_and_a_version_reaches_pip(name: str, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.run", None)
    with pytest.raises(DependencyError, match="not a package and a version"):
        fetch(name, version)
    if "\n" not in name + version and "," not in version:
        with pytest.raises(SpecError):
            dependencies.read(f"# deps: {name}=={version}\n")


def test_the_maker_makes_sound_wheels_too() -> None:
    assert set(unpacked(archive(GOOD)).modules) == {"a.py"}
    assert set(members(archive(GOOD))) == {"a.py", *about()}
