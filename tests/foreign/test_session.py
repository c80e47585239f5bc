"""A session of an operator with an application that is not ours, from the first look on."""

from typing import Any

import pytest

from desktop_app.services.foreign import foreign_tasks
from tests.applications import application
from tests.foreign.conftest import NODE, Console, Shop
from tests.monitor.conftest import eventually
from worker_core.operations.errors import ForeignContent, NothingToRetry
from worker_core.operations.survey import survey

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]

TASKS = {"add", "fail", "in_turn", "retry", "sleep", "together", "total", "wrap"}


@pytest.fixture(autouse=True)
def _with_events(console: Console) -> None:
    """A worker that was started without events can be told to send them."""
    assert console.ask("enable_events").outcome == "ok"


@pytest.fixture
def closed_mail(console: Console) -> Any:
    """The queue ``mail``, which nobody serves meanwhile."""
    assert console.ask("cancel_consumer", queue="mail").outcome == "ok"
    # A worker that waits for messages already goes on waiting for those of the queue as well,
    # until it has one.
    console.ended(console.call("add", args=[0, 0]))
    yield "mail"
    assert console.ask("add_consumer", queue="mail").outcome == "ok"


def test_looking_finds_its_queues_workers_and_tasks_and_writes_nothing(
    shop: Shop, console: Console
) -> None:
    before = shop.keys()
    found = survey()
    assert (found.workers, found.ours, found.refusals) == ((NODE,), False, ())
    assert set(found.queues) == {"celery", "orders", "mail"}
    assert set(found.tasks) == {f"shop.{name}" for name in TASKS}
    registered = console.run(console.commands.registered())
    assert {task.title for task in foreign_tasks(registered)} == TASKS
    assert set(console.run(console.workers.survey())) == {NODE}
    assert console.run(console.workers.details(NODE)).problems == {}
    assert console.run(console.queues.look("orders", 10)).rows == []
    assert console.run(console.queues.held(10)).total == 0
    assert console.run(console.queues.removed()) == []
    assert console.run(console.commands.outcome("nothing")) is None
    assert console.run(console.commands.plan("nothing", "")).steps == ()
    assert console.run(console.commands.log("nothing")).lines == ()
    eventually(lambda: set(console.depths()) == {"celery", "orders", "mail"})
    assert shop.keys() == before
    assert not any(key.startswith("afi") for key in before)


def test_a_call_with_json_arguments_runs_and_its_result_is_read(console: Console) -> None:
    task_id = console.call("add", args=[2], kwargs={"y": 3})
    row = console.ended(task_id)
    assert (row.name, row.worker, row.result) == ("shop.add", NODE, "5")
    stored = console.run(console.commands.outcome(task_id))
    assert stored is not None
    # Without result_extended nothing but the result is stored.
    assert (stored.state, stored.result, stored.name, stored.args) == ("SUCCESS", 5, None, None)


def test_failures_and_retries_are_told_as_they_happen(console: Console) -> None:
    row = console.ended(console.call("fail", args=["out of stock"]), "FAILURE")
    assert row.exception == "ValueError('out of stock')"
    assert "Traceback" in (row.traceback or "")
    row = console.ended(console.call("retry"))
    assert (row.retries, row.result) == (1, "'at last'")


def test_chains_and_chords_are_followed_to_their_end(console: Console) -> None:
    def results(name: str) -> list[str | None]:
        rows = console.monitor.snapshot().tasks
        return [row.result for row in rows if row.name == name and row.state == "SUCCESS"]

    console.ended(console.call("in_turn"))
    eventually(lambda: {"2", "4", "7"} <= set(results("shop.add")))
    parent = console.call("together", args=[5])
    console.ended(parent)
    eventually(lambda: results("shop.total") == ["20"])
    rows = [row for row in console.monitor.snapshot().tasks if row.root_id == parent]
    assert sorted(row.name for row in rows) == [*["shop.add"] * 5, "shop.together", "shop.total"]


def test_a_pickled_result_is_shown_as_refused_and_never_opened(
    shop: Shop, console: Console
) -> None:
    task_id = console.call("wrap")
    console.ended(task_id)
    with pytest.raises(ForeignContent, match="may be pickle"):
        console.run(console.commands.outcome(task_id))
    with pytest.raises(NothingToRetry):
        console.run(console.commands.retry(task_id))
    assert not (shop.folder / "opened").exists()


