"""Flower's state fed with recorded messages, in a process of its own.

Its last line says what that took. What Flower does besides (its web server, a timer, the
correction of clocks) is left out, to its advantage.
"""

import argparse
import base64
import json
import sys
import time

import psutil


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording")
    parser.add_argument("--held", type=int, default=100_000)
    options = parser.parse_args()

    from flower import __version__
    from flower.events import EventsState

    state = EventsState(max_tasks_in_memory=options.held, max_workers_in_memory=1000)
    count = 0
    before = time.process_time()
    with open(options.recording, "rb") as recording:  # noqa: PTH123 - read line by line
        for message in recording:
            body = json.loads(base64.b64decode(json.loads(message)["body"]))
            for event in body if isinstance(body, list) else [body]:
                event["local_received"] = event["timestamp"]
                state.event(event)
                count += 1
    used = time.process_time() - before
    print(
        json.dumps(
            {
                "version": __version__,
                "events": count,
                "cpu_s": used,
                "tasks": len(state.tasks),
                "resident_mb": psutil.Process().memory_info().rss / 1e6,
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
