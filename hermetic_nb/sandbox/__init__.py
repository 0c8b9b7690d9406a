"""What stands around the processes that run payloads, and the only place where that is decided.

A zygote loads a program, leaves the host's namespaces, files and privileges once, and forks a worker when one is needed
(about a millisecond); a worker gives up system calls and answers requests until it is killed. What the host refuses is told.
"""

from hermetic_nb.sandbox.sandbox import ISOLATIONS, WASM, Isolation, Lease, Sandbox, summary, too_late

__all__ = ["ISOLATIONS", "WASM", "Isolation", "Lease", "Sandbox", "summary", "too_late"]
