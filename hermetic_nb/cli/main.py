"""Words of a command line -> a call of the toolbox -> text or JSON. Exit status: 0, 1 (an error of ours), 2 (usage)."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from hermetic_nb import display, values
from hermetic_nb.cli import search
from hermetic_nb.doctor import doctor, version
from hermetic_nb.errors import ArgumentError, Diagnostic, HermeticError, SpecError
from hermetic_nb.model import PAGE, ModuleLimits
from hermetic_nb.toolbox import Toolbox, arguments
from hermetic_nb.toolchains import TOOLCHAINS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hermetic_nb.display import Bundle
    from hermetic_nb.toolbox import Tool

FAILED: Final = 1
INTERRUPTED: Final = 128 + signal.SIGINT
REFERENCE: Final = "name, name@2, name@sha256:..., or a digest"


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    options = _parser().parse_args(words)
    box: Toolbox | None = None
    try:
        box = Toolbox(options.registry)
        status: int = options.run(box, options)
        sys.stdout.flush()
    except HermeticError as error:
        return _report(error, as_json=options.json)
    except KeyboardInterrupt:
        _say("interrupted", sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output went away
        sys.stdout = None  # nothing is left to flush at exit
        return FAILED
    finally:
        if box is not None:
            box.close()
    return status


def _build(box: Toolbox, options: argparse.Namespace) -> int:
    spec = box.parse(
        _read(options.file),
        language=options.lang,
        name=options.name,
        entry=options.entry,
        tier=options.tier,
        signature=options.sig,
        limits=_limits(options),
        env=options.env,
        uses=options.uses,
        data=dict(map(_pair, options.data)),
        deps=options.deps,
    )
    tool = box.try_out(spec) if options.dry_run else box.keep(spec)
    if options.explain:
        return _explain(tool, as_json=options.json)
    return _show(display.tool_card(tool), "tool", as_json=options.json)


def _call(box: Toolbox, options: argparse.Namespace) -> int:
    tool = box.get(options.tool)
    receipt = tool.call(**_arguments(tool, options))
    if options.json:
        _print_json(display.receipt_json(receipt))
    elif receipt.error is None:
        _say(receipt.value if type(receipt.value) is str else values.encode(receipt.value))
    if receipt.error is not None and not options.json:
        raise tool.failure(receipt)
    return 0 if receipt.error is None else FAILED


def _list(box: Toolbox, options: argparse.Namespace) -> int:
    return _show(display.list_card(box.list(), versions=True), "list", as_json=options.json)


def _search(box: Toolbox, options: argparse.Namespace) -> int:
    return _show(search.search(box, options), "found", as_json=options.json)


def _show_tool(box: Toolbox, options: argparse.Namespace) -> int:
    if options.explain:
        return _explain(box.get(options.tool), as_json=options.json)
    return _show(display.tool_sheet(box.get(options.tool), source=options.source), "tool", as_json=options.json)


def _explain(tool: Tool, *, as_json: bool) -> int:
    return _show(display.explanation_card(tool.explain()), "explanation", as_json=as_json)


def _verify(box: Toolbox, options: argparse.Namespace) -> int:
    tools = box.list() if options.all else [box.get(reference) for reference in options.tools]
    if not tools and not options.all:
        raise SpecError("which tool?", help="hermetic verify NAME ..., or --all")
    status = 0
    for tool in tools:
        try:
            _show(display.verification_card(tool.verify()), "tool", as_json=options.json)
        except HermeticError as error:
            status = _report(error, as_json=options.json)
    return status


def _stats(box: Toolbox, options: argparse.Namespace) -> int:
    box.reuse.trim(options.trim)
    box.reuse.restore(options.restore)
    return _show(display.Figures.of_registry(box).bundle(), "statistics", as_json=options.json)


def _doctor(box: Toolbox, options: argparse.Namespace) -> int:
    found = doctor(box, reindex=options.reindex, repair=options.repair)
    if options.json:
        _print_json(found.to_json())
    else:
        _say("\n".join(found.render()))
    return 0 if found.ok else FAILED


def _demo(_box: Toolbox, options: argparse.Namespace) -> int:
    from hermetic_nb.agents import demo  # noqa: PLC0415 (an extra)

    notebook = demo.copy(Path(options.folder))
    if options.json:
        _print_json({"notebook": str(notebook)})
    else:
        _say(f"{notebook} replays its recording, without a model. Open it: jupyter lab {notebook}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hermetic", description="Sealed tools from a terminal.")
    parser.add_argument("--version", action="version", version=f"hermetic_nb {version()}")
    parser.add_argument(
        "--registry", metavar="FOLDER", help="the registry (else HERMETIC_REGISTRY, else the user's own)"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, run: Callable[[Toolbox, argparse.Namespace], int], does: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=does, description=does)
        made.set_defaults(run=run)
        made.add_argument("--json", action="store_true", help="print JSON")
        return made

    build = command("build", _build, "Make a sealed tool of a file with one public function.")
    build.add_argument("file", help="the source; - for standard input")
    build.add_argument("--name", help="the tool's name (else the function's)")
    build.add_argument("--entry", help="the function, where the file has several")
    build.add_argument("--lang", default="python", choices=sorted({language for language, _ in TOOLCHAINS}))
    build.add_argument("--tier", default="auto")
    build.add_argument("--sig", help='the signature of other languages: "f(x: int) -> int"')
    build.add_argument("--memory-mib", type=int, metavar="N", help="most memory of a call")
    build.add_argument("--depth", type=int, metavar="N", help="most nested calls")
    build.add_argument("--env", nargs="+", default=[], metavar="NAME", help="parameters from the environment")
    build.add_argument("--data", nargs="+", default=[], metavar="NAME=PATH", help="parameters that hold a file")
    build.add_argument("--uses", nargs="+", default=[], metavar="TOOL", help="tools that a pure tool calls")
    build.add_argument("--deps", nargs="+", default=[], metavar="NAME==VERSION", help="pure-Python wheels")
    build.add_argument("--dry-run", action="store_true", help="build and prove, but keep nothing")
    build.add_argument(
        "--explain", action="store_true", help="show types, tests and what is proven, in place of the card"
    )

    call = command("call", _call, "Call a tool and print its value.")
    call.add_argument("tool", help=REFERENCE)
    call.add_argument(
        "arguments", nargs="*", metavar="name=value", help="raw text for str, else a JSON or Python literal"
    )
    call.add_argument("--from-json", metavar="FILE", help="take the arguments from a JSON object; - for standard input")

    command("list", _list, "List the tools of the registry.")

    search.add_arguments(command("search", _search, search.DOES))

    show = command("show", _show_tool, "Show all of a tool.")
    show.add_argument("tool", help=REFERENCE)
    show.add_argument("--source", action="store_true", help="with its source")
    show.add_argument("--explain", action="store_true", help="what the compiler says of it, in place of the sheet")

    verify = command("verify", _verify, "Build tools again, prove them again, and compare digests.")
    verify.add_argument("tools", nargs="*", metavar="tool", help=REFERENCE)
    verify.add_argument("--all", action="store_true", help="every tool of the registry")

    stats = command("stats", _stats, "Count how tools were used, and name those that nothing would miss.")
    stats.add_argument("--trim", nargs="+", default=[], metavar="NAME", help="leave tools out of lists and searches")
    stats.add_argument("--restore", nargs="+", default=[], metavar="NAME", help="list trimmed tools again")

    demo = command("demo", _demo, "Put a notebook with a recorded run of an agent into a folder.")
    demo.add_argument("folder", nargs="?", default=".", help="the folder (else this one)")

    check = command("doctor", _doctor, "Check the registry and this installation.")
    check.add_argument("--reindex", action="store_true", help="make the search index anew")
    check.add_argument("--repair", action="store_true", help="put damaged files aside and remove leftovers")
    return parser


def _pair(text: str) -> tuple[str, str]:
    name, equals, path = text.partition("=")
    if not (equals and path and name.isidentifier()):
        raise SpecError(f"--data {text}: write NAME=PATH")
    return name, path


def _read(file: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise SpecError(f"{file} cannot be read: {error.strerror}") from None


def _limits(options: argparse.Namespace) -> ModuleLimits:
    made = ModuleLimits()
    pages = made.memory_pages if options.memory_mib is None else (options.memory_mib << 20) // PAGE
    depth = made.depth if options.depth is None else options.depth
    if not (1 <= pages <= made.memory_pages and 1 <= depth <= made.depth):
        most = made.memory_pages * PAGE >> 20
        raise SpecError("a limit is out of range", help=f"--memory-mib 1 to {most}, --depth 1 to {made.depth}")
    return ModuleLimits(memory_pages=pages, depth=depth)


def _arguments(tool: Tool, options: argparse.Namespace) -> dict[str, Any]:
    if options.from_json is not None:
        if options.arguments:
            raise ArgumentError("arguments stand both on the line and in a file")
        return arguments.read_json(tool.signature, _text(_read(options.from_json)))
    line = " ".join(options.arguments)
    pairs: list[tuple[str, int, str, int]] = []
    column = 0
    for word in options.arguments:
        name, equals, value = word.partition("=")
        pairs.append((name, column, value, column + len(name) + 1) if equals else ("", column, word, column))
        column += len(word) + 1
    return arguments.read_pairs(tool.signature, pairs, lambda start, end, what: Diagnostic(what, 1, start, end, line))


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ArgumentError("the arguments are not UTF-8 text") from None


def _show(bundle: Bundle, kind: str, *, as_json: bool) -> int:
    if as_json:
        _print_json(bundle[display.MIME.format(kind)])
    else:
        _say(bundle["text/plain"])
    return 0


def _report(error: HermeticError, *, as_json: bool) -> int:
    bundle = display.error_card(error)
    if as_json:
        _print_json(bundle[display.MIME.format("error")])
    _say(bundle["text/plain"], sys.stderr)
    return FAILED


def _print_json(document: Any) -> None:
    _say(json.dumps(document, ensure_ascii=False, indent=2))


def _say(text: str, stream: TextIO | None = None) -> None:
    (stream or sys.stdout).write(f"{text}\n")
