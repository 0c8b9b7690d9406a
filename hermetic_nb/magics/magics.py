"""The magics: a line and a cell's body -> a call of the toolbox. Nothing else happens here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from IPython.core.magic import line_cell_magic, line_magic, magics_class, no_var_expand
from IPython.display import display
from traitlets import Float

from hermetic_nb import cell as cells
from hermetic_nb.display import Listing, Sheet, explanation_card, receipt_note
from hermetic_nb.errors import ArgumentError, SpecError
from hermetic_nb.magics import flags
from hermetic_nb.magics.base import NotebookMagics
from hermetic_nb.magics.documenting import documented
from hermetic_nb.magics.options import MagicLine, Parsed, Word, parse, read, split
from hermetic_nb.magics.slow import told
from hermetic_nb.magics.variables import variable
from hermetic_nb.model import PAGE, ModuleLimits
from hermetic_nb.toolbox import arguments, default

if TYPE_CHECKING:
    from hermetic_nb.errors import Diagnostic
    from hermetic_nb.magics.panel import Panel
    from hermetic_nb.toolbox import Tool, Verification

_UNITS: Final = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}


@magics_class
class HermeticMagics(NotebookMagics):
    """``%%hermetic_tool`` and the ``%tool_`` magics."""

    progress_after = Float(2.0, help="Seconds after which work says that it goes on; negative: never.").tag(config=True)

    @no_var_expand
    @line_cell_magic
    @documented
    def hermetic_tool(self, line: str, cell: str | None = None) -> Tool:
        """Make a sealed tool of the cell."""
        if cell is None:
            raise SpecError("%hermetic_tool has no cell below it", help="write %%hermetic_tool, with two percent signs")
        parsed = parse("%%hermetic_tool", line, flags.HERMETIC_TOOL)
        output = variable(parsed)
        box = default()
        namespace = self._namespace
        names = parsed.all("--capture")
        spec = box.parse(
            cell,
            language=parsed.one("--lang") or "python",
            name=_name(parsed),
            tier=parsed.one("--tier") or "auto",
            signature=parsed.one("--sig"),
            capture={name: cells.look_up(name, namespace) for name in names},
            limits=_limits(parsed),
            env=parsed.all("--env"),
            uses=parsed.all("--uses"),
            data=_files(parsed),
            deps=parsed.all("--deps"),
        )
        with told(f"sealing {spec.name} ...", self.progress_after):
            if parsed.has("--dry-run"):
                tool = box.try_out(spec)
            else:
                tool = namespace[spec.entry] = box.keep(spec, session=parsed.has("--session"))
        if output:
            namespace[output] = tool
        if parsed.has("--explain"):
            display(explanation_card(tool.explain()), raw=True)  # type: ignore[no-untyped-call] # IPython's
        return tool

    @no_var_expand
    @line_cell_magic
    @documented
    def tool_call(self, line: str, cell: str | None = None) -> Any:
        """Call a tool."""
        magic = "%tool_call" if cell is None else "%%tool_call"
        tool, rest, start, whole = self._called(magic, line)
        rest, parsed = _without_output(whole, rest, start)
        output = variable(parsed)
        given = self._given(tool, cell, rest, start, parsed)
        with told(f"running {tool.name} ...", self.progress_after):
            value = self._value(tool, given)
        if output is None:
            return value
        self._namespace[output] = value
        return None

    @no_var_expand
    @line_magic
    @documented
    def tool_list(self, line: str) -> Listing:
        """List tools."""
        parsed = parse("%tool_list", line, flags.TOOL_LIST, most=0)
        everything = parsed.has("--all")
        box = default()
        return self._output(parsed, Listing(tuple(box.list()) if everything else box.here, versions=everything))

    @no_var_expand
    @line_magic
    @documented
    def tool_panel(self, line: str) -> Listing | Panel:
        """Show the registry as a panel."""
        parsed = parse("%tool_panel", line, flags.TOOL_PANEL, most=0)
        everything = parsed.has("--all")
        box = default()
        tools = tuple(box.list()) if everything else box.here
        from hermetic_nb.magics import panel  # noqa: PLC0415 (widgets, which other cells do without)

        if not panel.is_built():
            return Listing(tools, versions=everything)
        return panel.Panel(box, tools, versions=everything)

    @no_var_expand
    @line_magic
    @documented
    def tool_show(self, line: str) -> Sheet:
        """Show all of a tool."""
        parsed = parse("%tool_show", line, flags.TOOL_SHOW)
        if parsed.has("--explain"):
            display(explanation_card(self._tool(parsed).explain()), raw=True)  # type: ignore[no-untyped-call] # IPython's
        return self._output(parsed, Sheet(self._tool(parsed), source=parsed.has("--source")))

    @no_var_expand
    @line_magic
    @documented
    def tool_verify(self, line: str) -> Verification:
        """Build a tool again and compare."""
        parsed = parse("%tool_verify", line, flags.TOOL_VERIFY)
        tool = self._tool(parsed)
        with told(f"verifying {tool.name} ...", self.progress_after):
            verified = tool.verify()
        return self._output(parsed, verified)

    # ------------------------------------------------------------ parts

    def _tool(self, parsed: Parsed) -> Tool:
        if not parsed.words:
            raise SpecError("which tool?", help=f"{parsed.line.split()[0]} {flags.REFERENCE}")
        return default().get(parsed.words[0].text)

    def _called(self, magic: str, line: str) -> tuple[Tool, str, int, str]:
        """The tool, the text after its name, where that begins, and the whole line."""
        whole = f"{magic} {line}".rstrip()
        found = re.match(r"\s*(\S+)", line)
        if found is None:
            raise SpecError("which tool?", help=f"{magic} {flags.REFERENCE} name=value ...")
        start = len(magic) + 1 + found.end()
        return default().get(found[1]), whole[start:], start, whole

    def _value(self, tool: Tool, given: dict[str, Any]) -> Any:
        """The value of a call; a pure tool's receipt, with its trace, goes into the cell's output."""
        if not tool.manifest.is_pure:
            return tool(**given)
        receipt = tool.call(**given)
        display(receipt_note(receipt), raw=True)  # type: ignore[no-untyped-call] # IPython's
        return tool.value(receipt)

    def _given(self, tool: Tool, cell: str | None, rest: str, start: int, parsed: Parsed) -> dict[str, Any]:
        def place(begin: int, end: int, message: str) -> Diagnostic:
            return MagicLine(message, 1, start + begin, start + end, parsed.line)

        if cell is None:
            try:
                return arguments.read_line(tool.signature, rest, place)
            except ArgumentError as error:
                if error.message.startswith("missing"):
                    error.help += "; arguments on the lines below need %%tool_call"
                raise
        if rest.strip():
            finding = place(len(rest) - len(rest.lstrip()), len(rest.rstrip()), "the body gives the arguments")
            raise ArgumentError("arguments stand both on the line and below it", diagnostics=[finding])
        return arguments.read_json(tool.signature, cell)


def _without_output(line: str, rest: str, start: int) -> tuple[str, Parsed]:
    """Take ``-o VAR``, and flags that do not exist, from the end of a line of arguments."""
    parsed = Parsed(line)
    found = re.search(r"(?:^|\s)(-o(?:\s+\S*)?|--?[A-Za-z][\w-]*)\s*$", rest)
    if found is None:
        return rest, parsed
    begin = start + found.start(1)
    read(parsed, [Word(w.text, w.start, w.end, w.quoted) for w in split(line, begin)], flags.TOOL_CALL, most=0)
    return rest[: found.start(1)], parsed


def _name(parsed: Parsed) -> str | None:
    if not parsed.words:
        return None
    word = parsed.words[0]
    try:
        return cells.check_name(word.text)
    except SpecError as error:
        raise SpecError(error.message, diagnostics=[parsed.at(word, "not a tool's name")], help=error.help) from None


def _files(parsed: Parsed) -> dict[str, str]:
    files: dict[str, str] = {}
    for word in parsed.flags.get("--data", []):
        name, equals, path = word.text.partition("=")
        if not (equals and path and name.isidentifier()):
            raise SpecError("--data takes NAME=PATH", diagnostics=[parsed.at(word, "as in genome=data/genome.fa")])
        files[name] = path
    return files


_LIMITS: Final = frozenset({"memory", "depth", "fuel"})


def _limits(parsed: Parsed) -> ModuleLimits | None:
    values = parsed.flags.get("--limit")
    if not values:
        return None
    word = values[0]
    limits: dict[str, int] = {}
    for part in word.text.split(","):
        name, _, text = part.partition("=")
        amount = re.fullmatch(r"(\d{1,12})\s*([A-Za-z]*)", text)
        unit = _UNITS.get(amount[2].upper()) if amount else None
        if amount is None or unit is None or name not in _LIMITS or (name != "memory" and amount[2]):
            raise SpecError(
                f"--limit {part} is not a limit",
                diagnostics=[parsed.at(word, "here")],
                help="--limit memory=256MiB,depth=1000,fuel=1000000",
            )
        limits[name] = int(amount[1]) * unit
    made = ModuleLimits()
    pages = -(-limits["memory"] // PAGE) if "memory" in limits else made.memory_pages
    depth = limits.get("depth", made.depth)
    fuel = limits.get("fuel", made.fuel)
    if not (1 <= pages <= made.memory_pages and 1 <= depth <= made.depth and (fuel or "fuel" not in limits)):
        raise SpecError(
            f"--limit {word.text} is out of range",
            diagnostics=[parsed.at(word, "here")],
            help=f"memory: 64KiB to {made.memory_pages * PAGE >> 30}GiB; depth: 1 to {made.depth}; fuel: 1 and more",
        )
    return ModuleLimits(memory_pages=pages, depth=depth, fuel=fuel)
