"""What is read from a sound wheel, and how names and versions are spelled."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb.errors import DependencyError
from hermetic_nb.wheels import NAME, VERSION, importable, normalise, same_version, unpacked
from tests.unit.wheel_maker import Member, archive, sound


def test_modules_are_text_and_other_files_are_bytes() -> None:
    contents = unpacked(
        sound({"p/__init__.py": b"from .q import x\n", "p/q.py": b"x = 1\n", "p/t/names.txt": b"\xff\0", "one.py": b""})
    )
    assert contents.modules == {"p/__init__.py": "from .q import x\n", "p/q.py": "x = 1\n", "one.py": ""}
    assert contents.files == {"p/t/names.txt": b"\xff\0"}
    assert contents.requires == ()


def test_metadata_scripts_and_folders_are_no_part_of_the_packages() -> None:
    contents = unpacked(
        sound(
            {
                "p/": b"",
                "p/a.py": b"",
                "sample-1.0.data/scripts/run.py": b"import os",
                "sample-1.0.dist-info/x.py": b"?",
            }
        )
    )
    assert list(contents.modules) == ["p/a.py"]
    assert not contents.files


def test_what_a_wheel_requires_without_a_condition() -> None:
    contents = unpacked(
        sound(
            {},
            requires=(
                "Typing_Extensions>=4",
                "idna",
                "a.b-c [x,y] (>=1,<2)",
                "d==1.0",
                "idna>=2",
                "url @ https://example.invalid/u.whl",
                "colorama; sys_platform == 'win32'",
                "pytest>=3 ; extra == 'test'",
            ),
        )
    )
    assert contents.requires == ("a-b-c", "d", "idna", "typing-extensions", "url")


@pytest.mark.parametrize(
    "tags",
    [
        ("py3-none-any",),
        ("py2.py3-none-any",),
        ("py2-none-any", "py3-none-any"),
        ("py30-none-any",),
        ("py314-none-any",),
    ],
)
def test_tags_of_pure_python(tags: tuple[str, ...]) -> None:
    assert unpacked(sound({"a.py": b""}, tags=tags)).modules == {"a.py": ""}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("x = 'é'\r\n".encode(), "x = 'é'\r\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=koi8-r :\nx = '\xc1'\n", None),
        ("# coding: shift_jis\nx = 'あ'\n".encode("shift_jis"), "# coding: shift_jis\nx = 'あ'\n"),
        (b"", ""),
    ],
)
def test_sources_are_read_in_the_encoding_that_they_declare(source: bytes, text: str | None) -> None:
    read = unpacked(sound({"a.py": source})).modules["a.py"]
    assert read == text if text is not None else read.endswith("x = 'а'\n")  # noqa: RUF001 (a Cyrillic letter)
    assert json.loads(json.dumps(read, ensure_ascii=False).encode()) == read


def test_files_that_are_stored_and_paths_in_other_scripts() -> None:
    wheel = archive(
        Member(b"a.py", b"x = 1\n", method=0), Member("p/ä.txt".encode(), b"t", flags=1 << 11), comment=b"hello"
    )
    assert unpacked(wheel).modules == {"a.py": "x = 1\n"}
    assert unpacked(wheel).files == {"p/ä.txt": b"t"}


def test_packed_data_is_kept_as_it_is() -> None:
    data = gzip.compress(b"x" * 1000)
    assert unpacked(sound({"p/data.gz": data})).files == {"p/data.gz": data}


def test_the_same_bytes_are_read_once_and_cannot_be_changed() -> None:
    wheel = sound({"a.py": b"x = 1\n"})
    contents = unpacked(wheel)
    assert unpacked(bytes(bytearray(wheel))) is contents
    with pytest.raises(TypeError):
        contents.modules["a.py"] = "x = 2\n"  # type: ignore[index]  # that it is refused is the test
    assert unpacked(sound({"a.py": b"x = 2\n"})).modules == {"a.py": "x = 2\n"}


def test_a_refusal_is_given_again() -> None:
    for _ in range(2):
        with pytest.raises(DependencyError):
            unpacked(b"no wheel")


def test_the_names_that_can_be_imported() -> None:
    contents = unpacked(
        sound(
            {
                "p/__init__.py": b"",
                "p/q.py": b"",
                "space/r/s.py": b"",
                "one.py": b"",
                "not-a-name.py": b"",
                "t/x.txt": b"",
            }
        )
    )
    assert importable(contents) == {"p", "space", "one"}


segments = st.text(st.sampled_from("abcXYZ_09-"), min_size=1, max_size=8)
trees = st.dictionaries(st.lists(segments, min_size=1, max_size=4).map("/".join), st.binary(max_size=200), max_size=8)


@given(trees)
def test_what_the_standard_library_packs_is_read_back_or_refused_for_its_paths(tree: dict[str, bytes]) -> None:
    files = {f"p/{path}.txt": content for path, content in tree.items()}
    try:
        contents = unpacked(sound(files))
    except DependencyError as error:
        folded = [path.lower() for path in files]
        above = {path[:end] for path in files for end in range(len(path)) if path[end] == "/"}
        twins = len(set(folded)) < len(folded) or len({path.lower() for path in above}) < len(above)
        assert twins, str(error)  # noqa: PT017 (either outcome is right; this is the second)
    else:
        assert contents.files == files


@pytest.mark.parametrize(
    ("name", "one"),
    [("Typing_Extensions", "typing-extensions"), ("a.-_b", "a-b"), ("ruamel.yaml", "ruamel-yaml"), ("x", "x")],
)
def test_the_one_spelling_of_a_name(name: str, one: str) -> None:
    assert NAME.fullmatch(name)
    assert normalise(name) == one


@pytest.mark.parametrize(
    "version",
    [
        "1",
        "1.0",
        "2024.01.05",
        "1!2.0",
        "1.0a1",
        "1.0b2",
        "1.0rc1",
        "1.0.post1",
        "1.0.dev3",
        "1.0rc1.post2.dev3",
        "1+a.1",
    ],
)
def test_exact_versions(version: str) -> None:
    assert VERSION.fullmatch(version)
    assert same_version(version, version)


@pytest.mark.parametrize(
    "version", ["", ".", "1.", "1.*", "v1", "1-1", "1.0c1", "1.0 ", "latest", "1..2", ">=1", "1+", "1+A", "1_0"]
)
def test_what_is_no_exact_version(version: str) -> None:
    assert not VERSION.fullmatch(version)


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("1.0", "1", True),
        ("1.0.0", "1.0", True),
        ("2024.01", "2024.1", True),
        ("0!1", "1", True),
        ("1.0rc1", "1rc1", True),
        ("1.0.post1", "1.post1", True),
        ("1.0", "1.0.1", False),
        ("1.10", "1.1", False),
        ("10", "1", False),
        ("0", "0.0", True),
        ("1.0.0.1", "1.1", False),
        ("1!1", "1", False),
        ("1.0+a", "1.0", False),
        ("1.0+a", "1+a", True),
    ],
)
def test_when_two_versions_are_one(first: str, second: str, same: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert same_version(first, second) is same
    assert same_version(second, first) is same
