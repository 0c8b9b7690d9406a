"""The C sources of the native runtime, compiled by the host's compiler and called through ctypes.

Everything but the allocator, which here checks that blocks are given back with the size they were asked with. A trap
comes back as a value, so that millions of calls are one call into C.
"""

from __future__ import annotations

import array
import ctypes
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SOURCES: Final = Path(__file__).parents[2] / "hermetic_nb/toolchains/native/runtime"
INTEGERS: Final = 8
FLOATS: Final = 4

HOST_PART: Final = r"""
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "runtime.h"

static jmp_buf caller;
static int32_t trapped;
int64_t hnb_test_blocks, hnb_test_wrong_sizes;

void hnb_trap(int32_t code, int32_t line) { trapped = code << 8 | (line & 255); longjmp(caller, 1); }

void hnb_fail(int32_t code, int32_t line) {
    if (line >= 0) hnb_trap(code, line);
    trapped = code << 8 | (-line & 255);
}

void *hnb_alloc(uint32_t size, int32_t line) {
    if (size > 1u << 30) hnb_trap(HNB_MEMORY, line);
    uint64_t *block = malloc(size + 16);
    block[0] = size;
    memset(block + 2, 0xA5, size);
    hnb_test_blocks++;
    return block + 2;
}

void hnb_free(void *block, uint32_t size) {
    if (!block) return;
    uint64_t *head = (uint64_t *)block - 2;
    if (head[0] != size) hnb_test_wrong_sizes++;
    memset(block, 0x5A, head[0]);
    hnb_test_blocks--;
    free(head);
}

void *hnb_realloc(void *block, uint32_t old, uint32_t wanted, int32_t line) {
    void *moved = hnb_alloc(wanted, line);
    memcpy(moved, block, old < wanted ? old : wanted);
    hnb_free(block, old);
    return moved;
}

uint64_t hnb_decimal_shortest(uint64_t bits, int32_t *exponent);

/* What decimal.zig does, by trial. Below a power of two floats are closer, so the decimal above it may be the one. */
uint64_t hnb_decimal_shortest(uint64_t bits, int32_t *exponent) {
    double value;
    memcpy(&value, &bits, sizeof value);
    for (int digits = 0;; digits++) {
        char text[40];
        snprintf(text, sizeof text, "%.*e", digits, value);
        uint64_t whole = 0;
        for (char *c = text; *c != 'e'; c++)
            if (*c != '.') whole = whole * 10 + (uint64_t)(*c - '0');
        *exponent = atoi(strchr(text, 'e') + 1) - digits;
        for (int more = 0; more < 2; more++, whole++) {
            snprintf(text, sizeof text, "%llue%d", (unsigned long long)whole, *exponent);
            if (strtod(text, NULL) == value) return whole;
        }
    }
}

/* Integers and floats travel in registers of their own, so one signature serves every function. */
typedef int64_t (*Integral)(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t,
                            double, double, double, double);
typedef double (*Floating)(int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t,
                           double, double, double, double);

void hnb_test_batch(void *, int32_t, int64_t, const int64_t *, const double *, int64_t *, double *, int32_t *);

void hnb_test_batch(void *function, int32_t floating, int64_t cases, const int64_t *i, const double *d,
                    int64_t *integer, double *number, int32_t *trap) {
    for (volatile int64_t at = 0; at < cases; at++, i += 8, d += 4) {
        trapped = 0;
        if (setjmp(caller) == 0) {
            if (floating)
                number[at] = ((Floating)function)(i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], d[0], d[1], d[2], d[3]);
            else
                integer[at] = ((Integral)function)(i[0], i[1], i[2], i[3], i[4], i[5], i[6], i[7], d[0], d[1], d[2], d[3]);
        }
        trap[at] = trapped;
    }
}
"""

FLAGS: Final = (
    "-std=c11",
    "-O2",
    "-fno-strict-aliasing",
    "-ffp-contract=off",
    "-fno-math-errno",
    "-Wall",
    "-Wextra",
    "-Wmissing-prototypes",
    "-Werror",
)


class List(ctypes.Structure):
    """The header of a list."""

    _fields_ = (("rc", ctypes.c_int32), ("len", ctypes.c_uint32), ("cap", ctypes.c_uint32), ("data", ctypes.c_void_p))


class Deque(ctypes.Structure):
    """The header of a deque."""

    _fields_ = (
        *(("rc", ctypes.c_int32), ("len", ctypes.c_uint32), ("cap", ctypes.c_uint32), ("data", ctypes.c_void_p)),
        *(("head", ctypes.c_uint32), ("most", ctypes.c_uint32), ("changes", ctypes.c_uint32)),
    )


class Dict(ctypes.Structure):
    """The header of a dict."""

    _fields_ = (
        *(("rc", ctypes.c_int32), ("len", ctypes.c_uint32), ("used", ctypes.c_uint32), ("cap", ctypes.c_uint32)),
        *(("entries", ctypes.c_void_p), ("index", ctypes.c_void_p), ("mask", ctypes.c_uint32)),
    )


@dataclass(frozen=True, slots=True)
class Trapped:
    """What a call that trapped gives: the code, and the line it was told."""

    code: int
    line: int


