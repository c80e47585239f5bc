"""Tasks that fail in every way there is, under the guarantees of the real ones.

``celery -A tests.faults.tasks worker`` is the project's worker with these tasks besides its own.
Every body writes a line when it starts, and another as the last thing that it does.
"""

import hashlib
import logging
import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import kombu.transport.redis  # noqa: F401 - before the clock: it takes the function's name

from tests.faults import clock, disk
from worker_core.celery import app
from worker_core.storage import StorageError
from worker_core.tasks.base import guarded_task
from worker_core.tasks.failures import PermanentFailure
from worker_core.tasks.guarded import GuardedTask
from worker_core.tasks.marks import storage

__all__ = ["app"]

# Abandoned messages are looked for every second instead of every tenth.
app.conf.broker_transport_options |= {"unacked_restore_interval": 1}

log = logging.getLogger("worker_core.tasks.faults")

FOLDER = Path(os.environ["FAULTS_FOLDER"])

# Other tests borrow the application, without the faults.
if node := os.environ.get("FAULTS_NODE"):
    clock.follow(FOLDER / f"clock-{node}")
    disk.limit(FOLDER)


def note(kind: str, task: GuardedTask) -> None:
    """One line a call; appends this short are whole, whoever else writes."""
    with (FOLDER / kind).open("a") as file:
        file.write(f"{task.request.id} {clock.true_time():.6f} {os.getpid()}\n")


def work(task: GuardedTask, seconds: float = 0.0, padding: str = "") -> dict[str, Any]:
    note("started", task)
    time.sleep(seconds)
    note("ended", task)
    return {"slept": seconds}


def held(task: GuardedTask) -> dict[str, Any]:
    """Ends once the file ``go`` is there."""
    note("started", task)
    while not (FOLDER / "go").exists():
        time.sleep(0.05)
    note("ended", task)
    return {}


def poison(task: GuardedTask) -> dict[str, Any]:
    note("started", task)
    if not (FOLDER / "antidote").exists():
        os.kill(os.getpid(), signal.SIGKILL)
    note("ended", task)
    return {}


def flaky(task: GuardedTask, failures: int) -> dict[str, Any]:
    note("started", task)
    if task.request.retries < failures:
        raise StorageError("busy", "The database is busy.", "Wait.", transient=True)
    note("ended", task)
    return {"retries": task.request.retries}


def stores(task: GuardedTask, characters: int) -> dict[str, Any]:
    """Keeps a text, which it can keep twice without harm."""
    note("started", task)
    text = random.Random(task.request.id).randbytes(characters // 2).hex()
    content = hashlib.sha256(task.request.id.encode()).hexdigest()
    documents = storage().documents
    documents.register(content, "a.txt", len(text), "text/plain", task.request.id)
    documents.save_parsed(content, text=text, sections=(), parser_version="1")
    note("ended", task)
    return {"characters": len(text)}


def says(task: GuardedTask, text: str) -> dict[str, Any]:
    """Logs a line."""
    note("started", task)
    log.warning("%s", text)
    note("ended", task)
    return {}


def hopeless(task: GuardedTask) -> dict[str, Any]:
    note("started", task)
    raise PermanentFailure("The file is damaged.")


guarded_task("faults.work", work)
guarded_task("faults.held", held)
guarded_task("faults.poison", poison)
guarded_task("faults.flaky", flaky)
guarded_task("faults.says", says)
guarded_task("faults.hopeless", hopeless)
guarded_task("faults.stores", stores)
guarded_task("faults.limited", work, rate_limit="5/s")
guarded_task("faults.rare", work, rate_limit="2/h")
guarded_task("faults.endless", work, time_limit=2)
