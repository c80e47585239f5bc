"""Searches that were given a name."""

from pathlib import Path
from typing import Annotated, Final

import msgspec

from desktop_app.services.named_file import LONGEST_NAME, NamedFile, Words


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


class SavedQueries(NamedFile[SavedQuery]):
    def __init__(self, path: Path) -> None:
        super().__init__(path, SavedQuery, Words("search", "saved searches"), STARTERS)

    def save(self, name: str, text: str) -> None:
        """Keep a search under a name; one of that name before it is replaced where it stands."""
        self.put(SavedQuery(name, text))
