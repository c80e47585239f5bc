"""What needs someone: sentences and steps from a picture of the system. No Qt."""

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlsplit

from desktop_app.monitor.filling import FULL
from desktop_app.monitor.rows import Connection
from desktop_app.services.shown import told
from desktop_app.ui import formats
from desktop_app.views.overview.concern import (
    CHOOSE_BROKER,
    OPEN_CLUSTER,
    SEE_CONNECTIONS,
    SHOW_QUEUES,
    SHOW_UNFINISHED,
    Concern,
    Remedy,
    Severity,
    ago,
)
from desktop_app.views.overview.missed import of_gaps, of_loss, of_unread
from desktop_app.views.overview.picture import FAILED, Failures, Picture
from worker_core import settings

SETTLING_SECONDS: Final = 6.0
"""How long after connecting it may take until each worker was heard: three heartbeats."""
ALARMING_SHARE: Final = 0.05
"""Up to this share of failures the system is degraded; above, someone must act."""
STALLED_SECONDS: Final = 60.0
"""Longer than any worker that is free takes for its next message."""

_ORDER: Final = {"danger": 0, "warning": 1, "waiting": 2}
_LOCAL_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_WORDS_LIMIT: Final = 110


def concerns(picture: Picture, now: float) -> list[Concern]:
    """What needs someone, worst first; empty when nothing does."""
    status = picture.connection.status
    found = []
    if status == "lost":
        found.append(_lost(picture.connection, now))
    if status == "live":
        found.extend(_of_workers(picture, now))
        found.extend(_of_queues(picture))
        found.extend(_of_counting(picture.connection))
        found.extend(of_loss(picture.loss, now))
    if status in {"live", "lost"}:
        found.extend(_of_tasks(picture, now))
        found.extend(of_gaps(picture, now))
        found.extend(of_unread(picture, now))
    return worst_first(found)


def worst_first(found: Iterable[Concern]) -> list[Concern]:
    """Concerns in the order in which they are shown."""
    return sorted(found, key=lambda concern: _ORDER[concern.severity])


def _lost(link: Connection, now: float) -> Concern:
    return Concern(
        "connection",
        "danger",
        f"Broker lost {ago(link.since, now)}",
        f"What is shown is from {formats.clock(link.since)}. {link.message}".strip(),
        OPEN_CLUSTER if _is_local(link.url_label) else CHOOSE_BROKER,
    )


def _of_counting(link: Connection) -> Iterator[Concern]:
    """Events arrive, and the queues cannot be counted, or the broker takes no more."""
    if link.message:
        sentence, _, why = link.message.partition(". ")
        severity: Severity = "danger" if sentence.startswith(FULL) else "warning"
        remedy = SHOW_QUEUES if severity == "danger" else SEE_CONNECTIONS
        yield Concern("counting", severity, sentence.rstrip("."), why, remedy)


def _of_workers(picture: Picture, now: float) -> Iterator[Concern]:
    if not picture.online and now - picture.connection.since > SETTLING_SECONDS:
        yield _no_worker(picture)
    if picture.silent:
        yield _silent(picture, now)


def _no_worker(picture: Picture) -> Concern:
    waiting = picture.counters.waiting
    if waiting is None:
        return Concern(
            "workers",
            "warning",
            "No worker is online",
            "Whether tasks wait for one is not known.",
            OPEN_CLUSTER,
        )
    if not waiting:
        return Concern(
            "workers",
            "warning",
            "No worker is online, and nothing waits",
            "A task that is sent now waits until a worker starts.",
            OPEN_CLUSTER,
        )
    busy = [queue.name for queue in picture.queues if queue.depth]
    where = busy[0] if len(busy) == 1 else formats.plural(len(busy), "queue")
    tasks = formats.plural(waiting, "task waits", "tasks wait")
    return Concern(
        "workers",
        "danger",
        f"No worker is online: {tasks}" + (f" in {where}" if busy else ""),
        "They run as soon as a worker starts; nothing is lost.",
        OPEN_CLUSTER,
    )


