"""Charts over days: their axis, what is drawn, and how one takes hold of them."""

from datetime import date, timedelta

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ui import theme
from desktop_app.ui.axis import tick_words, upward
from desktop_app.ui.timechart import (
    Bars,
    Candles,
    Curve,
    Fan,
    Layer,
    Mark,
    Marks,
    Rules,
    Sessions,
    Span,
    TimeChart,
    Volume,
)
from desktop_app.ui.timechart.sessions import DAY
from desktop_app.ui.timechart.ticks import day_ticks, log_ticks, value_ticks

FIRST = np.datetime64("2012-01-02")
"""A Monday."""


def weekdays(count: int, first: np.datetime64 = FIRST) -> np.ndarray:
    return np.busday_offset(first, np.arange(count), roll="forward").astype(DAY)


def candles(days: np.ndarray, level: float = 100.0) -> Candles:
    closes = level + np.sin(np.arange(len(days)) / 9) * 10
    opens = closes - np.cos(np.arange(len(days)) / 9)
    return Candles(
        days, opens, np.maximum(opens, closes) + 1, np.minimum(opens, closes) - 1, closes
    )


def chart(qtbot: QtBot, days: np.ndarray, layers: list[Layer], **more: bool) -> TimeChart:
    span = Span()
    span.set_sessions(Sessions(days), 0, max(len(days) - 1, 1))
    made = TimeChart("Price", span, lambda value: f"{value:.1f}")
    qtbot.addWidget(made)
    made.content.lane = made.content.foot = True
    made.show_layers(layers, **more)  # type: ignore[arg-type]
    made.resize(800, 300)
    made.show()
    return made


def picture(made: TimeChart) -> QImage:
    return made.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def has(image: QImage, colour: QColor) -> bool:
    pixels = np.frombuffer(image.bits(), np.uint32)
    return bool((pixels & 0xFFFFFF == colour.rgb() & 0xFFFFFF).any())


# The axis


def test_a_weekend_takes_no_room_and_a_saturday_stands_between_its_neighbours() -> None:
    sessions = Sessions(weekdays(10))
    assert sessions.place(date(2012, 1, 6)) == 4
    assert sessions.place(date(2012, 1, 9)) == 5
    assert 4 < sessions.place(date(2012, 1, 7)) < 5
    assert sessions.day_at(4.4) == date(2012, 1, 6)


def test_days_before_and_after_all_sessions_go_on_at_five_a_week() -> None:
    sessions = Sessions(weekdays(10))
    assert sessions.place(date(2012, 1, 20)) == pytest.approx(9 + 5)
    assert sessions.place(date(2011, 12, 26)) == pytest.approx(-5)
    assert sessions.day_at(14) == date(2012, 1, 20)
    assert sessions.day_at(-5) == date(2011, 12, 26)


def test_without_sessions_places_and_days_still_belong_to_each_other() -> None:
    sessions = Sessions(np.empty(0, DAY))
    for day in (date(1999, 5, 3), date(2024, 2, 29)):
        assert abs((sessions.day_at(sessions.place(day)) - day).days) <= 1


@pytest.mark.parametrize("count", [12, 60, 300, 2500, 10_000])
def test_ticks_of_days_are_few_in_sight_and_in_order(count: int) -> None:
    sessions = Sessions(weekdays(count))
    ticks = day_ticks(sessions, 0, count - 1, 8)
    assert 1 <= len(ticks) <= 16
    places = [place for place, _ in ticks]
    assert places == sorted(places)
    assert all(words for _, words in ticks)


def test_ticks_of_values_are_round_and_within() -> None:
    assert value_ticks(0.0, 10.0, 5) == [0, 2, 4, 6, 8, 10]
    assert value_ticks(98.7, 101.2, 4) == [99, 100, 101]
    assert value_ticks(5.0, 5.0, 4) == []
    assert value_ticks(float("nan"), 1.0, 4) == []
    assert log_ticks(1.0, 1000.0, 10) == [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
    assert log_ticks(98.0, 102.0, 4) == value_ticks(98.0, 102.0, 4)


def test_words_of_ticks_have_the_decimals_that_the_ticks_need_and_zero_has_no_sign() -> None:
    assert tick_words([300.0, 400.0], "{:.2f}".format) == ["300", "400"]
    assert tick_words([0.0, 0.2, 0.4], "{:+.2f}".format) == ["0", "+0.2", "+0.4"]
    assert tick_words([0.0, 50.0, 100.0], "{:,.1f} bn".format) == ["0", "50 bn", "100 bn"]
    assert tick_words([98.0, 98.25], "{:.2f}".format) == ["98.00", "98.25"]
    assert tick_words([], str) == []


def test_an_axis_from_zero_has_steps_of_two_where_a_quarter_would_split_a_count() -> None:
    assert upward(8.0) == [0, 2, 4, 6, 8]
    assert upward(10.0) == [0, 2, 4, 6, 8, 10]
    assert upward(1.0) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])


