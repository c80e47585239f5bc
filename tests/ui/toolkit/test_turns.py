"""Widgets that draw by turns."""

from functools import partial

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui import turns
from desktop_app.ui.turns import Turn


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that turns are handed out by: it stands until a test moves it."""
    now = [100.0]
    monkeypatch.setattr("desktop_app.ui.turns.time.monotonic", lambda: now[0])
    monkeypatch.setattr(Turn, "_free_at", 0.0)
    return now


def test_who_asks_together_is_drawn_one_after_the_other(qtbot: QtBot, clock: list[float]) -> None:
    drawn: list[int] = []
    widgets = [QWidget() for _ in range(4)]
    for each in widgets:
        qtbot.addWidget(each)
    asked = [Turn(each, partial(drawn.append, n)) for n, each in enumerate(widgets)]
    for turn in asked:
        turn.ask()
    assert drawn == [0]
    qtbot.waitUntil(lambda: len(drawn) == len(asked), timeout=30_000)
    assert drawn == [0, 1, 2, 3]


def test_a_widget_alone_is_drawn_at_once(qtbot: QtBot, clock: list[float]) -> None:
    drawn: list[int] = []
    widget = QWidget()
    qtbot.addWidget(widget)
    turn = Turn(widget, partial(drawn.append, 1))
    turn.ask()
    assert drawn == [1]
    clock[0] += turns.SPACING_S
    turn.ask()
    assert drawn == [1, 1]


def test_who_asks_again_while_waiting_is_drawn_once(qtbot: QtBot, clock: list[float]) -> None:
    drawn: list[str] = []
    first, second, third = (QWidget() for _ in range(3))
    for each in (first, second, third):
        qtbot.addWidget(each)
    Turn(first, partial(drawn.append, "first")).ask()
    waiting = Turn(second, partial(drawn.append, "second"))
    waiting.ask()
    waiting.ask()
    Turn(third, partial(drawn.append, "third")).ask()
    qtbot.waitUntil(lambda: "third" in drawn, timeout=30_000)
    assert drawn == ["first", "second", "third"]
