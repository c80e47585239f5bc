"""Arguments of tasks that were given a name, as they stood in the form."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import msgspec

from desktop_app.services.named_file import LONGEST_NAME, NamedFile, NamedFileError, Words

LONGEST: Final = 100_000
"""Characters of one preset."""
_PLAIN = re.compile(r"[a-z][a-z0-9_]{0,60}(\.[a-z][a-z0-9_]{0,60}){0,3}")


class Preset(msgspec.Struct, frozen=True):
    """``texts`` are those of the form's fields by name. A later release may know other fields."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
    texts: dict[str, str | bool]


class TaskPresets(NamedFile[Preset]):
    """Those of one task."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, Preset, Words("preset", "presets of this task"))

    def save(self, name: str, texts: Mapping[str, str | bool]) -> None:
        """Keep what stands in a form; one of that name before it is replaced where it stands."""
        length = sum(len(text) for text in texts.values() if isinstance(text, str))
        if length > LONGEST:
            raise NamedFileError(
                f"These arguments have {length:,} characters, and a preset has at most "
                f"{LONGEST:,}.",
                "Shorten them, or schedule the task with them instead.",
            )
        self.put(Preset(name, dict(texts)))


class Presets:
    """A folder with a file a task."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, task: str) -> TaskPresets:
        # Other applications name their tasks as they like, and a name is not yet a file's.
        plain = _PLAIN.fullmatch(task) is not None
        file = task if plain else f"~{hashlib.sha256(task.encode(errors='replace')).hexdigest()}"
        return TaskPresets(self._folder / f"{file}.json")