def test_a_span_never_leaves_what_there_is() -> None:
    span = Span()
    span.set_sessions(Sessions(weekdays(100)), 0, 99)
    span.show_last(20)
    assert (span.start, span.end) == (79, 99)
    span.move(50)
    assert (span.start, span.end) == (79, 99)
    span.zoom(100)
    assert span.end - span.start == pytest.approx(10)
    span.zoom(-100)
    assert (span.start, span.end) == (0, 99)
    span.point(1e9)
    assert span.pointer == 99


# What is drawn


def test_rising_and_falling_candles_have_colours_of_their_own(qtbot: QtBot) -> None:
    days = weekdays(60)
    image = picture(chart(qtbot, days, [candles(days)]))
    assert has(image, theme.tokens().series[0])
    assert has(image, theme.tokens().series[4])


def test_where_sessions_are_too_narrow_a_candle_is_of_a_week_a_month_or_more(
    qtbot: QtBot,
) -> None:
    days = weekdays(10_000)
    layer = candles(days)
    made = chart(qtbot, days, [layer])
    picture(made)
    assert layer.group(made.view()) == "quarter"
    assert "a candle a quarter" in made.content.note_in(made.view())
    made.content.span.show_last(100)
    assert layer.group(made.view()) == "day"
    assert "candle" not in made.content.note_in(made.view())


def test_a_candle_of_a_week_has_its_first_open_last_close_and_its_extremes() -> None:
    days = weekdays(10)
    o, h, low, c = (np.arange(10.0) + add for add in (0.0, 5.0, -5.0, 1.0))
    layer = Candles(days, o, h, low, c)
    layer.put_on(Sessions(days))
    first, last, opens, highs, lows, closes = layer._made("week")
    assert (first[0], last[0]) == (0, 4)
    assert (opens[0], highs[0], lows[0], closes[0]) == (0, 9, -5, 5)
    assert (opens[1], highs[1], lows[1], closes[1]) == (5, 14, 0, 10)


def test_missing_opens_highs_lows_and_volumes_leave_a_tick_at_the_close(qtbot: QtBot) -> None:
    days = weekdays(30)
    none = np.full(30, np.nan)
    layer = Candles(days, none, none, none, np.linspace(10, 11, 30))
    made = chart(qtbot, days, [Volume(days, none), layer])
    assert has(picture(made), theme.tokens().series[0])
    assert layer.extent(0, 29) == (10.0, 11.0)
    made.content.span.point(3)
    assert [r.name for r in made.content.readings()] == ["C", ""]


@pytest.mark.parametrize("log", [False, True])
def test_one_bar_a_flat_line_and_nothing_at_all_can_be_drawn(qtbot: QtBot, log: bool) -> None:
    one = weekdays(1)
    for level in (0.0, 100.0):
        flat = np.array([level])
        for layers in ([Candles(one, flat, flat, flat, flat)], [Curve("a", one, flat, "ok")], []):
            made = chart(qtbot, one, list(layers), log=log)
            assert not picture(made).isNull()


def test_a_line_is_broken_where_a_value_is_missing_and_keeps_its_extremes(qtbot: QtBot) -> None:
    days = weekdays(5000)
    values = np.sin(np.arange(5000) / 50)
    values[2000] = 9.0
    layer = Curve("a", days, values, "series:1")
    made = chart(qtbot, days, [layer])
    picture(made)
    extent = layer.extent(0, 4999)
    assert extent is not None
    assert extent == pytest.approx((-1.0, 9.0), abs=0.01)
    values[1000:1500] = np.nan
    made.show_layers([Curve("a", days, values, "series:1")])
    assert not picture(made).isNull()
    assert made.content.layers[0].readings(1200) == []


