"""The whole way: a real worker's events, through a real server, into rows."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from celery.events.state import State

from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.rows import TaskRow
from tests.applications import application
from tests.monitor.conftest import MORTAL, Server, eventually
from worker_core.operations.journal import EVENTS

HERE = Path(__file__).parent
PATIENCE = 90.0


class Worker:
    """A Celery worker in a process of its own."""

    def __init__(self, url: str, name: str, log: Path, **environment: str) -> None:
        self.name = f"{name}@test"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    *(*MORTAL, sys.executable, "-m", "celery", "-A", "tiny_app", "worker"),
                    *("-P", "prefork", "-c", "2", "-n", self.name, "-l", "warning"),
                    *("--without-gossip", "--without-mingle"),
                ],
                cwd=HERE,
                env=os.environ | {"TINY_URL": url} | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def app(server: Server) -> Iterator[Any]:
    with application("client", broker=server.url, backend=server.url) as app:
        app.conf.update(task_send_sent_event=True)
        yield app


@pytest.fixture
def worker(server: Server, tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(server.url, "w1", tmp_path / "worker.log")
    yield worker
    worker.stop()


@pytest.fixture
def watch(server: Server) -> Iterator[Callable[..., Monitor]]:
    monitors = []

    def start(url: str = server.url, **options: Any) -> Monitor:
        monitors.append(Monitor(**options))
        monitors[-1].start(url)
        return monitors[-1]

    yield start
    for monitor in monitors:
        monitor.stop()


def until(monitor: Monitor, uuid: str, condition: Callable[[TaskRow], bool]) -> TaskRow:
    def met() -> TaskRow | None:
        row = monitor.task(uuid)
        return row if row is not None and condition(row) else None

    row: TaskRow = eventually(met, PATIENCE)
    return row


def online(monitor: Monitor) -> int | None:
    return monitor.snapshot().counters.workers_online


@pytest.mark.slow
@pytest.mark.usefixtures("worker")
def test_what_a_worker_does_is_seen_as_it_happens(
    app: Any, watch: Callable[..., Monitor], worker: Worker, tmp_path: Path
) -> None:
    monitor = watch(queue_names=["celery"])
    eventually(lambda: online(monitor) == 1, PATIENCE)
    ids = {
        name: app.send_task(f"tiny_app.{name}", arguments).id
        for name, arguments in {
            "add": (2, 3),
            "fail": ("<b>no such ticker</b>",),
            "try_twice": (),
            "refuse": (),
            "in_steps": (str(tmp_path / "go"),),
        }.items()
    }

    row = until(monitor, ids["in_steps"], lambda row: row.state == "PROGRESS")
    assert (row.stage, row.progress, row.worker) == ("waiting", 0.5, worker.name)
    (tmp_path / "go").touch()
    row = until(monitor, ids["in_steps"], lambda row: row.state == "SUCCESS")
    assert row.runtime is not None

    row = until(monitor, ids["add"], lambda row: row.state == "SUCCESS")
    assert (row.name, row.queue, row.args, row.result) == ("tiny_app.add", "celery", "(2, 3)", "5")
    assert row.sent is not None
    assert row.received is not None
    assert row.started is not None
    assert row.finished is not None
    # Its sender tells of it when it has been sent, which may be after its start.
    assert row.received <= row.started <= row.finished

    row = until(monitor, ids["fail"], lambda row: row.state == "FAILURE")
    assert row.exception == "ValueError('<b>no such ticker</b>')"
    assert "Traceback" in (row.traceback or "")

    row = until(monitor, ids["try_twice"], lambda row: row.state == "SUCCESS")
    assert (row.retries, row.result) == (1, "'second time'")
    assert "TimeoutError" in (row.exception or "")

    row = until(monitor, ids["refuse"], lambda row: row.state == "FAILURE")
    assert "not wanted" in (row.exception or "")

    stats = {entry.name: entry for entry in monitor.stats()}
    assert stats["tiny_app.add"].succeeded == 1
    assert stats["tiny_app.try_twice"].retried == 1
    snapshot = monitor.snapshot()
    assert snapshot.workers is not None
    (seen,) = snapshot.workers
    assert (seen.hostname, seen.sw_ident, seen.online) == (worker.name, "py-celery", True)
    counters = snapshot.counters
    assert (counters.malformed, counters.succeeded, counters.failed) == (0, 3, 2)
    worker.stop()
    eventually(lambda: online(monitor) == 0, PATIENCE)


@pytest.mark.slow
def test_what_happened_during_a_gap_is_found_out_afterwards(
    app: Any, watch: Callable[..., Monitor], server: Server, worker: Worker, tmp_path: Path
) -> None:
    def ask(_: str) -> Any:
        return app.control.inspect(timeout=3, limit=1).active() or {}

    def ask_queues(_: str) -> Any:
        return app.control.inspect(timeout=3, limit=1).active_queues() or {}

    first = app.send_task("tiny_app.in_steps", (str(tmp_path / "first"),)).id
    with server.client() as client:
        client.acl_setuser(
            "window", True, passwords=["+pw"], keys=["*"], channels=["*"], categories=["+@all"]
        )
    monitor = watch(
        f"redis://window:pw@127.0.0.1:{server.port}/0",
        ask=ask,
        ask_queues=ask_queues,
        queue_names=["celery", "nobody's"],
    )
    # It began before anyone listened: no event ever told of it.
    row = until(monitor, first, lambda row: row.state in {"STARTED", "PROGRESS"})
    assert (row.name, row.worker) == ("tiny_app.in_steps", worker.name)

    def consumers() -> dict[str, int | None]:
        return {queue.name: queue.consumers for queue in monitor.snapshot().queues or []}

    eventually(lambda: consumers() == {"celery": 1, "nobody's": 0}, PATIENCE)

    with server.client() as client:
        # The window is kept out until the task is over, so that it does not hear the end.
        client.execute_command("ACL", "SETUSER", "window", "-psubscribe")
        client.execute_command("CLIENT", "KILL", "USER", "window")
        eventually(lambda: monitor.snapshot().connection.status == "lost")
        (tmp_path / "first").touch()
        eventually(lambda: b"SUCCESS" in (client.get(f"celery-task-meta-{first}") or b""), PATIENCE)
        client.execute_command("ACL", "SETUSER", "window", "+psubscribe")

    row = until(monitor, first, lambda row: row.state == "SUCCESS")
    assert row.result == "done"
    assert [gap.reason for gap in monitor.gaps()] == ["disconnected"]


@pytest.mark.slow
def test_what_a_worker_did_while_no_window_was_open_is_read_from_its_journal(
    app: Any, watch: Callable[..., Monitor], server: Server, tmp_path: Path
) -> None:
    worker = Worker(server.url, "w1", tmp_path / "worker.log", TINY_EVENTS=EVENTS)
    try:
        (tmp_path / "go").touch()
        steps = app.send_task("tiny_app.in_steps", (str(tmp_path / "go"),))
        fails = app.send_task("tiny_app.fail", ("no such ticker",))
        with server.client() as client:
            keys = [f"celery-task-meta-{sent.id}" for sent in (steps, fails)]
            eventually(
                lambda: all(b"date_done" in (client.get(key) or b"") for key in keys), PATIENCE
            )
        monitor = watch()
        row = until(monitor, steps.id, lambda row: row.state == "SUCCESS")
        assert (row.name, row.worker, row.stage) == ("tiny_app.in_steps", worker.name, "waiting")
        row = until(monitor, fails.id, lambda row: row.state == "FAILURE")
        assert "Traceback" in (row.traceback or "")
        app.send_task("tiny_app.add", (2, 3))
        eventually(lambda: monitor.snapshot().counters.succeeded == 2)
        assert monitor.gaps() == []
    finally:
        worker.stop()


def test_celerys_own_state_understands_a_task_that_was_put_back() -> None:
    state = State()
    told: list[tuple[str, dict[str, object]]] = [
        ("sent", {"name": "a", "eta": None}),
        ("received", {"name": "a", "eta": None}),
        ("started", {}),
        ("put-back", {"eta": 100.5, "reason": "rate limit"}),
        ("received", {"name": "a", "eta": "1970-01-01T00:01:40.500000+00:00"}),
        ("started", {}),
        ("succeeded", {"result": "1", "runtime": 1.0}),
    ]
    for clock, (kind, fields) in enumerate(told):
        common = {"uuid": "u", "hostname": "w@h", "timestamp": float(clock), "clock": clock}
        state.event({"type": f"task-{kind}", "local_received": float(clock), **common, **fields})
    task = state.tasks["u"]
    assert (task.state, task.name, task.result) == ("SUCCESS", "a", "1")
