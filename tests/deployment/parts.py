"""What each part of the system does at the broker, so that it can be seen, allowed and refused."""

import json
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from desktop_app.monitor.monitor import Monitor
from tests.deployment.conftest import ask
from tests.faults.system import QUEUE, System, until
from worker_core import settings as settings_module
from worker_core.api.limits import PerMinute
from worker_core.operations import (
    canvas,
    control,
    heads,
    metrics_text,
    quarantine,
    queue_changes,
    queue_control,
    queues,
    result_cleanup,
    task_log,
    unacknowledged,
    users,
    worker_control,
    worker_survey,
)
from worker_core.operations.broker_roles import ROLES
from worker_core.operations.broker_users import user_name
from worker_core.operations.client import send
from worker_core.operations.connection import client
from worker_core.operations.delivery import enqueue
from worker_core.operations.guard import TRIES
from worker_core.operations.health import check
from worker_core.operations.housekeeping import tidy
from worker_core.operations.pace import SharedPace
from worker_core.operations.results import result
from worker_core.operations.survey import survey
from worker_core.operations.sweep import sweep
from worker_core.operations.workers import Kind, inspect
from worker_core.settings import Settings
from worker_core.storage import NewTask

# Queues that the worker of these tests leaves alone.
IDLE, OTHER = "forecasting", "model_training"
KINDS: tuple[Kind, ...] = ("ping", "active", "reserved", "scheduled", "stats", "active_queues")


def submits(values: Settings, name: str) -> None:
    """What a scheduler does: a plain task, one with what follows it, one for later."""
    first = NewTask(f"{name}-1", "faults.work", IDLE, {})
    assert (
        enqueue(first, [NewTask(f"{name}-2", "faults.work", IDLE, {})], settings=values)[2] is None
    )
    later = NewTask(f"{name}-3", "faults.work", IDLE, {}, delay_s=3600)
    assert enqueue(later, settings=values)[2] is None


def serves(values: Settings, ended: str) -> None:
    """What the HTTP API does for its users, asked over HTTP where a route does it."""
    with api_client(values) as ask:
        task_id = ask("POST", "/forecasting/generate_stock_forecast", json={"ticker": "AAPL"})[
            "task_id"
        ]
        assert ask("GET", f"/task/{task_id}/status")["task_id"] == task_id
        for path in ("/tasks/active", "/workers/stats", "/queues/lengths", "/health"):
            ask("GET", path)
        ask("DELETE", f"/task/{task_id}")
    submits(values, "api")
    paces(values)
    found = result(ended, settings=values)
    assert found is not None
    assert found.state == "SUCCESS"
    task_log.task_log(ended, settings=values)
    assert control.cancel("api-1", settings=values) == "removed"
    assert control.cancel("unknown", settings=values) == "revoked"


@contextmanager
def api_client(values: Settings) -> Iterator[Callable[..., Any]]:
    """Asks the API of ``values`` as an administrator of it; a refusal fails the test."""
    from worker_core.api.app import create

    with warnings.catch_warnings():
        # It would have another client, which is no dependency of ours.
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

    users.add("root", "admin", settings=values)
    token, _ = users.new_token("root", 1, "", settings=values)
    api = create(values, exposition=metrics_text.text)
    with TestClient(api, headers={"Authorization": f"Bearer {token}"}) as http:

        def ask(method: str, path: str, **more: Any) -> Any:
            answer = http.request(method, f"/api/background-tasks{path}", **more)
            assert answer.status_code < 300, (path, answer.text)
            return answer.json() if answer.content else None

        assert "afi_" in http.get("/metrics").text
        yield ask


def looks(values: Settings, ended: str) -> None:
    """What is asked for by a window that only looks, beside what it hears."""
    assert survey(values).refusals == ()
    nodes = list(worker_survey.survey(settings=values))
    worker_survey.details(nodes[0], settings=values)
    with client(values.broker_url or "") as redis:
        prefix = values.key_prefix
        queues.peek(redis, IDLE, prefix=prefix)
        heads.heads(redis, [IDLE], prefix=prefix)
        unacknowledged.unacked_messages(redis, 60, prefix=prefix)
        canvas.chord_progress(redis, "group", prefix)
    assert result(ended, settings=values) is not None
    canvas.plan(ended, settings=values)
    task_log.task_log(ended, settings=values)
    queue_control.removed(settings=values)


