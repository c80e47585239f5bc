"""One shape of log line for every process."""

import logging
import logging.config
import time


def configure_logging(level: int | str) -> None:
    """Log to standard error: time in UTC, level, process, logger, text."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": "worker_core.logs.LineFormatter",
                    "fmt": "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(process)d "
                    "%(name)s: %(message)s",
                    "datefmt": "%Y-%m-%dT%H:%M:%S",
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
            "root": {"level": level, "handlers": ["stderr"]},
        }
    )


class LineFormatter(logging.Formatter):
    """One record is one line (and its traceback), whatever a file or company is called."""

    converter = staticmethod(time.gmtime)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")
