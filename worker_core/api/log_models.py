"""What the API answers of what tasks logged."""

from datetime import UTC, datetime

from pydantic import BaseModel

from worker_core.operations.task_log import LogLine

TRACEBACK = "\nTraceback (most recent call last)"


class LogRow(BaseModel):
    """What a task logged at one time."""

    at: datetime
    level: str
    logger: str
    text: str


class TaskLines(BaseModel):
    """The first lines of a task, oldest first. ``cut``: its worker's own log has more."""

    lines: list[LogRow]
    cut: bool


def log_row(line: LogLine, *, whole: bool) -> LogRow:
    """A line of a task's log; unless it is told as a ``whole``, without its traceback."""
    text = line.text if whole else line.text.partition(TRACEBACK)[0]
    try:
        at = datetime.fromtimestamp(line.at, UTC)
    except (ValueError, OverflowError, OSError):
        at = datetime.fromtimestamp(0, UTC)
    return LogRow(at=at, level=line.level, logger=line.logger, text=text)
