"""What a task logged, as lines of text."""

from datetime import UTC, datetime, tzinfo

from desktop_app.qt_models.words import clean
from worker_core.operations.task_log import TaskLog

CUT = "The first lines of it; its worker's own log has the rest."


def log_text(log: TaskLog, zone: tzinfo | None = None) -> str:
    """One line a record, a traceback indented below its own. Its time is that of ``zone``, by
    default of this computer, as everywhere beside it."""
    lines = []
    for line in log.lines:
        try:
            at = f"{datetime.fromtimestamp(line.at, UTC).astimezone(zone):%H:%M:%S.%f}"[:-3]
        except (ValueError, OverflowError, OSError):
            at = "--:--:--.---"
        first, *rest = line.text.splitlines() or [""]
        logger = line.logger.rpartition(".")[2]
        lines.append(f"{at} {clean(line.level)[:8]:<7} {clean(logger)}: {clean(first)}")
        lines += [f"    {clean(one)}" for one in rest]
    return "\n".join(lines)