def test_a_fan_is_two_solid_shades_and_tells_its_ends(qtbot: QtBot) -> None:
    days = weekdays(30)
    middle = np.full(10, 100.0)
    wide = np.arange(10.0)
    fan = Fan(
        "Median",
        days[20:],
        middle,
        {80.0: (middle - wide, middle + wide), 95.0: (middle - 2 * wide, middle + 2 * wide)},
        "series:1",
    )
    made = chart(qtbot, days, [fan])
    image = picture(made)
    span = made.content.span
    span.point(29)
    said = [(reading.name, reading.value) for reading in made.content.readings()]
    assert said == [("Median", 100.0), ("80 %", 91.0), ("to", 109.0), ("95 %", 82.0), ("to", 118.0)]
    shades = {
        QColor(image.pixel(int(made.view().x_of(28)), int(made.view().y_of(y)))).name()
        for y in (104.0, 113.0)
    }
    assert len(shades) == 2
    assert theme.tokens().surface.name() not in shades


def test_bars_below_zero_have_another_colour_and_zero_is_in_sight(qtbot: QtBot) -> None:
    days = weekdays(20)
    values = np.where(np.arange(20) % 2 == 0, 1.0, -1.0)
    made = chart(qtbot, days, [Bars("t", days, values, ("series:0", "series:4"), 1.0)])
    image = picture(made)
    assert has(image, theme.tokens().series[0])
    assert has(image, theme.tokens().series[4])
    assert made.view().low < 0 < made.view().high


def test_what_is_told_without_a_pointer_is_the_last_known_day_in_sight(qtbot: QtBot) -> None:
    days = weekdays(40)
    fan = Fan("Median", days[30:], np.full(10, 1.0), {}, "series:1")
    made = chart(qtbot, days, [fan, Curve("Close", days[:31], np.arange(31.0), "ok")])
    picture(made)
    assert made.content.day_shown() == days[30].item()
    assert "Close 30.0" in made.content.spoken()
    assert made.accessibleDescription() == made.content.spoken()


def test_the_theme_changes_the_picture(qtbot: QtBot, qapp: QApplication) -> None:
    days = weekdays(60)
    made = chart(qtbot, days, [candles(days)])
    picture(made)
    theme.apply(qapp, "dark")
    image = picture(made)
    assert has(image, theme.tokens().series[0])
    assert has(image, theme.tokens().surface)


# The mouse and the keys


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


def test_a_line_is_not_drawn_over_a_gap_that_is_longer_than_allowed(qtbot: QtBot) -> None:
    days = weekdays(400)
    there = np.r_[0:100, 300:400]
    values = 5 + np.sin(np.arange(200.0))
    made = chart(qtbot, days, [Curve("a", days[there], values, "series:1", width=2)])
    joined = picture(made)
    made.show_layers([Curve("a", days[there], values, "series:1", width=2, longest=31)])
    broken = picture(made)
    columns = [round(made.view().x_of(place)) for place in (50, 200, 350)]
    rows = range(40, 270)
    differ = [any(joined.pixel(x, y) != broken.pixel(x, y) for y in rows) for x in columns]
    assert differ == [False, True, False]


# As a table


def test_the_table_has_a_row_a_day_and_a_column_a_value(qtbot: QtBot) -> None:
    days = weekdays(3)
    gap = np.array([1.0, np.nan, 3.0])
    late = (days[-1:] + np.timedelta64(1, "D")).astype(DAY)
    made = chart(
        qtbot,
        days,
        [
            Curve("A", days, gap, "ok"),
            Curve("B", late, np.array([7.0]), "ok"),
            Marks("Mark", [Mark(n, days[0].item(), f"m{n}") for n in (1, 2)]),
            Rules([days[1].item()], ["split"], "ok"),
        ],
    )
    titles, rows = made.table()
    assert titles == ["Date", "A", "B", "Mark"]
    assert rows == [
        ["2012-01-02", 1.0, None, "m1 m2"],
        ["2012-01-03", None, None, None],
        ["2012-01-04", 3.0, None, None],
        ["2012-01-05", None, 7.0, None],
    ]


def test_it_is_drawn_in_any_size(qtbot: QtBot) -> None:
    days = weekdays(300)
    made = chart(qtbot, days, [candles(days)])
    for size in (QSizeF(2000, 900), QSizeF(90, 60)):
        image = QImage(size.toSize(), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        made.draw(painter, size)
        painter.end()
        assert has(image, theme.tokens().surface)
        if size.width() > 100:
            assert has(image, theme.tokens().series[0])


def test_days_before_1970_and_forty_years_are_no_trouble(qtbot: QtBot) -> None:
    days = weekdays(10_440, np.datetime64("1962-01-02"))
    made = chart(qtbot, days, [candles(days)], log=True)
    assert made.view().log
    assert not picture(made).isNull()
    assert made.content.day_shown() - date(1962, 1, 2) > timedelta(days=14_500)
