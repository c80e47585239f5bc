"""Things that were given a name, kept in one small file each kind."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, Protocol, TypeVar

import msgspec

LONGEST_NAME: Final = 60
MOST: Final = 100

_log = logging.getLogger(__name__)


class Named(Protocol):
    @property
    def name(self) -> str: ...


NamedT = TypeVar("NamedT", bound=Named)


@dataclass(frozen=True, slots=True)
class Words:
    """What the things are called: ``search``, ``saved searches``."""

    one: str
    all: str


class NamedFileError(Exception):
    """``message`` says what could not be done, ``remedy`` what to do next."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class NamedFile(Generic[NamedT]):
    """Names are unique in whichever case. Each change is on disk when it returns, or raises
    ``NamedFileError`` and changes nothing.

    :param kind: a struct with a ``name``
    :param starters: what is there until something is saved, renamed or removed
    """

    def __init__(
        self, path: Path, kind: type[NamedT], words: Words, starters: tuple[NamedT, ...] = ()
    ) -> None:
        self._path = path
        self._type: Any = tuple[kind, ...]  # type: ignore[valid-type]  # known at run time alone
        self.words = words
        self._starters = starters
        self.problem = ""
        """What is wrong with the file and what became of it, empty while all is well."""

    def all(self) -> tuple[NamedT, ...]:
        """In the order in which they are shown."""
        try:
            return tuple(msgspec.json.decode(self._path.read_bytes(), type=self._type))
        except FileNotFoundError:
            return self._starters
        except OSError as error:
            self.problem = f"The {self.words.all} cannot be read: {error.strerror or error}."
            return self._starters
        except msgspec.DecodeError as error:
            self._set_aside(error)
            return self._starters

    def put(self, thing: NamedT, place: int | None = None) -> None:
        """Keep a thing; one of that name before it is replaced where it stands. A new one comes
        last, or in that ``place``, counted from 0."""
        thing = _named(thing, self._usable(thing.name))
        known = list(self.all())
        there = _place(known, thing.name)
        if there is not None:
            known[there] = thing
        elif len(known) >= MOST:
            raise NamedFileError(f"There are {MOST} {self.words.all} already.", "Remove one first.")
        else:
            known.insert(len(known) if place is None else place, thing)
        self._write(known)

    def rename(self, name: str, new: str) -> None:
        new = self._usable(new)
        known = list(self.all())
        place, taken = _place(known, name), _place(known, new)
        if place is None:
            return
        if taken not in {None, place}:
            raise NamedFileError(
                f"There is a {self.words.one} named “{known[taken or 0].name}” already.",
                "Choose another name.",
            )
        known[place] = _named(known[place], new)
        self._write(known)

    def remove(self, name: str) -> tuple[NamedT, int] | None:
        """What was removed and where it stood, to be put back; None where there was none."""
        known = list(self.all())
        place = _place(known, name)
        if place is None:
            return None
        thing = known.pop(place)
        self._write(known)
        return thing, place

    def move(self, name: str, to: int) -> None:
        """Put a thing in that place, counted from 0."""
        known = list(self.all())
        place = _place(known, name)
        if place is not None:
            known.insert(max(to, 0), known.pop(place))
            self._write(known)

    def _write(self, things: Sequence[NamedT]) -> None:
        temporary = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(msgspec.json.format(msgspec.json.encode(things)))
            temporary.replace(self._path)
        except OSError as error:
            raise NamedFileError(
                f"The {self.words.all} could not be stored: {error.strerror or error}.",
                f"See whether {self._path.parent} can be written to and the disk is not full.",
            ) from error
        self.problem = ""

    def _set_aside(self, error: Exception) -> None:
        aside = self._path.with_suffix(".unreadable")
        self.problem = f"The file of {self.words.all} could not be understood."
        try:
            self._path.replace(aside)
        except OSError as also:
            _log.warning("%s It could not be put aside: %s", self.problem, also)
            return
        self.problem += f" It was put aside as {aside}."
        _log.warning("%s %s", self.problem, error)

    def _usable(self, name: str) -> str:
        name = " ".join(name.split())
        if not name or not name.isprintable():
            raise NamedFileError(
                f"A {self.words.one} that is kept needs a name.", "Type one that can be read."
            )
        if len(name) > LONGEST_NAME:
            raise NamedFileError(
                f"This name has {len(name)} characters.", f"Shorten it to {LONGEST_NAME}."
            )
        return name


def _named(thing: NamedT, name: str) -> NamedT:
    changed: NamedT = msgspec.structs.replace(thing, name=name)  # type: ignore[type-var]  # a struct
    return changed


def _place(things: Sequence[Named], name: str) -> int | None:
    wanted = name.casefold()
    return next((place for place, one in enumerate(things) if one.name.casefold() == wanted), None)
