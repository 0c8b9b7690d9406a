"""The nouns of the system as frozen values, and the Protocols at its seams. No I/O, no clock, no randomness here."""

from hermetic_nb.model.artifact import Artifact, Environment, Manifest, Payload
from hermetic_nb.model.constants import CALL_AGENT, FORMAT, PAGE, PYTHON, WASM
from hermetic_nb.model.explanation import Assertion, Explanation, FunctionExplained, Remark
from hermetic_nb.model.limits import Limits, ModuleLimits
from hermetic_nb.model.receipt import AgentCall, Failure, Receipt
from hermetic_nb.model.seams import Calls, Done, Executor, Failed, Reply, Request, Session, Step, Toolchain
from hermetic_nb.model.spec import Dependency, Example, ToolSpec

__all__ = [
    "CALL_AGENT",
    "FORMAT",
    "PAGE",
    "PYTHON",
    "WASM",
    "AgentCall",
    "Artifact",
    "Assertion",
    "Calls",
    "Dependency",
    "Done",
    "Environment",
    "Example",
    "Executor",
    "Explanation",
    "Failed",
    "Failure",
    "FunctionExplained",
    "Limits",
    "Manifest",
    "ModuleLimits",
    "Payload",
    "Receipt",
    "Remark",
    "Reply",
    "Request",
    "Session",
    "Step",
    "ToolSpec",
    "Toolchain",
]
