"""How the window does on a store as a team has it after years: how soon each page is there, how
busy it is while a chart of 2,500 candles with its forecast is panned, and what an hour of live
updates leaves in memory.

The store is generated in a temporary folder: 10,000 documents and 5,000 symbols, of which 20 have
ten years of daily prices and the others three months, or building it would take minutes. ``seen``
is until a page is first painted, ``ready`` until all that it asked for has come; of each the time
on the clock, which other programs can stretch, and that of the processor; the first page also
loads the library that live charts are drawn with. ``busy`` is the main
thread's processor time between two ticks of a timer of 5 ms. The hour is of a simulated clock: a
batch of live updates a second, every half minute another page, with a monitor that holds as many
tasks as it may; ``grown_mb`` is what the last third of it holds more than the first.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks._workspace_store import FEW, LONG, SHORT, build
from benchmarks.start import screen
from worker_core.operations.broker import EmbeddedBroker
from worker_core.storage import Storage

LIMIT_S = 590.0
SLOW_MS = 500.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--symbols", type=int, default=5_000)
    parser.add_argument("--simulated", type=int, default=3_600, help="seconds of live updates")
    parser.add_argument("--pan", type=float, default=10.0, help="seconds of panning")
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="afi-workspace-") as folder,
        screen("1920x1080") as shown,
    ):
        data = Path(folder) / "data"
        data.mkdir()
        url = f"sqlite:///{data / 'afi.sqlite3'}"
        with Storage.open(url, str(data / "files")) as storage:
            took = build(storage, url, chosen.documents, chosen.symbols)
        print(f"built with {took} s of processor time", flush=True)
        broker = EmbeddedBroker(Path(folder))
        out = Path(folder) / "report.json"
        own = {
            "AFI_DATA_DIR": str(data),
            "XDG_CONFIG_HOME": f"{folder}/config",
            "CELERY_BROKER_URL": broker.start(),
        }
        words = [str(out), str(chosen.simulated), str(chosen.pan)]
        try:
            subprocess.run(
                [sys.executable, "-m", "benchmarks._workspace", *words],
                env=os.environ | shown | own,
                check=True,
                timeout=LIMIT_S,
            )
        finally:
            broker.stop()
        figures: dict[str, Any] = json.loads(out.read_text())
    figures = {
        "benchmark": "workspace",
        "store": {
            "documents": chosen.documents,
            "symbols": chosen.symbols,
            "of_ten_years": min(FEW, chosen.symbols),
            "bars": sum(LONG if n < FEW else SHORT for n in range(chosen.symbols)),
            "built_cpu_s": took,
        },
        **figures,
    }
    for page, times in figures["pages_ms"].items():
        first, again = times["first"], times["again"]
        slow = "  slow" if first["ready_cpu"] > SLOW_MS else ""
        print(
            f"{page:<12} first seen {first['seen']:7.1f} ms (cpu {first['seen_cpu']:6.1f}), ready "
            f"{first['ready']:7.1f} (cpu {first['ready_cpu']:6.1f}); again {again['seen']:6.1f}, "
            f"{again['ready']:6.1f}{slow}"
        )
    for key in ("pan_all_candles", "pan_as_shown", "memory"):
        print(f"{key}: {figures[key]}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
