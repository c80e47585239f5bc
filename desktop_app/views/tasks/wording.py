"""What a task's row says, in words and spans of time. Nothing here touches a widget."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from desktop_app.monitor.rows import FINISHED, RUNNING, TaskRow
from desktop_app.qt_models.words import clean
from desktop_app.ui import formats
from desktop_app.ui.details import Segment
from desktop_app.ui.tokens import Tone

WAITING = frozenset({"PENDING", "RECEIVED", "RETRY"})


def is_over(row: TaskRow) -> bool:
    """Whether nothing more is to come, as far as anyone knows: a running task with a reason is
    one that its worker no longer knows."""
    return row.state in FINISHED or (row.state in RUNNING and row.reason is not None)


def label(row: TaskRow) -> str:
    """A task's name on one line, without the queue where the name begins with it."""
    if not row.name:
        return "(name not told yet)"
    name = row.name.removeprefix(f"{row.queue}.") if row.queue else row.name
    return clean(name)


def spans(row: TaskRow, now: float) -> list[Segment]:
    """Where a task's time went: in its queue, with a worker that had not begun, and running.

    The first two are told by clocks of different computers, so that one may seem to end before it
    began; it then counts as nothing.
    """
    until = row.finished if row.state in FINISHED else None if is_over(row) else now
    begun, received = row.started, row.received
    found = []
    sent = row.sent if row.sent is not None else row.first_seen if received is None else None
    left_queue = _first(received, begun, until)
    if sent is not None and left_queue is not None:
        word = "Earlier attempts and waiting" if row.retries else "Waited in its queue"
        found.append(Segment(word, max(left_queue - sent, 0.0), Tone.WAITING))
    begin = _first(begun, until)
    if received is not None and begin is not None:
        found.append(Segment("Prefetched, not begun", max(begin - received, 0.0), Tone.ACCENT))
    ran = row.runtime
    if ran is None and begun is not None and until is not None:
        ran = max(until - begun, 0.0)
    if ran is not None:
        word = "Ran" if row.state in FINISHED else "Running for"
        found.append(Segment(word, ran, Tone.RUNNING))
    return found


def _first(*times: float | None) -> float | None:
    return next((at for at in times if at is not None), None)


def facts(row: TaskRow, now: float) -> list[tuple[str, str]]:
    """What identifies a task and how often it was tried; what is not known is left out."""
    redelivered = {True: "yes: an earlier worker did not finish it", False: "no"}
    told = [
        ("Name", clean(row.name)),
        ("Queue", clean(row.queue)),
        ("Worker", clean(row.worker or "")),
        ("Id", clean(row.uuid)),
        ("Sent", _moment(row.sent, now)),
        ("Received", _moment(row.received, now)),
        ("Started", _moment(row.started, now)),
        ("Ended", _moment(row.finished, now)),
        ("Not before", _stated(row.eta, now)),
        ("Expires", _stated(row.expires, now)),
        ("Attempts", attempts(row)),
        ("Redelivered", "" if row.redelivered is None else redelivered[row.redelivered]),
    ]
    return [(name, value) for name, value in told if value]


def _moment(at: float | None, now: float) -> str:
    return "" if at is None else formats.moment(at, now)


def _stated(when: str | None, now: float) -> str:
    """A time that a message states; as it stands where it is none."""
    try:
        return formats.moment(datetime.fromisoformat(when or "").timestamp(), now)
    except (ValueError, OverflowError, OSError):
        return clean(when or "")


def attempts(row: TaskRow) -> str:
    """How often it was tried, and whether it is again."""
    if row.state == "RETRY":
        return f"{row.retries + 1} failed, to be tried again"
    if row.started is None and not row.retries:
        return ""
    return f"{row.retries + 1}, the last one shown" if row.retries else "1"


def running_words(row: TaskRow) -> str:
    """What a running task says it is at."""
    stage = clean(row.stage or "") or "Running"
    return stage if row.progress is None else f"{stage}, {int(row.progress * 100)} %"


@dataclass(frozen=True, slots=True)
class Relative:
    """A task of the same tree; ``depth`` is 0 for the tree's root."""

    row: TaskRow
    depth: int


def family(rows: Iterable[TaskRow]) -> list[Relative]:
    """The tasks of one tree, each below its parent, those of one parent in order of arrival.

    Whose parent is not held stands at the top; a forged circle is cut where it closes.
    """
    by_id = {row.uuid: row for row in rows}
    children: dict[str, list[TaskRow]] = {}
    tops: list[TaskRow] = []
    for row in sorted(by_id.values(), key=lambda row: row.seq):
        parent = row.parent_id
        if parent is None or parent == row.uuid or parent not in by_id:
            tops.append(row)
        else:
            children.setdefault(parent, []).append(row)
    found: list[Relative] = []
    seen: set[str] = set()
    # Rows in a circle have no top of their own.
    for start in [*tops, *by_id.values()]:
        _descend(start, children, seen, found)
    return found


def _descend(
    start: TaskRow,
    children: Mapping[str, Sequence[TaskRow]],
    seen: set[str],
    found: list[Relative],
) -> None:
    pending = [Relative(start, 0)]
    while pending:
        relative = pending.pop()
        if relative.row.uuid in seen:
            continue
        seen.add(relative.row.uuid)
        found.append(relative)
        below = children.get(relative.row.uuid, ())
        pending += [Relative(row, relative.depth + 1) for row in reversed(below)]