def operates(values: Settings, poisoned: str) -> None:
    """What an operator does in the window."""
    submits(values, "desk")
    for _ in range(3):
        send("faults.work", (), {}, queue=IDLE, settings=values)
    assert control.cancel("desk-1", settings=values) == "removed"
    with client(values.broker_url or "") as redis:
        rows = queues.peek(redis, IDLE, prefix=values.key_prefix)
        send("faults.work", (), {}, queue=OTHER, settings=values)
    assert queue_changes.move(rows[:1], OTHER, settings=values).count == 1
    assert queue_changes.edit(rows[1], [], {"seconds": 1}, settings=values).count == 1
    deleted = queue_control.delete(rows[2:], settings=values)
    assert deleted.count
    assert queue_control.undo(str(deleted.batch), settings=values).count == deleted.count
    for queue, later in ((OTHER, 0), (IDLE, 1)):
        purged = queue_control.purge(queue, settings=values)
        assert purged.count
        for _ in range(later):
            send("faults.work", (), {}, queue=queue, settings=values)
        assert queue_control.undo(str(purged.batch), settings=values).count == purged.count
    send("faults.work", (), {}, queue=OTHER, settings=values)
    assert queue_control.purge(OTHER, settings=values).count
    nodes = list(inspect("ping", settings=values))
    assert list(worker_control.ask("pool_grow", {"n": 1}, nodes, settings=values))
    quarantine.release(poisoned, settings=values)


@contextmanager
def watching(values: Settings) -> Iterator[Monitor]:
    """The window's event path, live."""
    monitor = Monitor()
    monitor.start(values.broker_url or "", values.key_prefix)
    try:
        until(lambda: monitor.snapshot().connection.status == "live", "a live window")
        yield monitor
    finally:
        monitor.stop()


def is_well(values: Settings) -> str:
    """``afi health``."""
    settings_module.override(
        {
            "broker_url": values.broker_url,
            "key_prefix": values.key_prefix,
            "data_dir": values.data_dir,
        }
    )
    try:
        return check().status
    finally:
        settings_module.override({})


def survives(one: System, values: dict[str, Settings], administrator: str) -> tuple[str, str]:
    """Workers are killed with what they run, others go on with it, and windows look on and lose
    their connections meanwhile. A task that has ended, and one that is in quarantine."""
    url = values["worker"].broker_url
    first = one.worker(broker_url=url, queues=QUEUE)
    before = [one.send("work"), one.send("says", text="hello"), one.send("flaky", failures=1)]
    for task in before:
        assert one.outcome(task).state == "SUCCESS"
    held = one.send("held")
    one.started(held)
    for child in first.children():
        child.kill()
    one.started(held, 2)
    # What is held was not renewed in this very moment, but its lease is alive.
    sweeps(values["worker"].model_copy(update={"lease_s": 0}))
    first.kill()
    # Killed while it looked for messages to give back, it leaves its lock for five minutes. The
    # sweep needs none, but here Celery's own way is to be seen.
    ask(administrator, "DEL", f"{values['worker'].key_prefix}unacked_mutex")
    second = one.worker(broker_url=url, queues=QUEUE, sociable=True)
    one.started(held, 3)
    for role in ("viewer", "dashboard"):
        user = user_name(ROLES[role], values[role].key_prefix)
        ask(administrator, "CLIENT", "KILL", "USER", user)
        looks(values[role], before[0])
    limited = [one.send("limited") for _ in range(6)]
    # On a slow machine those come as seldom as they may; of these, one too many for its hour.
    rare = [one.send("rare") for _ in range(3)]

    def one_waits() -> bool:
        marks = [key for task in rare for key in ask(administrator, "KEYS", f"*{TRIES}{task}")]
        return any(ask(administrator, "HEXISTS", key, "slot") for key in marks)

    until(one_waits, "the turn of a task later on")
    poison = one.send("poison")
    assert one.outcome(poison, 120).state == "FAILURE"
    (one.folder / "go").touch()
    for task in (held, *limited):
        assert one.outcome(task).state == "SUCCESS"
    assert second.process.poll() is None
    return held, poison


def sweeps(values: Settings) -> None:
    """The task of upkeep that every worker runs."""
    sweep(values)
    tidy(values)
    paces(values)


def cleans(values: Settings) -> None:
    """The task that removes results which were kept for long enough."""
    assert result_cleanup.clean(0.0, settings=values).removed


def paces(values: Settings) -> None:
    """What a source of prices, and a user of the API, is kept to."""
    with client(values.broker_url or "") as redis:
        SharedPace(redis, values.key_prefix).turn("source", [PerMinute(1)], 60.0)


def is_seen(monitor: Monitor, task_id: str) -> bool:
    """Whether the window knows that the task has ended."""
    row = monitor.task(task_id)
    return row is not None and row.state == "SUCCESS"


def flower_lists(address: str, task_id: str) -> bool:
    """Whether Flower's list has the task, ended, and Flower knows its worker."""
    try:
        with urllib.request.urlopen(f"{address}/api/tasks", timeout=60) as answer:  # noqa: S310 - ours
            tasks = json.load(answer)
        with urllib.request.urlopen(f"{address}/api/workers?refresh=1", timeout=60) as answer:  # noqa: S310
            workers = json.load(answer)
    except OSError:
        return False
    return bool(workers) and tasks.get(task_id, {}).get("state") == "SUCCESS"
