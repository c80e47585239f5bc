import sys
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.ui import formats, theme
from desktop_app.ui.charts import Line, LineChart
from desktop_app.ui.decimate import min_max, nice_top, time_ticks
from desktop_app.ui.plot import Plot, Scale

NOW = 1_800_000_000.0
POINTS = 100_000
HEAD = 50
VALUES = hnp.arrays(np.float64, st.integers(0, 400), elements=st.floats(-1e6, 1e6, allow_nan=False))


def series(points: int = POINTS, span: float = 300.0) -> tuple[np.ndarray, np.ndarray]:
    times = np.linspace(NOW - span, NOW, points)
    return times, 50 + 50 * np.sin(times)


# Decimation


@given(VALUES, st.integers(1, 50))
def test_fewer_points_keep_both_ends_the_extremes_and_the_order(
    values: np.ndarray, columns: int
) -> None:
    times = np.arange(len(values), dtype=np.float64)
    few, kept = min_max(times, values, columns)
    assert len(few) == len(kept) <= max(2 * columns + 2, 0)
    assert np.all(np.diff(few) > 0)
    assert np.array_equal(values[few.astype(int)], kept)
    if len(values):
        assert (kept.min(), kept.max()) == (values.min(), values.max())
        assert (few[0], few[-1]) == (times[0], times[-1])


def test_what_is_few_enough_is_handed_on_as_it_is() -> None:
    times, values = series(20)
    few, kept = min_max(times, values, 10)
    assert few is times
    assert kept is values


@given(st.floats(0, 1e15), st.floats(1e-3, 1e3))
def test_the_top_of_an_axis_is_round_and_not_below_what_it_shows(
    highest: float, least: float
) -> None:
    top = nice_top(highest, least)
    assert top >= max(highest, least) * (1 - 1e-6)
    assert top <= max(highest, least) * 2.51
    figures = top / 10 ** np.floor(np.log10(top))
    assert min(abs(figures - each) for each in (1, 2, 2.5, 5, 10)) < 1e-6


@given(st.floats(0, 2e9), st.floats(1, 86400 * 10), st.integers(2, 20))
def test_ticks_of_time_are_round_on_the_clock_and_lie_within(
    start: float, span: float, most: int
) -> None:
    ticks = time_ticks(start, start + span, most, offset=3600)
    assert all(start - 1e-6 <= tick <= start + span + 1e-6 for tick in ticks)
    assert all(tick == round(tick) for tick in ticks)
    assert len(ticks) <= max(most + 1, int(span / 86400) + 1)


# Drawing


def columns(image: QImage, colour: QColor, unlike: int = 120) -> set[int]:
    """Where from left to right a colour is found below the legend, softened edges included."""
    flat = image.convertToFormat(QImage.Format.Format_RGBA8888)
    pixels = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.width(), 4)
    wanted = np.array([colour.red(), colour.green(), colour.blue()])
    near = np.abs(pixels[HEAD:, :, :3].astype(int) - wanted).sum(axis=2) < unlike
    return set(np.flatnonzero(near.any(axis=0)).tolist())


@pytest.fixture
def chart(qtbot: QtBot) -> LineChart:
    lines = [Line("ok", "Succeeded", "danger"), Line("bad", "Failed", "series:0")]
    chart = LineChart("Tasks per second", lines, window=300, format=formats.compact)
    qtbot.addWidget(chart)
    chart.resize(640, 240)
    with qtbot.waitExposed(chart):
        chart.show()
    return chart


def is_drawn(chart: LineChart) -> bool:
    return bool(columns(chart.grab().toImage(), theme.tokens().danger))


def at_rest(chart: LineChart, qtbot: QtBot) -> QImage:
    """The chart once two pictures of it are alike: room for the legend is made by and by."""
    seen = [chart.grab().toImage()]

    def is_still() -> bool:
        QApplication.processEvents()
        seen.append(chart.grab().toImage())
        return seen[-1] == seen[-2]

    qtbot.waitUntil(is_still)
    return seen[-1]


