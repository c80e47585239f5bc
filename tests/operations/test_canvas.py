"""What is to come after a task, told by its message and by the store of results."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from celery import Celery, chain, chord, group

from tests.applications import application
from tests.operations.conftest import Until
from worker_core.operations.canvas import Chord, Plan, Step, chord_progress, plan
from worker_core.operations.client import send
from worker_core.operations.configuration import celery_configuration
from worker_core.operations.results import result
from worker_core.settings import Settings

if TYPE_CHECKING:
    from redis import Redis

ECHO = "foreign.echo"
NOBODYS = "nobody-serves-this"


@pytest.fixture
def app(shared_settings: Settings) -> Iterator[Celery]:
    """One that keeps results: the size of a chord stands with them."""
    with application("sender") as app:
        app.conf.update(celery_configuration(shared_settings))
        yield app


def signature(app: Celery, task_id: str, queue: str = NOBODYS) -> Any:
    return app.signature(ECHO, options={"task_id": task_id, "queue": queue}, immutable=True)


def test_the_rest_of_a_waiting_chain_is_told_in_its_order(
    shared_settings: Settings, redis: "Redis", app: Celery
) -> None:
    chain(*(signature(app, name) for name in "abc"), app=app).apply_async()
    told = plan("a", settings=shared_settings)
    assert told.steps == (Step(ECHO, "b", 1, "next"), Step(ECHO, "c", 2, "next"))
    assert told.chord is None


def test_while_a_task_waits_its_whole_arguments_are_told(
    shared_settings: Settings, redis: "Redis"
) -> None:
    args, kwargs = ["y" * 5000, 2**80], {"deep": {"a": [None]}}
    send(ECHO, args, kwargs, task_id="long", queue=NOBODYS, settings=shared_settings)
    told = plan("long", NOBODYS, settings=shared_settings)
    assert (told.args, told.kwargs) == (args, kwargs)
    assert plan("unheard-of", settings=shared_settings).args is None


def test_groups_callbacks_and_errbacks_are_told_apart(
    shared_settings: Settings, redis: "Redis", app: Celery
) -> None:
    first = signature(app, "first")
    first.link(signature(app, "callback"))
    first.link_error(signature(app, "errback"))
    both = group([signature(app, "left"), signature(app, "right")], app=app)
    chain(first, both, app=app).apply_async()
    steps = {
        one.task_id: (one.after, one.kind)
        for one in plan("first", NOBODYS, settings=shared_settings).steps
    }
    assert steps["left"] == steps["right"] == (1, "next")
    assert steps["callback"] == (1, "callback")
    assert steps["errback"] == (1, "errback")


def test_a_chord_tells_how_much_of_its_header_is_done_and_what_follows(
    shared_settings: Settings, redis: "Redis", app: Celery, worker: str, until: Until
) -> None:
    """Two of three tasks run; the third waits where nobody serves."""
    header = [signature(app, f"done-{n}", "monitoring") for n in (1, 2)]
    chord([*header, signature(app, "waits")], signature(app, "body"), app=app).apply_async()
    until(
        lambda: plan("waits", NOBODYS, settings=shared_settings).chord == Chord(2, 3),
        "two of three tasks",
    )
    told = plan("waits", NOBODYS, settings=shared_settings)
    assert told.steps == (Step(ECHO, "body", 1, "chord"),)
    until(lambda: result("done-1", settings=shared_settings), "the result")
    assert plan("done-1", settings=shared_settings).chord == Chord(2, 3)


def test_a_task_that_nobody_knows_has_no_plan(shared_settings: Settings, redis: "Redis") -> None:
    assert plan("unheard-of", settings=shared_settings) == Plan((), None)
    assert chord_progress(redis, "unheard-of") is None


def test_nonsense_in_the_broker_is_no_plan(shared_settings: Settings, redis: "Redis") -> None:
    redis.lpush("nonsense", b'{"id": "x", "body": "!!", "headers": 3}')
    redis.set("celery-task-meta-x", b"\x80\x04pickle")
    redis.set("celery-taskset-meta-y.s", b"many")
    assert plan("x", "nonsense", settings=shared_settings) == Plan((), None)
    assert chord_progress(redis, "y") is None
