"""Charts over days: what is drawn and told."""

from datetime import date, timedelta

import numpy as np
import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ui import theme
from desktop_app.ui.timechart import (
    Bars,
    Candles,
    Curve,
    Fan,
    Mark,
    Marks,
    Rules,
    Sessions,
    Volume,
)
from desktop_app.ui.timechart.sessions import DAY
from tests.ui.toolkit.timecharts import candles, chart, has, picture, weekdays

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
