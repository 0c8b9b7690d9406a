"""What a pure tool has in the place of modules: names with what they stand for, and no way to the module itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


Function = TypeVar("Function", bound="Callable[..., Any]")


class Namespace:
    """A frozen set of names. Only the guard of attributes reads it; Python itself finds nothing in it."""

    __slots__ = ("__members", "__title")

    def __init__(self, title: str, members: Mapping[str, Any]) -> None:
        self.__title = title
        self.__members = dict(members)

    def __repr__(self) -> str:
        return f"<module '{self.__title}'>"

    def __copy__(self) -> Namespace:
        """The namespace itself: it does not change."""
        return self

    def __deepcopy__(self, memo: object) -> Namespace:
        """The namespace itself: it does not change."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Refused, with TypeError."""
        raise TypeError(f"{self.__title} cannot be copied out of a pure tool")


def member(space: Namespace, name: str) -> Any:
    """What a name stands for. Raises AttributeError that says which names there are."""
    members = members_of(space)
    try:
        return members[name]
    except KeyError:
        raise AttributeError(lacks(title_of(space), name, members), name=name) from None


def members_of(space: Namespace) -> dict[str, Any]:
    """All names of a namespace; not to be changed."""
    found: dict[str, Any] = space._Namespace__members  # type: ignore[attr-defined]  # noqa: SLF001 (mangled, so that no name of a cell reaches it)
    return found


def title_of(space: Namespace) -> str:
    """The name of the module that it stands for."""
    found: str = space._Namespace__title  # type: ignore[attr-defined]  # noqa: SLF001 (as above)
    return found


def shown(found: Any) -> str:
    """An object in the words of a message."""
    if type(found) is Namespace:
        return f"the module {title_of(found)}"
    if issubclass(type(found), type):
        return f"the class {found.__name__}"
    return f"{type(found).__name__!r} object"


def called(name: str) -> Callable[[Function], Function]:
    """Give a function the name by which a tool calls it, for Python's own messages."""

    def rename(function: Function) -> Function:
        function.__name__ = function.__qualname__ = name
        return function

    return rename


def lacks(title: str, name: str, members: Mapping[str, Any]) -> str:
    """The message for a name that a module of pure tools does not have."""
    return f"{title} has no {name} here; it has {', '.join(sorted(members))}"
