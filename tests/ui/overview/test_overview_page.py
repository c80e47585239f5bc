import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QTableView, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.qt_models.bridge import Bridge
from desktop_app.ui.cards import StatCard, VerdictBanner
from desktop_app.ui.charts import LineChart
from desktop_app.views.overview import OverviewPage
from desktop_app.views.overview.attention import Attention, ConcernRow
from desktop_app.views.overview.picture import FAILED
from desktop_app.views.overview.queues import QueueBar
from tests.ui.overview.feed import PROCESS, Feed

PATIENCE_MS = 30_000

Kind = TypeVar("Kind", bound=QWidget)


def only(parent: QWidget, kind: type[Kind]) -> Kind:
    (found,) = parent.findChildren(kind)
    return found


@dataclass
class Shown:
    """A page in a window, and what it asked to be led to."""

    page: OverviewPage
    bridge: Bridge
    window: QWidget
    led_to: list[tuple[str, object]] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        return only(self.page, VerdictBanner).accessibleName()

    def card(self, label: str) -> str:
        cards = self.page.findChildren(StatCard)
        return next(c.accessibleDescription() for c in cards if c.accessibleName() == label)

    @property
    def concerns(self) -> list[str]:
        rows = [row for row in self.page.findChildren(ConcernRow) if row.isVisible()]
        return [row.accessibleName() for row in sorted(rows, key=lambda row: row.y())]

    def button(self, words: str) -> QPushButton:
        buttons = self.page.findChildren(QPushButton)
        return next(b for b in buttons if b.text() == words and b.isVisible())


@pytest.fixture
def feed() -> Feed:
    now = time.time()
    return Feed(now - 60, since=now - 60)


@pytest.fixture
def show(qtbot: QtBot, feed: Feed) -> Callable[[], Shown]:
    def make() -> Shown:
        # A window without a layout of its own has no size hints to hand to a window manager.
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(1084, 756)
        bridge = Bridge(feed, window, interval_ms=5)
        page = OverviewPage(bridge, window)
        page.resize(window.size())
        result = Shown(page, bridge, window)
        page.navigate.connect(lambda where, detail: result.led_to.append((where, detail)))
        window.show()
        page.shown()
        bridge.start()
        # What was just put into a layout is seen after the next turn of the loop.
        qtbot.waitUntil(
            lambda: all(row.isVisible() for row in page.findChildren(ConcernRow)),
            timeout=PATIENCE_MS,
        )
        return result

    return make


def settle(feed: Feed) -> None:
    """A minute of a system in good order, up to now."""
    for _ in range(60):
        feed.heartbeat(processed=7)
        feed.succeed()
        feed.poll()
        feed.advance(1)


def test_a_page_that_is_shown_catches_up_with_what_happened_before(
    feed: Feed, show: Callable[[], Shown]
) -> None:
    settle(feed)
    shown = show()
    assert shown.sentence == "All is well: 1 worker online, nothing waits"
    assert shown.card("Throughput") == "60 /min 60/min over 1 min"
    assert shown.card("Failed") == "0 % 0 of 60 in the last hour"
    assert shown.card("Waiting") == "0 Nothing waits"
    assert shown.card("Busy slots") == "0 0 of 1 worker at work"
    assert shown.concerns == []


def test_a_failure_appears_with_a_button_that_leads_to_it(
    feed: Feed, show: Callable[[], Shown], qtbot: QtBot
) -> None:
    settle(feed)
    shown = show()
    feed.fail()
    feed.advance(1)
    qtbot.waitUntil(lambda: shown.concerns != [], timeout=PATIENCE_MS)
    assert shown.concerns == ["1 of 61 tasks failed in the last hour"]
    QTest.mouseClick(shown.button("Show failures"), Qt.MouseButton.LeftButton)
    assert shown.led_to == [("tasks", {"states": FAILED, "name": PROCESS})]


def test_without_a_worker_the_keyboard_leads_to_the_local_cluster(
    feed: Feed, show: Callable[[], Shown]
) -> None:
    feed.poll(document_processing=14)
    shown = show()
    assert shown.sentence == "No worker is online: 14 tasks wait in document_processing"
    button = shown.button("Open cluster")
    assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    QTest.keyClick(button, Qt.Key.Key_Space)
    assert shown.led_to == [("cluster", None)]


