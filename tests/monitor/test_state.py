"""The state as a whole: what is held, counted and let go."""

from desktop_app.monitor import events as e
from desktop_app.monitor.findings import Findings, StoredResult, settle
from desktop_app.monitor.rows import TaskRow
from desktop_app.monitor.state import OUTCOME_UNKNOWN, State

WORKER = "w@h"


def received(uuid: str, at: float = 10.0, retries: int = 0) -> e.TaskReceived:
    return e.TaskReceived(uuid, WORKER, at, name="a.b", args="(1,)", retries=retries)


def succeeded(uuid: str, at: float = 12.0) -> e.TaskSucceeded:
    return e.TaskSucceeded(uuid, WORKER, at, result="42", runtime=1.0)


def run(state: State, *events: e.Event, at: float = 20.0) -> None:
    for event in events:
        state.apply(event, at)


def test_counters_follow_the_states() -> None:
    state = State(100, 0.0)
    run(state, received("a"), received("b"), received("c"), received("d"))
    run(state, e.TaskStarted("a", WORKER, 11.0), e.TaskStarted("b", WORKER, 11.0), succeeded("b"))
    run(state, e.TaskFailed("c", WORKER, 12.0), e.TaskRetried("d", WORKER, 12.0))
    counters = state.counters()
    assert (counters.running, counters.succeeded, counters.failed) == (1, 1, 1)
    assert (counters.retrying, counters.workers_online, counters.held) == (1, 1, 4)
    run(state, received("d", 13.0, retries=1))
    assert state.counters().retrying == 1
    run(state, e.TaskStarted("d", WORKER, 14.0))
    assert state.counters().retrying == 0
    assert sum(state.counters().states.values()) == 4


def test_an_event_heard_twice_counts_once() -> None:
    state = State(100, 0.0)
    for _ in range(3):
        run(state, received("a"), e.TaskStarted("a", WORKER, 11.0), succeeded("a"))
    state.series.advance(30.0, live=True)
    counters, series = state.counters(), state.series.snapshot()
    assert (counters.succeeded, counters.held) == (1, 1)
    assert (series.succeeded.sum(), series.received.sum()) == (1.0, 1.0)
    (stats,) = state.stats()
    assert (stats.received, stats.succeeded) == (1, 1)


def test_changes_hold_the_latest_version_of_each_task_alone() -> None:
    state = State(100, 0.0)
    run(state, received("a"), e.TaskStarted("a", WORKER, 11.0), received("b"))
    changes = state.take_changes()
    assert {uuid: row.state for uuid, row in changes.tasks.items()} == {
        "a": "STARTED",
        "b": "RECEIVED",
    }
    assert not state.take_changes().tasks


def test_what_finished_first_leaves_first() -> None:
    state = State(3, 0.0)
    run(state, received("old but running"), received("a"), received("b"))
    run(state, succeeded("b"), succeeded("a"), received("c"), received("d"))
    assert [row.uuid for row in state.rows()] == ["old but running", "c", "d"]
    assert [row.uuid for row in state.take_changes().evicted] == ["b", "a"]
    counters = state.counters()
    assert (counters.held, counters.evicted, counters.evicted_unfinished) == (3, 2, 0)
    assert (counters.succeeded, counters.states["SUCCESS"]) == (2, 0)


def test_when_nothing_has_finished_the_oldest_leave_and_are_counted_apart() -> None:
    state = State(200, 0.0)
    run(state, *(received(str(number)) for number in range(1000)))
    counters = state.counters()
    assert counters.held <= 200
    assert counters.evicted == counters.evicted_unfinished == 1000 - counters.held
    assert state.rows()[-1].uuid == "999"
    assert counters.states["RECEIVED"] == counters.held


def test_rows_stay_in_the_order_of_arrival() -> None:
    state = State(100, 0.0)
    run(state, received("a"), received("b"), succeeded("a"), received("c"), received("b"))
    assert [(row.seq, row.uuid) for row in state.rows()] == [(0, "a"), (1, "b"), (2, "c")]


def findings(active: dict[str, list[dict[str, object]]], **results: StoredResult) -> Findings:
    return Findings(100.0, 100.0, active, results, results_complete=True)


def row_of(state: State, uuid: str) -> TaskRow:
    row = state.task(uuid)
    assert row is not None
    return row


def test_a_task_that_a_worker_runs_unheard_of_appears() -> None:
    state = State(100, 0.0)
    request = {
        "id": "x",
        "name": "a.b",
        "args": [1],
        "time_start": 90.0,
        "delivery_info": {"routing_key": "q", "redelivered": True},
    }
    settle(state, findings({WORKER: [request, {"id": None}, {}]}))
    row = row_of(state, "x")
    assert (row.state, row.name, row.queue, row.args) == ("STARTED", "a.b", "q", "[1]")
    assert (row.worker, row.started, row.redelivered) == (WORKER, 90.0, True)
    assert state.counters().workers_online == 1


def test_a_task_that_ended_unheard_takes_its_end_from_the_stored_result() -> None:
    state = State(100, 0.0)
    run(state, received("a"), received("b"), received("c"), received("d"))
    settle(
        state,
        findings(
            {},
            a=StoredResult("SUCCESS", 42, date_done="1970-01-01T00:01:00+00:00"),
            b=StoredResult("FAILURE", {"exc_type": "ValueError", "exc_message": ["bad"]}, "tb"),
            c=StoredResult("REVOKED", date_done="no date"),
            d=StoredResult("RETRY"),
        ),
    )
    a, b, c, d = (row_of(state, uuid) for uuid in "abcd")
    assert (a.state, a.result, a.finished) == ("SUCCESS", "42", 60.0)
    assert (b.state, b.exception, b.traceback) == ("FAILURE", "ValueError('bad')", "tb")
    assert c.state == "REVOKED"
    assert d.state == "RECEIVED"


def test_a_task_that_nobody_runs_and_that_left_no_result_no_longer_counts_as_running() -> None:
    state = State(100, 0.0)
    run(state, e.TaskStarted("a", WORKER, 11.0), e.TaskStarted("b", "silent@h", 11.0))
    settle(state, findings({WORKER: []}))
    assert row_of(state, "a").reason == OUTCOME_UNKNOWN
    assert row_of(state, "b").reason is None
    assert state.counters().running == 1
    run(state, succeeded("a"))
    assert row_of(state, "a").reason is None
    assert state.counters().running == 1


def test_a_task_that_started_after_the_question_is_not_taken_for_lost() -> None:
    state = State(100, 0.0)
    run(state, e.TaskStarted("a", WORKER, 11.0), at=101.0)
    settle(state, findings({WORKER: []}))
    assert row_of(state, "a").reason is None


def test_without_all_results_nothing_is_taken_for_lost() -> None:
    state = State(100, 0.0)
    run(state, e.TaskStarted("a", WORKER, 11.0))
    settle(state, Findings(100.0, 100.0, {WORKER: []}, {}, results_complete=False))
    assert row_of(state, "a").reason is None


def test_a_pickled_result_is_not_read() -> None:
    assert StoredResult.read(b"\x80\x04\x95\x10.") is None
    assert StoredResult.read(b'{"status": "SUCCESS"}') == StoredResult("SUCCESS")
