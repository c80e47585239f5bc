"""The steps, in their order."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import resources
from worker_core.catalog import QUEUES
from worker_core.operations.cluster import LocalCluster
from worker_core.operations.members import Member, members
from worker_core.operations.submit import submit_document
from worker_core.operations.workers import inspect
from worker_core.selftest.domains import Domains
from worker_core.selftest.pages import api_answers, flower_answers
from worker_core.selftest.steps import STEP_LIMIT_S, Step, until
from worker_core.selftest.window import window_opens
from worker_core.settings import Settings
from worker_core.storage import Storage


class Chain:
    """A system of its own, built up step by step."""

    def __init__(self, values: Settings, *, quick: bool) -> None:
        self._values, self._quick = values, quick
        table = members(values)
        self._cluster = LocalCluster(values, table if quick else _of_one_worker(table))
        self._storage = Storage.open(values.database_url, values.artifacts_url)
        self._domains = Domains(values, self._storage)
        self._sha = ""

    def steps(self) -> Iterator[tuple[str, Step]]:
        if not self._quick:
            yield "window", lambda: window_opens(self._values)
        yield "broker", lambda: self._start("broker")
        yield "worker", self._start_worker
        yield "beat", lambda: self._start("beat")
        yield "submit", self._submit
        yield "result", self._result
        if not self._quick:
            yield from self._domains.steps()
            yield "api", lambda: api_answers(self._values)
            yield "flower", lambda: flower_answers(self._values)

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

    def _start_worker(self) -> str:
        started = self._start("worker")
        (answer,) = inspect("stats", timeout=STEP_LIMIT_S, limit=1).values()
        pool: dict[str, Any] = answer["pool"] if isinstance(answer, dict) else {}
        kind = str(pool.get("implementation", "?")).rpartition(":")[0].rpartition(".")[2]
        count = pool.get("max-concurrency", "?")
        return f"{started}, {count} at a time in the pool {kind}"

    def _submit(self) -> str:
        sample = resources.sample_documents()[0]
        artifact = self._storage.artifacts.put_file(sample.path, 2**30)
        self._sha = artifact.sha256
        submission = submit_document({"document": artifact.sha256, "filename": sample.path.name})
        return f"task {submission.task_id}"

    def _result(self) -> str:
        return until("the sample filing has its result", self._complete)

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


def _of_one_worker(table: tuple[Member, ...]) -> list[Member]:
    """One worker for all queues: what is tried is each task, not each process."""
    (worker,) = (one for one in table if one.name == "worker")
    (beat,) = (one for one in table if one.name == "beat")
    everything = ("--queues", ",".join(QUEUES), "--concurrency", "2")
    return [replace(worker, command=(*worker.command, *everything)), beat]