def test_a_concern_keeps_its_button_while_its_words_change(
    feed: Feed, show: Callable[[], Shown], qtbot: QtBot
) -> None:
    feed.poll(document_processing=14)
    shown = show()
    button = shown.button("Open cluster")
    feed.poll(document_processing=15)
    qtbot.waitUntil(lambda: "15 tasks" in shown.sentence, timeout=PATIENCE_MS)
    assert shown.button("Open cluster") is button


def test_a_concern_that_is_gone_leaves_the_list(
    feed: Feed, show: Callable[[], Shown], qtbot: QtBot
) -> None:
    feed.poll(document_processing=14)
    shown = show()
    assert len(shown.concerns) == 1
    feed.heartbeat()
    qtbot.waitUntil(lambda: shown.concerns == [], timeout=PATIENCE_MS)
    words = [label.text() for label in only(shown.page, Attention).findChildren(QLabel)]
    assert "Nothing needs attention." in words


def test_concerns_stand_in_the_order_of_their_weight(
    feed: Feed, show: Callable[[], Shown], qtbot: QtBot
) -> None:
    settle(feed)
    feed.fail()
    feed.advance(1)
    shown = show()
    feed.poll(forecasting=3)
    feed.set_consumers("forecasting", 0)
    qtbot.waitUntil(lambda: len(shown.concerns) == 2, timeout=PATIENCE_MS)
    assert shown.concerns[0].startswith("No worker takes from forecasting")
    assert shown.sentence == shown.concerns[0]


def test_a_fresh_system_offers_to_process_a_filing(feed: Feed, show: Callable[[], Shown]) -> None:
    feed.heartbeat()
    feed.poll()
    shown = show()
    QTest.mouseClick(shown.button("Process a filing"), Qt.MouseButton.LeftButton)
    assert shown.led_to == [("documents", None)]


def test_without_a_broker_the_way_leads_to_the_choice_of_one(
    feed: Feed, show: Callable[[], Shown]
) -> None:
    feed.connect("idle")
    shown = show()
    QTest.mouseClick(shown.button("Choose a broker"), Qt.MouseButton.LeftButton)
    assert shown.led_to == [("welcome", None)]
    words = [label.text() for label in only(shown.page, Attention).findChildren(QLabel)]
    assert "Nothing is known yet." in words
    assert shown.card("Busy slots") == "– No events yet"


def test_queues_show_their_depth_and_who_takes_from_them(
    feed: Feed, show: Callable[[], Shown], qtbot: QtBot
) -> None:
    feed.heartbeat()
    feed.poll(consumers=2, forecasting=37)
    shown = show()
    bars = {bar.accessibleName(): bar for bar in shown.page.findChildren(QueueBar)}
    assert len(bars) == 7
    assert bars["forecasting"].accessibleDescription() == "37 waiting, taken by 2 workers"
    assert bars["monitoring"].accessibleDescription() == "0 waiting, taken by 2 workers"
    feed.poll(consumers=None, forecasting=38)
    qtbot.waitUntil(
        lambda: bars["forecasting"].accessibleDescription() == "38 waiting", timeout=PATIENCE_MS
    )


def test_workers_are_listed_with_what_they_do(feed: Feed, show: Callable[[], Shown]) -> None:
    feed.heartbeat("w1@a", active=3, processed=1200)
    feed.heartbeat("w2@a")
    feed.event("worker-offline", hostname="w2@a")
    shown = show()
    table = only(shown.page, QTableView)
    model = table.model()
    places = [place for place in range(model.columnCount()) if not table.isColumnHidden(place)]
    titles = [model.headerData(place, Qt.Orientation.Horizontal) for place in places]
    assert titles == ["State", "Worker", "Heard", "Running", "Processed"]
    rows = [[model.index(row, place).data() for place in places] for row in range(2)]
    assert [row[0] for row in rows] == ["online", "offline"]
    assert [row[1] for row in rows] == ["w1@a", "w2@a"]
    assert rows[0][3:] == [3, 1200]


