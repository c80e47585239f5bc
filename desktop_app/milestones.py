"""When the window reached what, for the measurement of its start."""

import json
import time
from pathlib import Path


class Milestones:
    """Appends one JSON line for the first time that each milestone is reached. Without a file it
    does nothing."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._reached: set[str] = set()

    def reached(self, name: str) -> None:
        if self._file is None or name in self._reached:
            return
        self._reached.add(name)
        with self._file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"name": name, "at": time.time()}) + "\n")
