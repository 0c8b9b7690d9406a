"""hermetic_nb: notebook cells become sealed tools.

A tool is a pure function with a digest: import-free WebAssembly that gives the same bytes on every machine. See
`ARCHITECTURE.md` for the map. Everything here is imported when it is first used, so that loading the extension is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from hermetic_nb.agents.face import agent, create_tool
    from hermetic_nb.agents.toolsets import PureToolsToolset
    from hermetic_nb.arrays import Array
    from hermetic_nb.delegation import Question
    from hermetic_nb.digest import Digest
    from hermetic_nb.errors import (
        AgentError,
        AgentFailedError,
        AgentRefusedError,
        AgentRunError,
        AgentTimeoutError,
        AgentTypeError,
        ArgumentError,
        ArgumentRangeError,
        BudgetError,
        BuildError,
        CapabilityError,
        CassetteMissError,
        DependencyError,
        DifferenceError,
        EngineError,
        EnvError,
        ExampleError,
        ExecutionError,
        HermeticError,
        IntegrityError,
        LimitExceeded,
        ModelFailedError,
        NoModelError,
        NotNativeError,
        NotPureError,
        NotReproducibleError,
        RegistryAccessError,
        RegistryError,
        ReplayMismatch,
        SpecError,
        ToolchainError,
        ToolError,
        ToolNotFoundError,
        UnknownAgentError,
    )
    from hermetic_nb.model import AgentCall, Limits, Manifest, ModuleLimits, Receipt, ToolSpec
    from hermetic_nb.signature import Signature
    from hermetic_nb.toolbox import (
        PureToolExecutor,
        Tool,
        Toolbox,
        Verification,
        default,
        tool,
        tool_call,
        tool_create,
        tool_list,
    )
    from hermetic_nb.values import Member, Record

__version__: Final = "0.1.0"

_HOME: Final = {
    "agents.face": ("agent", "create_tool"),
    "agents.toolsets": ("PureToolsToolset",),
    "errors": (
        "AgentError",
        "AgentFailedError",
        "AgentRefusedError",
        "AgentRunError",
        "AgentTimeoutError",
        "AgentTypeError",
        "ArgumentError",
        "ArgumentRangeError",
        "BudgetError",
        "BuildError",
        "CapabilityError",
        "CassetteMissError",
        "DependencyError",
        "DifferenceError",
        "EngineError",
        "EnvError",
        "ExampleError",
        "ExecutionError",
        "HermeticError",
        "IntegrityError",
        "LimitExceeded",
        "ModelFailedError",
        "NoModelError",
        "NotNativeError",
        "NotPureError",
        "NotReproducibleError",
        "RegistryAccessError",
        "RegistryError",
        "ReplayMismatch",
        "SpecError",
        "ToolError",
        "ToolNotFoundError",
        "ToolchainError",
        "UnknownAgentError",
    ),
    "arrays": ("Array",),
    "delegation": ("Question",),
    "digest": ("Digest",),
    "model": ("AgentCall", "Limits", "Manifest", "ModuleLimits", "Receipt", "ToolSpec"),
    "signature": ("Signature",),
    "toolbox": (
        "PureToolExecutor",
        "Tool",
        "Toolbox",
        "Verification",
        "default",
        "tool",
        "tool_call",
        "tool_create",
        "tool_list",
    ),
    "values": ("Member", "Record"),
}
_MODULE_OF: Final = {name: module for module, names in _HOME.items() for name in names}

__all__ = [
    "AgentCall",
    "AgentError",
    "AgentFailedError",
    "AgentRefusedError",
    "AgentRunError",
    "AgentTimeoutError",
    "AgentTypeError",
    "ArgumentError",
    "ArgumentRangeError",
    "Array",
    "BudgetError",
    "BuildError",
    "CapabilityError",
    "CassetteMissError",
    "DependencyError",
    "DifferenceError",
    "Digest",
    "EngineError",
    "EnvError",
    "ExampleError",
    "ExecutionError",
    "HermeticError",
    "IntegrityError",
    "LimitExceeded",
    "Limits",
    "Manifest",
    "Member",
    "ModelFailedError",
    "ModuleLimits",
    "NoModelError",
    "NotNativeError",
    "NotPureError",
    "NotReproducibleError",
    "PureToolExecutor",
    "PureToolsToolset",
    "Question",
    "Receipt",
    "Record",
    "RegistryAccessError",
    "RegistryError",
    "ReplayMismatch",
    "Signature",
    "SpecError",
    "Tool",
    "ToolError",
    "ToolNotFoundError",
    "ToolSpec",
    "Toolbox",
    "ToolchainError",
    "UnknownAgentError",
    "Verification",
    "__version__",
    "agent",
    "create_tool",
    "default",
    "load_ipython_extension",
    "tool",
    "tool_call",
    "tool_create",
    "tool_list",
    "unload_ipython_extension",
]


def load_ipython_extension(ipython: Any) -> None:
    """``%load_ext hermetic_nb``: register the magics and start the children in the background."""
    from hermetic_nb.magics import load  # noqa: PLC0415 (imports IPython)

    load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """``%unload_ext hermetic_nb``: take the magics away and end the children."""
    from hermetic_nb.magics import unload  # noqa: PLC0415 (imports IPython)

    unload(ipython)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where JupyterLab finds the built extension."""
    return [{"src": "labextension", "dest": "hermetic-nb"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """What Jupyter Server loads."""
    return [{"module": "hermetic_nb"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Add the panel's handlers to a Jupyter server."""
    from hermetic_nb.labserver import load  # noqa: PLC0415 (imports Jupyter Server)

    load(server)


def __getattr__(name: str) -> Any:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
