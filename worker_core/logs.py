"""One shape of log line for every process."""

import json
import logging
import logging.config
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

# What says for which task and request something is logged; see `add_context`.
_context: list[Callable[[], Mapping[str, str]]] = []

FORMATS = {"line": "worker_core.logs.LineFormatter", "json": "worker_core.logs.JsonFormatter"}


def configure_logging(level: int | str, form: str = "line") -> None:
    """Log to standard error: time in UTC, level, process, logger, text; as a line for people, or
    with ``form`` json as an object a line."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": FORMATS[form],
                    "fmt": "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(process)d "
                    "%(name)s: %(message)s",
                    "datefmt": "%Y-%m-%dT%H:%M:%S",
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"level": level, "handlers": ["stderr"]},
        }
    )


def add_context(told: Callable[[], Mapping[str, str]]) -> None:
    """Let ``told`` say what belongs to a record beside its text, such as the task that runs."""
    if told not in _context:
        _context.append(told)


class LineFormatter(logging.Formatter):
    """One record is one line (and its traceback), whatever a file or company is called."""

    converter = staticmethod(time.gmtime)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")


class JsonFormatter(logging.Formatter):
    """One record is one JSON object on one line, its traceback within: no text can end it."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "process": record.process or os.getpid(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        for one in _context:
            told |= one()
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        # In ASCII: some readers end a line at more characters than one thinks of.
        return json.dumps(told, default=str)
