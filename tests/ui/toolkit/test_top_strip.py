from dataclasses import dataclass
from itertools import pairwise

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui import theme
from desktop_app.ui.command_palette import CommandPalette
from desktop_app.ui.controls import Label
from desktop_app.ui.counters import COUNTERS
from desktop_app.ui.pills import Pill
from desktop_app.ui.shell import Shell
from desktop_app.ui.top_strip import Badge, FindButton, TopStrip
from tests.ui.toolkit.conftest import part

NOW = 1_800_000_000.0
URL = "redis://127.0.0.1:6379/0"


@dataclass(frozen=True)
class Connection:
    status: str = "live"
    since: float = NOW - 600
    last_event: float | None = NOW
    url_label: str = URL
    message: str = ""


class Clock:
    """The time of day, which stands still until it is moved."""

    now = NOW

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("desktop_app.ui.top_strip.time", clock)
    return clock


@pytest.fixture
def strip(qtbot: QtBot, clock: Clock) -> TopStrip:
    strip = TopStrip()
    qtbot.addWidget(strip)
    strip.resize(1084, strip.height())
    with qtbot.waitExposed(strip):
        strip.show()
    return strip


def word(strip: TopStrip) -> str:
    return part(strip, Pill).accessibleName()


def settle(widget: QWidget) -> None:
    layout = widget.layout()
    assert layout is not None
    layout.activate()


