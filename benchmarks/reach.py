"""Whether a dashboard sees every event, or says which it did not.

Real event messages go through a real broker to a monitor in a process of its own, while its
connections are killed three times and the process is stopped for a few seconds, so that the
broker cuts it off as a slow subscriber. Every event has an id of its own. One that was not seen
counts as reported where a recorded gap covers the moment at which it was sent, and as unreported
otherwise.

``journal`` is an application of this project's kind, whose workers keep the event journal;
``closed`` the same with the window closed for half of the time and a journal too small for that;
``foreign`` any other Celery application.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from celery import Celery
from celery.app.events import Events
from redis import Redis

from worker_core.operations.broker import EmbeddedBroker
from worker_core.operations.connection import client
from worker_core.operations.journal import ENTRIES_KEY
from worker_core.operations.journalled import JournalledEvents

RECONNECTS = 3
STOPPED_S = 3.0
# Small, so that being stopped for a few seconds is enough to be cut off.
BUFFER_LIMIT = "pubsub 262144 131072 1"
SETTLE_S = 60.0
# Clocks are one here, but an event is stamped a little before it is sent.
MARGIN_S = 0.5


class Sender:
    """Publishes events as a worker does, a few thousand a second."""

    def __init__(self, url: str, events: type[Events], entries: int) -> None:
        self._app = Celery("reach", broker=url, set_as_current=False)
        self._app.conf[ENTRIES_KEY] = entries
        self._events = events(self._app)
        self.sent: dict[str, float] = {}

    def send(self, number: int, per_second: float) -> None:
        begun = time.monotonic()
        with self._app.connection_for_write() as connection:
            dispatcher = self._events.Dispatcher(connection, hostname="worker@reach")
            for place in range(number):
                uuid = f"{len(self.sent):08}"
                self.sent[uuid] = time.time()
                fields = {"uuid": uuid, "name": "reach.task", "args": "()", "kwargs": "{}"}
                dispatcher.send("task-received", **fields)
                ahead = place / per_second - (time.monotonic() - begun)
                if ahead > 0.01:
                    time.sleep(ahead)


class Watcher:
    """The monitor's process."""

    def __init__(self, url: str, folder: Path, tasks: int) -> None:
        self._report = folder / "seen.json"
        self._report.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks._watcher", url, str(folder), str(tasks)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._expect("live")

    def _expect(self, word: str) -> None:
        if self.process.stdout is None or self.process.stdout.readline().strip() != word:
            raise RuntimeError(f"the watcher did not get {word}")

    def end(self) -> dict[str, Any]:
        if self.process.stdin is not None:
            self.process.stdin.write("end\n")
            self.process.stdin.flush()
        self._expect("written")
        self.process.communicate(timeout=SETTLE_S)
        return cast("dict[str, Any]", json.loads(self._report.read_text()))


@contextmanager
def broker() -> Iterator[tuple[str, Redis, Path]]:
    with tempfile.TemporaryDirectory(prefix="afi-reach-") as folder:
        server = EmbeddedBroker(Path(folder))
        url = server.start()
        try:
            with client(url) as redis:
                redis.config_set("client-output-buffer-limit", BUFFER_LIMIT)
                yield url, redis, Path(folder)
        finally:
            server.stop()


def cut_connections(redis: Redis) -> None:
    """What a network does: the subscription and the reader of the journal are gone."""
    own = redis.client_id()
    for one in redis.client_list():
        # The sender goes on; everyone else is the dashboard.
        if int(one["id"]) != own and one["cmd"] in {"psubscribe", "xread", "exec"}:
            redis.client_kill_filter(_id=one["id"])


def disturbed(watcher: Watcher, redis: Redis, send: Callable[[], None]) -> None:
    """Send in stretches with a disturbance after each."""
    for _ in range(RECONNECTS):
        send()
        cut_connections(redis)
    os.kill(watcher.process.pid, signal.SIGSTOP)
    begun = time.monotonic()
    send()
    time.sleep(max(0.0, STOPPED_S - (time.monotonic() - begun)))
    os.kill(watcher.process.pid, signal.SIGCONT)
    send()
    settle(watcher)


def settle(watcher: Watcher) -> None:
    """Let it read what there is: until its process needs no more time."""
    used, over = -1.0, time.monotonic() + SETTLE_S
    while time.monotonic() < over:
        time.sleep(1.5)
        fields = Path(f"/proc/{watcher.process.pid}/stat").read_text().split()
        now = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
        if now - used < 0.1:
            return
        used = now


def judged(sent: dict[str, float], reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Every event that was sent is seen, reported as lost, or unreported."""
    seen = {uuid for report in reports for uuid in report["seen"]}
    gaps = [gap for report in reports for gap in report["gaps"]]
    lost = [at for uuid, at in sent.items() if uuid not in seen]
    reported = sum(any(a - MARGIN_S <= at <= b + MARGIN_S for a, b, *_ in gaps) for at in lost)
    return {
        "sent": len(sent),
        "seen": len(sent) - len(lost),
        "reported_lost": reported,
        "unreported": len(lost) - reported,
        "gaps": len(gaps),
        "counted_by_gaps": sum(gap[3] or 0 for gap in gaps),
    }


def connected(events: type[Events], stretch: int, per_second: float) -> dict[str, Any]:
    """A window that is open all the time."""
    with broker() as (url, redis, folder):
        sender = Sender(url, events, entries=20 * stretch)
        watcher = Watcher(url, folder, 20 * stretch)
        sender.send(stretch // 5, per_second)
        disturbed(watcher, redis, lambda: sender.send(stretch, per_second))
        return judged(sender.sent, [watcher.end()])


def closed(stretch: int, per_second: float) -> dict[str, Any]:
    """A window that is closed for longer than the journal reaches back."""
    with broker() as (url, _redis, folder):
        sender = Sender(url, JournalledEvents, entries=stretch // 2)
        reports = []
        for _ in range(2):
            watcher = Watcher(url, folder, 20 * stretch)
            sender.send(stretch, per_second)
            settle(watcher)
            reports.append(watcher.end())
            sender.send(stretch, per_second)
        watcher = Watcher(url, folder, 20 * stretch)
        settle(watcher)
        reports.append(watcher.end())
        return judged(sender.sent, reports)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=6000, help="events between disturbances")
    parser.add_argument("--per-second", type=float, default=3000.0)
    chosen = parser.parse_args()
    figures = {
        "journal": connected(JournalledEvents, chosen.events, chosen.per_second),
        "closed": closed(chosen.events, chosen.per_second),
        "foreign": connected(Events, chosen.events, chosen.per_second),
    }
    for name, figure in figures.items():
        print(f"{name:<8} {figure}")
    total = {
        key: sum(figure[key] for figure in figures.values())
        for key in ("sent", "seen", "reported_lost", "unreported")
    }
    print(json.dumps({**total, "by_case": figures}))


if __name__ == "__main__":
    main()
