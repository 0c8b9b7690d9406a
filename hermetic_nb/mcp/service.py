"""The answers to clients: the user's registry, with calls that are isolated, limited and counted. No model, no agents.

What wants more than computation is refused: nobody sits here who could be asked, and texts are no approval.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import HermeticError, SpecError, ToolNotFoundError
from hermetic_nb.mcp import CREATE, may_create
from hermetic_nb.mcp.stopping import stoppable
from hermetic_nb.mcp.texts import DATA, LINE, bounded, cut, error_json
from hermetic_nb.model import Limits

if TYPE_CHECKING:
    from hermetic_nb.making.policy import Wish
    from hermetic_nb.registry import NameRecord
    from hermetic_nb.toolbox import Tool, Toolbox

LIMITS: Final = Limits(
    wall_seconds=20.0, output_bytes=8 << 20, calls=1000, rounds=100, calls_depth=8, reply_bytes=8 << 20
)
"""Of one call."""
FOUND: Final = 20
LISTED: Final = 100
LONGEST: Final = 1000
"""Characters of a query or a reference that are looked at."""
_LOG: Final = logging.getLogger(__name__)


@cache
def service() -> Service:
    """The one of this process."""
    return Service()


class Service:
    """Answers on threads of their own, so that a server's event loop goes on. What nobody waits for any more is stopped."""

    def __init__(self, box: Callable[[], Toolbox] | None = None) -> None:
        self._make_box = box or _users_box
        self._opening = threading.Lock()
        self._making = threading.Lock()
        self._box: Toolbox | None = None

    @property
    def box(self) -> Toolbox:
        """The user's registry, opened by the first call. Raises RegistryError."""
        with self._opening:
            if self._box is None:
                self._box = self._make_box()
            return self._box

    async def answer(self, act: str, *given: Any) -> dict[str, Any]:
        """What ``act`` (``search``, ``listing``, ``show``, ``call``) gives, an error of it included, as JSON data."""
        work: Callable[..., dict[str, Any]] = getattr(self, f"_{act}")
        return await stoppable(_told, work, *given)

    async def create(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Make a proposed tool, or say why not."""
        if not may_create():
            why = f"making tools is off here: the user turns it on with {CREATE}=1 in the environment of the server"
            return {"made": False, "refused": why}
        return await stoppable(_told, self._create, given)

    # ------------------------------------------------------------ find

    def _search(self, query: str, examples: list[Any], limit: int) -> dict[str, Any]:
        from hermetic_nb.making.proposals import positional  # noqa: PLC0415 (as the box: by the first call)

        cases = [positional(case) for case in examples[:FOUND]]
        found = self.box.search(query[:LONGEST], examples=cases, limit=_within(limit, FOUND))
        rows = [
            one.to_json() | {"doc": cut(one.doc, LINE)} | ({"examples_passed": one.passed} if cases else {})
            for one in found
        ]
        return {"found": rows, "about": DATA}

    def _listing(self, offset: int, limit: int) -> dict[str, Any]:
        records = self.box.registry.list()
        start = max(offset, 0)
        rows = []
        for record in records[start : start + _within(limit, LISTED)]:
            try:
                rows.append(_row(self._tool(record)))
            except HermeticError as error:
                rows.append({"tool": record.name} | error_json(error))
        return {"tools": rows, "offset": start, "total": len(records), "about": DATA}

    def _show(self, name: str) -> dict[str, Any]:
        from hermetic_nb.signature import schema  # noqa: PLC0415 (as above)

        tool = self._get(name)
        manifest, signature = tool.manifest, tool.signature
        parameters = schema.parameters_schema(signature)
        definitions = {"$defs": parameters["$defs"]} if "$defs" in parameters else {}
        why = self._why_not(tool)
        return {
            **_row(tool),
            "version": tool.version,
            "callable": not why,
            **({"why_not": why} if why else {}),
            **bounded("parameters", parameters),
            **bounded("result", schema.type_schema(signature.result) | definitions),
            "documentation": cut(manifest.doc),
            "source": cut(tool.source),
            **bounded(
                "examples", [{"call": one.source.strip(), "gives": one.want.strip()} for one in manifest.examples]
            ),
            **bounded("manifest", manifest.to_json()),
            "about": DATA,
        }

    # ------------------------------------------------------------ call

    def _call(self, name: str, arguments: Any) -> dict[str, Any]:
        from hermetic_nb.signature import schema  # noqa: PLC0415 (as above)
        from hermetic_nb.toolbox.arguments import read_data  # noqa: PLC0415

        if not isinstance(arguments, Mapping):
            raise SpecError("arguments is no object", help='by name: {"n": 3}')
        tool = self._get(name)
        told = {"tool": tool.name, "digest": tool.digest}
        why = self._why_not(tool)
        if why:
            return told | {"refused": why}
        receipt = tool.call(**read_data(tool.signature, arguments))
        printed = {"printed": cut(receipt.printed)} if receipt.printed else {}
        if receipt.error is not None:
            return told | {"receipt": receipt.digest} | printed | error_json(tool.failure(receipt))
        value = schema.write(tool.signature.result, receipt.value, tool.signature.definitions)
        return told | bounded("value", value) | {"receipt": receipt.digest} | printed

    def _why_not(self, tool: Tool, seen: frozenset[str] = frozenset()) -> str:
        """Why clients may not call a tool: it, or one that it calls, wants more than its arguments. Raises IntegrityError."""
        from hermetic_nb.making.policy import wish_to_create  # noqa: PLC0415 (as above)

        more = _more(wish_to_create(self.box, tool, ()))
        if more:
            return f"{tool.name} {more}; that is not given to clients: call it in a notebook"
        for _, used in tool.manifest.uses:
            if used not in seen:
                why = self._why_not(self.box.peek(used), seen | {tool.digest})
                if why:
                    return why
        return ""

    def _get(self, name: str) -> Tool:
        """The newest tool of a name, whatever this process used before. Raises ToolNotFoundError, IntegrityError."""
        if not name.strip():
            raise SpecError("which tool?", help="a name, name@version, or digest; hermetic_list names them")
        return self._tool(self._resolve(name))

    def _resolve(self, name: str) -> NameRecord:
        try:
            return self.box.registry.resolve(name.strip()[:LONGEST])
        except ToolNotFoundError as error:
            if "?" not in error.help:  # no close match: a notebook's commands are of no use to a client
                error.help = "hermetic_search and hermetic_list say what is here"
            raise

    def _tool(self, record: NameRecord) -> Tool:
        return self.box.peek(f"{record.name}@{record.tool}")

    # ------------------------------------------------------------ make

    @cached_property
    def _maker(self) -> Any:
        from hermetic_nb.making.maker import Maker  # noqa: PLC0415 (as above)
        from hermetic_nb.making.policy import Grants, Policy  # noqa: PLC0415
        from hermetic_nb.making.sight import LiveSight  # noqa: PLC0415

        return Maker(self.box, LiveSight(), Policy(), Grants.of(self.box), asks=False)

    def _create(self, given: Mapping[str, Any]) -> dict[str, Any]:
        from hermetic_nb.cell import dependencies, normalise  # noqa: PLC0415 (as above)
        from hermetic_nb.making import proposals  # noqa: PLC0415
        from hermetic_nb.making.maker import Waits  # noqa: PLC0415

        pinned = [f"{one.name}@{one.tool}" for one in (self._resolve(str(used)) for used in given["uses"])]
        proposal = proposals.read({**given, "uses": pinned})
        if dependencies.read(normalise(proposal.code)):
            return {
                "made": False,
                "refused": "packages are fetched from the network: a notebook may declare them, clients may not",
            }
        with self._making:  # a box keeps what it tried last
            outcome = asyncio.run(self._maker.make(proposal))
        assert not isinstance(outcome, Waits), "nobody is asked here"
        told: dict[str, Any] = outcome.to_json()
        return told


def _users_box() -> Toolbox:
    from hermetic_nb.toolbox import Toolbox  # noqa: PLC0415 (as above)

    return Toolbox(limits=LIMITS, approve=lambda _question: False)


def _told(work: Callable[..., dict[str, Any]], *given: Any) -> dict[str, Any]:
    """What work gives, or its error as data: no exception leaves, and no words of this machine."""
    try:
        return work(*given)
    except HermeticError as error:
        return error_json(error)
    except Exception:  # noqa: BLE001 (whatever it is, it goes to the log, not to a client)
        _LOG.exception("hermetic_nb: a client's request failed")
        return {
            "error": {"message": "hermetic_nb itself failed", "help": "the server's log says where", "retry": False}
        }


def _row(tool: Tool) -> dict[str, Any]:
    return {
        "tool": tool.name,
        "digest": tool.digest,
        "kind": tool.tier,
        "signature": str(tool.signature),
        "doc": cut(tool.manifest.summary, LINE),
    }


def _more(wish: Wish) -> str:
    """What a tool wants beyond its arguments, as the end of a sentence."""
    if "*" in wish.agents:
        return "asks agents whose names it computes"
    if wish.agents:
        return f"asks the agents {', '.join(wish.agents)}"
    return f"takes {', '.join(wish.env)} from the environment" if wish.env else ""


def _within(number: int, most: int) -> int:
    return min(max(number, 1), most)
