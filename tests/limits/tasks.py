"""Tasks that go beyond what they may, under the guarantees of the real ones.

``celery -A tests.limits.tasks worker`` is the project's worker with these tasks besides its own.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.faults.tasks import app, note
from worker_core.cli import main
from worker_core.tasks.base import guarded_task
from worker_core.tasks.guarded import GuardedTask

__all__ = ["app"]

MIB = 2**20
# What stays allocated until its process is replaced.
_kept: list[bytearray] = []


def slow(task: GuardedTask, seconds: float) -> dict[str, Any]:
    note("started", task)
    time.sleep(seconds)
    note("ended", task)
    return {}


def large(task: GuardedTask, kilobytes: int) -> dict[str, Any]:
    note("started", task)
    return {"text": "x" * (kilobytes * 1024), "last": True}


def hungry(task: GuardedTask, megabytes: int, keep: bool = False) -> dict[str, Any]:
    note("started", task)
    held = bytearray(megabytes * MIB)
    # Each page, or the system gives none.
    held[::4096] = b"x" * len(held[::4096])
    if keep:
        _kept.append(held)
    return {"megabytes": len(held) // MIB}


def littering(task: GuardedTask, seconds: float = 0.0) -> dict[str, Any]:
    """Leaves a file and a folder, and says where."""
    _, name = tempfile.mkstemp(prefix="left-behind-")
    folder = Path(tempfile.mkdtemp(prefix="left-behind-"))
    (folder / "inside").write_text("x")
    Path(name).write_text("x")
    note("started", task)
    time.sleep(seconds)
    return {"file": name, "folder": str(folder)}


guarded_task("limits.slow", slow, soft_time_limit=1, time_limit=30)
guarded_task("limits.stubborn", slow, time_limit=2)
guarded_task("limits.large", large)
guarded_task("limits.hungry", hungry)
guarded_task("limits.littering", littering)
guarded_task("limits.littering_too_long", littering, time_limit=2)

if __name__ == "__main__":
    # ``afi`` with these tasks: ``python -m tests.limits.tasks worker …``.
    sys.argv[0] = "afi"
    main()
