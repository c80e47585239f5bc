"""The window, without a screen: opened, painted, closed as a user would."""

import json
import os
import subprocess
import sys
from pathlib import Path

from worker_core.operations.runtime import python_command
from worker_core.selftest.steps import STEP_LIMIT_S, until
from worker_core.settings import Settings

WANTED = "welcome"


def window_opens(values: Settings) -> str:
    """It reaches its first page and leaves with exit code 0."""
    report = values.data_dir / "milestones"
    values.data_dir.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    # Nothing there can be asked to close: the window is painted once and ends by itself.
    asked = sys.platform != "win32"
    words = ("--milestones", str(report)) if asked else ("--check",)
    process = subprocess.Popen(
        python_command("desktop_app", *words),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        if asked:
            until("the window shows its first page", lambda: _reached(report, process))
            process.terminate()
        said, _ = process.communicate(timeout=STEP_LIMIT_S)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    if process.returncode:
        raise RuntimeError(f"it ended with exit code {process.returncode}: {said.strip()[-300:]}")
    return "opened, painted its first page and closed, on no screen"


def _reached(report: Path, process: "subprocess.Popen[str]") -> bool | None:
    if process.poll() is not None:
        said = process.stdout.read() if process.stdout else ""
        raise RuntimeError(f"it ended with {process.returncode}: {said.strip()[-300:]}")
    if not report.is_file():
        return None
    names = [json.loads(line)["name"] for line in report.read_text("utf-8").splitlines() if line]
    return True if WANTED in names else None
