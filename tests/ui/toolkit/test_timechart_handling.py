"""Charts over days under the mouse and the keys."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ui import theme
from desktop_app.ui.timechart import (
    Bars,
    Curve,
    Mark,
    Marks,
    Rules,
    TimeChart,
)
from tests.ui.toolkit.timecharts import candles, chart, has, picture, weekdays


def test_dragging_moves_all_charts_of_a_span(qtbot: QtBot) -> None:
    days = weekdays(200)
    made = chart(qtbot, days, [candles(days)])
    made.content.span.show_last(50)
    before = made.content.span.start
    at = QPoint(400, 150)
    QTest.mousePress(made, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(made, at + QPoint(60, 0))
    QTest.mouseMove(made, at + QPoint(120, 0))
    QTest.mouseRelease(made, Qt.MouseButton.LeftButton, pos=at + QPoint(120, 0))
    moved = before - made.content.span.start
    assert moved == pytest.approx(120 / made.view().step, rel=0.05)


def test_the_wheel_shows_less_or_more_around_the_pointer(qtbot: QtBot) -> None:
    days = weekdays(200)
    made = chart(qtbot, days, [candles(days)])
    span = made.content.span
    at = QPointF(made.view().x_of(150), 100)

    def turn(notches: int) -> None:
        event = QWheelEvent(
            at, made.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(made, event)

    turn(3)
    assert span.end - span.start < 120
    assert made.view().x_of(150) == pytest.approx(at.x(), abs=1)
    turn(-20)
    assert (span.start, span.end) == span.whole


def test_arrows_pan_and_zoom_and_with_control_read_day_by_day(qtbot: QtBot) -> None:
    days = weekdays(200)
    made = chart(qtbot, days, [Curve("Close", days, np.arange(200.0), "ok")])
    span = made.content.span
    made.setFocus()
    QTest.keyClick(made, Qt.Key.Key_Up)
    assert span.end - span.start < 199
    QTest.keyClick(made, Qt.Key.Key_Home)
    assert span.start == 0
    before = span.end
    QTest.keyClick(made, Qt.Key.Key_Right)
    assert span.end > before
    QTest.keyClick(made, Qt.Key.Key_End)
    assert span.end == 199
    QTest.keyClick(made, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(made, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert span.pointer == 198
    QTest.keyClick(made, Qt.Key.Key_Down)
    assert span.start < span.end


def test_hovering_reads_the_nearest_session_in_every_chart(qtbot: QtBot) -> None:
    days = weekdays(50)
    made = chart(qtbot, days, [Curve("Close", days, np.arange(50.0), "ok")])
    other = TimeChart("Other", made.content.span, str)
    qtbot.addWidget(other)
    other.show_layers([Curve("X", days, np.arange(50.0) * 2, "ok")])
    QTest.mouseMove(made, QPoint(round(made.view().x_of(20.3)), 100))
    assert made.content.span.pointer == 20
    assert [r.value for r in other.content.readings()] == [40.0]


def marked(qtbot: QtBot) -> tuple[TimeChart, list[object]]:
    days = weekdays(100)
    marks = Marks(
        "Anomaly",
        [
            Mark("second", days[60].item(), "It jumped.", "diamond"),
            Mark("first", days[20].item(), "It stood still.", "bracket", since=days[10].item()),
        ],
    )
    made = chart(qtbot, days, [candles(days), marks])
    opened: list[object] = []
    made.mark_opened.connect(opened.append)
    return made, opened


def test_a_click_on_a_mark_opens_it_and_one_beside_it_does_not(qtbot: QtBot) -> None:
    made, opened = marked(qtbot)
    lane = made.view().lane.center().y()
    x = made.view().x_of(60)
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(round(x) + 40, round(lane)))
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(lane) + 60))
    assert opened == []
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(round(x) + 3, round(lane)))
    assert opened == ["second"]


def test_shift_and_an_arrow_go_from_mark_to_mark_and_return_opens(qtbot: QtBot) -> None:
    made, opened = marked(qtbot)
    made.setFocus()
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert opened == []
    QTest.keyClick(made, Qt.Key.Key_Right, shift)
    assert made.accessibleDescription() == "It stood still."
    QTest.keyClick(made, Qt.Key.Key_Right, shift)
    QTest.keyClick(made, Qt.Key.Key_Right, shift)
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert opened == ["second"]
    QTest.keyClick(made, Qt.Key.Key_Left, shift)
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert opened == ["second", "first"]
    assert has(picture(made), theme.tokens().warning)


def test_a_chart_without_a_value_in_sight_names_the_nearest_and_goes_there(qtbot: QtBot) -> None:
    days = weekdays(400)
    bars = Bars("Day", days[[20, 300]], np.array([1.0, 2.0]), ("ok", "danger"), 1.0)
    made = chart(qtbot, days, [bars, Rules([], [], "border", zero=True)])
    span = made.content.span
    picture(made)
    assert made.content.elsewhere() is None
    span.show(350, 399)
    picture(made)
    assert f"{days[300].item():%b %Y}" in made.content.spoken()
    QTest.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(400, 150))
    assert span.start < 300 < span.end
    span.show(0, 15)
    made.setFocus()
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert span.start < 20 < span.end
    assert made.content.elsewhere() is None
