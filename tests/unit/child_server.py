"""The program of the child processes that test_child starts."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from hermetic_nb import child


def answer(request: memoryview) -> bytes | memoryview | list[bytes]:
    verb, _, body = bytes(request[:200]).partition(b" ")
    match verb:
        case b"echo":
            return request[5:]
        case b"parts":
            return [b"a", b"", b"bc" * 50_000]
        case b"pid":
            return str(os.getpid()).encode()
        case b"spin":
            spin()
        case b"regex":
            stuck_in_c()
        case b"sleep":
            time.sleep(float(body))
        case b"say":
            os.write(1, b"said on stdout\n")
            os.write(2, b"said on stderr\n")
        case b"exit":
            os._exit(int(body))
        case b"once":
            mark = Path(body.decode())
            if not mark.exists():
                mark.touch()
                os._exit(1)
        case b"raise":
            raise RuntimeError("deliberate")
        case b"sigint":
            os.kill(os.getpid(), signal.SIGINT)
        case b"env":
            return os.environ.get(body.decode(), "-").encode()
        case b"modules":
            return str(len(sys.path)).encode()
    return b"ok"


def spin() -> NoReturn:
    while True:
        pass


def stuck_in_c() -> None:
    """One C call that holds the interpreter lock for ever."""
    import re

    re.match(r"(a+)+$", "a" * 60 + "b")


if __name__ == "__main__":
    child.serve(answer)
