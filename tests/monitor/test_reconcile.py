"""After a gap: what the result store still knows."""

import json
import pickle
import subprocess
import sys

import pytest

from desktop_app.monitor.inbox import Inbox
from desktop_app.monitor.monitor import Monitor
from tests.monitor.conftest import Server, envelope, eventually


def received(uuid: str) -> dict[str, object]:
    return {"type": "task-received", "uuid": uuid, "hostname": "w@h", "timestamp": 10.0}


def test_ends_missed_in_a_gap_are_read_from_the_result_store(server: Server) -> None:
    monitor = Monitor()
    monitor.start(server.url)
    eventually(lambda: monitor.snapshot().connection.status == "live")
    uuids = [str(number) for number in range(449)]
    server.publish(
        *(received(uuid) for uuid in [*uuids, "no number", "pickled", "huge", "runs on"])
    )
    eventually(lambda: monitor.snapshot().counters.held == 453)
    with server.client() as client:
        for uuid in uuids:
            stored = {"status": "SUCCESS", "result": uuid, "date_done": "2024-05-01T10:00:00+00:00"}
            client.set(f"celery-task-meta-{uuid}", json.dumps(stored))
        nan = {"status": "SUCCESS", "result": [float("nan"), 2**80]}
        client.set("celery-task-meta-no number", json.dumps(nan))
        client.set("celery-task-meta-pickled", pickle.dumps({"status": "SUCCESS"}))
        huge = {"status": "SUCCESS", "result": "x" * 2_000_000}
        client.set("celery-task-meta-huge", json.dumps(huge))
        client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    eventually(lambda: monitor.snapshot().counters.succeeded == 450)
    row = monitor.task("7")
    assert row is not None
    assert (row.result, row.finished) == ("7", 1714557600.0)
    odd = monitor.task("no number")
    assert odd is not None
    assert odd.result == f"[NaN,{2**80}]"
    assert monitor.snapshot().counters.states["RECEIVED"] == 3
    found = eventually(lambda: [gap.found for gap in monitor.gaps() if gap.found])[0]
    assert (found.asked, found.ended, found.unknown, found.complete) == (453, 450, 0, True)
    monitor.stop()


def test_after_an_overflow_the_loss_is_known_and_what_was_dropped_is_looked_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Inbox.__init__, "__defaults__", (3, 1_000_000))
    monitor = Monitor()
    monitor.start(server.url)
    eventually(lambda: monitor.snapshot().connection.status == "live")
    server.publish(received("a"))
    eventually(lambda: monitor.task("a"))
    with server.client() as client:
        client.set("celery-task-meta-a", json.dumps({"status": "SUCCESS", "result": 1}))
        flood = client.pipeline(transaction=False)
        for number in range(2000):
            flood.publish("/0.celeryev/task.multi", envelope([received(str(number))]))
        flood.execute()
    eventually(lambda: monitor.snapshot().counters.succeeded == 1)
    counters = monitor.snapshot().counters
    assert counters.dropped == sum(gap.dropped or 0 for gap in monitor.gaps())
    assert counters.held + counters.dropped == 2001
    assert {gap.reason for gap in monitor.gaps()} == {"overflow"}
    monitor.stop()


def test_the_vocabulary_of_the_monitor_is_light() -> None:
    """What pages import before the first paint must not load the broker's client or numpy."""
    heavy = "{'redis', 'numpy', 'celery', 'PySide6'}"
    code = f"import sys, desktop_app.monitor.rows; print(*{heavy} & {{*sys.modules}})"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert loaded.stdout.strip() == ""
