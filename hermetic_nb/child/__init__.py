"""A persistent child Python process behind one request-and-answer channel; killed to interrupt it.

The child imports its module, says hello with an empty message and answers requests one by one (`serve`). It ignores
SIGINT, because a notebook interrupts the whole process group, writes nothing to our terminal, and ends when its parent
ends, whatever it is doing: the kernel sends it SIGIO (whose default is to terminate) when the parent's end of a pipe, the
lifeline, closes.
"""

from hermetic_nb.child.arena import Arena, Borrowed
from hermetic_nb.child.framing import LENGTH, SMALL, Buffer
from hermetic_nb.child.idle import watch
from hermetic_nb.child.line import Line, TooLongError, processors
from hermetic_nb.child.process import Child, ChildDiedError, ChildTimeoutError, pair
from hermetic_nb.child.residence import release_memory
from hermetic_nb.child.server import answer_all, serve, taken

__all__ = [
    "LENGTH",
    "SMALL",
    "Arena",
    "Borrowed",
    "Buffer",
    "Child",
    "ChildDiedError",
    "ChildTimeoutError",
    "Line",
    "TooLongError",
    "answer_all",
    "pair",
    "processors",
    "release_memory",
    "serve",
    "taken",
    "watch",
]
