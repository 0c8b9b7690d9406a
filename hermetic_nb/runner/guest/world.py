"""The component's exports: JSON text in, JSON text out. One instance serves one call and is then thrown away."""

from __future__ import annotations

import json
from typing import Any, Final

from hermetic_nb.runner.guest import closed, examples, imports, outcome, warming
from hermetic_nb.runner.guest.program import Program


class _Call:
    """The instance's one tool. Each exported call is given a new `WitWorld`, so the state stands here."""

    program: Program | None = None


class WitWorld:
    """The world ``runner``; see ``runner.wit`` beside the build. Nothing escapes an export: it would be a trap."""

    def define(self, program: str) -> str:
        """Define a tool: its source runs once. ``{"defined":true}`` or a failed step."""
        made = Program(json.loads(program), _OWN)
        try:
            made.define()
        except BaseException as error:  # noqa: BLE001 (whatever the cell raises is its outcome)
            return _text(outcome.failed(error, made.printed()))
        _Call.program = made
        return '{"defined":true}'

    def start(self, arguments: str) -> str:
        """Begin the call: arguments by name as wire data. A step."""
        assert _Call.program is not None
        return _text(_Call.program.start(json.loads(arguments)))

    def resume(self, replies: str) -> str:
        """Go on with the answers to the last step's calls, in their order. A step."""
        assert _Call.program is not None
        return _text(_Call.program.resume(json.loads(replies)))

    def examples(self, tests: str) -> str:
        """Run doctests, each a list ``[source, want]``: for each ``[match, got]``."""
        assert _Call.program is not None
        return _text(examples.run(_Call.program, json.loads(tests)))


def _text(document: Any) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


_OWN: Final = closed.close_files()
for _document, _given, _replies in warming.SAMPLES * warming.TIMES:
    WitWorld().define(_text(_document))
    WitWorld().start(_text(_given))
    if _replies:
        WitWorld().resume(_text(_replies))
    imports.forget()
_Call.program = None
warming.settle()
