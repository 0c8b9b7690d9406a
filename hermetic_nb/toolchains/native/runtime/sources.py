"""The runtime's sources as one LLVM module: our C, and what it needs of Zig's compiler-rt and of musl's libm.

Needs the PyPI package ``ziglang``, which carries clang, compiler-rt and musl. Zig's ports of libm come from
compiler-rt and from ``libm.zig``; the functions that musl still has in C are compiled when something names them.
"""

from __future__ import annotations

import hashlib
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import llvmlite.binding as llvm

from hermetic_nb.errors import ToolchainError
from hermetic_nb.toolchains.native.linking.llvm import TRIPLE, optimise, wasm_machine

HERE: Final = Path(__file__).parent

ZIG_VERSION: Final = "0.17.0"
TARGET: Final = "wasm32-freestanding"
CPU: Final = "generic+bulk_memory+sign_ext+nontrapping_fptoint+mutable_globals+multivalue+simd128"

GIVEN: Final = frozenset({"hnb_trap", "hnb_fail", "__heap_base"})
"""Symbols that the program and the finaliser define."""

LIBRARY_CALLS: Final = frozenset(
    {"fma", "fmod", "memcmp", "memcpy", "memmove", "memset", "__ashlti3", "__lshrti3", "__multi3"}
)
"""Functions that LLVM's code generator may call without being told: they keep their names."""

# These are single instructions of WebAssembly.
_INSTRUCTIONS: Final = ("sqrt", "fabs", "floor", "ceil", "trunc", "copysign", "rint", "nearbyint")

# These are functions of libm, though LLVM has intrinsics for them (see _renamed).
_FUNCTIONS: Final = ("sin", "cos", "tan", "exp", "exp2", "log", "log2", "log10", "pow")

_MUSL_FILES: Final = {
    "__exp_data": "exp_data",
    "__pow_log_data": "pow_data",
    "__lgamma_r": "lgamma_r",
    "__signgam": "signgam",
    "erfc": "erf",
}

_ALIAS: Final = re.compile(r"^@([-\w.$]+) = .*\balias .*, ptr @([-\w.$]+)$", re.MULTILINE)
_STRING_ATTRIBUTE: Final = re.compile(r' "[-\w]+"(?:="[^"]*")?')
_WORD_ATTRIBUTE: Final = re.compile(r"\b(?:uwtable|noredzone|nosanitize_coverage|skipprofile|nobuiltin) ")
_PLACE: Final = re.compile(r"^(?:source_filename = .*|!llvm\.ident = .*|!llvm\.module\.flags = .*)\n", re.MULTILINE)


def linked(work: Path) -> llvm.ModuleRef:
    """All sources as one module, in a context of its own; ``work`` is a folder for files in between.

    Raises: ToolchainError when ziglang is missing or another version, and when a source does not compile.
    """
    library = zig_library()
    context = llvm.create_context()
    module = _compiled(work, context, "crt", ["build-obj", str(library / "compiler_rt.zig"), *_ZIG])
    for source in sorted(HERE.glob("*.zig")):
        module.link_in(_compiled(work, context, source.stem, ["build-obj", str(source), *_ZIG]))
    for source in sorted(HERE.glob("*.c")):
        module.link_in(
            _compiled(work, context, source.stem, ["cc", str(source), *_C, "-Wall", "-Wextra", "-Werror", "-std=c11"])
        )
    _discard_unused(module)
    while missing := undefined(module) - GIVEN:
        for symbol in sorted(missing):
            source = library / "libc/musl/src/math" / f"{_MUSL_FILES.get(symbol, symbol)}.c"
            if not source.exists():
                raise ToolchainError(f"the runtime needs {symbol}, which neither compiler-rt nor musl has")
            if symbol in undefined(module):
                module.link_in(
                    _compiled(work, context, f"musl-{source.stem}", ["cc", str(source), *_C, *_musl(library)])
                )
    _discard_unused(module)
    module = llvm.parse_assembly(_renamed(str(module)), context)
    optimise(module, wasm_machine())
    return module


