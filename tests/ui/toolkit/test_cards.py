import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui import theme
from desktop_app.ui.cards import StatCard, VerdictBanner
from desktop_app.ui.controls import Label
from desktop_app.ui.empty import EmptyState
from desktop_app.ui.sparkline import Sparkline
from desktop_app.ui.tokens import Tone
from tests.ui.toolkit.conftest import part


def shown(widget: QWidget) -> list[str]:
    return [
        label.text()
        for label in widget.findChildren(QLabel)
        if label.isVisibleTo(widget) and label.text()
    ]


def test_a_card_says_its_number_with_its_unit_and_what_it_compares_to(qtbot: QtBot) -> None:
    card = StatCard("Throughput", hint="Tasks that ended.")
    qtbot.addWidget(card)
    card.set_value("12.4", "8 % more than an hour ago", unit="/s", history=[1, 2, 3])
    assert card.accessibleName() == "Throughput"
    assert card.accessibleDescription() == "12.4 /s 8 % more than an hour ago"
    assert part(card, Sparkline).isVisibleTo(card)
    card.set_value("–")
    assert card.accessibleDescription() == "–"
    assert not part(card, Sparkline).isVisibleTo(card)


def test_a_card_is_greyed_while_it_is_old(qtbot: QtBot) -> None:
    card = StatCard("Throughput")
    qtbot.addWidget(card)
    card.resize(240, 92)
    card.set_value("12.4", unit="/s")
    fresh = card.grab().toImage()
    card.set_stale(True)
    assert card.grab().toImage() != fresh
    card.set_stale(False)
    assert card.grab().toImage() == fresh


@pytest.mark.parametrize("values", [[], [1.0], [0.0, 0.0], [-1.0, 2.0, -3.0], [1e300, 1.0]])
def test_a_course_of_any_kind_is_painted(qtbot: QtBot, values: list[float]) -> None:
    line = Sparkline(Tone.RUNNING)
    qtbot.addWidget(line)
    line.resize(96, 28)
    line.set_values(values)
    blank = Sparkline()
    qtbot.addWidget(blank)
    blank.resize(96, 28)
    assert (line.grab().toImage() == blank.grab().toImage()) == (len(values) < 2)


def test_a_verdict_offers_one_step_and_takes_it_back(qtbot: QtBot) -> None:
    banner, done = VerdictBanner(), []
    qtbot.addWidget(banner)
    banner.set_verdict(
        Tone.WARNING,
        "2 of 8 workers are silent",
        "forecasting is 4 min behind",
        "Show workers",
        lambda: done.append("shown"),
    )
    assert shown(banner) == ["2 of 8 workers are silent", "forecasting is 4 min behind"]
    assert banner.accessibleName() == "2 of 8 workers are silent"
    QTest.mouseClick(part(banner, QPushButton), Qt.MouseButton.LeftButton)
    assert done == ["shown"]
    banner.set_verdict(Tone.OK, "All is well")
    qtbot.waitUntil(lambda: banner.findChildren(QPushButton) == [])
    assert shown(banner) == ["All is well"]


@pytest.mark.parametrize("tone", list(Tone))
def test_each_tone_of_a_verdict_has_a_shape_in_both_themes(qtbot: QtBot, tone: Tone) -> None:
    banner = VerdictBanner()
    qtbot.addWidget(banner)
    banner.resize(400, 60)
    banner.set_verdict(tone, "Sentence")
    light = banner.grab().toImage()
    theme.current().toggle()
    assert banner.grab().toImage() != light


def test_what_is_empty_says_why_and_offers_the_next_step(qtbot: QtBot) -> None:
    done: list[str] = []
    empty = EmptyState(
        "inbox", "No documents yet", "Drop one.", "Choose files…", lambda: done.append("chosen")
    )
    qtbot.addWidget(empty)
    QTest.mouseClick(part(empty, QPushButton), Qt.MouseButton.LeftButton)
    assert done == ["chosen"]
    empty.set_text("Nothing matches")
    assert shown(empty) == ["Nothing matches"]


def test_a_text_that_does_not_fit_is_whole_in_its_tooltip(qtbot: QtBot) -> None:
    label = Label("a name of some length", elide=Qt.TextElideMode.ElideRight)
    qtbot.addWidget(label)
    label.resize(60, 20)
    cut = label.grab().toImage()
    assert label.toolTip() == "a name of some length"
    label.resize(400, 20)
    assert label.grab().toImage() != cut
    assert label.toolTip() == ""


def test_a_label_takes_another_ink_and_keeps_it_in_another_theme(qtbot: QtBot) -> None:
    label = Label("words", ink="text_muted")
    qtbot.addWidget(label)
    label.set_ink("danger")
    for _ in range(2):
        assert label.palette().windowText().color() == theme.tokens().danger
        theme.current().toggle()