def test_a_queue_and_a_worker_lead_to_their_tasks(
    feed: Feed, show: Callable[[], Shown], qtbot: QtBot
) -> None:
    feed.heartbeat("w1@a")
    feed.poll()
    shown = show()
    bar = next(b for b in shown.page.findChildren(QueueBar) if b.name == "forecasting")
    qtbot.waitUntil(bar.isVisible, timeout=PATIENCE_MS)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton)
    QTest.keyClick(bar, Qt.Key.Key_Space)
    table = only(shown.page, QTableView)
    table.selectRow(0)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert shown.led_to == [
        ("tasks", {"queue": "forecasting"}),
        ("tasks", {"queue": "forecasting"}),
        ("tasks", {"worker": "w1@a"}),
    ]


def test_charts_draw_the_series_over_the_chosen_time(
    feed: Feed, show: Callable[[], Shown], qtbot: QtBot
) -> None:
    settle(feed)
    shown = show()
    chart = next(
        c for c in shown.page.findChildren(LineChart) if c.accessibleName().startswith("Ended")
    )
    qtbot.waitUntil(
        lambda: chart.accessibleDescription() == "Succeeded 60, Failed 0", timeout=PATIENCE_MS
    )
    hour = shown.button("1 h")
    QTest.mouseClick(hour, Qt.MouseButton.LeftButton)
    assert hour.isChecked()
    assert not shown.button("5 min").isChecked()


def test_texts_from_outside_are_shown_as_plain_text(feed: Feed, show: Callable[[], Shown]) -> None:
    settle(feed)
    feed.fail(name="<b>bold</b>", exception="Error('\u202egnp.exe <img src=x>')")
    feed.advance(1)
    shown = show()
    (row,) = shown.page.findChildren(ConcernRow)
    labels = [label for label in row.findChildren(QLabel) if label.text()]
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}
    words = " ".join(label.text() for label in labels)
    assert "\u202e" not in words
    assert "<img" in words


def test_a_lost_broker_greys_what_is_old(
    feed: Feed, show: Callable[[], Shown], qtbot: QtBot
) -> None:
    settle(feed)
    shown = show()
    feed.connect("lost", "Nothing answers. Trying again.")
    qtbot.waitUntil(lambda: shown.sentence.startswith("Broker lost"), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: shown.concerns != [], timeout=PATIENCE_MS)
    assert shown.concerns[0].startswith("Broker lost")


def test_a_hidden_page_follows_nothing_and_catches_up_when_shown(
    feed: Feed, show: Callable[[], Shown], qtbot: QtBot
) -> None:
    settle(feed)
    shown = show()
    shown.page.hidden()
    timers = shown.page.findChildren(QTimer)
    assert timers
    # What a chart was still to draw is drawn.
    qtbot.waitUntil(lambda: not any(timer.isActive() for timer in timers), timeout=PATIENCE_MS)
    feed.fail()
    with qtbot.waitSignal(shown.bridge.batch, timeout=PATIENCE_MS):
        feed.advance(1)
    assert shown.concerns == []
    shown.page.shown()
    assert shown.sentence == "1 of 61 tasks failed in the last hour"
    shown.page.shown()
    shown.page.hidden()
    shown.page.hidden()


def test_everything_that_can_be_operated_has_a_name(feed: Feed, show: Callable[[], Shown]) -> None:
    feed.poll(document_processing=14)
    shown = show()
    kinds = (QAbstractButton, QTableView, StatCard, LineChart, QueueBar, ConcernRow)
    parts = [w for w in shown.page.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible()]
    assert len(parts) > 15
    for part in parts:
        described = QAccessible.queryAccessibleInterface(part)
        assert described.text(QAccessible.Text.Name), part


def test_the_drawing_and_numeric_libraries_are_not_loaded_with_the_page() -> None:
    code = (
        "import sys\n"
        "import desktop_app.views.overview\n"
        "print([name for name in ('numpy', 'pyqtgraph', 'pandas') if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
