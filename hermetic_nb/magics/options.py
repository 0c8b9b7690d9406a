"""The grammar of magic lines: words, flags, and the short placed error for each mistake.

One table of flags serves parsing, completion and ``?`` help. (The parser of IPython's `magic_arguments` raises UsageError,
which is printed rather than raised, so that a notebook runner takes a failed cell for a good one.)
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import Final

from hermetic_nb.errors import Diagnostic, SpecError, window


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One flag: ``value`` is the word that stands for its value in help ("" where it takes none)."""

    name: str
    help: str
    value: str = ""
    many: bool = False
    choices: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The flag as the help shows it."""
        value = "|".join(self.choices) or self.value
        return f"{self.name} {value}{' ...' if self.many else ''}".rstrip()


@dataclass(frozen=True, slots=True)
class MagicLine(Diagnostic):
    """A finding in the magic line itself, which is no line of the cell."""

    def render(self, *, said: str = "") -> list[str]:
        """The line and a caret, without a number; without the message if that was ``said`` above."""
        text, start, end = window(self.source, self.column, self.end_column)
        message = "" if self.message == said else f"  {self.message}"
        return [f"  {text}", f"  {' ' * start}{'^' * max(1, end - start)}{message}"]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the line and where it stands: ``text`` is without its quotes."""

    text: str
    start: int
    end: int
    quoted: bool = False


@dataclass(slots=True)
class Parsed:
    """What a magic line says."""

    line: str
    words: list[Word] = field(default_factory=list)
    flags: dict[str, list[Word]] = field(default_factory=dict)

    def has(self, flag: str) -> bool:
        """Whether the flag stands there."""
        return flag in self.flags

    def one(self, flag: str) -> str | None:
        """The value of a flag, or None."""
        found = self.flags.get(flag)
        return found[0].text if found else None

    def all(self, flag: str) -> list[str]:
        """The values of a flag that takes many."""
        return [word.text for word in self.flags.get(flag, [])]

    def at(self, word: Word, message: str) -> MagicLine:
        """A finding at a word."""
        return MagicLine(message, 1, word.start, word.end, self.line)


def split(line: str, start: int) -> list[Word]:
    """The words of a line from a column on; quotes hold spaces together. Raises SpecError on a quote without an end."""
    words: list[Word] = []
    place = start
    while place < len(line):
        if line[place].isspace():
            place += 1
            continue
        begin, text, quoted = place, "", False
        while place < len(line) and not line[place].isspace():
            if line[place] in "\"'" and (place == begin or line[place - 1] == "="):
                close = line.find(line[place], place + 1)
                if close < 0:
                    raise SpecError(
                        "a quote has no end", diagnostics=[MagicLine("begins here", 1, place, place + 1, line)]
                    )
                text, place, quoted = text + line[place + 1 : close], close + 1, True
            else:
                text, place = text + line[place], place + 1
        words.append(Word(text, begin, place, quoted))
    return words


def parse(magic: str, rest: str, flags: tuple[Flag, ...], *, most: int = 1) -> Parsed:
    """Read a magic line. ``magic`` is ``%name`` or ``%%name``, ``most`` how many words besides flags it takes.

    Raises SpecError, placed in the line.
    """
    line = f"{magic} {rest}".rstrip()
    return read(Parsed(line), split(line, len(magic)), flags, most=most)


def read(parsed: Parsed, words: list[Word], flags: tuple[Flag, ...], *, most: int) -> Parsed:
    """Sort words into flags with their values, and the others. Raises SpecError."""
    known = {flag.name: flag for flag in flags}
    place = 0
    while place < len(words):
        word = words[place]
        place += 1
        if word.quoted or not word.text.startswith("-") or word.text == "-":
            parsed.words.append(word)
            if len(parsed.words) > most:
                raise SpecError(f"one word too many: {word.text!r}", diagnostics=[parsed.at(word, _too_many(most))])
            continue
        name, equals, value = word.text.partition("=")
        flag = known.get(name)
        if flag is None:
            raise _unknown(parsed, word, name, list(known))
        values = parsed.flags.setdefault(name, [])
        if values and not flag.many:
            raise SpecError(f"{name} is said twice", diagnostics=[parsed.at(word, "again")])
        if equals:
            values.append(Word(value, word.start + len(name) + 1, word.end))
        elif flag.value:
            while (
                place < len(words)
                and (words[place].quoted or not _is_flag(words[place].text))
                and (flag.many or not values)
            ):
                values.append(words[place])
                place += 1
        if flag.value and not values:
            raise SpecError(f"{name} needs a value", diagnostics=[parsed.at(word, f"{flag.shown}")])
        _check_choice(parsed, flag, values)
    return parsed


def help_of(usage: str, what: str, flags: tuple[Flag, ...]) -> str:
    """The text that ``?`` shows."""
    width = max((len(flag.shown) for flag in flags), default=0)
    lines = [f"  {flag.shown:<{width}}  {flag.help}" for flag in flags]
    return "\n".join([usage, "", what.strip(), *(["", *lines] if lines else [])])


def _is_flag(text: str) -> bool:
    return text.startswith("-") and text != "-" and not text[1:2].isdigit()


def _check_choice(parsed: Parsed, flag: Flag, values: list[Word]) -> None:
    for value in values:
        if flag.choices and value.text not in flag.choices:
            near = difflib.get_close_matches(value.text, flag.choices, n=1)
            hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(flag.choices)}"
            raise SpecError(f"{flag.name} {value.text} is not known", diagnostics=[parsed.at(value, hint)])


def _unknown(parsed: Parsed, word: Word, name: str, known: list[str]) -> SpecError:
    near = difflib.get_close_matches(name, [flag for flag in known if len(flag) > 2], n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else "no such flag"
    return SpecError(
        f"unknown flag {name}", diagnostics=[parsed.at(word, hint)], help=f"flags: {', '.join(known) or 'none'}"
    )


def _too_many(most: int) -> str:
    return _MOST.get(most, f"{most} words at most")


_MOST: Final = {0: "this magic takes no words but flags", 1: "one name, then flags"}
