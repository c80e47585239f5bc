"""Batches from threads into the window's thread."""

import threading
from itertools import pairwise

from msgspec.structs import replace
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from desktop_app.monitor.rows import Batch, Gap, QueueRow
from desktop_app.qt_models.bridge import MOST_ROWS, Bridge
from tests.qt_models.conftest import batch, task


class Source:
    """A monitor whose changes a test makes up."""

    def __init__(self) -> None:
        self.waiting: list[Batch] = []
        self.taken_in: set[threading.Thread] = set()
        self.whole = batch([task(0)], reset=True)

    def take(self) -> Batch | None:
        self.taken_in.add(threading.current_thread())
        return self.waiting.pop(0) if self.waiting else None

    def snapshot(self) -> Batch:
        return self.whole


def test_each_batch_is_emitted_once_in_the_windows_thread(qtbot: QtBot) -> None:
    source, seen = Source(), list[Batch]()
    bridge = Bridge(source, interval_ms=1)
    bridge.batch.connect(seen.append)
    source.waiting = [batch([task(0)]), batch([task(1)])]
    bridge.start()
    qtbot.waitUntil(lambda: len(seen) == 2)
    bridge.stop()
    assert [row.seq for one in seen for row in one.tasks] == [0, 1]
    assert source.taken_in == {threading.current_thread()}


def test_while_paused_nothing_is_taken_and_afterwards_all_is_there(qtbot: QtBot) -> None:
    source, seen, told = Source(), list[Batch](), list[bool]()
    bridge = Bridge(source, interval_ms=1)
    bridge.batch.connect(seen.append)
    bridge.paused_changed.connect(told.append)
    bridge.start()
    bridge.pause()
    bridge.pause()
    source.taken_in.clear()
    source.waiting = [batch([task(0)])]
    qtbot.wait(30)
    assert (bridge.paused, source.taken_in, seen) == (True, set(), [])
    bridge.resume()
    assert len(seen) == 1
    assert told == [True, False]
    bridge.stop()


def test_resuming_a_stopped_bridge_does_not_start_it(qtbot: QtBot) -> None:
    source = Source()
    bridge = Bridge(source, interval_ms=1)
    bridge.pause()
    bridge.start()
    bridge.stop()
    bridge.resume()
    qtbot.wait(30)
    assert not source.taken_in


def test_a_late_page_gets_everything_at_once(qtbot: QtBot) -> None:
    late = Bridge(Source()).snapshot()
    assert late.reset
    assert [row.seq for row in late.tasks] == [0]


GAP = Gap(1.0, 2.0, "disconnected", None, "away")


def seqs(batches: list[Batch]) -> list[int]:
    return [row.seq for one in batches for row in one.tasks]


def test_much_at_once_comes_in_parts_in_order_between_turns_of_the_event_loop(
    qtbot: QtBot,
) -> None:
    source, seen = Source(), list[Batch]()
    turns: list[int] = []
    bridge = Bridge(source, interval_ms=1)
    bridge.batch.connect(seen.append)
    count = 4 * MOST_ROWS + 7
    queues = [QueueRow("q", 1, {}, 1, 1.0)]
    first = batch([task(n) for n in range(count)], evicted=[3, 4], gaps=[GAP], queues=queues)
    source.waiting = [first, batch([task(1, "SUCCESS"), task(count)])]
    turn = QTimer(interval=0)
    turn.timeout.connect(lambda: turns.append(len(seen)))
    turn.start()
    bridge.start()
    qtbot.waitUntil(lambda: len(seen) == 6)
    bridge.stop()
    turn.stop()
    assert seqs(seen) == [*range(count), 1, count]
    assert max(len(one.tasks) for one in seen) == MOST_ROWS
    assert [one.evicted for one in seen] == [[3, 4], [], [], [], [], []]
    assert [one.gaps for one in seen] == [[], [], [], [], [GAP], []]
    assert [one.queues for one in seen] == [None, None, None, None, queues, None]
    assert max(after - before for before, after in pairwise(turns)) == 1, "one in each turn"


def test_a_reset_stays_whole_because_it_voids_what_was_handed_out(qtbot: QtBot) -> None:
    source, seen = Source(), list[Batch]()
    bridge = Bridge(source, interval_ms=1)
    bridge.batch.connect(seen.append)
    source.waiting = [batch([task(n) for n in range(3 * MOST_ROWS)], reset=True)]
    bridge.start()
    qtbot.waitUntil(lambda: bool(seen))
    bridge.stop()
    assert len(seen[0].tasks) == 3 * MOST_ROWS


def pause_after_each(bridge: Bridge, seen: list[Batch]) -> None:
    def heard(one: Batch) -> None:
        seen.append(one)
        bridge.pause()

    bridge.batch.connect(heard)


def test_parts_that_wait_are_never_older_than_a_snapshot_taken_meanwhile(qtbot: QtBot) -> None:
    source, seen = Source(), list[Batch]()
    bridge = Bridge(source, interval_ms=1)
    pause_after_each(bridge, seen)
    count = 2 * MOST_ROWS
    fresh, stale = [QueueRow("q", 9, {}, 1, 2.0)], [QueueRow("q", 1, {}, 1, 1.0)]
    source.waiting = [batch([task(n) for n in range(count)], queues=stale)]
    bridge.start()
    qtbot.waitUntil(lambda: len(seen) == 1)
    gone = count - 2
    ended = [task(n, "SUCCESS") for n in range(count + 5) if n != gone]
    source.whole = batch(ended, queues=fresh, reset=True)
    late = bridge.snapshot()
    bridge.resume()
    qtbot.waitUntil(lambda: len(seen) == 2)
    bridge.stop()
    assert late is source.whole
    assert {row.state for row in seen[1].tasks} == {"SUCCESS"}
    assert seqs(seen[1:]) == [n for n in range(MOST_ROWS, count) if n != gone]
    assert seen[1].queues == fresh


def test_parts_of_a_broker_that_is_left_do_not_reach_a_page_of_the_next(qtbot: QtBot) -> None:
    source, seen = Source(), list[Batch]()
    bridge = Bridge(source, interval_ms=1)
    pause_after_each(bridge, seen)
    source.waiting = [batch([task(n) for n in range(2 * MOST_ROWS)])]
    bridge.start()
    qtbot.waitUntil(lambda: len(seen) == 1)
    others = [replace(task(n), uuid=f"other-{n}") for n in range(2 * MOST_ROWS)]
    source.whole = batch(others, reset=True)
    bridge.snapshot()
    bridge.resume()
    qtbot.waitUntil(lambda: len(seen) == 2)
    bridge.stop()
    assert not seen[1].tasks


def test_while_paused_no_part_is_emitted_and_afterwards_they_go_on(qtbot: QtBot) -> None:
    source, seen = Source(), list[Batch]()
    bridge = Bridge(source, interval_ms=1)
    pause_after_each(bridge, seen)
    source.waiting = [batch([task(n) for n in range(3 * MOST_ROWS)])]
    source.whole = batch([task(n) for n in range(3 * MOST_ROWS)], reset=True)
    for part in range(3):
        with qtbot.waitSignal(bridge.batch):
            (bridge.resume if part else bridge.start)()
        qtbot.wait(20)
        assert len(seen) == part + 1
    bridge.stop()
    assert seqs(seen) == [*range(3 * MOST_ROWS)]
