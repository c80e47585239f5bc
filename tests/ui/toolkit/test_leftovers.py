import threading

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from tests.ui import leftovers


def test_a_thread_is_left_until_it_ends() -> None:
    before, enough = leftovers.alive(), threading.Event()
    thread = threading.Thread(target=enough.wait, name="reader")
    thread.start()
    assert leftovers.left_since(before, patience=0) == ["thread reader"]
    enough.set()
    assert leftovers.left_since(before) == []


def test_a_timer_is_left_while_it_runs_and_is_held() -> None:
    before, owner = leftovers.alive(), QObject()
    timer = QTimer(owner, interval=700)
    assert leftovers.left_since(before, patience=0) == []
    timer.start()
    assert leftovers.left_since(before, patience=0) == ["timer of QObject, 700 ms"]
    timer.stop()
    assert leftovers.left_since(before, patience=0) == []


def test_a_window_that_only_refers_to_itself_is_not_left() -> None:
    before, window = leftovers.alive(), QWidget()
    window.itself = window  # type: ignore[attr-defined]  # a cycle, as callbacks make them
    assert leftovers.left_since(before, patience=0) == ["window QWidget"]
    del window
    assert leftovers.left_since(before) == []
