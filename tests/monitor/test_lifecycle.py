"""Any order, any repetition, any clock: one set of events, one row."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from desktop_app.monitor import events as e
from desktop_app.monitor.attempts import Task
from desktop_app.monitor.lifecycle import merge
from desktop_app.monitor.rows import TaskRow

NAME, QUEUE, UUID = "forecasting.generate", "forecasting", "u1"


def reduce(events: list[e.TaskEvent]) -> TaskRow:
    """The row that ``events``, heard in this order, lead to; without what depends on hearing."""
    task = Task(TaskRow(0, UUID, 0.0, 0.0))
    for event in events:
        merge(task, event, 0.0)
    return task.row


@dataclass
class History:
    """What happened to a task, in order of true time, told by clocks that are off."""

    offsets: dict[str, float]
    time: float = 1_000_000.0
    events: list[e.TaskEvent] = field(default_factory=list)

    def tell(self, kind: type[e.TaskEvent], hostname: str, **fields: object) -> None:
        self.time += 0.25
        told_at = self.time + self.offsets[hostname]
        self.events.append(kind(UUID, hostname, told_at, **fields))


@st.composite
def histories(draw: st.DrawFn) -> History:
    skew = st.sampled_from([0.0, 3600.0, -3600.0, 0.1])
    history = History({host: draw(skew) for host in ("client", "w1@h", "w2@h", "w3@h")})
    attempts = draw(st.integers(1, 3))
    for retries in range(attempts):
        worker = draw(st.sampled_from(["w1@h", "w2@h", "w3@h"]))
        publisher = "client" if retries == 0 else worker
        described = {"name": NAME, "args": "('AAPL',)", "kwargs": "{}", "retries": retries}
        described["eta"] = None if retries == 0 else f"2024-01-01T00:00:0{retries}"
        queue = f"{QUEUE}_{9 - retries}"
        history.tell(e.TaskSent, publisher, queue=queue, root_id=UUID, **described)
        history.tell(e.TaskReceived, worker, root_id=UUID, **described)
        history.tell(e.TaskStarted, worker)
        for wait in range(draw(st.integers(0, 2))):
            eta = datetime(2024, 1, 2 + retries, 0, 0, wait, tzinfo=UTC)
            described["eta"] = eta.isoformat()
            history.tell(e.TaskPutBack, worker, eta=eta.timestamp(), reason="rate limit")
            history.tell(e.TaskSent, worker, queue=queue, root_id=UUID, **described)
            history.tell(e.TaskReceived, worker, root_id=UUID, **described)
            history.tell(e.TaskStarted, worker)
        for step in range(draw(st.integers(0, 2))):
            history.tell(e.TaskProgress, worker, stage=f"step {step}", fraction=step / 2)
        if retries < attempts - 1:
            history.tell(e.TaskRetried, worker, exception=f"E({retries})", traceback="tb")
            continue
        end = draw(
            st.sampled_from(["success", "failure", "revoked", "reopened", "requeued", "none"])
        )
        match end:
            case "success":
                history.tell(e.TaskSucceeded, worker, result="42", runtime=0.25)
            case "failure":
                history.tell(e.TaskFailed, worker, exception="ValueError()", traceback="tb")
            case "revoked":
                history.tell(e.TaskRevoked, worker, terminated=True)
            case "reopened":
                history.tell(e.TaskRevoked, "client")
                history.tell(e.TaskReopened, "client")
            case "requeued":
                history.tell(e.TaskRejected, worker, requeue=True)
    return history


@given(histories(), st.data())
@settings(max_examples=400)
def test_any_order_and_any_repetition_of_any_of_the_events_ends_in_one_row(
    history: History, data: st.DataObject
) -> None:
    heard = data.draw(st.lists(st.sampled_from(history.events), min_size=1, unique_by=id))
    in_order = sorted(heard, key=history.events.index)
    repeated = heard + data.draw(st.lists(st.sampled_from(heard)))
    shuffled = data.draw(st.permutations(repeated))
    assert reduce(shuffled) == reduce(in_order)


@given(histories())
def test_heard_in_order_the_last_event_says_the_state(history: History) -> None:
    expected = {
        e.TaskSent: "PENDING",
        e.TaskReceived: "RECEIVED",
        e.TaskStarted: "STARTED",
        e.TaskProgress: "PROGRESS",
        e.TaskRetried: "RETRY",
        e.TaskSucceeded: "SUCCESS",
        e.TaskFailed: "FAILURE",
        e.TaskRevoked: "REVOKED",
        e.TaskRejected: "PENDING",
        e.TaskPutBack: "PENDING",
    }
    for length, event in enumerate(history.events, start=1):
        if isinstance(event, e.TaskReopened) or (isinstance(event, e.TaskSent) and length > 1):
            continue  # what is published again stays in the state that led to it
        assert reduce(history.events[:length]).state == expected[type(event)]


def test_a_late_received_fills_in_what_is_missing_and_moves_nothing_back() -> None:
    row = reduce(
        [
            e.TaskSucceeded(UUID, "w@h", 13.0, result="42", runtime=2.0),
            e.TaskStarted(UUID, "w@h", 11.0),
            e.TaskReceived(UUID, "w@h", 10.0, name=NAME, args="(1,)", retries=0),
            e.TaskSent(UUID, "client", 9.0, name=NAME, queue=QUEUE),
        ]
    )
    assert row.state == "SUCCESS"
    assert (row.name, row.queue, row.args, row.result) == (NAME, QUEUE, "(1,)", "42")
    assert (row.sent, row.received, row.started, row.finished) == (9.0, 10.0, 11.0, 13.0)


def test_a_retry_puts_the_task_back_and_remembers_why() -> None:
    first = [
        e.TaskReceived(UUID, "w@h", 10.0, name=NAME, retries=0),
        e.TaskStarted(UUID, "w@h", 11.0),
        e.TaskRetried(UUID, "w@h", 12.0, exception="Timeout()", traceback="tb"),
    ]
    assert reduce(first).state == "RETRY"
    again = [*first, e.TaskReceived(UUID, "w@h", 13.0, name=NAME, retries=1, eta="2024-01-01")]
    row = reduce(again)
    assert (row.state, row.retries, row.started, row.eta) == ("RECEIVED", 1, None, "2024-01-01")
    assert row.exception == "Timeout()"
    assert reduce([*again, e.TaskStarted(UUID, "w@h", 14.0)]).state == "STARTED"


def test_a_task_that_was_put_back_waits_until_its_time_and_says_why() -> None:
    eta = datetime(2024, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
    events: list[e.TaskEvent] = [
        e.TaskReceived(UUID, "w1@h", 10.0, name=NAME, retries=0),
        e.TaskStarted(UUID, "w1@h", 11.0),
        e.TaskPutBack(UUID, "w1@h", 11.1, eta=eta.timestamp(), reason="rate limit"),
    ]
    assert reduce(events).state == "PENDING"
    events.append(e.TaskSent(UUID, "w1@h", 11.2, name=NAME, queue=QUEUE, eta=eta.isoformat()))
    waiting = reduce(events)
    assert (waiting.state, waiting.eta) == ("PENDING", eta.isoformat())
    assert waiting.reason == "It waits for its turn under its rate limit."
    assert waiting.started is None
    events.append(e.TaskReceived(UUID, "w2@h", 11.3, retries=0, eta=eta.isoformat()))
    held = reduce(events)
    assert (held.state, held.worker, held.reason) == ("RECEIVED", "w2@h", waiting.reason)
    events.append(e.TaskStarted(UUID, "w2@h", 20.0))
    assert (reduce(events).state, reduce(events).reason) == ("STARTED", None)
    events.append(e.TaskRetried(UUID, "w2@h", 21.0, exception="E()"))
    events.append(e.TaskReceived(UUID, "w2@h", 22.0, retries=1, eta="2024-01-01T13:00:00+00:00"))
    assert (reduce(events).state, reduce(events).reason) == ("RECEIVED", None)


def test_a_task_that_was_put_back_for_a_run_elsewhere_or_for_who_knows_what_says_so() -> None:
    def reason(told: object, eta: str = "1970-01-01T00:01:00+00:00") -> str | None:
        back = e.TaskPutBack(UUID, "w@h", 11.0, eta=60.0, reason=told)
        return reduce([back, e.TaskSent(UUID, "w@h", 11.0, eta=eta)]).reason

    assert reason("runs elsewhere") == (
        "Another run of it is under way; what came of that is looked at next."
    )
    assert reason(["odd"]) == reason(None) == "A worker put it back until its time has come."
    assert reason("rate limit", "no time") == "A worker put it back into its queue."


def test_a_revocation_that_was_taken_back_leaves_what_was_before_and_a_later_one_stands() -> None:
    sent = e.TaskSent(UUID, "client", 9.0, name=NAME, queue=QUEUE)
    revoked, reopened = e.TaskRevoked(UUID, "desk", 10.0), e.TaskReopened(UUID, "desk", 11.0)
    waits = reduce([sent, revoked, reopened])
    assert waits == reduce([reopened, revoked, sent]) == reduce([sent])
    assert (waits.state, waits.finished, waits.worker, waits.reason) == (
        "PENDING",
        None,
        None,
        None,
    )
    assert reduce([sent, revoked, reopened, e.TaskRevoked(UUID, "desk", 12.0)]).state == "REVOKED"
    ended = e.TaskSucceeded(UUID, "w@h", 10.5, result="1", runtime=0.1)
    assert reduce([sent, revoked, ended, reopened]).state == "SUCCESS"


def test_a_worker_whose_clock_is_an_hour_ahead_does_not_hide_the_next_attempt() -> None:
    row = reduce(
        [
            e.TaskReceived(UUID, "ahead@h", 3610.0, retries=0),
            e.TaskStarted(UUID, "ahead@h", 3611.0),
            e.TaskRetried(UUID, "ahead@h", 3612.0, exception="E()"),
            e.TaskReceived(UUID, "right@h", 13.0, retries=1),
            e.TaskStarted(UUID, "right@h", 14.0),
        ]
    )
    assert (row.state, row.worker, row.started) == ("STARTED", "right@h", 14.0)


def test_success_outranks_the_failure_of_a_second_delivery() -> None:
    events: list[e.TaskEvent] = [
        e.TaskSucceeded(UUID, "w1@h", 10.0, result="1", runtime=1.0),
        e.TaskFailed(UUID, "w2@h", 20.0, exception="Late()"),
    ]
    assert reduce(events) == reduce(events[::-1])
    assert reduce(events).state == "SUCCESS"
    assert reduce(events).exception is None


def test_a_first_progress_report_may_bear_an_earlier_time_than_the_start() -> None:
    row = reduce(
        [
            e.TaskReceived(UUID, "w@h", 10.0, retries=0),
            e.TaskProgress(UUID, "w@h", 10.5, stage="parsing", fraction=1.7),
            e.TaskStarted(UUID, "w@h", 10.6),
        ]
    )
    assert (row.state, row.stage, row.progress, row.started) == ("PROGRESS", "parsing", 1.0, 10.6)


def test_a_failure_tells_its_runtime_and_the_stage_it_failed_in() -> None:
    row = reduce(
        [
            e.TaskReceived(UUID, "w@h", 10.0, retries=0),
            e.TaskStarted(UUID, "w@h", 11.0),
            e.TaskProgress(UUID, "w@h", 12.0, stage="parsing", fraction=0.4),
            e.TaskFailed(UUID, "w@h", 13.5, exception="ValueError()", traceback="tb"),
        ]
    )
    assert (row.runtime, row.stage, row.progress) == (2.5, "parsing", 0.4)
    assert (row.exception, row.traceback) == ("ValueError()", "tb")


def test_why_a_task_was_revoked_is_said_in_words() -> None:
    reasons = [
        reduce([e.TaskRevoked(UUID, "w@h", 1.0, terminated=terminated, expired=expired)]).reason
        for terminated, expired in [(True, False), (False, True), (False, False)]
    ]
    assert [(reason or "").split()[2] for reason in reasons] == ["terminated", "before", "revoked"]


def test_forged_workers_without_end_cost_bounded_memory() -> None:
    task = Task(TaskRow(0, UUID, 0.0, 0.0))
    for number in range(1000):
        merge(task, e.TaskStarted(UUID, f"w{number}@h", float(number)), 0.0)
    assert len(task.attempts) < 20
    assert task.row.worker == "w999@h"


def test_the_first_and_the_last_time_of_hearing_are_kept() -> None:
    task = Task(TaskRow(0, UUID, 50.0, 50.0))
    for heard_at in (60.0, 40.0, 55.0):
        merge(task, e.TaskStarted(UUID, "w@h", 1.0), heard_at)
    assert replace(task.row, seq=0).first_seen == 40.0
    assert task.row.last_seen == 60.0
