"""How far the brokers' event journals have been read, from one start of the window to the next."""

import logging
from pathlib import Path
from typing import Final

import msgspec

from desktop_app.monitor.journal import Position

_KEPT: Final = 50

_log = logging.getLogger(__name__)


class JournalPositions:
    """One small file. Losing it costs no more than the knowledge of what was missed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._failing = False

    def read(self, journal: str) -> Position | None:
        return self._load().get(journal)

    def write(self, journal: str, position: Position) -> None:
        known = self._load()
        known.pop(journal, None)
        known[journal] = position
        latest = dict(list(known.items())[-_KEPT:])
        temporary = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(msgspec.json.encode(latest))
            temporary.replace(self._path)
            self._failing = False
        except OSError as error:
            log = _log.debug if self._failing else _log.warning
            log("How far events were read could not be stored: %s", error)
            self._failing = True

    def _load(self) -> dict[str, Position]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Position])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError) as error:
            _log.debug("How far events were read is not known: %s", error)
            return {}
