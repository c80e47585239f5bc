"""A file that the user may send when the window failed: what happened, versions, the last words of
the log, settings without secrets. No document, no figure, no address, no password."""

import contextlib
import faulthandler
import logging
import os
import platform
import re
import sys
import traceback
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import IO, Any, Final

from worker_core import __version__
from worker_core.settings import Settings, variable_of

LINES: Final = 200
KEPT: Final = 10
# A fault that repeats with every event would fill the disk.
REPORTS_A_RUN: Final = 5
_DISTRIBUTIONS: Final = ("PySide6-Essentials", "celery", "redis", "SQLAlchemy", "qasync", "pandas")
_SECRET: Final = re.compile(
    r"url|key|password|secret|token|backend|database|artifacts|agent|host|proxy|mail|user", re.I
)
_CREDENTIALS: Final = re.compile(r"(?P<scheme>\w[\w+.-]*://)[^\s'\"]*")
_QUOTED: Final = re.compile(r"'[^'\n]{1,400}'|\"[^\"\n]{1,400}\"")
_FAULTS: Final = "fault-{pid}.txt"

_log = logging.getLogger(__name__)


class CrashReports:
    """Writes reports into ``folder`` and finds those that nobody was told of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tail: deque[str] = deque(maxlen=LINES)
        self._written = 0
        self._faults: IO[str] | None = None
        self._handler = _Tail(self._tail)

    def begin(self) -> None:
        """Listen to the log, and have faults of the process itself written down as they happen."""
        logging.getLogger().addHandler(self._handler)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.folder / _FAULTS.format(pid=os.getpid())
            self._faults = path.open("w", encoding="utf-8")
        except OSError as error:
            _log.warning("Faults are not written down: %s", error)
            return
        faulthandler.enable(self._faults)

    def end(self) -> None:
        """The window was closed as it should be."""
        logging.getLogger().removeHandler(self._handler)
        if self._faults is not None:
            faulthandler.disable()
            self._faults.close()
            with contextlib.suppress(OSError):
                Path(self._faults.name).unlink()
            self._faults = None

    def write(self, error: BaseException, where: str, settings: Settings | None) -> Path | None:
        """Write a report of ``error``; where it is, or None where that was not possible, or so many
        were written already."""
        if self._written >= REPORTS_A_RUN:
            return None
        self._written += 1
        return self._store(f"Unexpected error {where}", traceback.format_exception(error), settings)

    def found(self, settings: Settings | None = None) -> list[Path]:
        """The reports that no earlier start has told of, newest first; of a run that ended by a
        fault of the process one is made now. Old ones are removed."""
        for faults in self._left_behind():
            with contextlib.suppress(OSError):
                text = faults.read_text("utf-8", "replace")
                faults.unlink()
                if text.strip():
                    self._store("The process ended by a fault", [text], settings)
        reports = sorted(self.folder.glob("crash-*.txt"), reverse=True)
        for old in reports[KEPT:]:
            with contextlib.suppress(OSError):
                old.unlink()
        told = self.folder / "told"
        try:
            last = told.read_text("utf-8")
        except OSError:
            last = ""
        new = [report for report in reports[:KEPT] if report.name > last]
        if new:
            with contextlib.suppress(OSError):
                told.write_text(new[0].name, "utf-8")
        return new

    def _left_behind(self) -> Iterable[Path]:
        import psutil

        for path in self.folder.glob(_FAULTS.format(pid="*")):
            number = path.stem.partition("-")[2]
            if (
                number.isdigit()
                and int(number) != os.getpid()
                and not psutil.pid_exists(int(number))
            ):
                yield path

    def _store(self, title: str, trace: Iterable[str], settings: Settings | None) -> Path | None:
        now = datetime.now(UTC)
        parts = [
            f"AFI Desk crash report, {now:%Y-%m-%d %H:%M:%S} UTC",
            title,
            "".join(_plain(line) for line in trace).rstrip(),
            "Versions\n" + "\n".join(versions()),
            "Settings that differ from the defaults\n" + "\n".join(told_settings(settings)),
            "Log\n" + "\n".join(_plain(line) for line in self._tail),
        ]
        path = self.folder / f"crash-{now:%Y%m%dT%H%M%S%f}.txt"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace") as file:
                file.write("\n\n".join(parts) + "\n")
        except OSError as error:
            _log.warning("The crash report could not be written: %s", error)
            return None
        return path


def versions() -> Iterable[str]:
    """The program's, the system's, and of the libraries that matter to the window."""
    yield f"AFI Desk {__version__}{' (packaged)' if getattr(sys, 'frozen', False) else ''}"
    yield f"Python {platform.python_version()}, {platform.platform()}"
    for name in _DISTRIBUTIONS:
        with contextlib.suppress(metadata.PackageNotFoundError):
            yield f"{name} {metadata.version(name)}"


def told_settings(settings: Settings | None) -> Iterable[str]:
    """Names and values of what was changed; of what may hold an address, a name or a secret only
    that it is set."""
    if settings is None:
        yield "(they could not be read)"
        return
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if value == field.get_default(call_default_factory=True):
            continue
        shown: Any = "(set)" if not _may_be_told(name, value) else value
        yield f"{variable_of(name)} = {shown}"


def _may_be_told(name: str, value: object) -> bool:
    return isinstance(value, int | float | bool | str) and not (
        _SECRET.search(name) or (isinstance(value, str) and len(value) > 40)
    )


def _plain(line: str) -> str:
    """A line without addresses, without what stands in quotes, and without the user's own folder.

    Source lines of a traceback keep their quotes: they are the program's.
    """
    line = line.replace(str(Path.home()), "~")
    line = _CREDENTIALS.sub(r"\g<scheme>…", line)
    return line if line.startswith(("    ", '  File "')) else _QUOTED.sub("'…'", line)


class _Tail(logging.Handler):
    """Keeps the last lines of the log. Without the text of records below a warning, which names
    what the user works with."""

    def __init__(self, lines: deque[str]) -> None:
        super().__init__(logging.INFO)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        at = datetime.fromtimestamp(record.created, UTC)
        text = record.getMessage() if record.levelno >= logging.WARNING else str(record.msg)
        self._lines.append(f"{at:%H:%M:%S} {record.levelname:<7} {record.name}: {text}")
