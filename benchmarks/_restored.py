"""The monitor's state as the history of an earlier session gives it back, in a process of its
own. Its last line says what that took."""

import argparse
import json
import sys
import time
from pathlib import Path

import psutil

from desktop_app.monitor.history import History, Limits
from desktop_app.monitor.state import State


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("history", type=Path)
    parser.add_argument("--held", type=int, default=100_000)
    options = parser.parse_args()
    state = State(options.held, 0.0)
    history = History(options.history, Limits(days=10_000, megabytes=100_000), state.rows)
    began = time.monotonic()
    before, kept = history.open(options.held)
    state.begin_at(before.next_seq, succeeded=before.succeeded, failed=before.failed)
    for rows in kept:
        state.restore(rows)
    seconds = time.monotonic() - began
    window = state.take_changes().tasks
    told = {
        "tasks": len(window),
        "seconds": seconds,
        "resident_mb": psutil.Process().memory_info().rss / 1e6,
    }
    history.stop()
    history.join(10)
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
