"""`tool_create`: look for a tool that already does it, else build the proposal, prove it, ask where that is due, keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.errors import HermeticError, RegistryAccessError, SpecError
from hermetic_nb.making import stand_ins
from hermetic_nb.making.policy import Grants, Policy, Wish, Word, decide, wish_to_create
from hermetic_nb.signature import schema
from hermetic_nb.toolbox.examples import same
from hermetic_nb.toolbox.parameters import types_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from hermetic_nb.making.proposals import Case, Proposal
    from hermetic_nb.making.sight import Sight
    from hermetic_nb.toolbox import Tool, Toolbox

MOST: Final = 5
"""Existing tools that are told."""
DECISION: Final = "decision"
"""Under what a recording keeps what the user said."""


@dataclass(frozen=True, slots=True)
class Made:
    """A new tool."""

    tool: Tool
    tested: int
    """Examples that it passed; 0: untested."""
    requests: tuple[tuple[str, Any], ...] = ()
    """What an untested pure tool asked stand-ins in a dry run."""

    def to_json(self) -> dict[str, Any]:
        """What the model is told."""
        told: dict[str, Any] = {
            "made": True,
            "tool": self.tool.name,
            "digest": self.tool.digest,
            "kind": self.tool.tier,
            "signature": str(self.tool.signature),
            "examples_passed": self.tested,
        }
        if not self.tested:
            told["untested"] = True
            told["dry_run_asked"] = [{"agent": name, "arguments": given} for name, given in self.requests]
        return told


@dataclass(frozen=True, slots=True)
class Existing:
    """Tools that give the same for all examples."""

    tools: tuple[Mapping[str, Any], ...]

    def to_json(self) -> dict[str, Any]:
        """What the model is told."""
        return {
            "made": False,
            "exists": [dict(tool) for tool in self.tools],
            "help": "call one of these; or send the proposal again with why_new: what it does that they do not",
        }


@dataclass(frozen=True, slots=True)
class Failed:
    """The proposal does not build, or fails an example."""

    error: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """What the model is told."""
        return {"made": False, "error": dict(self.error)}


@dataclass(frozen=True, slots=True)
class Refused:
    """It may not be made."""

    why: str

    def to_json(self) -> dict[str, Any]:
        """What the model is told."""
        return {"made": False, "refused": self.why}


@dataclass(frozen=True, slots=True)
class Waits:
    """The user has to decide first."""

    wish: Wish


Outcome = Made | Existing | Failed | Refused | Waits


@dataclass(slots=True)
class Maker:
    """Makes tools for the agents of one toolbox."""

    box: Toolbox
    tape: Sight
    policy: Policy
    grants: Grants
    asks: bool = True
    """Whether somebody can be asked."""

    @property
    def granted(self) -> frozenset[str]:
        """Agents that answer without a question."""
        return frozenset(agent.name for agent in self.box.agents if agent.approval == "auto")

    def decision(self, wish: Wish) -> Word:
        """What happens with a wish; the user's own word is recorded, and counts again where the recording is replayed."""
        word = decide(self.policy, self.grants, wish)
        if word == "ask":
            recorded: Word | None = self.tape.recalled(DECISION, wish.key)
            return recorded or ("ask" if self.asks else "deny")
        if self.grants.get(wish) is not None:
            self.tape.told(DECISION, wish.key, word)
        return word

    async def make(self, proposal: Proposal, taken: Collection[str] = ()) -> Outcome:
        """Make the proposed tool, or say why not; ``taken`` are names of tools that keep them. Raises CassetteMissError."""
        if not proposal.why_new and proposal.cases and not proposal.is_pure:
            existing = await self._existing(proposal)
            if existing:
                return Existing(tuple(existing))
        try:
            if proposal.name in taken and not proposal.why_new:
                raise SpecError(
                    f"{proposal.name} is the name of another tool of this notebook",
                    help="choose another name; or say in why_new why it is to take that one's place",
                )
            return await self._build(proposal)
        except HermeticError as error:
            return Failed(error.to_json())

    async def _build(self, proposal: Proposal) -> Outcome:
        box = self.box
        spec = box.parse(
            proposal.source(),
            entry=proposal.entry,
            name=proposal.name,
            doc=proposal.description,
            types=types_of(proposal.parameters),
            uses=proposal.uses,
        )
        tool = box.try_out(spec)
        tested = len(proposal.cases)
        requests: tuple[tuple[str, Any], ...] = ()
        if proposal.is_pure:
            for case in proposal.cases:
                tried = await stand_ins.try_case(box, tool, case)
                if tried.error is not None or not same(tried.value, case.result):
                    return Failed(_failed_example(case, tried))
            if not proposal.cases:
                requests = (await stand_ins.dry_run(box, tool, _stubs(tool))).requests
        wish = wish_to_create(box, tool, self.granted)
        match self.decision(wish):
            case "deny":
                return Refused(refusal(self, wish, "making"))
            case "ask":
                return Waits(wish)
        try:
            kept = box.keep(spec)
        except RegistryAccessError:  # a registry that cannot be written: the tool lives as long as the notebook
            kept = box.keep(spec, session=True)
        return Made(kept, tested, requests)

    async def _existing(self, proposal: Proposal) -> list[dict[str, Any]]:
        """Tools that pass all of the proposal's examples; one of the same source is the proposal itself."""
        question = values.text(
            values.to_wire([proposal.description, [[dict(case.arguments), case.result] for case in proposal.cases]])
        )

        async def look() -> list[dict[str, Any]]:
            examples = [(tuple(case.arguments.values()), case.result) for case in proposal.cases]
            found = self.box.search(f"{proposal.name} {proposal.description}", examples=examples, limit=MOST)
            return [one.to_json() for one in found if one.passed == len(examples)]

        found: list[dict[str, Any]] = await self.tape.see("tools that pass the examples", question, look)
        return found


def refusal(maker: Maker, wish: Wish, act: str) -> str:
    """Why a wish is refused."""
    if not maker.asks and maker.grants.get(wish) is None and "deny" not in {maker.policy.create, maker.policy.call}:
        return f"{act} this tool needs the user's consent, and nobody can be asked here: that counts as no"
    return f"{act} this tool is not allowed here"


def _failed_example(case: Case, tried: stand_ins.Tried) -> dict[str, Any]:
    if tried.error is not None:
        return dict(tried.error)
    return {
        "code": "H220",
        "name": "ExampleError",
        "message": f"an example fails: it gives {tried.value!r}, wanted {case.result!r}",
        "help": "mend the code, or the example",
        "retry": True,
        "diagnostics": [],
    }


def _stubs(tool: Tool) -> dict[str, Any]:
    """Arguments of a dry run: a short value of each type that has no default."""
    return {
        parameter.name: _stub(schema.type_schema(parameter.type))
        for parameter in tool.signature.parameters
        if parameter.default is None
    }


def _stub(wanted: Mapping[str, Any]) -> Any:
    for key in ("enum", "prefixItems", "anyOf", "oneOf"):
        if wanted.get(key):
            items = wanted[key]
            return (
                [_stub(item) for item in items]
                if key == "prefixItems"
                else items[0]
                if key == "enum"
                else _stub(items[0])
            )
    match wanted.get("type"):
        case "integer":
            return 1
        case "number":
            return 1.0
        case "boolean":
            return True
        case "null":
            return None
        case "array":
            return [_stub(wanted.get("items", {}))]
        case "object":
            return {name: _stub(inner) for name, inner in wanted.get("properties", {}).items()}
    return "text"
