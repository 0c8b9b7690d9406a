"""Why the engine refuses a module: found by turning on the features that tools may not use."""

from __future__ import annotations

from functools import cache
from typing import Final

import wasmtime

from hermetic_nb.executors.engine import configured

OFF: Final = (
    "threads",
    "memory64",
    "gc",
    "function_references",
    "relaxed_simd",
    "tail_call",
    "exceptions",
    "multi_memory",
    "wide_arithmetic",
    "custom_page_sizes",
)
"""The features of WebAssembly that tools may not use, as the engine's settings name them. Stack switching is left out: no
script uses it, and it allows tags with results, which the scripts of exceptions assert to be invalid."""
PROPOSED: Final = frozenset({"threads", "wide_arithmetic", "custom_page_sizes"})
"""Those that are not in version 3 of the core specification."""


def needed(wasm: bytes) -> tuple[str, ...]:
    """The fewest features, in a fixed order, with which the engine judges the module as it does with all of them.

    Empty: the features that are off have no part in the verdict. None of the result can be left out without another
    verdict.
    """
    final = refusal(wasm, frozenset(OFF))
    kept = frozenset(OFF)
    if refusal(wasm, frozenset()) == final:
        return ()
    for feature in OFF:
        fewer = kept - {feature}
        if engine_with(fewer) is not None and refusal(wasm, fewer) == final:
            kept = fewer
    return tuple(feature for feature in OFF if feature in kept)


def refusal(wasm: bytes, features: frozenset[str]) -> str | None:
    """What the engine says against the module when these features are on; None if it accepts it."""
    host = engine_with(features)
    if host is None:
        raise ValueError(f"the engine has no configuration with {sorted(features)}")
    try:
        wasmtime.Module.validate(host, wasm)
    except wasmtime.WasmtimeError as error:
        return str(error)
    return None


@cache
def engine_with(features: frozenset[str]) -> wasmtime.Engine | None:
    """An engine as tools have it, NaN-canonical, and with these features besides. None if they need others."""
    config = configured()
    config.cranelift_nan_canonicalization = True
    for feature in features:
        setattr(config, f"wasm_{feature}", True)
    try:
        return wasmtime.Engine(config)
    except wasmtime.WasmtimeError:
        return None