def compiler() -> str | None:
    """The host's C compiler, if it has one."""
    return shutil.which("gcc") or shutil.which("clang") or shutil.which("cc")


def compiled(*extra: str) -> ctypes.CDLL:
    """The sources as a loaded shared library. Raises: CalledProcessError when they do not compile."""
    sources = [str(source) for source in sorted(SOURCES.glob("*.c")) if source.name != "alloc.c"]
    with tempfile.TemporaryDirectory() as folder:
        host, library = Path(folder, "host.c"), Path(folder, "runtime.so")
        host.write_text(HOST_PART)
        program = compiler()
        assert program is not None
        command = [program, "-shared", "-fPIC", *FLAGS, *extra, "-Wno-clobbered", f"-I{SOURCES}", str(host), *sources]
        subprocess.run([*command, "-lm", "-o", str(library)], check=True)
        return ctypes.CDLL(str(library))


@cache
def loaded() -> Runtime:
    """The runtime, compiled once in a process; skips the test that asks where there is no C compiler."""
    if compiler() is None:
        pytest.skip("NOT TESTED: the C sources of the native runtime, for want of a C compiler")
    return Runtime(compiled())


def low_half(value: object) -> object:
    """A C int32_t from the register that held it; a Trapped passes through."""
    return ctypes.c_int32(value).value if isinstance(value, int) else value


class Runtime:
    """Calls of the runtime's functions with lists of arguments."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.library = library
        self._batch = library.hnb_test_batch

    def many(
        self, name: str, cases: Iterable[tuple[Sequence[int], Sequence[float]]], result: type = int
    ) -> list[object]:
        """One result or Trapped per case of (integers, floats), in the order of the C parameters of either kind."""
        integers, floats, count = array.array("q"), array.array("d"), 0
        for whole, real in cases:
            integers.extend(whole)
            integers.extend((0,) * (INTEGERS - len(whole)))
            floats.extend(real)
            floats.extend((0.0,) * (FLOATS - len(real)))
            count += 1
        whole_out, real_out = array.array("q", bytes(8 * count)), array.array("d", bytes(8 * count))
        trap_out = array.array("i", bytes(4 * count))
        addresses = [ctypes.c_void_p(a.buffer_info()[0]) for a in (integers, floats, whole_out, real_out, trap_out)]
        function = ctypes.cast(getattr(self.library, name), ctypes.c_void_p)
        self._batch(function, int(result is float), ctypes.c_int64(count), *addresses)
        values: array.array[int] | array.array[float] = real_out if result is float else whole_out
        return [Trapped(trap >> 8, trap & 255) if trap else value for value, trap in zip(values, trap_out, strict=True)]

    def call(self, name: str, *arguments: float, result: type = int) -> object:
        """One call; Trapped when it traps. Integers and floats in the order of the C parameters."""
        whole: list[int] = []
        real: list[float] = []
        for argument in arguments:
            if isinstance(argument, int):
                whole.append(argument)
            else:
                real.append(argument)
        return self.many(name, [(whole, real)], result)[0]

    def small(self, name: str, *arguments: float) -> object:
        """A call whose result is a C int32_t."""
        return low_half(self.call(name, *arguments))

    # ------------------------------------------------------------------------------------------ objects
    def text(self, value: str) -> int:
        """The address of a new string."""
        address = self.call("hnb_str_new", len(value), 1)
        assert isinstance(address, int)
        ctypes.memmove(address + 12, value.encode("utf-32-le", "surrogatepass"), 4 * len(value))
        return address

    def read_text(self, address: object) -> object:
        """The text of a string object; a Trapped passes through."""
        if not isinstance(address, int):
            return address
        raw = ctypes.string_at(address + 12, 4 * ctypes.c_uint32.from_address(address + 4).value)
        return raw.decode("utf-32-le", "surrogatepass")

    def octets(self, value: bytes) -> int:
        """The address of a new bytes object."""
        address = self.call("hnb_bytes_new", len(value), 1)
        assert isinstance(address, int)
        ctypes.memmove(address + 12, value, len(value))
        return address

    def read_octets(self, address: object) -> object:
        """The contents of a bytes object; a Trapped passes through."""
        if not isinstance(address, int):
            return address
        return ctypes.string_at(address + 12, ctypes.c_uint32.from_address(address + 4).value)

    def list(self, items: Sequence[float], kind: str) -> int:
        """The address of a new list; kind is an array type code: q, d, B or Q."""
        data = array.array(kind, items)
        address = self.call("hnb_list_new", len(items), data.itemsize, 1)
        assert isinstance(address, int)
        if items:
            ctypes.memmove(List.from_address(address).data, data.tobytes(), len(items) * data.itemsize)
        return address

    def read_list(self, address: object, kind: str) -> object:
        """The items of a list; a Trapped passes through."""
        if not isinstance(address, int):
            return address
        head, items = List.from_address(address), array.array(kind)
        assert head.len <= head.cap
        if head.len:
            items.frombytes(ctypes.string_at(head.data, head.len * items.itemsize))
        return items.tolist()
