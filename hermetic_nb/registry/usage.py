"""How often tools were called, and how requests for tools were answered: a small record for each session, to count from.

A session writes its own record anew as it goes on; nobody else writes it. A record that is damaged counts nothing.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final

from hermetic_nb.digest import Digest, parse_digest
from hermetic_nb.errors import IntegrityError
from hermetic_nb.model import FORMAT
from hermetic_nb.registry.records import stamp, unstamp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.registry.files import Files

FOLDER: Final = "usage"
NAME: Final = re.compile(r"(?P<session>[0-9a-f]{32})\.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """The tools that agents needed, and how they came by them."""

    found: int = 0
    """Those that were there before."""
    made: int = 0
    """Those that were made for it."""
    rejected: int = 0
    """Existing tools that were offered because they pass the examples, and were refused: the request came again, and said
    what they lack."""

    def __add__(self, other: Requests) -> Requests:
        return Requests(
            found=self.found + other.found, made=self.made + other.made, rejected=self.rejected + other.rejected
        )

    def __bool__(self) -> bool:
        return self != Requests()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionUse:
    """What one session did."""

    session: str
    """32 hex digits, drawn by chance."""
    made: frozenset[Digest] = frozenset()
    """Tools that it sealed when the registry did not hold them yet."""
    calls: Mapping[Digest, int] = field(default_factory=dict)
    requests: Requests = Requests()


@dataclass(frozen=True, slots=True)
class Use:
    """How one tool was used."""

    calls: int = 0
    reused: int = 0
    """Calls in other sessions than the one that made it."""
    sessions: int = 0
    """Sessions that called it."""


class Usages:
    """The usage records of a registry."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._read: dict[str, tuple[bytes, SessionUse | None]] = {}

    def put(self, use: SessionUse) -> None:
        """Write a session's record in the place of its last one."""
        document = {
            "format": FORMAT,
            "session": use.session,
            "made": sorted(use.made),
            "calls": dict(sorted(use.calls.items())),
            "requests": asdict(use.requests),
        }
        self._files.publish({f"{FOLDER}/{use.session}.json": stamp(document)}, durable=False)

    def all(self) -> list[SessionUse]:
        """The records of all sessions; damaged ones are left out."""
        found = []
        for name in self._files.names(FOLDER):
            if NAME.fullmatch(name):
                data = self._files.read(f"{FOLDER}/{name}")
                use = None if data is None else self._parsed(name, data)
                if use is not None:
                    found.append(use)
        return found

    def requests(self) -> Requests:
        """Those of all sessions together."""
        return sum((session.requests for session in self.all()), Requests())

    def totals(self) -> dict[Digest, Use]:
        """The use of each tool that was made or called."""
        totals: dict[Digest, Use] = {}
        for session in self.all():
            for tool in {*session.calls, *session.made}:
                before, calls = totals.get(tool, Use()), session.calls.get(tool, 0)
                totals[tool] = Use(
                    before.calls + calls,
                    before.reused + (0 if tool in session.made else calls),
                    before.sessions + (calls > 0),
                )
        return totals

    def _parsed(self, name: str, data: bytes) -> SessionUse | None:
        known = self._read.get(name)
        if known is None or known[0] != data:
            known = self._read[name] = (data, parse(data, name))
        return known[1]


def parse(data: bytes, name: str) -> SessionUse | None:
    """A record's bytes; None where they are damaged, or belong to another session."""
    try:
        document = unstamp(data, "a record of usage")
        calls = {parse_digest(tool): int(number) for tool, number in document["calls"].items()}
        made = frozenset(map(parse_digest, document["made"]))
        requests = Requests(**{name: int(number) for name, number in document["requests"].items()})
        numbers = [*calls.values(), *asdict(requests).values()]
        whole = f"{document['session']}.json" == name and all(number >= 0 for number in numbers)
    except (IntegrityError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return SessionUse(session=document["session"], made=made, calls=calls, requests=requests) if whole else None
