"""What the page says in sentences."""

from collections.abc import Sequence

from desktop_app.monitor.history.figures import By
from desktop_app.qt_models.words import clean
from desktop_app.services.history import Report
from desktop_app.ui import formats
from desktop_app.views.performance.figures import Line, costliest, most_failing

ACCURACY = "Percentiles are within 5 %. Figures are of whole minutes, by the time a task's end "
ACCURACY += "was heard here."

_UNNAMED = {"name": "(name not told)", "queue": "(queue not told)", "worker": "(no worker)"}


def label(key: str, by: By) -> str:
    """A task, queue or worker as it is shown."""
    return clean(key) or _UNNAMED[by]


def verdict(rows: Sequence[Line], by: By) -> str:
    """Which costs most, and which fails most."""
    if not rows:
        return ""
    said = []
    costly, failing = costliest(rows), most_failing(rows)
    if costly is not None:
        part = "" if len(rows) == 1 else f", {formats.percent(costly.share)} of all"
        time = formats.duration(costly.cost)
        said.append(f"{label(costly.key, by)} costs most: {time} of run time{part}.")
    if failing is None:
        said.append("Nothing failed.")
    else:
        numbers = f"{formats.count(failing.failed)} of {formats.count(failing.ended)}"
        share = formats.percent(failing.failure_share)
        said.append(f"{label(failing.key, by)} fails most: {numbers} ({share}).")
    return " ".join(said)


def totals(report: Report, rows: Sequence[Line], now: float) -> str:
    """How many tasks ended since when, and how accurate that is."""
    ended = sum(row.ended for row in rows)
    failed = sum(row.failed for row in rows)
    share = formats.percent(failed / ended) if ended else formats.NOTHING
    since = formats.moment(report.since, now)
    rate = formats.rate(ended / report.seconds)
    counted = f"{formats.plural(ended, 'task')} ended since {since}, {rate}; {share} failed."
    return f"{counted} {ACCURACY}"
