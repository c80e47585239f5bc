"""Charts as files."""

import asyncio
import csv
import gc
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import qasync
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.background import Background
from desktop_app.ui.charts import Line, LineChart
from desktop_app.ui.export import SHARPNESS, Exporter, as_csv, file_name, made
from desktop_app.ui.messages import Message, Messages
from desktop_app.ui.timechart import Curve, Sessions, Span, TimeChart
from tests.ui.accessibility import nameless
from tests.ui.toolkit.timecharts import candles, weekdays


@pytest.fixture
def chart(qtbot: QtBot) -> TimeChart:
    days = weekdays(40)
    span = Span()
    span.set_sessions(Sessions(days), 0, 39)
    chart = TimeChart("AAPL price", span, lambda value: f"{value:.1f}")
    chart.show_layers([candles(days), Curve("=Evil", days, np.arange(40.0) - 20, "ok")])
    qtbot.addWidget(chart)
    chart.resize(600, 240)
    chart.show()
    return chart


class Desk:
    def __init__(self, loop: qasync.QEventLoop) -> None:
        self.loop = loop
        self.messages = Messages()
        self.said: list[Message] = []
        self.messages.posted.connect(self.said.append)
        self.background = Background(self.messages)
        self.exporter = Exporter(self.background, self.messages)

    def until(self, met: Callable[[], object]) -> None:
        async def wait() -> None:
            async with asyncio.timeout(20):
                while not met():  # noqa: ASYNC110 - what is waited for is what a user would see
                    await asyncio.sleep(0.005)

        self.loop.run_until_complete(wait())

    def write(self, *words: object, **more: bool) -> None:
        async def begin() -> None:
            self.exporter.write(*words, **more)  # type: ignore[arg-type]

        self.loop.run_until_complete(begin())
        self.until(lambda: not self.background.busy)


@pytest.fixture
def desk(loop: qasync.QEventLoop) -> Iterator[Desk]:
    desk = Desk(loop)
    # As in the window: widgets that nobody holds any more are collected in this thread alone.
    gc.disable()
    yield desk
    loop.run_until_complete(desk.background.close())
    gc.enable()


def live_chart(qtbot: QtBot) -> LineChart:
    chart = LineChart("Ended", [Line("a", "Succeeded", "ok"), Line("b", "-Failed", "danger")])
    qtbot.addWidget(chart)
    chart.resize(600, 240)
    chart.show()
    qtbot.waitUntil(lambda: chart._plot is not None)
    times = np.arange(0.0, 300.0, 10.0) + 1_000_000
    chart.set_data({"a": (times, np.ones(30)), "b": (times[5:], np.zeros(25))}, 1_000_300.0)
    return chart


def test_a_picture_is_twice_as_sharp_as_the_window(chart: TimeChart) -> None:
    image = QImage.fromData(made(chart, "png"))
    assert image.size() == chart.size() * SHARPNESS


def test_a_drawing_is_vectors_with_the_title_as_text(chart: TimeChart) -> None:
    written = made(chart, "svg")
    assert QSvgRenderer(written).isValid()
    assert b"AAPL price" in written
    assert b"<image" not in written
    assert written.count(b"<rect") + written.count(b"<path") > 40


def test_a_live_chart_is_exported_in_every_form_too(qtbot: QtBot, desk: Desk) -> None:
    chart = live_chart(qtbot)
    opener = desk.exporter.attach(chart)
    qtbot.wait(0)
    assert QImage.fromData(made(chart, "png")).size() == chart.size() * SHARPNESS
    drawn = made(chart, "svg")
    assert QSvgRenderer(drawn).isValid()
    assert b"Succeeded" in drawn
    rows = list(csv.reader(io.StringIO(made(chart, "csv").decode(), newline="")))
    assert rows[0] == ["Time", "Succeeded", "'-Failed"]
    assert rows[1] == ["1970-01-12T13:46:40+00:00", "1.0", ""]
    assert len(rows) == 31
    assert opener.accessibleName() == "Export Ended"


