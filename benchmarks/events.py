"""Events a CPU-second from the wire into the history, beside Flower's path into memory.

Both read the same recorded messages, each in a process of its own, in turn. Ours decodes them,
keeps the state, makes the window's batches and writes the tasks with their full-text index to
SQLite; counted is the CPU of all threads until the last task is in the file. Figures are medians
of the rounds.
"""

import argparse
import importlib.util
import json
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks import _events, _recording


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=15_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    has_flower = importlib.util.find_spec("flower") is not None
    ours: list[float] = []
    memory_only: list[float] = []
    flower: list[float] = []
    with tempfile.TemporaryDirectory(prefix="afi-bench-") as folder:
        recording = str(_recording.record(options.tasks, Path(folder) / "recording"))
        for number in range(options.rounds):
            file = Path(folder) / f"history-{number}.sqlite3"
            told = _recording.run("_ours", recording, "--history", str(file))
            wanted = options.tasks * _events.EVENTS_A_TASK, options.tasks, 0
            if (told["events"], told["written"], told["malformed"]) != wanted:
                raise RuntimeError(f"events were lost: {told}")
            ours.append(told["events"] / told["cpu_s"])
            print(number + 1, "durable", round(ours[-1]), flush=True)
            told = _recording.run("_ours", recording)
            memory_only.append(told["events"] / told["cpu_s"])
            if has_flower:
                told = _recording.run("_flower", recording)
                flower.append(told["events"] / told["cpu_s"])
                print(number + 1, f"Flower {told['version']}", round(flower[-1]), flush=True)
    durable = statistics.median(ours)
    peer = statistics.median(flower) if flower else None
    print(
        json.dumps(
            {
                "benchmark": "events",
                "events": options.tasks * _events.EVENTS_A_TASK,
                "rounds": options.rounds,
                "events_per_cpu_s": round(durable),
                "in_memory_per_cpu_s": round(statistics.median(memory_only)),
                "flower_per_cpu_s": None if peer is None else round(peer),
                "ratio_to_flower": None if peer is None else round(durable / peer, 2),
                "peer": "Flower" if peer else "skipped: Flower is not installed",
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