def test_a_waiting_message_is_looked_at_deleted_put_back_and_served(
    console: Console, closed_mail: str
) -> None:
    ids = [console.call("add", closed_mail, args=[number, 0]) for number in range(3)]
    look = console.run(console.queues.look(closed_mail, 10))
    assert [row.task_id for row in look.rows] == ids
    assert [row.args for row in look.rows] == [[0, 0], [1, 0], [2, 0]]
    eventually(lambda: console.depths()[closed_mail] == 3)

    done = console.run(console.queues.delete([look.rows[1]]))
    assert (done.count, done.gone, done.problem) == (1, 0, None)
    console.ended(ids[1], "REVOKED")
    console.run(console.queues.undo(str(done.batch)))
    look = console.run(console.queues.look(closed_mail, 10))
    assert [row.task_id for row in look.rows] == ids

    console.run(console.queues.edit(look.rows[0], [40, 2], {}))
    console.run(console.commands.cancel(ids[2], closed_mail))
    console.ended(ids[2], "REVOKED")
    assert console.ask("add_consumer", queue=closed_mail).outcome == "ok"
    assert console.ended(ids[0]).result == "42"
    assert console.ended(ids[1]).result == "1"


def test_a_task_is_repeated_where_its_arguments_are_known_and_refused_where_not(
    console: Console, closed_mail: str
) -> None:
    waiting = console.call("add", closed_mail, args=[20, 3])
    again = console.run(console.commands.retry(waiting))
    assert (again.name, again.queue) == ("shop.add", closed_mail)
    ended = console.call("add", args=[1, 2])
    console.ended(ended)
    with pytest.raises(NothingToRetry, match="stored nowhere any more"):
        console.run(console.commands.retry(ended))
    assert console.ask("add_consumer", queue=closed_mail).outcome == "ok"
    assert console.ended(again.task_id).result == "23"


def test_a_running_task_is_ended_and_its_worker_lives_on(console: Console) -> None:
    task_id = console.call("sleep", args=[120])
    console.until(task_id, lambda row: row.state == "STARTED")
    console.run(console.commands.terminate(task_id, NODE))
    assert console.ended(task_id, "REVOKED").reason is not None
    assert console.ended(console.call("add", args=[1, 1])).result == "2"


@pytest.mark.parametrize(
    ("command", "arguments", "outcome"),
    [
        ("pool_grow", {"n": 1}, "ok"),
        ("pool_shrink", {"n": 1}, "ok"),
        ("rate_limit", {"task_name": "shop.total", "rate_limit": "100/s"}, "ok"),
        ("rate_limit", {"task_name": "shop.nothing", "rate_limit": "1/s"}, "refused"),
        ("time_limit", {"task_name": "shop.sleep", "soft": 60, "hard": 120}, "ok"),
        ("autoscale", {"max": 4, "min": 1}, "refused"),
        ("revoke_by_stamped_headers", {"headers": {"customer": ["gone"]}}, "ok"),
        ("heartbeat", {}, "ok"),
    ],
)
def test_its_worker_answers_to_every_control(
    console: Console, command: str, arguments: dict[str, object], outcome: str
) -> None:
    answer = console.ask(command, **arguments)
    assert (answer.node, answer.outcome) == (NODE, outcome)
    assert answer.text


def test_tasks_of_a_revoked_stamp_are_not_begun(shop: Shop, console: Console) -> None:
    console.ask("revoke_by_stamped_headers", headers={"customer": ["left"]})
    stamps = {"stamped_headers": ["customer"], "customer": ["left"]}
    with application("other-hands", broker=shop.server.url, backend=shop.server.url) as app:
        sent = app.send_task("shop.add", (1, 1), queue="orders", **stamps)
    console.ended(str(sent.id), "REVOKED")


def test_of_ours_nothing_is_left_in_its_broker_but_what_was_removed_and_cancelled(
    shop: Shop, console: Console, closed_mail: str
) -> None:
    console.call("add", closed_mail, args=[0, 0])
    done = console.run(console.queues.purge(closed_mail))
    assert done.count == 1
    ours = {key for key in shop.keys() if key.startswith("afi")}  # noqa: SIM118 - not a mapping
    assert ours
    assert {key.split(":")[1] for key in ours} <= {"removed", "done"}
    with shop.server.client() as redis:
        assert all(redis.ttl(key) > 0 for key in ours)


def test_priorities_of_its_own_are_counted_and_kept_in_their_order(
    shop: Shop, console: Console, closed_mail: str
) -> None:
    options = {"priority_steps": list(range(10))}
    with application("producer", broker=shop.server.url) as producer:
        producer.conf.update(broker_transport_options=options)
        ids = [
            producer.send_task("shop.add", (priority, 0), queue=closed_mail, priority=priority).id
            for priority in (8, 1, 4)
        ]
    look = console.run(console.queues.look(closed_mail, 10))
    assert [(row.priority, row.task_id) for row in look.rows] == [
        (1, ids[1]),
        (4, ids[2]),
        (8, ids[0]),
    ]
    eventually(lambda: console.depths()[closed_mail] == 3)
    done = console.run(console.queues.purge(closed_mail))
    assert done.count == 3
    assert console.run(console.queues.undo(str(done.batch))).count == 3
    assert console.ask("add_consumer", queue=closed_mail).outcome == "ok"
    for task_id in ids:
        console.ended(task_id)
