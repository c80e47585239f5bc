"""What a page remembers of how it was left, from one start of the window to the next."""

import json
import logging
from pathlib import Path
from typing import Any

from desktop_app.services.blocking import Blocking
from worker_core.operations.files import read_object, write_private

_log = logging.getLogger(__name__)


class Kept:
    """One small file of plain values. Losing it costs a few clicks, so nobody is told."""

    def __init__(self, path: Path, blocking: Blocking | None = None) -> None:
        self._path = path
        self._blocking = blocking
        self._values = read_object(path) or {}

    def get(self, name: str, kind: type[Any], otherwise: Any) -> Any:
        """What was kept under a name, if it is of this kind."""
        value = self._values.get(name)
        return value if isinstance(value, kind) else otherwise

    async def put(self, name: str, value: object) -> None:
        """Keep a value that JSON can hold."""
        if self._values.get(name) == value:
            return
        self._values[name] = value
        text = json.dumps(self._values)
        if self._blocking is None:
            self._write(text)
        else:
            await self._blocking.run(self._write, text)

    def _write(self, text: str) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_private(self._path, text)
        except OSError as error:
            _log.debug("How a page was left could not be stored: %s", error)
