"""Resident memory with 100,000 tasks held, beside Flower's.

Both read the same recorded messages, each in a process of its own. Ours is all of the monitor:
state, history with what SQLite needs, the batches, and the rows as the window's table holds them.
"""

import argparse
import importlib.util
import json
import sys
import tempfile
from pathlib import Path

from benchmarks import _recording


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000)
    options = parser.parse_args()
    has_flower = importlib.util.find_spec("flower") is not None
    with tempfile.TemporaryDirectory(prefix="afi-bench-") as folder:
        recording = str(_recording.record(options.tasks, Path(folder) / "recording"))
        file = str(Path(folder) / "history.sqlite3")
        held = ("--held", str(options.tasks))
        ours = _recording.run("_ours", recording, *held, "--history", file)
        print("ours", ours, flush=True)
        restored = _recording.run("_restored", file, *held)
        print("after a restart", restored, flush=True)
        flower = _recording.run("_flower", recording, *held) if has_flower else None
        print("Flower", flower, flush=True)
    for told in (ours, restored, flower or ours):
        if told["tasks"] != options.tasks:
            raise RuntimeError(f"tasks are missing: {told}")
    print(
        json.dumps(
            {
                "benchmark": "memory",
                "tasks": options.tasks,
                "resident_mb": round(ours["resident_mb"], 1),
                "restored_mb": round(restored["resident_mb"], 1),
                "restore_s": round(restored["seconds"], 2),
                "flower_mb": None if flower is None else round(flower["resident_mb"], 1),
                "ratio_to_flower": None
                if flower is None
                else round(ours["resident_mb"] / flower["resident_mb"], 2),
                "peer": "Flower" if flower else "skipped: Flower is not installed",
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
