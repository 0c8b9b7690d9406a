"""The flags of each magic: one table for parsing, completion and help."""

from __future__ import annotations

from typing import Final

from hermetic_nb.magics.options import Flag, help_of
from hermetic_nb.toolchains import TOOLCHAINS

LANGUAGES: Final = tuple(dict.fromkeys(language for language, _ in TOOLCHAINS))
TIERS: Final = ("auto", *dict.fromkeys(tier for language, tier in TOOLCHAINS if language == "python"))

OUTPUT: Final = Flag(name="-o", value="VAR", help="store the result in this variable too")
EXPLAIN: Final = Flag(name="--explain", help="show the types, the tests that are left out or stay, and what is proven")
VALUE: Final = Flag(name="-o", value="VAR", help="store the value in this variable, and show nothing")
HERMETIC_TOOL: Final = (
    Flag(name="--lang", value="LANG", choices=LANGUAGES, help="the language of the cell (python)"),
    Flag(name="--tier", value="TIER", choices=TIERS, help="the kind of tool wanted (auto)"),
    Flag(name="--sig", value='"f(x: int) -> int"', help="the signature, for languages without annotations"),
    Flag(
        name="--limit",
        value="memory=1GiB,depth=1000",
        help="limits that are part of the tool; fuel=N counts instructions",
    ),
    Flag(
        name="--capture",
        value="NAME",
        many=True,
        help="take functions, constants or modules of the notebook into the tool",
    ),
    Flag(name="--env", value="NAME", many=True, help="parameters of type str that come from the environment"),
    Flag(name="--data", value="NAME=PATH", many=True, help="parameters of type bytes that hold a file, read now"),
    Flag(name="--uses", value="TOOL", many=True, help="tools that a pure tool calls by name, pinned by digest"),
    Flag(name="--deps", value="NAME==VERSION", many=True, help="pure-Python wheels that the cell imports"),
    Flag(name="--session", help="keep the tool in this session only; box.save(tool) promotes it"),
    Flag(name="--dry-run", help="build and prove, but keep and bind nothing"),
    EXPLAIN,
    OUTPUT,
)
TOOL_LIST: Final = (Flag(name="--all", help="all tools of the registry, with their versions"), OUTPUT)
TOOL_PANEL: Final = (Flag(name="--all", help="what is kept of it without widgets: all tools of the registry"),)
TOOL_STATS: Final = (
    Flag(name="--all", help="of the whole registry, over all sessions, with the tools that nothing would miss"),
    Flag(name="--trim", value="NAME", many=True, help="leave tools out of lists and searches; nothing is deleted"),
    Flag(name="--restore", value="NAME", many=True, help="list trimmed tools again"),
    OUTPUT,
)
TOOL_SEARCH: Final = (
    Flag(name="--example", value='"f(2) == 4"', many=True, help="what the tool gives for what: who passes comes first"),
    Flag(name="-n", value="5", help="tools shown at most (5)"),
    Flag(name="--limit", value="5", help="the same"),
    OUTPUT,
)
TOOL_SHOW: Final = (Flag(name="--source", help="with the source"), EXPLAIN, OUTPUT)
TOOL_VERIFY: Final = (OUTPUT,)
TOOL_CALL: Final = (VALUE,)
_MODEL: Final = Flag(name="--model", value="MODEL", help="provider:name, name@http://..., ollama:name, or a variable")
_RECORDING: Final = (
    Flag(name="--replay", help="answer from the recording only (so it is without a model, and in checks)"),
    Flag(name="--record", help="ask the model, and keep its answers beside the notebook"),
    Flag(name="--live", help="ask the model, and keep nothing"),
    Flag(name="--cassette", value="FILE", help="the recording (NOTEBOOK.cassette.json)"),
)
AGENT: Final = (
    _MODEL,
    Flag(name="--with", value="NAME,...", many=True, help="variables that the agent may pass to tools"),
    *_RECORDING,
    Flag(name="--limit", value="requests=30,calls=100", help="the run's budget; also tokens=N and cost=DOLLARS"),
    Flag(name="--policy", value="create=ask,call=auto", help="auto, ask or deny for making and for calling tools"),
    Flag(name="--continue", help="go on with the conversation of the run before"),
    OUTPUT,
)
TOOL_CREATE: Final = (
    Flag(name="--example", value='"f(2) == 4"', many=True, help="what the tool gives for what"),
    _MODEL,
    *_RECORDING,
    OUTPUT,
)
TOOL_AGENTS: Final = (
    Flag(name="--prompt", value="TEXT", help="what the agent's model is told"),
    _MODEL,
    Flag(name="--approval", value="APPROVAL", choices=("auto", "ask", "deny"), help="who decides on its calls (auto)"),
    *_RECORDING,
)

