"""The agent of a notebook: it looks for tools, makes what is missing, calls them; what models answered is recorded.

Needs the extra ``agent`` (pydantic-ai). Nothing else of the package imports this one before it is asked for. Raises
NoModelError where the extra is not installed.
"""

from __future__ import annotations

from importlib.util import find_spec

from hermetic_nb.errors import NoModelError

if find_spec("pydantic_ai") is None:
    raise NoModelError("an agent needs pydantic-ai, which is not installed", help="pip install 'hermetic-nb[agent]'")
