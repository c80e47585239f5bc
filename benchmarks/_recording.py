"""Recorded messages, and what is run over them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import _events


def record(tasks: int, path: Path) -> Path:
    """The messages about so many tasks, one a line."""
    with path.open("wb") as file:
        for message in _events.messages(_events.in_order(tasks)):
            file.write(message + b"\n")
    return path


def run(module: str, *words: str) -> dict[str, Any]:
    """What ``benchmarks.<module>`` says in its last line."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{module}", *words],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": "0"},
    )
    told: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return told
