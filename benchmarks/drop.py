"""How busy the window's main thread is while many files are dropped on it and followed.

The files are copied to a real store and enqueued on a real broker; what workers would tell of
their tasks is then told to the tray as the bridge does, ten times a second. ``busy`` is the main
thread's processor time between two ticks of a timer of 5 ms, as in ``interface``.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.start import screen
from worker_core.operations.broker import EmbeddedBroker

LIMIT_S = 300.0
SENTENCE = "Net sales of {} million rose in the quarter, and the margin fell a little. "


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=500)
    chosen = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="afi-drop-") as folder,
        screen("1920x1080") as shown,
    ):
        dropped, out = Path(folder) / "dropped", Path(folder) / "report.json"
        dropped.mkdir()
        for number in range(chosen.files):
            text = SENTENCE.format(number) * 400
            (dropped / f"filing-{number:04}.txt").write_text(text)
        broker = EmbeddedBroker(Path(folder))
        own = {
            "AFI_DATA_DIR": str(Path(folder) / "data"),
            "XDG_CONFIG_HOME": f"{folder}/config",
            "CELERY_BROKER_URL": broker.start(),
            "CELERY_RESULT_BACKEND": "",
            "AFI_DATABASE_URL": "",
        }
        try:
            subprocess.run(
                [sys.executable, "-m", "benchmarks._drop", str(dropped), str(out)],
                env=os.environ | shown | own,
                timeout=LIMIT_S,
                check=True,
            )
        finally:
            broker.stop()
        figures = json.loads(out.read_text())
    for key, value in figures.items():
        print(f"{key:<24} {value}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
