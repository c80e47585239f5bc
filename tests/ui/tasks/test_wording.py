import time
from typing import Any

import pytest
from msgspec.structs import replace

from desktop_app.monitor.rows import TaskRow
from desktop_app.monitor.state import OUTCOME_UNKNOWN
from desktop_app.views.tasks import verbs, wording
from tests.ui.tasks.feed import PROCESS, Feed

NOW = 1_800_000_000.0


def row(uuid: str = "a", seq: int = 0, **fields: object) -> TaskRow:
    return replace(TaskRow(seq, uuid, NOW, NOW), **fields)


def spans(task: TaskRow, now: float = NOW) -> list[tuple[str, float]]:
    return [(span.word, round(span.seconds, 3)) for span in wording.spans(task, now)]


def test_a_finished_task_waited_then_was_held_then_ran() -> None:
    feed = Feed(NOW)
    feed.succeed("a")
    assert spans(feed.task("a"), NOW + 500) == [
        ("Waited in its queue", 1.0),
        ("Prefetched, not begun", 1.0),
        ("Ran", 3.0),
    ]


def test_a_waiting_task_has_waited_until_now() -> None:
    feed = Feed(NOW)
    feed.send("a")
    assert spans(feed.task("a"), NOW + 7) == [("Waited in its queue", 7.0)]


def test_a_received_task_is_held_until_now_and_a_running_one_runs_until_now() -> None:
    feed = Feed(NOW)
    feed.start("a")
    assert spans(feed.task("a"), NOW + 5)[-1] == ("Running for", 3.0)
    feed.send("b")
    feed.event("task-received", "b", name=PROCESS)
    assert spans(feed.task("b"), feed.now + 4)[-1] == ("Prefetched, not begun", 4.0)


def test_clocks_that_disagree_never_make_a_span_negative() -> None:
    task = row(sent=NOW, received=NOW - 30, started=NOW - 31, finished=NOW, state="SUCCESS")
    assert all(seconds >= 0 for _, seconds in spans(task))


def test_a_task_of_unknown_outcome_does_not_run_on_in_the_timeline() -> None:
    task = row(state="STARTED", sent=NOW, received=NOW, started=NOW, reason=OUTCOME_UNKNOWN)
    assert "Running for" not in dict(spans(task, NOW + 1000))


def test_what_passed_before_a_retry_is_not_called_waiting_alone() -> None:
    task = row(state="STARTED", sent=NOW, received=NOW + 60, started=NOW + 60, retries=2)
    assert spans(task, NOW + 61)[0] == ("Earlier attempts and waiting", 60.0)


@pytest.mark.parametrize(
    ("fields", "verb"),
    [
        ({"state": "PENDING"}, verbs.CANCEL),
        ({"state": "RECEIVED"}, verbs.CANCEL),
        ({"state": "RETRY"}, verbs.CANCEL),
        ({"state": "STARTED"}, verbs.TERMINATE),
        ({"state": "PROGRESS"}, verbs.TERMINATE),
        ({"state": "STARTED", "reason": OUTCOME_UNKNOWN}, verbs.RETRY),
        ({"state": "SUCCESS"}, verbs.RETRY),
        ({"state": "FAILURE"}, verbs.RETRY),
        ({"state": "REVOKED"}, verbs.RETRY),
        ({"state": "REJECTED"}, verbs.RETRY),
    ],
)
def test_the_state_decides_what_can_be_done(fields: dict[str, Any], verb: verbs.Verb) -> None:
    assert verbs.of(row(**fields)) is verb


def test_what_succeeded_is_not_repeated_along_with_others() -> None:
    assert verbs.for_many(row(state="SUCCESS")) is None
    assert verbs.for_many(row(state="FAILURE")) is verbs.RETRY


def test_a_name_is_told_without_the_queue_that_stands_beside_it() -> None:
    assert wording.label(row(name=PROCESS, queue="document_processing")) == "process_document"
    assert wording.label(row(name="shop.tasks.add", queue="celery")) == "shop.tasks.add"
    assert wording.label(row()) == "(name not told yet)"
    assert wording.label(row(name="a\u202eb\n")) == "a�b�"


def test_facts_that_are_not_known_are_left_out() -> None:
    told = dict(wording.facts(row(name=PROCESS), NOW))
    assert set(told) == {"Name", "Id"}
    told = dict(wording.facts(row(redelivered=True, retries=1, started=NOW), time.time()))
    assert told["Redelivered"] == "yes: an earlier worker did not finish it"
    assert told["Attempts"] == "2, the last one shown"


def family(*rows: TaskRow) -> list[tuple[str, int]]:
    return [(found.row.uuid, found.depth) for found in wording.family(rows)]


def test_a_family_stands_below_each_other_in_order_of_arrival() -> None:
    found = family(
        row("grandchild", 3, parent_id="second"),
        row("root", 0),
        row("second", 2, parent_id="root"),
        row("first", 1, parent_id="root"),
    )
    assert found == [("root", 0), ("first", 1), ("second", 1), ("grandchild", 2)]


def test_a_family_whose_parent_is_not_held_still_stands() -> None:
    found = family(row("b", 1, parent_id="gone"), row("c", 2, parent_id="b"))
    assert found == [("b", 0), ("c", 1)]


def test_tasks_that_claim_to_be_each_others_parents_are_each_told_once() -> None:
    found = family(row("a", 0, parent_id="b"), row("b", 1, parent_id="a"), row("c", 2))
    assert sorted(uuid for uuid, _ in found) == ["a", "b", "c"]
    assert family(row("self", 0, parent_id="self")) == [("self", 0)]
