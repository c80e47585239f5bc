"""A dashboard's monitor as a process of its own, for measurements of what reaches it."""

import json
import sys
from pathlib import Path

from desktop_app.monitor.monitor import Monitor
from desktop_app.services.positions import JournalPositions


def main() -> None:
    """``URL FOLDER TASKS``: watch until a line comes in, then write what was seen to
    ``FOLDER/seen.json``. Prints a line when it is live, and one when all is written."""
    url, folder, tasks = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    monitor = Monitor(history_tasks=tasks, positions=JournalPositions(folder / "positions.json"))
    monitor.start(url)
    while monitor.snapshot().connection.status != "live":
        monitor.take()
    print("live", flush=True)
    for _line in sys.stdin:
        break
    monitor.stop()
    batch = monitor.snapshot()
    report = {
        "seen": [row.uuid for row in batch.tasks],
        "events": batch.counters.events,
        "gaps": [[gap.start, gap.end, gap.reason, gap.dropped] for gap in monitor.gaps()],
    }
    (folder / "seen.json").write_text(json.dumps(report))
    print("written", flush=True)


if __name__ == "__main__":
    main()
