"""``python -m tests.attacks.escaped PLAN ...``: what comes of all attempts as the user who runs it, in JSON."""

from __future__ import annotations

import json
import sys

from tests.attacks.escaped.running import table

if __name__ == "__main__":
    found = table(sys.argv[1:])
    print(json.dumps({plan: {name: [one.how, one.said] for name, one in row.items()} for plan, row in found.items()}))
