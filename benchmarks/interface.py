"""How busy the window's main thread is while events pour in.

Celery's events of made-up tasks (received, started, succeeded; in batches, as workers send them)
go through a real broker to the window, with the Tasks page and eight charts on a virtual screen of
1920 × 1080, and every task is written to the history meanwhile. ``busy`` is the main thread's
processor time between two ticks of a timer of 5 ms; ``tick`` is the time on the clock, which other
programs on the machine can stretch.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

from celery import Celery

from benchmarks.start import screen
from worker_core.catalog import TASKS
from worker_core.operations.broker import EmbeddedBroker

BATCH = 24
LIMIT_S = 300.0


def send_events(url: str, per_second: float, stop: threading.Event) -> None:
    """What a busy team's workers send, until told to stop."""
    app = Celery("interface", broker=url, set_as_current=False)
    names, sent, begun = list(TASKS), 0, time.monotonic()
    with app.connection_for_write() as connection:
        dispatcher = app.events.Dispatcher(
            connection, hostname="worker@bench", buffer_group={"task"}, buffer_limit=BATCH
        )
        dispatcher.send("worker-online")
        while not stop.is_set():
            task = {"uuid": str(uuid.uuid4())}
            name = names[sent % len(names)]
            kwargs = f"{{'document': '{task['uuid']}', 'company': 'ACME'}}"
            dispatcher.send("task-received", **task, name=name, args="()", kwargs=kwargs)
            dispatcher.send("task-started", **task)
            dispatcher.send("task-succeeded", **task, result="{'ok': True}", runtime=0.25)
            sent += 3
            if sent % BATCH == 0:
                dispatcher.flush(errors=False)
                stop.wait(max(0.0, sent / per_second - (time.monotonic() - begun)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-second", type=float, default=5000.0)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--tasks", type=int, default=100_000, help="tasks kept in memory")
    parser.add_argument("--send", metavar="URL", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.send:
        send_events(chosen.send, chosen.per_second, threading.Event())
        return
    with (
        tempfile.TemporaryDirectory(prefix="afi-interface-") as folder,
        screen("1920x1080") as shown,
    ):
        broker = EmbeddedBroker(Path(folder))
        url, out = broker.start(), Path(folder) / "report.json"
        words = [url, str(chosen.seconds), str(chosen.tasks), str(out)]
        own = {"AFI_DATA_DIR": folder, "XDG_CONFIG_HOME": f"{folder}/config"}
        window = subprocess.Popen(
            [sys.executable, "-m", "benchmarks._interface", *words],
            env=os.environ | shown | own,
            stdout=subprocess.PIPE,
        )
        sender = None
        try:
            if window.stdout is None or window.stdout.readline().strip() != b"live":
                raise RuntimeError("the window did not open")
            rate = f"--per-second={chosen.per_second}"
            sender = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.interface", rate, "--send", url]
            )
            window.wait(LIMIT_S)
            figures = json.loads(out.read_text())
        finally:
            for process in filter(None, (sender, window)):
                process.kill()
                process.wait()
            broker.stop()
    for key, value in figures.items():
        print(f"{key:<20} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