FLAGS: Final = {
    "agent": AGENT,
    "tool_agents": TOOL_AGENTS,
    "tool_create": TOOL_CREATE,
    "hermetic_tool": HERMETIC_TOOL,
    "tool_call": TOOL_CALL,
    "tool_list": TOOL_LIST,
    "tool_panel": TOOL_PANEL,
    "tool_search": TOOL_SEARCH,
    "tool_show": TOOL_SHOW,
    "tool_stats": TOOL_STATS,
    "tool_verify": TOOL_VERIFY,
}
REFERENCE: Final = "NAME[@VERSION|@sha256:..]"
HELP: Final = {
    "agent": help_of(
        "%%agent [flags]",
        "Ask an agent: it searches the registry, makes what is missing as sealed tools, calls them, and answers.\n"
        "The cell's body is the request. The model's answers are recorded, so that the notebook runs again without it.",
        AGENT,
    ),
    "tool_agents": help_of(
        "%tool_agents [add NAME --prompt TEXT [flags] | remove NAME]",
        "Who answers call_agent in this notebook; add an agent of a prompt and a model.",
        TOOL_AGENTS,
    ),
    "tool_create": help_of(
        '%tool_create WHAT IT DOES [--example "f(2) == 4" ...] [flags]',
        "A tool of that description: one of the registry that passes the examples, else one that an agent makes.",
        TOOL_CREATE,
    ),
    "hermetic_tool": help_of(
        "%%hermetic_tool [NAME] [flags]",
        "Make a sealed tool of this cell: of its only public function, or the one called NAME. The tool is bound to the\n"
        "function's name, kept in the registry under NAME, and shown with what was proven of it.",
        HERMETIC_TOOL,
    ),
    "tool_call": help_of(
        f"%tool_call {REFERENCE} [name=value ...] [-o VAR]",
        "Call a tool. A value is the text itself for str, else a JSON or Python literal of the declared type.\n"
        "%%tool_call NAME takes the arguments from the cell's body, as one JSON object.",
        TOOL_CALL,
    ),
    "tool_list": help_of("%tool_list [--all] [-o VAR]", "The tools that this notebook sealed or called.", TOOL_LIST),
    "tool_panel": help_of(
        "%tool_panel [--all]",
        "The registry as a panel: search, sources, versions, graphs, receipts. Without widgets it is the list of tools.",
        TOOL_PANEL,
    ),
    "tool_search": help_of(
        '%tool_search WHAT IT DOES [--example "f(2) == 4" ...] [-n 5]',
        "Tools by what they do, the best first; those that pass all examples before the others.",
        TOOL_SEARCH,
    ),
    "tool_show": help_of(f"%tool_show {REFERENCE} [--source] [-o VAR]", "All of one tool.", TOOL_SHOW),
    "tool_stats": help_of(
        "%tool_stats [--all] [--trim NAME ...] [--restore NAME ...]",
        "How tools were used, counted: the ten most used, those never called, what agents found and what they made.",
        TOOL_STATS,
    ),
    "tool_verify": help_of(
        f"%tool_verify {REFERENCE} [-o VAR]",
        "Build a tool again from its source, run its examples and the comparison with CPython again, and compare digests.",
        TOOL_VERIFY,
    ),
}