def sources_digest() -> str:
    """The sha256 (hex) of the runtime's own sources, names included."""
    whole = hashlib.sha256()
    for source in sorted(HERE.iterdir()):
        if source.suffix in (".c", ".h", ".zig"):
            whole.update(f"{source.name}\n{hashlib.sha256(source.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def undefined(module: llvm.ModuleRef) -> set[str]:
    """Symbols that the module names and does not define."""
    values = [*module.functions, *module.global_variables]
    return {value.name for value in values if value.is_declaration and not value.name.startswith("llvm.")}


def is_private(value: llvm.ValueRef) -> bool:
    """Whether the symbol is its module's own."""
    return value.linkage in (llvm.Linkage.internal, llvm.Linkage.private)


def zig_library() -> Path:
    """Zig's ``lib`` folder. Raises: ToolchainError when the package is missing or of another version."""
    spec = importlib.util.find_spec("ziglang")
    if spec is None or spec.origin is None:
        raise ToolchainError("the runtime's sources are compiled with the package 'ziglang', which is not installed")
    version = _zig(["version"]).strip()
    if version != ZIG_VERSION:
        raise ToolchainError(f"the runtime is built with ziglang {ZIG_VERSION}; {version} is installed")
    return Path(spec.origin).parent / "lib"


_ZIG: Final = ("-target", TARGET, f"-mcpu={CPU}", "-O", "ReleaseFast", "-fstrip", "-fno-emit-bin")
_C: Final = (
    *("-target", TARGET, f"-mcpu={CPU}", "-c", "-emit-llvm", "-O2", "-g0", "-ffreestanding", "-fno-strict-aliasing"),
    *("-ffp-contract=off", "-fno-math-errno", "-fno-ident"),
)


def _musl(library: Path) -> list[str]:
    musl, include = library / "libc/musl", library / "libc/include"
    folders = [musl / "src/include", musl / "src/internal", musl / "arch/generic", musl / "include"]
    folders += [include / "generic-musl", include / "wasm-wasi-musl"]
    return ["-w", "-std=c99", "-D_XOPEN_SOURCE=700", "-nostdinc", *(f"-I{folder}" for folder in folders)]


def _zig(arguments: list[str]) -> str:
    done = subprocess.run([sys.executable, "-m", "ziglang", *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise ToolchainError(f"zig {arguments[0]} failed:\n{done.stderr}")
    return done.stdout


def _compiled(work: Path, context: llvm.ContextRef, name: str, arguments: list[str]) -> llvm.ModuleRef:
    file = work / f"{name}.bc"
    _zig([*arguments, f"-femit-llvm-bc={file}"] if arguments[0] == "build-obj" else [*arguments, "-o", str(file)])
    module = llvm.parse_assembly(_clean(str(llvm.parse_bitcode(file.read_bytes(), context))), context)
    module.triple = TRIPLE
    return module


def _clean(text: str) -> str:
    """Without aliases, places, and the attributes that would tie the code to one processor or forbid inlining."""
    text = _PLACE.sub("", text)
    lines = [
        _WORD_ATTRIBUTE.sub("", _STRING_ATTRIBUTE.sub("", line)) if line.startswith("attributes #") else line
        for line in text.splitlines()
    ]
    # A group may not be empty; nothing here unwinds.
    lines = [re.sub(r"^(attributes #\d+ = \{) *\}", r"\1 nounwind }", line) for line in lines]
    text = _without_aliases("\n".join(lines) + "\n")
    text = re.sub(r"^define (.*)\bhidden ", r"define \1", text, flags=re.MULTILINE)
    for name in _INSTRUCTIONS:
        text, declared = re.subn(rf"^declare .*@{name}\(.*\n", "", text, flags=re.MULTILINE)
        if declared:
            text = text.replace(f"@{name}(", f"@llvm.{name}.f64(")
            if f"double @llvm.{name}.f64(double" not in "".join(re.findall(r"^declare .*\n", text, re.MULTILINE)):
                text += f"declare double @llvm.{name}.f64({'double, double' if name == 'copysign' else 'double'})\n"
    for name in _FUNCTIONS:
        if re.search(rf"^(?:define|declare) .*@{name}\(", text, re.MULTILINE):
            text = re.sub(rf"^declare .*@llvm\.{name}\.f64\(.*\n", "", text, flags=re.MULTILINE)
        text = text.replace(f"@llvm.{name}.f64(", f"@{name}(")
    return re.sub(r"^(@[\w.]+) = (?:private|internal) ", r"\1 = internal ", text, flags=re.MULTILINE)


def _without_aliases(text: str) -> str:
    """Each aliased function takes the name of its first alias, and the other names are forgotten."""
    first: dict[str, str] = {}
    for match in _ALIAS.finditer(text):
        target = match[2]
        if target not in first or match[1] in LIBRARY_CALLS:
            first[target] = match[1]
    names = set(first.values())
    kept = [line for line in text.splitlines() if not _ALIAS.match(line)]
    text = re.sub(
        r"@[-\w.$]+",
        lambda token: f"@{first.get(token[0][1:], token[0][1:])}",
        "\n".join(kept) + "\n",
    )
    opened = "|".join(re.escape(name) for name in sorted(names))
    return (
        re.sub(rf"^define (?:private|internal) (.*@(?:{opened})\()", r"define weak \1", text, flags=re.MULTILINE)
        if names
        else text
    )


def _discard_unused(module: llvm.ModuleRef) -> None:
    for function in module.functions:
        if not function.is_declaration and not _kept(function.name) and not is_private(function):
            function.linkage = "linkonce_odr"
    for variable in module.global_variables:
        if not variable.is_declaration and not is_private(variable):
            variable.linkage = "linkonce_odr"
    builder = llvm.create_pass_builder(wasm_machine(), llvm.create_pipeline_tuning_options(speed_level=0))
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, builder)


def _kept(name: str) -> bool:
    return name.startswith("hnb_") or name in LIBRARY_CALLS or name == "cabi_realloc"


def _renamed(text: str) -> str:
    """Every function of libm gets a name that LLVM does not know.

    LLVM evaluates calls of ``sin`` and its like with constant arguments by the libm of the machine it runs on: the
    bytes of a module would depend on that machine.
    """
    defined = {match[1] for match in re.finditer(r"^(?:define .*?|)@([-\w.$]+)(?:\(| = )", text, re.MULTILINE)}
    changed = {name for name in defined if not _kept(name) and name not in GIVEN and not name.startswith("llvm.")}
    return re.sub(
        r"@[-\w.$]+", lambda token: f"@hnb_inner_{token[0][1:]}" if token[0][1:] in changed else token[0], text
    )
