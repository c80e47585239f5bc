"""Batches from threads into the window's thread."""

import threading

from pytestqt.qtbot import QtBot

from desktop_app.monitor.rows import Batch
from desktop_app.qt_models.bridge import Bridge
from tests.qt_models.conftest import batch, task


class Source:
    """A monitor whose changes a test makes up."""

    def __init__(self) -> None:
        self.waiting: list[Batch] = []
        self.taken_in: set[threading.Thread] = set()

    def take(self) -> Batch | None:
        self.taken_in.add(threading.current_thread())
        return self.waiting.pop(0) if self.waiting else None

    def snapshot(self) -> Batch:
        return batch([task(0)], reset=True)


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
