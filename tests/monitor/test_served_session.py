"""Watching through the API, before a server that answers as a test says."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from desktop_app.monitor.monitor import Monitor
from desktop_app.monitor.served import ServedSession
from tests.monitor.conftest import eventually
from tests.remote.stub import TOKEN, Answer, Request, Stub, stubbed, told
from worker_core.operations.remote.api import Api
from worker_core.operations.remote.errors import SignInAgain
from worker_core.operations.remote.http import Line
from worker_core.operations.remote.place import Place

QUEUES = told({"queues": {"forecasting": 3}, "held": 1})
REFUSED = told({"detail": "no"}, 401)
ME = {"name": "ann", "role": "analyst", "token": "x", "expires_at": "2031-01-01T00:00:00Z"}


def task(number: int, status: str = "succeeded") -> dict[str, Any]:
    return {
        "task_id": f"t{number}",
        "task": "forecasting.generate_stock_forecast",
        "queue": "forecasting",
        "status": status,
        "attempts": 1,
        "retries": 0,
        "created_at": "2026-01-02T03:04:05Z",
    }


def page(*tasks: dict[str, Any], after: str | None = None) -> Answer:
    return told({"tasks": list(tasks), "next": after})


def answering(**answers: Answer) -> Callable[[Request], Answer]:
    """By the last word of the path."""

    def answer(request: Request) -> Answer:
        known = {"me": told(ME)} | answers
        return known.get(request.path.partition("?")[0].rpartition("/")[2], Answer(404))

    return answer


@pytest.fixture
def stub() -> Iterator[Stub]:
    with stubbed() as stub:
        yield stub


@pytest.fixture
def watch(stub: Stub) -> Iterator[Callable[[], tuple[Monitor, ServedSession]]]:
    api = Api(Line(Place(stub.url, TOKEN)))
    monitor = Monitor(history_tasks=10)

    def watch() -> tuple[Monitor, ServedSession]:
        session = ServedSession(api)
        monitor.follow(session)
        return monitor, session

    yield watch
    monitor.stop()
    api.close()


Watch = Callable[[], tuple[Monitor, ServedSession]]


def status(monitor: Monitor) -> str:
    return monitor.snapshot().connection.status


def test_all_pages_of_ones_own_tasks_are_held_in_the_order_in_which_they_came(
    stub: Stub, watch: Watch
) -> None:
    def answer(request: Request) -> Answer:
        if "/queues/" in request.path:
            return QUEUES
        if request.path == "/api/me":
            return told(ME)
        return page(task(1), task(0)) if "after=x" in request.path else page(task(2), after="x")

    stub.answer = answer
    monitor, _ = watch()
    eventually(lambda: len(monitor.rows()) == 3)
    assert [row.uuid for row in monitor.rows()] == ["t0", "t1", "t2"]
    eventually(lambda: monitor.snapshot().counters.waiting == 3)
    counters = monitor.snapshot().counters
    assert (counters.succeeded, counters.unacknowledged, counters.workers_online) == (3, 1, None)


def test_a_broker_that_is_away_behind_the_server_hides_no_task(stub: Stub, watch: Watch) -> None:
    stub.answer = answering(tasks=page(task(0)), lengths=told({"detail": "Broker away"}, 503))
    monitor, _ = watch()
    eventually(lambda: status(monitor) == "live")
    assert monitor.snapshot().counters.waiting is None
    assert [row.uuid for row in monitor.rows()] == ["t0"]


def test_a_server_that_is_away_is_asked_again_and_what_was_known_stays(
    stub: Stub, watch: Watch
) -> None:
    stub.answer = answering(tasks=page(task(0)), lengths=QUEUES)
    monitor, _ = watch()
    eventually(lambda: status(monitor) == "live")
    stub.answer = answering(tasks=told({"detail": "Away"}, 503))
    eventually(lambda: status(monitor) == "lost")
    assert "tried again by itself" in monitor.snapshot().connection.message
    assert len(monitor.rows()) == 1
    stub.answer = answering(tasks=page(task(1), task(0)), lengths=QUEUES)
    eventually(lambda: status(monitor) == "live" and len(monitor.rows()) == 2)


def test_a_token_that_is_not_accepted_is_not_sent_again_and_again(stub: Stub, watch: Watch) -> None:
    stub.answer = answering(tasks=REFUSED)
    monitor, session = watch()
    eventually(lambda: session.signed_out and status(monitor) == "lost")
    assert "expired, or was revoked" in monitor.snapshot().connection.message
    asked = len(stub.seen)
    session.look_soon()
    monitor.stop()
    assert len(stub.seen) == asked


def test_with_another_token_it_goes_on_where_it_was(stub: Stub, watch: Watch) -> None:
    stub.answer = answering(tasks=page(task(0, "running")), lengths=QUEUES)
    monitor, session = watch()
    eventually(lambda: session.who == "ann" and "t0" in session._unstreamed)
    stub.answer = answering(tasks=REFUSED)
    eventually(lambda: status(monitor) == "lost")
    asked = len(stub.seen)
    stub.answer = answering(tasks=page(task(1), task(0)), lengths=QUEUES)
    session.look_soon()
    assert len(stub.seen) == asked
    session._api.line.renew(TOKEN[:-1] + "T")
    session.look_soon()
    eventually(lambda: status(monitor) == "live" and len(monitor.rows()) == 2)
    assert not session._unstreamed


def test_whoever_is_refused_first_it_is_said_at_once(stub: Stub, watch: Watch) -> None:
    stub.answer = answering(tasks=page(task(0)), lengths=QUEUES)
    monitor, session = watch()
    eventually(lambda: status(monitor) == "live")
    stub.answer = answering(document=REFUSED, tasks=page(task(0)), lengths=QUEUES)
    with pytest.raises(SignInAgain):
        session._api.document("document")
    eventually(lambda: status(monitor) == "lost")


def test_a_task_without_a_stream_is_followed_by_the_lists(stub: Stub, watch: Watch) -> None:
    stub.answer = answering(tasks=page(task(0, "running")), lengths=QUEUES)
    monitor, session = watch()
    eventually(lambda: [row.state for row in monitor.rows()] == ["STARTED"])
    eventually(lambda: "t0" in session._unstreamed)
    stub.answer = answering(tasks=page(task(0)), lengths=QUEUES)
    eventually(lambda: [row.state for row in monitor.rows()] == ["SUCCESS"])
    assert sum(one.path.endswith("/events") for one in stub.seen) == 1
