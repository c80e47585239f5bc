"""What comes into queues and goes out of them, from events and depths together."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from desktop_app.monitor.flows import COURSE_STEPS, Flows
from desktop_app.monitor.rows import QueueRow, TaskRow
from worker_core.operations.heads import Head

NEW = TaskRow(0, "", 0.0, 0.0)
START = 1_000_000.0


class Told:
    """A queue of which events and polls tell, second by second."""

    def __init__(self) -> None:
        self.flows = Flows()
        self.tasks: dict[str, TaskRow] = {}
        self.now = START
        self.row = QueueRow("q", 0, {}, None, START)
        self._number = 0

    def sent(self, times: int = 1) -> None:
        for _ in range(times):
            self._number += 1
            row = replace(NEW, uuid=str(self._number), queue="q", sent=self.now)
            self.flows.moved(NEW, row, self.now)

    def received(self, times: int = 1) -> None:
        for _ in range(times):
            row = replace(NEW, queue="q", received=self.now)
            self.flows.moved(NEW, row, self.now)

    def poll(
        self, depth: int, heads: Sequence[Head] = (), live_since: float | None = START - 3600
    ) -> QueueRow:
        polled = QueueRow("q", depth, {0: depth}, 1, self.now)
        [self.row] = self.flows.polled([polled], {"q": heads}, self.tasks.get, live_since)
        self.now += 1
        return self.row


@pytest.fixture
def told() -> Told:
    return Told()


def test_sent_messages_and_the_depth_tell_both_rates_and_when_the_queue_is_empty(
    told: Told,
) -> None:
    for second in range(61):
        told.sent(2)
        told.poll(600 - 3 * second)
    assert told.row.in_rate == pytest.approx(2.0, rel=0.05)
    assert told.row.out_rate == pytest.approx(5.0, rel=0.05)
    assert told.row.drain_s == pytest.approx(420 / 3, rel=0.05)


def test_without_word_of_senders_the_workers_tell(told: Told) -> None:
    for second in range(61):
        told.received(1)
        told.poll(100 + second)
    assert told.row.out_rate == pytest.approx(1.0, rel=0.05)
    assert told.row.in_rate == pytest.approx(2.0, rel=0.05)
    assert told.row.drain_s is None


def test_without_any_word_the_rates_are_unknown_but_a_falling_depth_still_ends(
    told: Told,
) -> None:
    for second in range(31):
        told.poll(100 - second)
    assert (told.row.in_rate, told.row.out_rate) == (None, None)
    assert told.row.drain_s == pytest.approx(70.0)


def test_a_queue_that_was_told_of_before_is_idle_and_not_unknown(told: Told) -> None:
    told.sent()
    for _ in range(90):
        told.poll(0)
    assert (told.row.in_rate, told.row.out_rate, told.row.drain_s) == (0.0, 0.0, None)


def test_no_rate_is_told_before_there_was_time_to_count_or_without_a_connection(
    told: Told,
) -> None:
    told.sent(5)
    for _ in range(3):
        told.poll(5)
    assert told.row.in_rate is None
    for _ in range(20):
        told.poll(5, live_since=None)
    assert told.row.in_rate is None
    for _ in range(3):
        told.poll(5, live_since=told.now - 2)
    assert told.row.in_rate is None


def test_a_message_heard_twice_counts_once_and_each_retry_counts(told: Told) -> None:
    first = replace(NEW, uuid="a", queue="q", sent=1.0)
    told.flows.moved(NEW, first, told.now)
    told.flows.moved(first, replace(first, sent=1.0), told.now)
    told.flows.moved(first, replace(first, sent=2.0, retries=1), told.now)
    for _ in range(10):
        told.poll(0)
    assert told.row.in_rate == pytest.approx(2 / 9)


def test_the_oldest_waits_since_its_sender_says(told: Told) -> None:
    row = told.poll(3, [Head("a", 900.0), Head("b", 800.0)])
    assert (row.oldest, row.oldest_exact) == (800.0, True)


def test_where_no_sender_says_it_the_event_does_and_else_the_first_look(told: Told) -> None:
    told.tasks["heard"] = replace(NEW, uuid="heard", sent=700.0)
    told.tasks["late"] = replace(NEW, uuid="late", first_seen=750.0)
    assert told.poll(1, [Head("heard", None)]).oldest == 700.0
    row = told.poll(1, [Head("late", None)])
    assert (row.oldest, row.oldest_exact) == (750.0, False)
    first_look = told.now
    told.poll(1, [Head("unheard", None)])
    row = told.poll(1, [Head("unheard", None)])
    assert (row.oldest, row.oldest_exact) == (first_look, False)
    second_look = told.now
    assert told.poll(1, [Head("next", None)]).oldest == second_look


def test_an_empty_queue_has_no_oldest(told: Told) -> None:
    assert told.poll(0).oldest is None


def test_the_course_keeps_ten_minutes_and_the_peak_of_each_ten_seconds(told: Told) -> None:
    for second in range(900):
        told.poll(50 if second == 895 else 1)
    assert len(told.row.course) == COURSE_STEPS
    assert told.row.course[-1] == 50
    assert set(told.row.course[:-1]) == {1}


def test_a_short_silence_is_bridged_and_a_long_one_begins_anew(told: Told) -> None:
    told.poll(4)
    told.now += 30
    told.poll(8)
    assert list(told.row.course) == [4, 4, 4, 8]
    told.now += 3600
    told.poll(2)
    assert list(told.row.course) == [2]


def test_made_up_names_of_queues_do_not_fill_the_memory() -> None:
    flows = Flows()
    for number in range(5000):
        flows.moved(NEW, replace(NEW, queue=str(number), sent=1.0), 1.0)
    assert len(flows._flows) == 1000
