"""How long until the window is painted, and until a new user has a first result.

Each figure is of whole processes, from their start. ``first_paint_s`` is warm: the first run is
not counted. ``first_result_s`` starts a broker, a worker and a scheduler in an empty folder and
ends when the first sample filing's summary and sentiment are in the store.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

LIMIT_S = 120.0


@contextmanager
def screen(size: str = "1280x800") -> Iterator[dict[str, str]]:
    """The environment of a screen: the one there is, a virtual one, or Qt's offscreen."""
    if os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM"):
        yield {}
        return
    if not (xvfb := shutil.which("Xvfb")):
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    ours, theirs = os.pipe()
    server = subprocess.Popen(
        [xvfb, "-displayfd", str(theirs), "-screen", "0", f"{size}x24"],
        pass_fds=[theirs],
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    try:
        with os.fdopen(ours) as number:
            yield {"DISPLAY": f":{number.readline().strip()}"}
    finally:
        server.terminate()
        server.wait()


PLAIN = (sys.executable, "-m", "desktop_app")


def seconds_until(
    milestone: str, *words: str, environment: dict[str, str], program: Sequence[str] = PLAIN
) -> float:
    """Start the window, wait for the milestone, close the window."""
    with tempfile.TemporaryDirectory(prefix="afi-start-") as folder:
        report = Path(folder) / "milestones"
        own = {
            "AFI_DATA_DIR": f"{folder}/data",
            "XDG_CONFIG_HOME": f"{folder}/config",
            "CELERY_BROKER_URL": "",
            "AFI_DATABASE_URL": "",
        }
        start = time.time()
        window = subprocess.Popen(
            [*program, "--milestones", str(report), *words],
            env=os.environ | environment | own,
        )
        try:
            return _reached(report, milestone, window) - start
        finally:
            window.send_signal(signal.SIGTERM)
            window.wait(timeout=LIMIT_S)


def _reached(report: Path, milestone: str, window: "subprocess.Popen[bytes]") -> float:
    over = time.monotonic() + LIMIT_S
    while time.monotonic() < over:
        for line in report.read_text().splitlines() if report.is_file() else []:
            entry = json.loads(line)
            if entry["name"] == milestone:
                return float(entry["at"])
        if window.poll() is not None:
            raise RuntimeError(f"the window ended with {window.returncode} before {milestone}")
        time.sleep(0.005)
    raise TimeoutError(f"{milestone} was not reached within {LIMIT_S:.0f} s")


def spread(values: list[float]) -> dict[str, float]:
    return {
        "min": round(min(values), 3),
        "median": round(statistics.median(values), 3),
        "max": round(max(values), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--paints", type=int, default=7)
    parser.add_argument("--results", type=int, default=3)
    chosen = parser.parse_args()
    with screen() as environment:
        paints = [
            seconds_until("first_paint", environment=environment) for _ in range(chosen.paints + 1)
        ][1:]
        print(f"first paint: {spread(paints)}", flush=True)
        results = [
            seconds_until("first_result", "--try", environment=environment)
            for _ in range(chosen.results)
        ]
    print(json.dumps({"first_paint_s": spread(paints), "first_result_s": spread(results)}))


if __name__ == "__main__":
    main()
