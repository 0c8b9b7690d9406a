"""A kernel in small, for hosts that refuse: what it sees of its layers, and whether tools run, as JSON.

``python seen.py PAYLOAD MANIFEST PLAN``: two files, and JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from hermetic_nb.confinement import Plan
from hermetic_nb.errors import EngineError
from hermetic_nb.executors.wasm import WasmExecutor
from hermetic_nb.model import Artifact, Done, Environment, Limits, Manifest


def main() -> None:
    """Look, and say."""
    payload, manifest = (Path(name).read_bytes() for name in sys.argv[1:3])
    plan = Plan.from_json(json.loads(sys.argv[3]))
    artifact = Artifact(Manifest.from_json(json.loads(manifest)), payload)
    said: dict[str, Any] = {"user": os.getuid()}
    with tempfile.TemporaryDirectory() as folder:
        executor = WasmExecutor(Path(folder), plan=plan)
        session = executor.open(artifact, Limits(), Environment())
        said["answers"] = [step.value for n in range(50) if isinstance(step := session.start((n, 2)), Done)]
        said["layers"] = {layer.name: [layer.holds, layer.seen] for layer in executor.sandbox.layers()}
        executor.close()
        strict = WasmExecutor(Path(folder), isolation="strict", plan=plan)
        try:
            strict.open(artifact, Limits(), Environment()).start((1, 2))
            said["strict"] = ""
        except EngineError as error:
            said["strict"] = error.message
        strict.close()
    print(json.dumps(said))


if __name__ == "__main__":
    main()
