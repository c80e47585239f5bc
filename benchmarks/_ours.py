"""The monitor's whole path fed with recorded messages, in a process of its own: decoder, state,
history with its full-text index, and the batches for the window. Its last line says what that
took, until everything is in the file."""

import argparse
import json
import sys
import time
from itertools import islice
from pathlib import Path

import psutil

from benchmarks import _events
from desktop_app.monitor.events import Decoder
from desktop_app.monitor.history import History, Limits
from desktop_app.monitor.outbox import Outbox
from desktop_app.monitor.rows import Connection, TaskRow
from desktop_app.monitor.state import State

_SLICE = 500
_PATIENCE_S = 280.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording")
    parser.add_argument("--held", type=int, default=100_000)
    parser.add_argument("--history", type=Path)
    options = parser.parse_args()

    decoder, state, outbox = Decoder(), State(options.held, _events.EPOCH), Outbox(reset=True)
    history = None
    if options.history is not None:
        history = History(options.history, Limits(days=10_000, megabytes=100_000), state.rows)
        history.open(options.held)
        history.start()
    window: dict[int, TaskRow] = {}
    connection = Connection("live", "", 0.0)
    before = time.process_time()
    with open(options.recording, "rb") as recording:  # noqa: PTH123 - read line by line
        for messages in iter(lambda: list(islice(recording, _SLICE)), []):
            for message in messages:
                for event in decoder.decode(message):
                    state.apply(event, event.timestamp)
            changes = state.take_changes()
            if history is not None:
                history.put([*changes.unseen, *changes.tasks.values()])
            outbox.publish(changes, state.counters())
            batch = outbox.take(connection)
            if batch is not None:
                window.update((row.seq, row) for row in batch.tasks)
                for seq in batch.evicted:
                    window.pop(seq, None)
    written = None
    if history is not None:
        history.stop()
        if not history.join(_PATIENCE_S):
            raise TimeoutError("the history was not written in time")
        written = history.reader.count().value
    used = time.process_time() - before
    print(
        json.dumps(
            {
                "events": state.counters().events,
                "cpu_s": used,
                "tasks": state.counters().held,
                "written": written,
                "malformed": decoder.malformed,
                "resident_mb": psutil.Process().memory_info().rss / 1e6,
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