def colours(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


def is_painted_in(widget: QWidget, colour: QColor) -> bool:
    return colour.name() in colours(widget)


@pytest.mark.parametrize("key", COUNTERS)
def test_a_figure_leads_to_what_it_counts(strip: TopStrip, qtbot: QtBot, key: str) -> None:
    with qtbot.waitSignal(strip.counter_chosen) as chosen:
        QTest.mouseClick(strip.counters[key], Qt.MouseButton.LeftButton)
    assert chosen.args == [key]


def test_a_large_figure_is_short_on_the_strip_and_whole_for_who_asks(strip: TopStrip) -> None:
    counter = strip.counters["waiting"]
    counter.set_value(1_234_567)
    assert counter.text() == "1.23M"
    assert counter.accessibleName() == "Waiting: 1,234,567"
    assert "1,234,567" in counter.toolTip()


def test_a_figure_that_is_not_known_is_not_a_zero(strip: TopStrip) -> None:
    counter = strip.counters["workers"]
    assert (counter.text(), counter.accessibleName()) == ("–", "Workers: not known")
    counter.set_value(0)
    assert (counter.text(), counter.accessibleName()) == ("0", "Workers: 0")
    counter.set_value(None)
    assert counter.text() == "–"


def test_a_figure_that_changes_moves_no_other(strip: TopStrip) -> None:
    before = [counter.geometry() for counter in strip.counters.values()]
    for value in (7, 999, 1_234_567, 88_888_888):
        for counter in strip.counters.values():
            counter.set_value(value)
        assert [counter.geometry() for counter in strip.counters.values()] == before


def test_failures_are_red_only_where_there_are_any(strip: TopStrip) -> None:
    counter, red = strip.counters["failed"], theme.tokens().danger
    counter.set_value(0)
    assert not is_painted_in(counter, red)
    counter.set_value(88)
    assert is_painted_in(counter, red)


def test_what_a_live_connection_cannot_tell_is_said_beside_it(strip: TopStrip) -> None:
    said = "What waits in the queues is not known. The broker did not answer in time."
    strip.set_connection(Connection(message=said))
    assert (word(strip), strip.detail) == ("Live", said)


def test_production_is_red_and_named_as_such(strip: TopStrip) -> None:
    badge, red = part(strip, Badge), theme.tokens().danger
    assert badge.isHidden()
    strip.set_environment("LOCAL", production=False)
    assert badge.isVisible()
    assert badge.accessibleName() == "Environment LOCAL"
    assert not is_painted_in(badge, red)
    strip.set_environment("eu-1", production=True)
    assert badge.accessibleName() == "Production environment eu-1"
    assert is_painted_in(badge, red)
    strip.set_environment("", production=False)
    assert badge.isHidden()


def test_a_long_name_of_an_environment_is_whole_in_its_tooltip(strip: TopStrip) -> None:
    name = "the-cluster-of-the-research-team-in-frankfurt"
    strip.set_environment(name, production=False)
    badge = part(strip, Badge)
    assert name in badge.toolTip()
    assert badge.width() < 200


@pytest.mark.parametrize(
    ("connection", "said", "detail"),
    [
        (Connection(), "Live", ""),
        (Connection(last_event=NOW - 4.9), "Live", ""),
        (Connection(last_event=NOW - 42), "Live", "last event 42 s ago"),
        (Connection(last_event=None), "Live", "no event yet"),
        (Connection(last_event=NOW + 30), "Live", ""),
        (Connection("connecting", since=NOW - 3), "Connecting", "for 3 s"),
        (Connection("lost", since=NOW - 300), "Connection lost", "for 5 min"),
        (Connection("lost", message="Refused."), "Connection lost", "Refused."),
        (Connection("idle", message="x"), "Not connected", ""),
    ],
)
def test_the_state_of_the_connection_is_told_with_its_age(
    strip: TopStrip, connection: Connection, said: str, detail: str
) -> None:
    strip.set_connection(connection)
    assert (word(strip), strip.detail) == (said, detail)


def test_the_age_goes_on_while_nothing_is_heard(strip: TopStrip, clock: Clock) -> None:
    strip.set_connection(Connection())
    assert strip.detail == ""
    clock.now += 12
    part(strip, QTimer).timeout.emit()
    assert strip.detail == "last event 12 s ago"


def test_a_pause_stands_in_place_of_the_state(strip: TopStrip) -> None:
    strip.set_connection(Connection(last_event=NOW - 30))
    strip.set_paused(True)
    assert (word(strip), strip.detail) == ("Paused", "last event 30 s ago")
    strip.set_paused(False)
    assert word(strip) == "Live"


def test_a_message_of_any_length_leaves_the_figures_in_their_place(strip: TopStrip) -> None:
    before = [counter.geometry() for counter in strip.counters.values()]
    strip.set_environment("production-eu-1", production=True)
    strip.set_connection(Connection("lost", message="The broker does not answer. " * 20))
    settle(strip)
    assert [counter.geometry() for counter in strip.counters.values()] == before
    assert strip.detail.startswith("The broker does not answer.")


def test_nothing_overlaps_in_the_smallest_window(shell: Shell) -> None:
    shell.resize(shell.minimumSize())
    shell.set_environment("production-eu-1", production=True)
    shell.set_connection(Connection("lost", message="The broker does not answer. " * 20))
    for key in COUNTERS:
        shell.set_counter(key, 1_234_567)
    settle(shell.strip)
    parts = [
        child
        for child in shell.strip.findChildren(QWidget)
        if child.isVisible() and child.parent() is shell.strip
    ]
    placed = sorted((each.geometry() for each in parts), key=lambda rect: rect.left())
    assert all(one.right() < other.left() for one, other in pairwise(placed))
    assert placed[-1].right() < shell.strip.width()
    rigid = [each for each in parts if not isinstance(each, Label)]
    assert all(each.width() >= each.sizeHint().width() for each in rigid)


def test_words_of_the_broker_are_no_markup(strip: TopStrip) -> None:
    strip.set_connection(Connection("lost", message="<b>no</b>"))
    assert "&lt;b&gt;" in part(strip, Pill).toolTip()


def test_what_looks_like_a_field_opens_the_palette(shell: Shell, qtbot: QtBot) -> None:
    QTest.mouseClick(part(shell.strip, FindButton), Qt.MouseButton.LeftButton)
    assert part(shell, CommandPalette).isVisible()


def test_the_clock_of_a_hidden_strip_stands_still(strip: TopStrip) -> None:
    timer = part(strip, QTimer)
    assert timer.isActive()
    strip.hide()
    assert not timer.isActive()
