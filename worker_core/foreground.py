"""``afi up``: broker, workers and scheduler in the foreground of a terminal."""

import signal
import threading
from collections.abc import Callable

from worker_core import settings
from worker_core.operations.cluster import LocalCluster
from worker_core.operations.errors import OperationError

LOOK_EVERY_S = 1.0


def run(say: Callable[[str], None]) -> int:
    """Start what runs on this computer, wait for SIGINT or SIGTERM, stop it. Returns the exit
    code: 1 when something would not start or ended by itself."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    cluster = LocalCluster(settings.current())
    try:
        cluster.start_all()
        for name in cluster.names:
            cluster.wait(name)
        for member in cluster.status():
            say(f"{member.name}: {member.state} (process {member.pid}), log {member.log_path}")
        say("Stop with Ctrl+C.")
        while not over.wait(LOOK_EVERY_S):
            if failed := [m for m in cluster.status() if m.state == "failed"]:
                say(f"{failed[0].name} ended by itself: {failed[0].message}")
                return 1
    except OperationError as error:
        say(str(error))
        return 1
    finally:
        say("Stopping; running tasks are finished first.")
        cluster.stop_all(mine_only=True)
    return 0