def test_a_hundred_thousand_points_are_drawn_as_no_more_than_two_a_pixel(qtbot: QtBot) -> None:
    plot = Plot({"ok": "series:0"}, Scale(formats.compact, 1.0))
    qtbot.addWidget(plot.widget)
    plot.widget.resize(640, 240)
    with qtbot.waitExposed(plot.widget):
        plot.widget.show()
    plot.draw({"ok": series()}, NOW - 300, NOW, [])
    assert 640 < plot.points_drawn("ok") <= 2 * 640 + 2
    assert plot.values_at(NOW)["ok"] == pytest.approx(series()[1][-1])
    assert plot.values_at(NOW - 301) == {}


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system has one time zone")
def test_a_day_keeps_its_name_where_the_clock_goes_forward(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    end = datetime(2026, 4, 1, 12, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
    with monkeypatch.context() as there:
        there.setenv("TZ", "Europe/Berlin")
        time.tzset()
        try:
            plot = Plot({"ok": "series:0"}, Scale(formats.compact, 1.0))
            qtbot.addWidget(plot.widget)
            plot.widget.resize(1200, 200)
            plot.draw({}, end - 7 * 86400, end, [])
        finally:
            there.undo()
            time.tzset()
    [ticks] = plot._item.getAxis("bottom")._tickLevels
    assert [word.split()[0] for _, word in ticks] == ["26", "27", "28", "29", "30", "31", "1"]


def test_a_line_goes_from_edge_to_edge(chart: LineChart, qtbot: QtBot) -> None:
    chart.set_data({"ok": series()}, NOW)
    qtbot.waitUntil(lambda: is_drawn(chart))
    drawn = columns(chart.grab().toImage(), theme.tokens().danger)
    assert max(drawn) - min(drawn) > 500


def test_a_chart_says_its_last_values(chart: LineChart, qtbot: QtBot) -> None:
    times = np.array([NOW - 60, NOW - 1])
    chart.set_data({"ok": (times, np.array([3.0, 12.0]))}, NOW)
    qtbot.waitUntil(lambda: chart.accessibleDescription() == "Succeeded 12, Failed –")


def test_a_pointer_asks_for_the_values_of_its_moment(chart: LineChart, qtbot: QtBot) -> None:
    times = np.array([NOW - 299, NOW - 10])
    chart.set_data({"ok": (times, np.array([3.0, 12.0]))}, NOW)
    qtbot.waitUntil(lambda: is_drawn(chart))
    QTest.mouseMove(chart, QPoint(320, 120))
    qtbot.waitUntil(lambda: "Succeeded 3," in chart.accessibleDescription())
    QTest.mouseMove(chart, QPoint(2, 2))
    qtbot.waitUntil(lambda: "Succeeded 12," in chart.accessibleDescription())


def test_without_data_a_chart_says_so_and_is_not_built_anew(chart: LineChart, qtbot: QtBot) -> None:
    assert not is_drawn(chart)
    chart.set_data({}, NOW)
    chart.set_data({"ok": (np.empty(0), np.empty(0))}, NOW)
    chart.set_data({"ok": series(500)}, NOW)
    qtbot.waitUntil(lambda: is_drawn(chart))


def test_a_line_of_one_value_or_of_zeros_is_drawn(chart: LineChart, qtbot: QtBot) -> None:
    ink = theme.tokens().danger
    for values in (np.zeros(50), np.full(50, 7.0)):
        chart.set_data({"ok": (np.linspace(NOW - 200, NOW, 50), values)}, NOW)
        # One that lies between two rows of pixels is half as strong in both.
        qtbot.waitUntil(lambda: len(columns(chart.grab().toImage(), ink, 340)) > 300)
    chart.set_data({"ok": (np.array([NOW - 5]), np.array([2.0]))}, NOW)


def test_a_hidden_chart_draws_nothing_and_catches_up(chart: LineChart, qtbot: QtBot) -> None:
    chart.set_data({"ok": (np.array([NOW - 5]), np.array([2.0]))}, NOW)
    qtbot.waitUntil(lambda: "Succeeded 2" in chart.accessibleDescription())
    told = chart.accessibleDescription()
    chart.hide()
    chart.set_data({"ok": (np.array([NOW - 5]), np.array([9.0]))}, NOW)
    assert chart.accessibleDescription() == told
    chart.show()
    qtbot.waitUntil(lambda: "Succeeded 9" in chart.accessibleDescription())


def test_a_value_alone_is_drawn_as_a_stroke(chart: LineChart, qtbot: QtBot) -> None:
    chart.set_data({"ok": (np.array([NOW - 100]), np.array([5.0]))}, NOW)
    qtbot.waitUntil(lambda: "Succeeded 5" in chart.accessibleDescription())
    drawn = at_rest(chart, qtbot)
    chart.set_data({"ok": (np.array([NOW - 200]), np.array([5.0]))}, NOW)
    qtbot.waitUntil(lambda: at_rest(chart, qtbot) != drawn)


def test_gaps_come_and_go(chart: LineChart, qtbot: QtBot) -> None:
    chart.set_data({"ok": series(500)}, NOW)
    qtbot.waitUntil(lambda: is_drawn(chart))
    whole = at_rest(chart, qtbot)
    chart.set_data({"ok": series(500)}, NOW, gaps=[(NOW - 200, NOW - 100), (NOW - 50, NOW - 40)])
    qtbot.waitUntil(lambda: at_rest(chart, qtbot) != whole)
    chart.set_data({"ok": series(500)}, NOW)
    qtbot.waitUntil(lambda: at_rest(chart, qtbot) == whole)


def test_a_window_of_another_length_shows_more(chart: LineChart, qtbot: QtBot) -> None:
    chart.set_data({"ok": series(1000, span=300)}, NOW)
    qtbot.waitUntil(lambda: is_drawn(chart))
    chart.set_window(3000)
    drawn = columns(chart.grab().toImage(), theme.tokens().danger)
    assert max(drawn) - min(drawn) < 120


def test_a_chart_follows_the_theme(chart: LineChart, qtbot: QtBot) -> None:
    chart.set_data({"ok": series(500)}, NOW)
    qtbot.waitUntil(lambda: is_drawn(chart))
    theme.current().toggle()
    assert is_drawn(chart)


def test_the_drawing_library_is_not_loaded_with_the_toolkit() -> None:
    import subprocess

    code = (
        "import sys, desktop_app.ui.charts, desktop_app.ui.shell; print('pyqtgraph' in sys.modules)"
    )
    asked = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert asked.stdout.strip() == "False"
