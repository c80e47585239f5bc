"""A broker and a worker in a temporary folder, for measurements of whole tasks."""

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from worker_core import settings
from worker_core.operations.cluster import LocalCluster
from worker_core.operations.results import result
from worker_core.operations.submit import PROCESS, submit
from worker_core.storage import Storage

PATIENCE_S = 600.0
LOOK_S = 0.01


@contextmanager
def running(worker: str = "worker", **variables: str) -> Iterator[Storage]:
    """The storage of a broker and a worker, by its name in the local cluster, that run until the
    block ends."""
    with tempfile.TemporaryDirectory(prefix="afi-bench-") as folder:
        own = {
            "AFI_DATA_DIR": folder,
            "XDG_CONFIG_HOME": str(Path(folder) / "config"),
            "CELERY_BROKER_URL": "",
            "CELERY_RESULT_BACKEND": "",
            "AFI_DATABASE_URL": "",
        }
        with _environment(own | variables):
            values = settings.current()
            cluster = LocalCluster(values)
            with Storage.open(values.database_url, values.artifacts_url) as storage:
                try:
                    for name in ("broker", worker):
                        cluster.start(name)
                        cluster.wait(name)
                    yield storage
                finally:
                    cluster.stop_all()


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    settings.current.cache_clear()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        settings.current.cache_clear()


def enqueue(sha256: str, filename: str) -> str:
    """Enqueue the processing of a stored file alone; the task's id."""
    return submit(PROCESS, {"document": sha256, "filename": filename}).task_id


def until_done(task_id: str) -> None:
    """Wait for a task to succeed; a failure, or ten minutes, raise."""
    over = time.monotonic() + PATIENCE_S
    while (found := result(task_id)) is None or found.state not in {"SUCCESS", "FAILURE"}:
        if time.monotonic() > over:
            raise TimeoutError("the worker did not finish in time")
        time.sleep(LOOK_S)
    if found.state == "FAILURE":
        raise RuntimeError(found.error)


def process(sha256: str, filename: str) -> None:
    """Process a stored file and wait for it."""
    until_done(enqueue(sha256, filename))
