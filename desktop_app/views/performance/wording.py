"""What the page says in sentences."""

from collections.abc import Sequence

from desktop_app.monitor.history.figures import By
from desktop_app.qt_models.words import clean
from desktop_app.services.history import Report
from desktop_app.ui import formats
from desktop_app.views.performance.figures import Line, costliest, most_failing
from worker_core.catalog import QUEUES

ACCURACY = "Percentiles are within 5 %. Figures are of whole minutes, by the time a task's end "
ACCURACY += "was heard here."

_UNNAMED = {"name": "(name not told)", "queue": "(queue not told)", "worker": "(no worker)"}


def label(key: str, by: By) -> str:
    """A task, queue or worker as it is shown."""
    return clean(key) or _UNNAMED[by]


def short(key: str, by: By) -> str:
    """The same where there is little room: a task of the catalog without its queue."""
    queue, dot, rest = key.partition(".")
    return label(rest if by == "name" and dot and queue in QUEUES else key, by)


def verdict(rows: Sequence[Line], by: By) -> str:
    """Which costs most, and which fails most."""
    if not rows:
        return ""
    costly, failing = costliest(rows), most_failing(rows)
    cost = "" if costly is None else _cost(costly, alone=len(rows) == 1)
    failures = "" if failing is None else _failures(failing)
    if costly is not None and costly is failing:
        return f"{label(costly.key, by)} costs most, {cost}, and fails most, {failures}."
    said = []
    if costly is not None:
        said.append(f"{label(costly.key, by)} costs most: {cost}.")
    if failing is not None:
        said.append(f"{label(failing.key, by)} fails most: {failures}.")
    else:
        said.append("Nothing failed.")
    return " ".join(said)


def _cost(line: Line, *, alone: bool) -> str:
    time = f"{formats.duration(line.cost)} of run time"
    return time if alone else f"{time} ({line.share * 100:.0f} % of all)"


def _failures(line: Line) -> str:
    numbers = f"{formats.count(line.failed)} of {formats.count(line.ended)}"
    return f"{numbers} ({formats.percent(line.failure_share)})"


def totals(report: Report, rows: Sequence[Line], now: float) -> str:
    """How many tasks ended since when, and how accurate that is."""
    ended = sum(row.ended for row in rows)
    failed = sum(row.failed for row in rows)
    share = formats.percent(failed / ended) if ended else formats.NOTHING
    since = formats.moment(report.since, now)
    rate = formats.rate(ended / report.seconds)
    counted = f"{formats.plural(ended, 'task')} ended since {since}, {rate}; {share} failed."
    return f"{counted} {ACCURACY}"
