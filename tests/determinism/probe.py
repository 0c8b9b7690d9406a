"""One process of `test_probe_receipts`: gets the probing tool from a registry, calls it, and prints what came of each probe."""

from __future__ import annotations

import json
import sys

from hermetic_nb import HermeticError, Toolbox


def main(registry: str) -> None:
    """Print a JSON object: probe -> receipt digest and value, or the error."""
    box = Toolbox(registry)
    tool = box.get("probe")
    found = {}
    for name in tool("names"):
        try:
            receipt = tool.call(name)
            outcome = receipt.error.exception if receipt.error is not None else repr(receipt.value)
            found[name] = [receipt.digest, outcome]
        except HermeticError as error:
            found[name] = ["", str(error)]
    box.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1])
