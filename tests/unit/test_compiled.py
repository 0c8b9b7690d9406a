"""Compiled code is kept, checked, and never a reason to fail."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hermetic_nb.executors.compiled import STALE_SECONDS, CompiledCache, default_folder
from hermetic_nb.executors.configuration import Kind, identity
from hermetic_nb.executors.wasm import WasmExecutor
from hermetic_nb.model import Done
from tests.unit import wat_modules as wat

if TYPE_CHECKING:
    from collections.abc import Callable

DOUBLE = wat.wasm(wat.run_of("(param i64) (result i64) (i64.add (local.get 0) (local.get 0))"))


def run(folder: Path) -> None:
    executor = WasmExecutor(folder)
    assert wat.start(executor, DOUBLE, "int -> int", 21) == Done(42)
    executor.close()


def key_of(wasm: bytes) -> str:
    """The key under which the worker keeps the canonical code of a module."""
    return f"{hashlib.sha256(wasm).hexdigest()} {identity(Kind.CANONICAL)}"


def code_of(folder: Path, wasm: bytes) -> Path:
    return CompiledCache._path(folder / "compiled", key_of(wasm))


def codes(folder: Path) -> list[Path]:
    return sorted((folder / "compiled").glob("*.cwasm"))


def test_code_is_kept_for_this_user_only(tmp_path: Path) -> None:
    cache = CompiledCache(tmp_path / "deep" / "cache")
    assert cache.get("k") is None
    cache.put("k", b"code")
    cache.put("empty", b"")
    assert CompiledCache(tmp_path / "deep" / "cache").get("k") == b"code"
    assert cache.get("empty") == b""
    assert cache.get("other") is None
    folder = tmp_path / "deep" / "cache" / "compiled"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    cache.drop("k")
    cache.drop("k")
    assert cache.get("k") is None


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "a bit of the code": lambda data: bytes([data[0] ^ 1]) + data[1:],
    "a bit of the MAC": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "cut": lambda data: data[:-1],
    "cut in the MAC": lambda data: data[:-10],
    "empty": lambda _: b"",
    "longer": lambda data: data + b"\0",
    "foreign": lambda _: b"x" * 5000,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_means_to_compile_again(tmp_path: Path, damage: str) -> None:
    run(tmp_path)
    path = code_of(tmp_path, DOUBLE)
    whole = path.read_bytes()
    path.write_bytes(DAMAGE[damage](whole))
    run(tmp_path)
    assert path.read_bytes() == whole


def test_a_file_that_is_found_begins_with_the_code(tmp_path: Path) -> None:
    cache = CompiledCache(tmp_path)
    assert cache.find("k") is None
    cache.put("k", b"code" * 1_000_000)
    path = cache.find("k")
    assert path is not None
    assert path.read_bytes().startswith(b"code" * 1_000_000)


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_not_found(tmp_path: Path, damage: str) -> None:
    cache = CompiledCache(tmp_path)
    cache.put("k", b"code")
    (path,) = codes(tmp_path)
    path.write_bytes(DAMAGE[damage](path.read_bytes()))
    assert cache.find("k") is None
    assert not path.exists()


def test_code_of_one_key_does_not_serve_another(tmp_path: Path) -> None:
    cache = CompiledCache(tmp_path)
    cache.put("a", b"code")
    (path,) = codes(tmp_path)
    cache.put("b", b"other")
    (other,) = [file for file in codes(tmp_path) if file != path]
    other.write_bytes(path.read_bytes())
    assert cache.get("b") is None
    assert cache.get("a") == b"code"


def test_code_that_the_engine_refuses_is_compiled_again(tmp_path: Path) -> None:
    run(tmp_path)
    path = code_of(tmp_path, DOUBLE)
    whole = path.read_bytes()
    CompiledCache(tmp_path).put(key_of(DOUBLE), b"no machine code")
    assert len(path.read_bytes()) < 100
    run(tmp_path)
    assert path.read_bytes() == whole


@pytest.mark.parametrize("secret", [b"", b"short", b"x" * 33])
def test_a_damaged_secret_is_replaced(tmp_path: Path, secret: bytes) -> None:
    CompiledCache(tmp_path).put("k", b"code")
    (tmp_path / "compiled" / "secret").write_bytes(secret)
    cache = CompiledCache(tmp_path)
    assert cache.get("k") is None
    cache.put("k", b"code")
    assert CompiledCache(tmp_path).get("k") == b"code"


def test_a_secret_that_others_could_read_is_replaced(tmp_path: Path) -> None:
    CompiledCache(tmp_path).put("k", b"code")
    secret = tmp_path / "compiled" / "secret"
    before = secret.read_bytes()
    secret.chmod(0o644)
    assert CompiledCache(tmp_path).get("k") is None
    assert secret.read_bytes() != before


def test_a_folder_that_others_can_write_is_not_used(tmp_path: Path) -> None:
    CompiledCache(tmp_path).put("k", b"code")
    (tmp_path / "compiled").chmod(0o777)
    cache = CompiledCache(tmp_path)
    assert not cache.usable
    assert cache.get("k") is None
    cache.put("k", b"code")
    run(tmp_path)


def test_without_a_folder_to_write_calls_work(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in the way")
    assert not CompiledCache(file).usable
    run(file)
    run(Path("/proc/nowhere"))


def test_a_symbolic_link_is_not_followed_to_a_foreign_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "compiled").symlink_to(tmp_path / "elsewhere")
    assert not CompiledCache(tmp_path / "cache").usable


def test_the_oldest_code_goes_when_there_is_too_much(tmp_path: Path) -> None:
    cache = CompiledCache(tmp_path, cap=3500)
    for age, key in enumerate("abc"):
        cache.put(key, bytes(1000))
        os.utime(cache._path(tmp_path / "compiled", key), (1000 + age, 1000 + age))
    assert cache.get("a") == bytes(1000), "used now, so the youngest"
    cache.put("d", bytes(1000))
    assert [key for key in "abcd" if cache.get(key) is not None] == ["a", "c", "d"]


def test_what_a_killed_process_left_half_written_goes(tmp_path: Path) -> None:
    cache = CompiledCache(tmp_path)
    old, young = (tmp_path / "compiled" / name for name in (".part-old", ".part-young"))
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (old.stat().st_mtime - STALE_SECONDS - 60,) * 2)
    cache.put("k", b"code")
    assert not old.exists()
    assert young.exists()


def test_processes_that_start_together_agree_on_the_secret(tmp_path: Path) -> None:
    found: list[bytes] = []
    ready = threading.Barrier(8)

    def work() -> None:
        ready.wait()
        found.append(CompiledCache(tmp_path)._secret)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found[0]) == 32


def test_the_folder_is_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HERMETIC_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert default_folder() == tmp_path / "xdg" / "hermetic_nb"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_folder() == tmp_path / ".cache" / "hermetic_nb"
    monkeypatch.setenv("HERMETIC_CACHE", str(tmp_path / "own"))
    assert default_folder() == tmp_path / "own"
