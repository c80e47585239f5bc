"""Searches that were given a name, kept in one small file."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import msgspec

LONGEST_NAME: Final = 60
MOST: Final = 100

_log = logging.getLogger(__name__)


class SavedQuery(msgspec.Struct, frozen=True):
    """``text`` is as it was typed. It need not be understood by this release."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
    text: Annotated[str, msgspec.Meta(max_length=4_000)]


STARTERS: Final = (
    SavedQuery("Failed in the last hour", "state:failed ended:<1h"),
    SavedQuery("Slow: ran over 1 min", "runtime:>1m"),
    SavedQuery("Waiting over 5 min", "is:unfinished wait:>5m"),
    SavedQuery("Retrying", "state:retrying"),
)
"""What is there until something is saved, renamed or removed."""


class SavedQueriesError(Exception):
    """``message`` says what could not be done, ``remedy`` what to do next."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class SavedQueries:
    """Names are unique in whichever case. Each change is on disk when it returns, or raises
    ``SavedQueriesError`` and changes nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem = ""
        """What is wrong with the file and what became of it, empty while all is well."""

    def all(self) -> tuple[SavedQuery, ...]:
        """In the order in which they are shown."""
        try:
            return tuple(msgspec.json.decode(self._path.read_bytes(), type=tuple[SavedQuery, ...]))
        except FileNotFoundError:
            return STARTERS
        except OSError as error:
            self.problem = f"The saved searches cannot be read: {error.strerror or error}."
            return STARTERS
        except msgspec.DecodeError as error:
            self._set_aside(error)
            return STARTERS

    def save(self, name: str, text: str) -> None:
        """Keep a search under a name; one of that name before it is replaced where it stands."""
        name = _usable(name)
        known = list(self.all())
        place = _place(known, name)
        if place is not None:
            known[place] = SavedQuery(name, text)
        elif len(known) >= MOST:
            raise SavedQueriesError(
                f"There are {MOST} saved searches already.", "Remove one first."
            )
        else:
            known.append(SavedQuery(name, text))
        self._write(known)

    def rename(self, name: str, new: str) -> None:
        new = _usable(new)
        known = list(self.all())
        place, taken = _place(known, name), _place(known, new)
        if place is None:
            return
        if taken not in {None, place}:
            raise SavedQueriesError(
                f"There is a search named “{known[taken or 0].name}” already.",
                "Choose another name.",
            )
        known[place] = SavedQuery(new, known[place].text)
        self._write(known)

    def remove(self, name: str) -> None:
        known = list(self.all())
        place = _place(known, name)
        if place is not None:
            del known[place]
            self._write(known)

    def move(self, name: str, to: int) -> None:
        """Put a search in that place, counted from 0."""
        known = list(self.all())
        place = _place(known, name)
        if place is not None:
            known.insert(max(to, 0), known.pop(place))
            self._write(known)

    def _write(self, queries: Sequence[SavedQuery]) -> None:
        temporary = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(msgspec.json.format(msgspec.json.encode(queries)))
            temporary.replace(self._path)
        except OSError as error:
            raise SavedQueriesError(
                f"The saved searches could not be stored: {error.strerror or error}.",
                f"See whether {self._path.parent} can be written to and the disk is not full.",
            ) from error
        self.problem = ""

    def _set_aside(self, error: Exception) -> None:
        aside = self._path.with_suffix(".unreadable")
        self.problem = "The file of saved searches could not be understood."
        try:
            self._path.replace(aside)
        except OSError as also:
            _log.warning("%s It could not be put aside: %s", self.problem, also)
            return
        self.problem += f" It was put aside as {aside}."
        _log.warning("%s %s", self.problem, error)


def _usable(name: str) -> str:
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise SavedQueriesError("A saved search needs a name.", "Type one that can be read.")
    if len(name) > LONGEST_NAME:
        raise SavedQueriesError(
            f"This name has {len(name)} characters.", f"Shorten it to {LONGEST_NAME}."
        )
    return name


def _place(queries: Sequence[SavedQuery], name: str) -> int | None:
    wanted = name.casefold()
    return next(
        (place for place, query in enumerate(queries) if query.name.casefold() == wanted), None
    )
