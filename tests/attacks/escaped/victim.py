"""A process of the host that minds its own business: it keeps a secret in memory, and leaves a mark when it is signalled."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path


def main() -> None:
    """``victim FOLDER``: says where the secret is, and waits until its input ends."""
    folder = Path(sys.argv[1])
    secret = ctypes.create_string_buffer(os.environ["SECRET"].encode(), 64)
    if sys.platform == "linux":  # where Yama asks: anybody may look (prctl(2), PR_SET_PTRACER)
        ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(2**64 - 1), 0, 0, 0)
    signal.signal(signal.SIGURG, lambda *_: (folder / "signalled").touch())
    print(ctypes.addressof(secret), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
