"""``afi selftest``: the whole chain on a sample filing, in a folder that is removed afterwards."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import resources
from worker_core import __version__, settings
from worker_core.operations.cluster import LocalCluster
from worker_core.operations.submit import submit_document
from worker_core.storage import Storage

STEP_LIMIT_S = 60.0
LOOK_EVERY_S = 0.05

T = TypeVar("T")

Say = Callable[[str], None]


def run(progress: Say | None = None) -> dict[str, Any]:
    """Start a broker, a worker and a scheduler of its own, process a sample filing, read the
    result, stop everything. Returns ``{"ok": bool, "version": …, "steps": […]}``; a step has
    ``name``, ``ok``, ``seconds`` and ``detail``."""
    steps: list[dict[str, Any]] = []
    with _own_folder() as values:
        chain = _Chain(values)
        try:
            for name, step in chain.steps():
                steps.append(_timed(name, step))
                if progress:
                    progress(_line(steps[-1]))
                if not steps[-1]["ok"]:
                    break
        finally:
            steps.append(_timed("stop", chain.stop))
            if progress:
                progress(_line(steps[-1]))
    return {"ok": all(s["ok"] for s in steps), "version": __version__, "steps": steps}


class _Chain:
    """The steps, each of which returns a line of detail or raises."""

    def __init__(self, values: settings.Settings) -> None:
        self._cluster = LocalCluster(values)
        self._storage = Storage.open(values.database_url, values.artifacts_url)
        self._sha = ""

    def steps(self) -> Iterator[tuple[str, Callable[[], str]]]:
        yield "broker", lambda: self._start("broker")
        yield "worker", lambda: self._start("worker")
        yield "beat", lambda: self._start("beat")
        yield "submit", self._submit
        yield "result", self._result

    def stop(self) -> str:
        self._cluster.stop_all()
        self._storage.close()
        left = [m.name for m in self._cluster.status() if m.pid is not None]
        if left:
            raise RuntimeError(f"still running: {', '.join(left)}")
        return "no process is left"

    def _start(self, name: str) -> str:
        self._cluster.start(name)
        return f"process {self._cluster.wait(name, timeout=STEP_LIMIT_S).pid}"

    def _submit(self) -> str:
        sample = resources.sample_documents()[0]
        artifact = self._storage.artifacts.put_file(sample.path, 2**30)
        self._sha = artifact.sha256
        submission = submit_document({"document": artifact.sha256, "filename": sample.path.name})
        return f"task {submission.task_id}"

    def _result(self) -> str:
        return _until("the sample filing has its result", self._complete)

    def _complete(self) -> str | None:
        stored = self._storage.documents
        record = stored.by_sha(self._sha)
        if record is None or record.status == "pending":
            return None
        if record.status == "failed":
            raise RuntimeError(f"{record.error_message} {record.remedy}")
        summary, sentiment = stored.summary(record.id), stored.sentiment(record.id)
        if summary is None or sentiment is None or sentiment.whole is None:
            return None
        return (
            f"{len(stored.sections(record.id))} sections, summary of "
            f"{len(summary.sentences)} sentences, sentiment {sentiment.whole.mean:+.3f}"
        )


def _until(what: str, probe: Callable[[], T | None]) -> T:
    over = time.monotonic() + STEP_LIMIT_S
    while time.monotonic() < over:
        found = probe()
        if found is not None:
            return found
        time.sleep(LOOK_EVERY_S)
    raise TimeoutError(f"waited {STEP_LIMIT_S:.0f} s, but not: {what}")


def _timed(name: str, step: Callable[[], str]) -> dict[str, Any]:
    start = time.monotonic()
    try:
        detail, ok = step(), True
    except Exception as error:  # noqa: BLE001 - whatever goes wrong is what this reports
        detail, ok = f"{type(error).__name__}: {error}", False
    return {"name": name, "ok": ok, "seconds": round(time.monotonic() - start, 3), "detail": detail}


def _line(step: dict[str, Any]) -> str:
    mark = "ok    " if step["ok"] else "FAILED"
    return f"{mark} {step['name']:<8} {step['seconds']:6.2f} s  {step['detail']}"


@contextmanager
def _own_folder() -> Iterator[settings.Settings]:
    """Settings that know nothing of the user's own broker, database and files."""
    own = ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "AFI_DATABASE_URL", "AFI_ARTIFACTS_URL")
    before = {name: os.environ.get(name) for name in (*own, "AFI_DATA_DIR")}
    with tempfile.TemporaryDirectory(prefix="afi-selftest-") as folder:
        # Empty stands above the settings file; workers inherit the environment.
        os.environ |= dict.fromkeys(own, "") | {"AFI_DATA_DIR": str(Path(folder))}
        settings.current.cache_clear()
        try:
            yield settings.current()
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
            settings.current.cache_clear()