def _silent(picture: Picture, now: float) -> Concern:
    silent, online = picture.silent, picture.online
    heard = [worker.last_heartbeat for worker in silent if worker.last_heartbeat is not None]
    since = formats.age(max(now - min(heard), 1.0)) if heard else "an unknown time"
    who = silent[0].hostname
    if len(silent) > 1:
        who = f"{len(silent)} of {formats.plural(len(silent) + len(online), 'worker')}"
    running = sum(worker.active or 0 for worker in silent)
    meaning = "Nothing ran on it when it was last heard; it was killed, or cannot reach the broker."
    if running:
        meaning = f"{formats.plural(running, 'task')} ran there. {_what_comes_of_them()}"
    remedy = SHOW_UNFINISHED
    if all(worker.hostname.startswith("local@") for worker in silent):
        remedy = OPEN_CLUSTER
    elif len(silent) == 1:
        remedy = Remedy("Show its tasks", "tasks", {"worker": silent[0].hostname})
    return Concern(
        "silent",
        "warning" if online else "danger",
        f"{who} silent for {since}",
        meaning,
        remedy,
    )


def _what_comes_of_them() -> str:
    values = settings.current()
    foreign = "once the broker's visibility timeout has passed"
    if not values.ledger:
        return f"What ran is given to another worker {foreign}."
    lease = formats.age(values.lease_s + values.sweep_every_s)
    return (
        f"What is AFI Desk's is given to another worker within {lease}, while a scheduler and a "
        f"worker run; what is not, {foreign}."
    )


def _of_queues(picture: Picture) -> Iterator[Concern]:
    if not picture.online:
        return
    for queue in picture.queues:
        if queue.consumers == 0 and queue.depth:
            tasks = formats.plural(queue.depth, "task waits", "tasks wait")
            yield Concern(
                f"consumers:{queue.name}",
                "danger",
                f"No worker takes from {queue.name}: {tasks}",
                "The workers that are online listen to other queues.",
                OPEN_CLUSTER,
            )
    untaken = picture.hour.untaken_for if picture.hour else 0.0
    if untaken >= STALLED_SECONDS and not picture.counters.running and picture.counters.waiting:
        yield Concern(
            "stalled",
            "warning",
            f"{formats.plural(picture.counters.waiting, 'task waits', 'tasks wait')} and no "
            f"worker has taken one for {formats.age(untaken)}",
            "The workers are idle or held back by a rate limit. See what they hold.",
            SHOW_UNFINISHED,
        )


def _of_tasks(picture: Picture, now: float) -> Iterator[Concern]:
    failures = picture.failures(now)
    if failures is not None:
        yield _failed(failures, now)
    if picture.vanished:
        yield Concern(
            "vanished",
            "warning",
            f"It is unknown how {formats.plural(picture.vanished, 'task')} ended",
            "No worker runs them any more and no result is stored. Run them again if they count.",
            SHOW_UNFINISHED,
        )


def _failed(failures: Failures, now: float) -> Concern:
    of_all = ""
    if failures.ended > failures.count:
        of_all = f" of {formats.count(failures.ended)}"
        tasks = "tasks"
    else:
        tasks = "task" if failures.count == 1 else "tasks"
    detail: dict[str, object] = {"states": FAILED}
    if failures.names == 1:
        detail["name"] = failures.leading
    return Concern(
        "failures",
        "danger" if failures.share >= ALARMING_SHARE else "warning",
        f"{formats.count(failures.count)}{of_all} {tasks} failed in the last hour",
        _what_failed(failures, now),
        Remedy("Show failures", "tasks", detail),
    )


def _what_failed(failures: Failures, now: float) -> str:
    if not failures.leading_count:
        return "They have left this window's memory; their results are still in the broker."
    latest = f"Latest {ago(failures.last_at, now)}"
    if failures.words:
        latest += f": {formats.shorten(told(failures.words), _WORDS_LIMIT)}"
    if not failures.leading:
        return _ended(latest)
    verb = "is" if failures.leading_count == 1 else "are"
    share = f"{failures.leading_count} of them {verb}" if failures.names > 1 else "All are"
    share = "It is" if failures.count == 1 else share
    return f"{_ended(latest)} {share} {failures.leading}."


def _ended(sentence: str) -> str:
    return sentence if sentence[-1:] in {".", "!", "?", "…"} else f"{sentence}."


def _is_local(label: str) -> bool:
    parts = urlsplit(label)
    return not parts.scheme or (parts.hostname or "") in _LOCAL_HOSTS