def test_no_cell_of_a_table_is_a_formula_and_numbers_stay_numbers(chart: TimeChart) -> None:
    rows = list(csv.reader(io.StringIO(made(chart, "csv").decode(), newline="")))
    assert rows[0] == ["Date", "Open", "High", "Low", "Close", "'=Evil"]
    assert rows[1][0] == "2012-01-02"
    assert rows[1][-1] == "-20.0"
    hostile = as_csv(["@x"], [["+1"], ["=cmd|' /C calc'!A0"], ["\t="], [-1.5], [None], ['ok, "q"']])
    told = [row[0] for row in csv.reader(io.StringIO(hostile.decode(), newline="")) if row]
    assert told == ["'@x", "'+1", "'=cmd|' /C calc'!A0", "'\t=", "-1.5", "", 'ok, "q"']


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("AAPL price", "AAPL-price"),
        ("../../etc/passwd", "etc-passwd"),
        ('=^GSPC/\\:*?"<>|', "GSPC"),
        ("\u202eevil", "evil"),
        ("...", "chart"),
        ("x" * 500, "x" * 80),
    ],
)
def test_whatever_a_chart_is_called_its_file_has_a_plain_name(title: str, name: str) -> None:
    assert file_name(title) == name


def test_a_file_is_written_and_said_where(desk: Desk, chart: TimeChart, tmp_path: Path) -> None:
    path = tmp_path / "chart.csv"
    desk.write(chart, "csv", path)
    assert path.read_text().startswith("Date,Open")
    assert desk.said[-1].text == "Exported AAPL price"
    assert [one.name for one in tmp_path.iterdir()] == ["chart.csv"]


def test_what_is_there_is_replaced_only_after_a_yes(
    desk: Desk, chart: TimeChart, tmp_path: Path
) -> None:
    path = tmp_path / "chart.csv"
    path.write_text("mine")
    for words, left in (("Keep it", "mine"), ("Replace it", "Date,Open")):
        desk.write(chart, "csv", path)
        question = chart.window().findChild(QMessageBox)
        assert question is not None
        assert path.read_text() == "mine"
        answer = next(b for b in question.findChildren(QPushButton) if b.text() == words)
        assert question.defaultButton().text() == "Keep it"

        async def answered(answer: QPushButton = answer) -> None:
            QTest.mouseClick(answer, Qt.MouseButton.LeftButton)

        desk.loop.run_until_complete(answered())
        desk.until(lambda: not desk.background.busy)
        assert path.read_text().startswith(left)
        desk.until(lambda question=question: not shiboken6.isValid(question))  # type: ignore[misc]


def test_a_folder_that_cannot_be_written_is_said_with_what_to_do(
    desk: Desk, chart: TimeChart, tmp_path: Path
) -> None:
    desk.write(chart, "png", tmp_path / "none" / "chart.png")
    assert desk.said[-1].level == "error"
    assert "No such file" in desk.said[-1].text
    assert "Choose a folder" in desk.said[-1].what_to_do


def test_the_button_opens_a_menu_whose_choice_asks_for_a_file(
    desk: Desk, chart: TimeChart, tmp_path: Path
) -> None:
    opener = desk.exporter.attach(chart)
    assert isinstance(opener, QToolButton)
    assert nameless(chart) == []
    words = [action.text() for action in opener.menu().actions()]
    assert words == ["Picture (PNG)…", "Drawing (SVG)…", "Data (CSV)…"]
    opener.menu().actions()[2].trigger()
    dialog = chart.window().findChild(QFileDialog)
    assert dialog is not None
    assert dialog.testOption(QFileDialog.Option.DontConfirmOverwrite)

    async def choose() -> None:
        dialog.fileSelected.emit(str(tmp_path / "chosen.csv"))
        dialog.reject()

    desk.loop.run_until_complete(choose())
    desk.until(lambda: (tmp_path / "chosen.csv").is_file() and not desk.background.busy)


def test_the_button_is_not_in_the_picture(desk: Desk, qtbot: QtBot) -> None:
    chart = live_chart(qtbot)
    plain = QImage.fromData(made(chart, "png"))
    opener = desk.exporter.attach(chart)
    qtbot.waitUntil(lambda: opener.width() > 0 and opener.isVisible())
    with_it = QImage.fromData(made(chart, "png"))
    corner = opener.geometry().center() * SHARPNESS
    assert with_it.pixel(corner) == plain.pixel(5 * SHARPNESS, 4 * SHARPNESS)
    assert isinstance(opener.parent(), QWidget)
