"""What stands in the row of a span in which events were missed."""

from datetime import datetime
from typing import Any, Final

from desktop_app.monitor.rows import Gap
from desktop_app.qt_models.task_columns import TITLES, Column
from desktop_app.qt_models.words import clean

STATE: Final = "missed"

_WHY: Final = {
    "disconnected": "there was no connection",
    "overflow": "they came too fast",
    "trimmed": "they are no longer in the broker",
}


def title(gap: Gap) -> str:
    """Few words, for a column."""
    return f"Events missed: {_WHY[gap.reason]}"


def value(gap: Gap, column: Column) -> Any:
    """What stands in a cell: of the columns of a task those that say something of a span."""
    match column:
        case Column.STATE:
            return STATE
        case Column.TASK:
            return title(gap)
        case Column.TIME:
            return gap.start
        case Column.RUNTIME:
            return gap.end - gap.start
        case _:
            return None


def spoken(gap: Gap, column: Column) -> str:
    """A cell for those who hear it."""
    match column:
        case Column.STATE:
            return f"{TITLES[column]} events missed"
        case Column.TASK:
            return told(gap)
        case Column.TIME:
            return f"From {_clock(gap.start)}"
        case Column.RUNTIME:
            return f"For {gap.end - gap.start:.3g} seconds"
        case _:
            return ""


def told(gap: Gap) -> str:
    """All of it in a sentence or two."""
    lost = "" if gap.dropped is None else f", {gap.dropped:,} messages"
    return (
        f"{title(gap)}, from {_clock(gap.start)} to {_clock(gap.end)}{lost}. {clean(gap.message)}"
    )


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
